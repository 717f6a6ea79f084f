"""What stands between a decision and a yes, each with its class and the facts behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from troth_broker.core.asked import NOTHING_ASKED, Asked
from troth_broker.core.cells import Cell
from troth_broker.core.evidence import Evidence
from troth_broker.core.evolving import Step
from troth_broker.core.facts import Part, Publication, Request, Result
from troth_broker.core.judging import Outcome
from troth_broker.core.resolve import Chosen, Need, Scope
from troth_broker.core.rows import Row, is_ignored
from troth_broker.core.verdict import Lack


class Class(Enum):
    """Why an answer is not yes; where several apply the first in this order names the whole answer."""

    UNKNOWN_VERSION = "unknown-version"
    INCOMPATIBLE = "incompatible"
    NOT_DEPLOYED = "not-deployed"
    ERRORED = "errored"
    AWAITING_VERIFICATION = "awaiting-verification"
    NOBODY_ASKED = "nobody-asked"
    UNANSWERABLE = "unanswerable"
    NOT_COVERED = "not-covered"
    STALE = "stale"


_ORDER = {one: index for index, one in enumerate(Class)}
_OF_LACK = {
    Lack.REPLAY: Class.NOBODY_ASKED,
    Lack.PART: Class.NOT_COVERED,
    Lack.ERRORED: Class.ERRORED,
    Lack.PENDING: Class.AWAITING_VERIFICATION,
    Lack.NOTHING: Class.UNANSWERABLE,
    Lack.NOT_COVERED: Class.NOT_COVERED,
    Lack.STALE: Class.STALE,
}
"""What each lack is called, unless somebody was asked for the replay that would fill it."""


@dataclass(frozen=True, slots=True)
class UnknownVersion:
    """The question names a version that does not exist."""

    chosen: Chosen
    why: Class = Class.UNKNOWN_VERSION


@dataclass(frozen=True, slots=True)
class Failing:
    """A provider's version failed against a contract."""

    publication: Publication
    result: Result
    why: Class = Class.INCOMPATIBLE


@dataclass(frozen=True, slots=True)
class Breaking:
    """A contract breaks when it is compared with what a provider's version publishes.

    `or_replay`: a passing replay would outrank that.
    """

    publication: Publication
    evidence: Evidence
    why: Class = Class.INCOMPATIBLE
    or_replay: bool = False


@dataclass(frozen=True, slots=True)
class Unproved:
    """A contract lacks a proof from the provider. `versions` owe it; there are none if none is chosen or placed.

    `asked` tells who was asked for a replay: all of them if the class is `awaiting-verification`. `or_replay`: what is
    lacking of a comparison, a replay alone could replace. `parts`: what was replayed of the contract all the same.
    """

    publication: Publication
    versions: tuple[int, ...]
    why: Class
    asked: Request | None = None
    lack: Lack = Lack.REPLAY
    evidence: Evidence | None = None
    or_replay: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class NoRow:
    """A consumer needs a provider, and nothing about the two can be compared.

    `version` is the consumer's, if one is chosen.
    """

    consumer: int
    provider: int
    version: int | None
    filtered: bool
    why: Class = Class.UNANSWERABLE


@dataclass(frozen=True, slots=True)
class Regressing:
    """What a version publishes breaks what one that runs in the target publishes, or is not known to keep it."""

    step: Step
    why: Class


Blocker = UnknownVersion | Failing | Breaking | Unproved | NoRow | Regressing


def worst(blockers: Iterable[Blocker]) -> Class:
    """The class that names the whole answer."""
    return min((blocker.why for blocker in blockers), key=_ORDER.__getitem__, default=Class.UNANSWERABLE)


def row_blockers(row: Row, absent: frozenset[int], asked: Asked = NOTHING_ASKED) -> tuple[Blocker, ...]:
    """What one row puts in the way, worst first. `absent`: providers of which the target holds no version."""
    if row.ignored:
        return ()
    return tuple(sorted(_of(row.publication, row.outcome, absent, asked), key=_place))


