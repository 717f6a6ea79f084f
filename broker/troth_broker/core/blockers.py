"""What stands between a decision and a yes, each with its class and the facts behind it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from troth_broker.core.asked import NOTHING_ASKED, Asked
from troth_broker.core.cells import Cell
from troth_broker.core.facts import Publication, Request, Result
from troth_broker.core.resolve import Chosen, Need, Scope
from troth_broker.core.rows import Row, is_ignored


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
class Unproved:
    """A contract has no result from the provider. `versions` owe one; there are none if none is chosen or placed.

    `asked` tells who was asked for it: all of them if the class is `awaiting-verification`.
    """

    publication: Publication
    versions: tuple[int, ...]
    why: Class
    asked: Request | None = None


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


Blocker = UnknownVersion | Failing | Unproved | NoRow


def worst(blockers: Iterable[Blocker]) -> Class:
    """The class that names the whole answer."""
    return min((blocker.why for blocker in blockers), key=_ORDER.__getitem__, default=Class.UNANSWERABLE)


def row_class(row: Row, absent: frozenset[int], asked: Asked = NOTHING_ASKED) -> Class | None:
    """The class of one row; None if it is no obstacle. `absent`: providers of which the target holds no version."""
    if row.ignored or row.verdict is True:
        return None
    if row.verdict is False:
        return Class.INCOMPATIBLE
    return _missing(row.publication, row.outcome.unproved, absent, asked).why


def absent_counterparts(scope: Scope) -> frozenset[int]:
    """Applications that the target should hold a version of, and does not."""
    return frozenset(chosen.application.id for chosen in scope.inferred if chosen.version is None)


def find_blockers(
    scope: Scope,
    cells: tuple[Cell, ...],
    unmet: tuple[Need, ...],
    shown: tuple[Row, ...],
    asked: Asked = NOTHING_ASKED,
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
    return tuple(sorted(dict.fromkeys(found), key=lambda blocker: _ORDER[blocker.why]))


def _in_cells(scope: Scope, cells: Iterable[Cell], absent: frozenset[int], asked: Asked) -> Iterator[Blocker]:
    for cell in cells:
        for publication, outcome in (
            (max(considered, key=lambda one: one.id), outcome)
            for outcome in cell.outcomes
            if (considered := [p for p in cell.publications if not is_ignored(p, outcome, scope.disregard)])
        ):
            if outcome.verdict is False and outcome.result is not None:
                yield Failing(publication, outcome.result)
            elif outcome.verdict is None:
                yield _missing(publication, outcome.unproved, absent, asked)


def _in_rows(rows: Iterable[Row], absent: frozenset[int], asked: Asked) -> Iterator[Blocker]:
    for row in rows:
        why = row_class(row, absent, asked)
        if why is Class.INCOMPATIBLE and row.result is not None:
            yield Failing(row.publication, row.result)
        elif why is not None:
            yield _missing(row.publication, row.outcome.unproved, absent, asked)


def _missing(publication: Publication, versions: tuple[int, ...], absent: frozenset[int], asked: Asked) -> Unproved:
    """What it means that there is no result: nothing is there that could give one, somebody was asked, or nobody."""
    if publication.provider in absent:
        return Unproved(publication, versions, Class.NOT_DEPLOYED)
    request = asked.of(publication.content, versions)
    expected = request is not None and request.expected
    return Unproved(publication, versions, Class.AWAITING_VERIFICATION if expected else Class.NOBODY_ASKED, request)


def _versions(scope: Scope, application: int) -> tuple[int | None, ...]:
    found = [one.version.id for one in scope.chosen if one.application.id == application and one.version]
    return tuple(found) or (None,)
