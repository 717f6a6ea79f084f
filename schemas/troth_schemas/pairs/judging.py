"""What a consumer expects against what a provider publishes, whatever their formats."""

from collections.abc import Iterable

from troth_schemas.contract import Contract
from troth_schemas.finding import Finding, Place, fingerprint
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pairs.table import compared, find
from troth_schemas.pairs.union import Said, standing
from troth_schemas.report import Report, make_report, merge


def judge(consumer: Contract, provider: Contract, options: Options = DEFAULT) -> Report:
    """Whether a provider keeps what a consumer expects. Raises ContractUnreadable, ExtraMissing, FormatUnknown.

    A document whose problems keep parts of it from being read is compared as far as it goes; the problems are
    ``not-covered``.
    """
    pair = find(consumer.format, provider.format)
    if pair is None:
        return make_report([_nothing_compares(consumer, provider)], 0, unjudged=("*",))
    return pair.judge(consumer.loaded.document, provider.loaded.document, options)


def judge_all(consumer: Contract, providers: Iterable[Contract], options: Options = DEFAULT) -> Report:
    """The consumer against several documents of one provider: what one cannot judge, another may.

    An interaction breaks only if none of the documents keeps it, and is not covered only if none covers it.
    """
    reports = [judge(consumer, provider, options) for provider in providers]
    if len(reports) == 1:
        return reports[0]
    covered = {name for report in reports for name in report.scope}
    told = standing([Said.of(report) for report in reports])
    left = (_standing(report, stands) for report, stands in zip(reports, told, strict=True))
    return merge(_without_filled_gaps(report, covered) for report in left)


def _standing(report: Report, stands: tuple[bool, ...]) -> Report:
    """A report without the findings that another document's comparison makes void."""
    every = (*report.findings, *report.not_covered)
    return report.with_findings(one for one, left in zip(every, stands, strict=True) if left)


def _without_filled_gaps(report: Report, covered: set[str]) -> Report:
    left = [name for name in report.unjudged if name not in covered and not (name == "*" and covered)]
    kept = [one for one in report.not_covered if not _is_filled(one, covered, report)]
    about_its_own = (one for one in report.findings if not _is_anothers(one, covered, report))
    return make_report([*about_its_own, *kept], report.judged, report.scope, left)


def _is_anothers(one: Finding, covered: set[str], report: Report) -> bool:
    """Whether a finding is about something that this document does not hold, but another does."""
    return one.interaction in report.unjudged and one.interaction in covered


def _is_filled(one: Finding, covered: set[str], report: Report) -> bool:
    if report.unjudged == ("*",):
        return bool(covered)
    names = one.where or ((one.interaction,) if one.interaction else ())
    return bool(names) and all(name in covered and name not in report.scope for name in names)


def _nothing_compares(consumer: Contract, provider: Contract) -> Finding:
    message = f"Nothing compares a consumer's {consumer.format} with a provider's {provider.format}."
    if compared(provider.format, consumer.format):
        message += " The other way round they are compared: is the one that expects something the consumer's?"
    return Finding(
        rule="troth/no-checker",
        severity="not-covered",
        message=message,
        fingerprint=fingerprint("troth/no-checker", (consumer.format, provider.format)),
        reader=Place("", None, consumer.sources.root),
        writer=Place("", None, provider.sources.root),
    )
