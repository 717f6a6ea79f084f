"""The decision: whether versions work together, with every reason (pact_broker_api 6.5 and 6.6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from troth_broker.core import reasons
from troth_broker.core.asked import Asked
from troth_broker.core.blockers import Blocker, Class, find_blockers, worst
from troth_broker.core.cells import Cell, Outcome, keep_verdicts, make_cells
from troth_broker.core.facts import Facts
from troth_broker.core.question import EVERYTHING, Question
from troth_broker.core.reasons import Reason, Side
from troth_broker.core.resolve import Chosen, Disregard, Known, Need, Scope, resolve
from troth_broker.core.rows import Row, first_rows, one_per_pair

MOST_REASONS = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows passed, failed and are unknown, and how many were disregarded."""

    success: int = 0
    failed: int = 0
    unknown: int = 0
    ignored: int = 0

    @property
    def considered(self) -> int:
        """How many rows the decision looked at."""
        return self.success + self.failed + self.unknown


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether the versions in question work together, why, and the rows that show it (disregarded ones last)."""

    deployable: bool | None
    reasons: tuple[Reason, ...]
    counts: Counts
    rows: tuple[Row, ...]
    blockers: tuple[Blocker, ...]
    compared: int
    """How many rows the decision rests on; a yes with none is a yes because there was nothing to check."""
    not_published: tuple[str, ...] = ()
    """Applications in question that are consumers, in a version without any contract."""
    closed: bool = True
    """Whether every row is about versions that the question names or implies, not about whole histories."""

    @property
    def why(self) -> Class | None:
        """The class of a non-yes."""
        return None if self.deployable else worst(self.blockers)

    @property
    def waiting_helps(self) -> bool | None:
        """Whether the answer may turn into a yes by itself, all that blocks being awaited; None where it is a yes."""
        if self.deployable:
            return None
        return bool(self.blockers) and all(blocker.why is Class.AWAITING_VERIFICATION for blocker in self.blockers)

    @property
    def nothing_to_check(self) -> bool:
        """Whether the answer is yes only because there was nothing to compare."""
        return self.deployable is True and self.compared == 0


def decide(question: Question, facts: Facts) -> Decision:
    """The answer to a question, from facts alone. Raises LookupError for an application that the facts do not know."""
    known = Known(facts)
    scope = resolve(question, known)
    cells = make_cells(scope, known)
    if question.collapse == "cp":
        cells = one_per_pair(cells)
    cells = keep_verdicts(cells, question.success)
    unmet = _unmet(scope.needs, cells)
    counts = _count(cells, scope.disregard)
    deployable = _judge(scope, counts, unmet)
    unknown = counts.unknown + len(unmet)
    shown = first_rows(cells, question.limit, scope.disregard)
    why = tuple(_reasons(scope, known, cells, unmet, nothing=counts.considered == 0))
    return Decision(
        deployable=deployable,
        reasons=_warnings(scope) + why,
        counts=Counts(counts.success, counts.failed, unknown, counts.ignored),
        rows=tuple(sorted(shown, key=lambda row: row.ignored)),
        blockers=()
        if deployable
        else find_blockers(scope, cells, unmet, shown, Asked.by(facts.requests), closed=_closed(scope)),
        compared=counts.considered,
        not_published=_not_published(scope, known) if deployable else (),
        closed=_closed(scope),
    )


def _judge(scope: Scope, counts: Counts, unmet: tuple[Need, ...]) -> bool | None:
    if any(chosen.missing and not chosen.ignored for chosen in scope.specified):
        return False
    if counts.unknown or unmet:
        return None
    return counts.failed == 0


def _unmet(needs: Iterable[Need], cells: Iterable[Cell]) -> tuple[Need, ...]:
    met = {(cell.consumer, cell.provider) for cell in cells}
    return tuple(need for need in needs if need.required and (need.consumer, need.provider) not in met)


def _count(cells: Iterable[Cell], disregard: Disregard) -> Counts:
    found: dict[bool | None, int] = {True: 0, False: 0, None: 0}
    ignored = 0
    for cell in cells:
        everything = cell.published * sum(outcome.times for outcome in cell.totals)
        considered = 0
        if not {cell.consumer, cell.provider} & disregard.applications:
            publications = cell.published - sum(p.version in disregard.versions for p in cell.publications)
            for outcome in cell.totals:
                if outcome.result is None or outcome.result.version not in disregard.versions:
                    found[outcome.verdict] += publications * outcome.times
                    considered += publications * outcome.times
        ignored += everything - considered
    return Counts(found[True], found[False], found[None], ignored)


def _closed(scope: Scope) -> bool:
    alone = len(scope.chosen) == 1 and scope.question.target is None
    return not alone and not any(chosen.wanted.everything for chosen in scope.chosen)


def _not_published(scope: Scope, known: Known) -> tuple[str, ...]:
    consumers = {integration.consumer for integration in known.facts.integrations}
    publishing = {publication.version for publication in known.facts.publications}
    return tuple(
        chosen.application.name
        for chosen in scope.specified
        if chosen.version and chosen.application.id in consumers and chosen.version.id not in publishing
    )


def _warnings(scope: Scope) -> tuple[Reason, ...]:
    question, target = scope.question, scope.question.target
    found: list[Reason] = [reasons.CannotIgnore(ignored) for ignored in scope.disregard.unknown]
    placed = target is not None and (target.tag or target.branch or target.environment or target.main_branch)
    if len(question.selectors) == 1 and not placed:
        found.append(reasons.NoTarget())
    wanted = [selector.wanted for selector in question.selectors]
    if any(not one.everything for one in wanted) and not any(one.version for one in wanted):
        found.append(reasons.NoVersionNumber())
    return tuple(found)


def _reasons(
    scope: Scope, known: Known, cells: tuple[Cell, ...], unmet: tuple[Need, ...], *, nothing: bool
) -> Iterator[Reason]:
    missing = [reasons.VersionMissing(_side(one)) for one in scope.specified if one.missing and not one.ignored]
    if missing:
        yield from dict.fromkeys(missing)
        return
    sides = _Sides(scope, known)
    found: dict[Reason, None] = {}
    for need in unmet:
        for consumer in sides.all_of(need.consumer):
            for provider in sides.all_of(need.provider):
                found[reasons.NoContract(consumer, provider)] = None
    pairs = [pair for cell in cells for pair in sides.pairs(cell)]
    for verdict, kind in ((False, reasons.VerificationFailed), (None, reasons.NotVerified)):
        found.update({kind(consumer, provider): None for at, consumer, provider in pairs if at is verdict})
    if found:
        yield from islice(found, MOST_REASONS)
        if len(found) > MOST_REASONS:
            yield reasons.More(len(found) - MOST_REASONS)
        return
    yield reasons.NothingToCheck() if nothing else reasons.AllPassed()


def _side(chosen: Chosen) -> Side:
    number = chosen.version.number if chosen.version else None
    return Side(chosen.application.name, chosen.wanted, number, chosen.one_of_many)


class _Sides:
    """The halves of a cell as the question meant them; whole histories are one half, not one for each version."""

    def __init__(self, scope: Scope, known: Known) -> None:
        self._known = known
        self._disregard = scope.disregard
        self._single = len(scope.chosen) == 1
        self._by_version = {chosen.version.id: chosen for chosen in reversed(scope.chosen) if chosen.version}
        self._whole = {one.application.id for one in scope.chosen if one.wanted.everything}
        self._of: dict[int, list[Chosen]] = {}
        for chosen in scope.chosen:
            self._of.setdefault(chosen.application.id, []).append(chosen)

    def all_of(self, application: int) -> list[Side]:
        """Every choice of an application's versions; all its versions where none is chosen."""
        return [_side(one) for one in self._of.get(application, [])] or [self._any(application)]

    def pairs(self, cell: Cell) -> Iterator[tuple[bool | None, Side, Side]]:
        """The distinct halves of a cell's rows that did not pass and are not disregarded, with their verdicts."""
        if (
            all(outcome.verdict for outcome in cell.totals)
            or {cell.consumer, cell.provider} & self._disregard.applications
        ):
            return
        consumers = self._consumers(cell)
        for outcome in cell.totals:
            met = outcome.result is None or outcome.result.version not in self._disregard.versions
            if met and not outcome.verdict:
                for consumer in consumers:
                    for provider in self._providers(cell.provider, outcome):
                        yield outcome.verdict, consumer, provider

    def _consumers(self, cell: Cell) -> list[Side]:
        versions = [one.version for one in cell.publications if one.version not in self._disregard.versions]
        chosen = cell.consumer not in self._whole and all(version in self._by_version for version in versions)
        if chosen and len(cell.publications) == cell.published:
            return [_side(self._by_version[version]) for version in dict.fromkeys(versions)]
        listed = len(cell.publications) < cell.published
        return [self._any(cell.consumer)] if versions or listed else []

    def _providers(self, provider: int, outcome: Outcome) -> list[Side]:
        if provider in self._whole or provider not in self._of:
            return [self._any(provider)]
        if outcome.result is not None:
            chosen = self._by_version.get(outcome.result.version)
            return [_side(chosen)] if chosen else [self._any(provider)]
        if outcome.unproved:
            return [_side(self._by_version[version]) for version in outcome.unproved if version in self._by_version]
        return self.all_of(provider)

    def _any(self, application: int) -> Side:
        return Side(self._known.application[application].name, EVERYTHING)
