"""A decision in words: one sentence that stands alone, a compact table, whether waiting helps, the way to yes."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import click

from troth_broker.cli.mismatches import Failures
from troth_broker.cli.tables import aligned, boxed
from troth_broker.client import Decision, Finding, Obstacle, Row, Selector, Target

MISSING = "???"
_COMMIT = re.compile(r"^([0-9a-f]{7})[0-9a-f]{33}(?:[0-9a-f]{24})?([,.;:]?)$")
_SHOWN = 40
_FINAL = {"incompatible", "unknown-version"}


@dataclass(frozen=True, slots=True)
class Told:
    """What is told: the answer, what was asked, and what is known about the failures."""

    decision: Decision
    selectors: Sequence[Selector]
    target: Target
    require_evidence: bool = False
    failures: Failures = field(default_factory=dict)

    @property
    def yes(self) -> bool:
        """Whether the answer counts as a yes."""
        return self.decision.yes and (self.decision.proved or not self.require_evidence)

    def lines(self) -> list[str]:
        """The whole answer as lines for a terminal or a pull request."""
        passed = [row for row in self.decision.rows if not row.ignored and row.success is True]
        ignored = [row for row in self.decision.rows if row.ignored]
        return [
            self.headline(),
            *self._blocking(),
            *_passed(passed),
            *(aligned([_ignored(row) for row in ignored], indent=" ") if ignored else []),
            *self.advice(),
        ]

    def headline(self) -> str:
        """The answer in one line: YES or NO, what was asked, and how much stands in the way."""
        asked = " and ".join(_short(selector.words) for selector in self.selectors)
        place = f" → {self.target.words}" if self.target.words else ""
        answer = click.style("YES", fg="green", bold=True) if self.yes else click.style("NO", fg="red", bold=True)
        return f"{answer}  {asked}{place}   {self._extent()}"

    def advice(self) -> list[str]:
        """What follows the rows: the broker's sentences, whether waiting helps, and the way to yes."""
        return [_short(line) for line in (*self._sentences(), *self._way())]

    def _extent(self) -> str:
        decision = self.decision
        blocking, everything = decision.failed + decision.unknown, decision.success + decision.failed + decision.unknown
        if decision.yes and not decision.proved:
            ignored = " but what is ignored" if any(row.ignored for row in decision.rows) else ""
            return f"nothing to check{ignored}" + (", and a result is required" if self.require_evidence else "")
        if decision.yes:
            return f"{_pairs(everything)} verified"
        if blocking == 0:
            return "1 thing is in the way" if len(decision.obstacles) == 1 else "something is in the way"
        return f"{blocking} of {_pairs(everything)} {'blocks' if blocking == 1 else 'block'}"

    def _blocking(self) -> list[str]:
        """Every obstacle that the broker names, else every row that is no success."""
        cells = [self._obstacle(item) for item in self.decision.obstacles]
        if not cells:
            rows = [row for row in self.decision.rows if not row.ignored and row.success is not True]
            cells = [_open(row) for row in rows]
        more = [f" … and {len(cells) - _SHOWN} more"] if len(cells) > _SHOWN else []
        return (aligned(cells[:_SHOWN], indent=" ") if cells else []) + more

    def _obstacle(self, item: Obstacle) -> list[str]:
        kind = item.finding.kind or "unknown"
        sign = click.style("✗", fg="red") if kind in _FINAL else click.style("…", fg="yellow")
        sides = _side(item.consumer, item.consumer_version)
        if item.provider is not None:
            sides += f" → {_side(item.provider, ', '.join(item.providers) or None)}"
        version = item.providers[0] if item.providers else None
        sides += _format(item.finding)
        replayed = self.failures.get((item.consumer, item.provider or "", version))
        why = (replayed if item.finding.evidence != ("comparison",) else None) or item.finding.text or ""
        return [sign, sides, kind, "+".join(item.finding.evidence) or "–", why]

    def _sentences(self) -> Iterator[str]:
        """The broker's own sentences; its errors only where no obstacle tells the same, its praise never."""
        decision = self.decision
        wanted = {"warning"} if decision.yes or decision.obstacles else {"warning", "error", "danger"}
        yield from (notice.text for notice in decision.notices if notice.type in wanted)
        if not decision.notices and decision.reason and not decision.yes:
            yield decision.reason

    def _way(self) -> Iterator[str]:
        if self.decision.yes and not self.yes:
            yield "Publish a contract of this version or verify it, or ask without --require-evidence."
        yield from self._policies()
        if self.decision.yes:
            return
        finding = self.decision.finding
        waiting = {True: "Waiting will help.", False: "Waiting will not help.", None: ""}[finding.waiting_helps]
        way = "  ".join(f"{number}) {action}" for number, action in enumerate(dict.fromkeys(finding.actions), 1))
        if waiting or way:
            yield " ".join(part for part in (waiting, f"Shortest way to yes: {way}" if way else "") if part)
        yield from finding.hints

    def _policies(self) -> Iterator[str]:
        used = self.decision.policies
        if used:
            yield f"Judged by {'policy' if len(used) == 1 else 'policies'} {', '.join(used)}."


