"""A pact against another version of itself: does every provider that satisfies the writer satisfy the reader too?"""

from collections.abc import Iterator
from typing import Final

from troth_schemas.finding import Finding
from troth_schemas.pact.document import Pact
from troth_schemas.pact.evolution_rules import RULES
from troth_schemas.pact.evolution_step import Step
from troth_schemas.pact.pairing import Pair, Placed, paired
from troth_schemas.pact.ruby_json import sorted_text
from troth_schemas.report import Report, make_report

_NAMES: Final = (
    "description",
    "providerState",
    "provider_state",
    "providerStates",
    "_id",
    "key",
    "comments",
    "pending",
)
"""Members of an interaction that say nothing of what is sent and expected."""


def compared(reader: Pact, writer: Pact) -> Report:
    """What the reader asks of a provider beyond the writer, and what it no longer asks."""
    steps = list(_steps(reader, writer))
    findings: list[Finding] = []
    for step in steps:
        if not step.is_same:
            findings += (finding for rule in RULES for finding in rule(step))
    return make_report(findings, len(steps), [step.title for step in steps])


def _steps(reader: Pact, writer: Pact) -> Iterator[Step]:
    pairs = list(paired(writer.value, reader.value))
    gone: dict[str, list[Placed]] = {}
    for pair in pairs:
        if pair.new is None and pair.old is not None:
            gone.setdefault(_essence(pair.old), []).append(pair.old)
    renamed: set[int] = set()
    steps = []
    for pair in pairs:
        if pair.old is None and pair.new is not None and (twins := gone.get(_essence(pair.new))):
            twin = twins.pop(0)
            renamed.add(id(twin))
            steps.append(Step(reader, writer, Pair(twin, pair.new)))
        else:
            steps.append(Step(reader, writer, pair))
    return (step for step in steps if not (step.is_removed and id(step.pair.old) in renamed))


def _essence(placed: Placed) -> str:
    """An interaction without its names, as a text."""
    written = placed.element
    if not isinstance(written, dict):
        return sorted_text(written)
    return sorted_text({name: value for name, value in written.items() if name not in _NAMES})