def row_class(row: Row, absent: frozenset[int], asked: Asked = NOTHING_ASKED) -> Class | None:
    """The class of one row; None if it is no obstacle."""
    found = row_blockers(row, absent, asked)
    return found[0].why if found else None


def absent_counterparts(scope: Scope) -> frozenset[int]:
    """Applications that the target should hold a version of, and does not."""
    return frozenset(chosen.application.id for chosen in scope.inferred if chosen.version is None)


def find_blockers(
    scope: Scope,
    cells: tuple[Cell, ...],
    unmet: tuple[Need, ...],
    shown: tuple[Row, ...],
    asked: Asked = NOTHING_ASKED,
    owed: tuple[Step, ...] = (),
    *,
    closed: bool,
) -> tuple[Blocker, ...]:
    """Every obstacle, worst first. For questions about whole histories only those among the rows shown."""
    absent = absent_counterparts(scope)
    found: list[Blocker] = [UnknownVersion(one) for one in scope.specified if one.missing and not one.ignored]
    found += _in_cells(scope, cells, absent, asked) if closed else _in_rows(shown, absent, asked)
    found += [
        NoRow(need.consumer, need.provider, version, scope.question.success is not None)
        for need in unmet
        for version in _versions(scope, need.consumer)
    ]
    found += [Regressing(step, _regression(step)) for step in owed]
    return tuple(sorted(dict.fromkeys(found), key=_place))


def _regression(step: Step) -> Class:
    if step.success is False:
        return Class.INCOMPATIBLE
    if step.error is not None:
        return Class.ERRORED
    return Class.AWAITING_VERIFICATION if step.missing else Class.NOT_COVERED


def _place(blocker: Blocker) -> int:
    return _ORDER[blocker.why]


def _in_cells(scope: Scope, cells: Iterable[Cell], absent: frozenset[int], asked: Asked) -> Iterator[Blocker]:
    for cell in cells:
        for publication, outcome in (
            (max(considered, key=lambda one: one.id), outcome)
            for outcome in cell.outcomes
            if (considered := [p for p in cell.publications if not is_ignored(p, outcome, scope.disregard)])
        ):
            yield from _of(publication, outcome, absent, asked)


def _in_rows(rows: Iterable[Row], absent: frozenset[int], asked: Asked) -> Iterator[Blocker]:
    for row in rows:
        yield from row_blockers(row, absent, asked)


def _of(publication: Publication, outcome: Outcome, absent: frozenset[int], asked: Asked) -> Iterator[Blocker]:
    """What a row of these halves puts in the way."""
    if outcome.verdict is None:
        for lack in outcome.lacks:
            yield _missing(publication, outcome, lack, absent, asked)
    elif outcome.verdict is False:
        if outcome.result is not None and not outcome.result.success:
            yield Failing(publication, outcome.result)
        if outcome.evidence is not None and "comparison" in outcome.against:
            yield Breaking(publication, outcome.evidence, or_replay=outcome.or_replay)


def _missing(publication: Publication, outcome: Outcome, lack: Lack, absent: frozenset[int], asked: Asked) -> Unproved:
    """What it means that proof is lacking: nothing is there that could give it, somebody was asked, or nobody.

    Who was asked, and has shown a part since, will show no more.
    """
    versions = outcome.owed_by
    if publication.provider in absent:
        return Unproved(publication, versions, Class.NOT_DEPLOYED)
    request = asked.of(publication.content, versions) if lack.kind == "replay" or outcome.or_replay else None
    shown = min((part.at for part in outcome.parts), default=0) if lack is Lack.PART else 0
    expected = request is not None and request.expected and request.last >= shown
    why = Class.AWAITING_VERIFICATION if expected else _OF_LACK[lack]
    request = request if expected or (lack.kind == "replay" and lack is not Lack.PART) else None
    return Unproved(publication, versions, why, request, lack, outcome.evidence, outcome.or_replay, outcome.parts)


def _versions(scope: Scope, application: int) -> tuple[int | None, ...]:
    found = [one.version.id for one in scope.chosen if one.application.id == application and one.version]
    return tuple(found) or (None,)