def table(decision: Decision) -> list[str]:
    """The rows as a table, in the columns of the Pact CLIs.

    Beside them stands what each kind of evidence says, where any was compared, and the format, where any is no pact.
    """
    marked = any(row.ignored for row in decision.rows)
    compared = any({"comparison", "partial-replay"} & {*row.finding.evidence} for row in decision.rows)
    various = any(row.finding.format for row in decision.rows)
    header = [
        *("CONSUMER", "C.VERSION", "PROVIDER", "P.VERSION", "SUCCESS?"),
        *(["CONTRACT"] if various else []),
        *(["REPLAY", "COMPARISON"] if compared else []),
        *(["IGNORED"] if marked else []),
    ]
    rows = [
        [
            row.consumer.name,
            row.consumer.version or MISSING,
            row.provider.name,
            _provider_version(row) or MISSING,
            _verdict(_success(row)),
            *([row.finding.format or "pact"] if various else []),
            *(_both(row) if compared else []),
            *([("yes" if row.ignored else "")] if marked else []),
        ]
        for row in decision.rows
    ]
    return boxed(header, rows) if rows else []


def _provider_version(row: Row) -> str | None:
    """The provider's version of the result; of the comparison, or of the replay of a part, where there is none."""
    return row.provider.version or row.finding.compared_with or row.finding.part_with


def _success(row: Row) -> bool | None:
    """The row's verdict; that of the comparison where nothing was replayed and the answer does not judge the pair."""
    return row.finding.comparison if row.success is None and row.finding.compared_with else row.success


def _verdict(success: bool | None) -> str:
    return MISSING if success is None else str(success).lower()


def _both(row: Row) -> list[str]:
    """What a replay says and what a comparison says, side by side; nothing where there is none."""
    finding = row.finding
    said = (("replay", finding.replay), ("comparison", finding.comparison))
    replay, comparison = (_verdict(success) if kind in finding.evidence else "" for kind, success in said)
    return [replay or _part(row), comparison]


def _part(row: Row) -> str:
    """How much was replayed, where that was not all; by which version, where the row shows another."""
    finding = row.finding
    if finding.part is None:
        return ""
    other = finding.part_with not in (None, _provider_version(row))
    return f"{finding.part} replayed" + (f" by {finding.part_with}" if other else "")


def findings(decision: Decision) -> list[str]:
    """What comparisons found first in each row that they do not pass, as lines below a table."""
    told = [row for row in decision.rows if row.finding.compared and not row.ignored]
    return aligned([[_pair(row), row.finding.compared or ""] for row in told[:_SHOWN]], indent=" ") if told else []


def _open(row: Row) -> list[str]:
    """A row that is no success, from a broker that says no more about it."""
    if row.success is None:
        return [click.style("…", fg="yellow"), _pair(row), "unverified", "–", "there is no verification result"]
    return [click.style("✗", fg="red"), _pair(row), "incompatible", "replay", f"see {row.result_url or 'the broker'}"]


def _passed(rows: Sequence[Row]) -> list[str]:
    sign, doubt = click.style("✓", fg="green"), click.style("!", fg="yellow")
    disputed = [row for row in rows if row.finding.disputed]
    told = [[doubt, _pair(row), _evidence(row), row.finding.compared or ""] for row in disputed[:_SHOWN]]
    rows = [row for row in rows if not row.finding.disputed]
    return (aligned(told, indent=" ") if told else []) + _agreed(rows, sign)


def _agreed(rows: Sequence[Row], sign: str) -> list[str]:
    if len(rows) <= 3:
        return aligned([[sign, _pair(row), _evidence(row)] for row in rows], indent=" ") if rows else []
    kinds: dict[str, int] = {}
    for row in rows:
        kinds[_evidence(row)] = kinds.get(_evidence(row), 0) + 1
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
    return [f" {sign}  {_pairs(len(rows))} ({told})"]


def _ignored(row: Row) -> list[str]:
    results: Mapping[bool | None, str] = {None: "without a result", True: "which passed", False: "which failed"}
    return ["–", _pair(row), "ignored", results[row.success]]


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count} pairs"


def _pair(row: Row) -> str:
    sides = f"{_side(row.consumer.name, row.consumer.version)} → {_side(row.provider.name, _provider_version(row))}"
    return sides + _format(row.finding)


def _format(finding: Finding) -> str:
    return f" ({finding.format})" if finding.format else ""


def _side(name: str, version: str | None) -> str:
    return f"{name} {MISSING if version is None else _short(version)}"


def _short(words: str) -> str:
    """The words with every commit's hash as people write it, its first seven signs."""
    return " ".join(_COMMIT.sub(r"\1\2", word) for word in words.split(" "))


def _evidence(row: Row) -> str:
    kinds = "+".join(row.finding.evidence) or "replay"
    return f"{kinds} (disputed)" if row.finding.disputed else kinds
