"""A decision in words: one sentence that stands alone, a compact table, whether waiting helps, the way to yes."""

from collections.abc import Iterator, Sequence

import click

from troth_broker.cli.tables import aligned, boxed
from troth_broker.client import Decision, Row, Selector, Side, Target

MISSING = "???"
_SHOWN = 40


def headline(decision: Decision, selectors: Sequence[Selector], target: Target, *, require_evidence: bool) -> str:
    """The answer in one line: YES or NO, what was asked, and how much stands in the way."""
    asked = " and ".join(selector.words for selector in selectors)
    place = f" → {target.words}" if target.words else ""
    return f"{_answer(decision, require_evidence)}  {asked}{place}   {_extent(decision, require_evidence)}"


def lines(decision: Decision, selectors: Sequence[Selector], target: Target, *, require_evidence: bool) -> list[str]:
    """The whole answer as lines for a terminal or a pull request."""
    found = [headline(decision, selectors, target, require_evidence=require_evidence)]
    blocking = [row for row in decision.rows if not row.ignored and row.success is not True]
    passed = [row for row in decision.rows if not row.ignored and row.success is True]
    ignored = [row for row in decision.rows if row.ignored]
    found += aligned([_blocking(row) for row in blocking[:_SHOWN]], indent=" ") if blocking else []
    if len(blocking) > _SHOWN:
        found.append(f" … and {len(blocking) - _SHOWN} more pairs that block")
    found += aligned([_passed(row) for row in passed], indent=" ") if len(passed) <= 3 else [_summed(passed)]
    found += aligned([_ignored(row) for row in ignored], indent=" ") if ignored else []
    return found + advice(decision, require_evidence)


def advice(decision: Decision, require_evidence: bool) -> list[str]:
    """What follows the rows: the broker's sentences, whether waiting helps, and the way to yes."""
    return [*_sentences(decision), *_told(decision, require_evidence)]


def table(decision: Decision) -> list[str]:
    """The rows as a table, in the columns of the Pact CLIs."""
    marked = any(row.ignored for row in decision.rows)
    header = ["CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "SUCCESS?", *(["IGNORED"] if marked else [])]
    rows = [
        [
            row.consumer.name,
            row.consumer.version or MISSING,
            row.provider.name,
            row.provider.version or MISSING,
            MISSING if row.success is None else str(row.success).lower(),
            *([("yes" if row.ignored else "")] if marked else []),
        ]
        for row in decision.rows
    ]
    return boxed(header, rows) if rows else []


def _answer(decision: Decision, require_evidence: bool) -> str:
    yes = decision.yes and (decision.proved or not require_evidence)
    return click.style("YES", fg="green", bold=True) if yes else click.style("NO", fg="red", bold=True)


def _extent(decision: Decision, require_evidence: bool) -> str:
    everything = decision.success + decision.failed + decision.unknown
    if decision.yes and not decision.proved:
        return "nothing to check" + (", and --require-evidence asks for a result" if require_evidence else "")
    if decision.yes:
        return f"{_pairs(everything)} verified"
    if everything == 0:
        return "no pair could be looked at"
    return f"{decision.failed + decision.unknown} of {_pairs(everything)} block"


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count} pairs"


def _blocking(row: Row) -> list[str]:
    sign = click.style("✗", fg="red") if row.success is False else click.style("…", fg="yellow")
    kind = row.finding.kind or ("incompatible" if row.success is False else "unverified")
    return [sign, _pair(row), kind, _evidence(row), row.finding.text or _default(row)]


def _passed(row: Row) -> list[str]:
    return [click.style("✓", fg="green"), _pair(row), _evidence(row)]


def _ignored(row: Row) -> list[str]:
    result = "without a result" if row.success is None else "which passed" if row.success else "which failed"
    return ["–", _pair(row), "ignored", result]


def _summed(rows: Sequence[Row]) -> str:
    kinds: dict[str, int] = {}
    for row in rows:
        kinds[_evidence(row)] = kinds.get(_evidence(row), 0) + 1
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return f" {click.style('✓', fg='green')} {_pairs(len(rows))} ({told})"


def _pair(row: Row) -> str:
    return f"{_side(row.consumer)} → {_side(row.provider)}"


def _side(side: Side) -> str:
    return f"{side.name} {_short(side.version)}"


def _short(version: str | None) -> str:
    """A version as it is, a commit's hash as people write it."""
    if version is None:
        return MISSING
    return version[:7] if len(version) >= 40 and all(sign in "0123456789abcdef" for sign in version) else version


def _evidence(row: Row) -> str:
    return "+".join(row.finding.evidence) or ("replay" if row.success is not None else "–")


def _default(row: Row) -> str:
    if row.success is False:
        return f"see {row.result_url}" if row.result_url else "the verification failed"
    return "there is no verification result"


def _told(decision: Decision, require_evidence: bool) -> Iterator[str]:
    if decision.yes and require_evidence and not decision.proved:
        yield "Publish a contract of this version or verify it, or ask without --require-evidence."
    if decision.yes:
        return
    told = {True: "Waiting will help.", False: "Waiting will not help.", None: ""}[decision.finding.waiting_helps]
    way = "  ".join(f"{number}) {action}" for number, action in enumerate(decision.finding.actions, 1))
    if told or way:
        yield " ".join(part for part in (told, f"Shortest way to yes: {way}" if way else "") if part)


def _sentences(decision: Decision) -> Iterator[str]:
    """The broker's own sentences, without praise for a yes that the first line already tells."""
    wanted = {"warning"} if decision.yes else {"warning", "error", "danger"}
    yield from (notice.text for notice in decision.notices if notice.type in wanted)
    if not decision.notices and decision.reason and not decision.yes:
        yield decision.reason
