"""Handing what was found about one contract to a sink: the whole, or where something could not be observed a part."""

from troth_verifiers import rules
from troth_verifiers.api import PartSink, Sink
from troth_verifiers.errors import PublishFailed, VerifierError
from troth_verifiers.judged import ContractReport, Publication


async def published(report: ContractReport, sink: Sink) -> Publication:
    """What became of the wish to publish a contract's results. Whatever the sink raises becomes a text."""
    try:
        if report.withheld is None:
            return Publication(done=True, text=await sink.publish(report.verdict))
        return await _in_part(report, sink, report.withheld)
    except VerifierError as error:
        text = error.text
    except Exception as error:  # noqa: BLE001 - a sink may raise anything, and the report must not be lost
        text = f"{type(error).__name__}: {error}"
    return Publication(done=False, text=f"{PublishFailed.kind}: {text}")


async def _in_part(report: ContractReport, sink: Sink, why: str) -> Publication:
    part = None if report.problem is not None else rules.extent_of_part(report.results)
    place = await sink.publish_part(report.verdict) if part and isinstance(sink, PartSink) else None
    if place is None:
        return Publication(done=False, text=why, withheld=True)
    return Publication(done=True, text=place, part=part)
