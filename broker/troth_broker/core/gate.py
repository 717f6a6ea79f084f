"""The decision: whether versions work together, with every reason (pact_broker_api 6.5 and 6.6)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from troth_broker.core import evolving, reasons
from troth_broker.core.asked import Asked
from troth_broker.core.blockers import Blocker, Class, find_blockers, worst
from troth_broker.core.cells import Cell, keep_verdicts, make_cells
from troth_broker.core.facts import Facts
from troth_broker.core.judging import Judge, Outcome
from troth_broker.core.policy import Policy
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
    policies: tuple[Policy, ...] = ()
    """The policies that were used; without any it was the default."""
    evolution: tuple[evolving.Step, ...] = ()
    """What the versions in question owe to those that run in the target."""

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
    judge = Judge(scope, facts)
    cells = make_cells(scope, known, judge)
    policies = judge.governing((cell.consumer, cell.provider) for cell in cells)
    if question.collapse == "cp":
        cells = one_per_pair(cells)
    cells = keep_verdicts(cells, question.success)
    unmet = _unmet(scope.needs, cells)
    counts = _count(cells, scope.disregard)
    evolution = evolving.steps(scope, facts)
    owed = tuple(step for step in evolution if step.blocks and not step.success)
    deployable = _judge(scope, counts, unmet, owed)
    unknown = counts.unknown + len(unmet)
    shown = first_rows(cells, question.limit, scope.disregard)
    sides = _Sides(scope, known)
    why = tuple(_reasons(scope, sides, cells, unmet, owed, nothing=counts.considered == 0))
    return Decision(
        deployable=deployable,
        reasons=_warnings(scope) + (_doubts(sides, cells, evolution) if facts.provided else ()) + why,
        counts=Counts(counts.success, counts.failed, unknown, counts.ignored),
        rows=tuple(sorted(shown, key=lambda row: row.ignored)),
        blockers=()
        if deployable
        else find_blockers(scope, cells, unmet, shown, Asked.by(facts.requests), owed, closed=_closed(scope)),
        compared=counts.considered,
        not_published=_not_published(scope, known) if deployable else (),
        closed=_closed(scope),
        policies=policies,
        evolution=evolution,
    )


def _judge(scope: Scope, counts: Counts, unmet: tuple[Need, ...], owed: tuple[evolving.Step, ...]) -> bool | None:
    if any(chosen.missing and not chosen.ignored for chosen in scope.specified):
        return False
    if counts.unknown or unmet or any(step.success is None for step in owed):
        return None
    return counts.failed == 0 and not owed


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
                if outcome.version not in disregard.versions:
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


def _doubts(sides: "_Sides", cells: Iterable[Cell], evolution: Iterable[evolving.Step]) -> tuple[Reason, ...]:
    """What is worth knowing though it blocks nothing: disputes, and changes that break what runs, or would if used."""
    found: dict[Reason, None] = dict.fromkeys(
        reasons.Disputed(consumer, provider)
        for cell in cells
        for outcome, consumer, provider in sides.pairs(cell, lambda outcome: outcome.disputed)
    )
    for step in evolution:
        if step.success is False and not step.blocks:
            found[_evolves(sides, step)] = None
        elif step.success and step.unused:
            found[reasons.BreaksNobody(*_sides_of(sides, step), step.format, step.unused)] = None
    return tuple(islice(found, MOST_REASONS))


def _reasons(
    scope: Scope,
    sides: "_Sides",
    cells: tuple[Cell, ...],
    unmet: tuple[Need, ...],
    owed: tuple[evolving.Step, ...],
    *,
    nothing: bool,
) -> Iterator[Reason]:
    missing = [reasons.VersionMissing(_side(one)) for one in scope.specified if one.missing and not one.ignored]
    if missing:
        yield from dict.fromkeys(missing)
        return
    found: dict[Reason, None] = {}
    for need in unmet:
        for consumer in sides.all_of(need.consumer):
            for provider in sides.all_of(need.provider):
                found[reasons.NoContract(consumer, provider)] = None
    pairs = [pair for cell in cells for pair in sides.pairs(cell, lambda outcome: not outcome.verdict)]
    for kind in (reasons.VerificationFailed, reasons.ComparisonFailed, reasons.NotVerified):
        found.update(
            {kind(consumer, provider): None for outcome, consumer, provider in pairs if kind in _kinds(outcome)}
        )
    found.update({_evolves(sides, step): None for step in owed})
    if found:
        yield from islice(found, MOST_REASONS)
        if len(found) > MOST_REASONS:
            yield reasons.More(len(found) - MOST_REASONS)
        return
    yield reasons.NothingToCheck() if nothing else reasons.AllPassed()


def _evolves(sides: "_Sides", step: evolving.Step) -> reasons.Evolves:
    return reasons.Evolves(*_sides_of(sides, step), step.success, step.blocks)


def _sides_of(sides: "_Sides", step: evolving.Step) -> tuple[Side, Side]:
    """The new version and the old one."""
    return sides.of_version(step.application, step.version), sides.of_version(step.application, step.against)


def _kinds(outcome: Outcome) -> Iterator[type[Reason]]:
    if outcome.verdict is None:
        yield reasons.NotVerified
    elif "comparison" in outcome.against:
        yield reasons.ComparisonFailed
    if outcome.verdict is False and (not outcome.against or "replay" in outcome.against):
        yield reasons.VerificationFailed


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

    def pairs(self, cell: Cell, wanted: Callable[[Outcome], bool]) -> Iterator[tuple[Outcome, Side, Side]]:
        """The distinct halves of a cell's rows of the wanted outcomes that are not disregarded."""
        outcomes = [outcome for outcome in cell.totals if wanted(outcome)]
        if not outcomes or {cell.consumer, cell.provider} & self._disregard.applications:
            return
        consumers = self._consumers(cell)
        for outcome in outcomes:
            if outcome.version not in self._disregard.versions:
                for consumer in consumers:
                    for provider in self._providers(cell.provider, outcome):
                        yield outcome, consumer, provider

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
        if outcome.version is not None:
            chosen = self._by_version.get(outcome.version)
            return [_side(chosen)] if chosen else [self._any(provider)]
        if outcome.unproved:
            return [_side(self._by_version[version]) for version in outcome.unproved if version in self._by_version]
        return self.all_of(provider)

    def of_version(self, application: int, version: int) -> Side:
        """One version, whether the question means it or not."""
        name, number = self._known.application[application].name, self._known.version[version].number
        return Side(name, EVERYTHING, number)

    def _any(self, application: int) -> Side:
        return Side(self._known.application[application].name, EVERYTHING)
