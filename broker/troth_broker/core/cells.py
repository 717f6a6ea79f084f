"""The matrix in groups: publications of a content beside the results of that content (pact_broker_api 6.3, 6.4).

A content that was published and verified five thousand times has twenty-five million rows. A `Cell` holds both lists
and never their product: rows are counted by multiplication, and only those that are shown are ever made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from troth_broker.core.facts import Publication, Result, Tally
from troth_broker.core.judging import Judge, Outcome, Pair
from troth_broker.core.resolve import Chosen, Known, Scope, sides


@dataclass(frozen=True, slots=True)
class Cell:
    """Rows of one content: each publication with each outcome. `published` counts unlisted publications too."""

    consumer: int
    provider: int
    content: int
    publications: tuple[Publication, ...]
    outcomes: tuple[Outcome, ...]
    published: int
    counted: tuple[Outcome, ...] = ()
    """The outcomes in numbers, where those listed are only the newest."""

    @property
    def totals(self) -> tuple[Outcome, ...]:
        """The outcomes to count by."""
        return self.counted or self.outcomes


def make_cells(scope: Scope, known: Known, judge: Judge | None = None) -> tuple[Cell, ...]:
    """The cells that a resolved question reaches, before rows are collapsed or filtered. None is empty."""
    facts = known.facts
    judge = judge or Judge(scope, facts)
    reach = _Reach(scope)
    newest_only = scope.question.collapse is not None
    publications = _newest_revisions(facts.publications) if newest_only else facts.publications
    grouped: defaultdict[tuple[int, bool], list[Publication]] = defaultdict(list)
    for publication in publications:
        inner = reach.inner(publication)
        if inner is not None:
            grouped[publication.content, inner].append(publication)
    for content, tally in facts.tallies.items():
        grouped.setdefault((content, tally.inner), [])
    wanted = {content for content, _ in grouped}
    results = _results_by_content(facts.results, wanted, newest_only=newest_only)
    cells = (
        _cell(reach, judge, content, inner, found, results.get(content, ()), facts.tallies.get(content))
        for (content, inner), found in grouped.items()
    )
    found = [cell for cell in cells if cell is not None]
    return tuple(sorted(found, key=_place))


def _place(cell: Cell) -> tuple[int, ...]:
    newest = cell.publications[0].id if cell.publications else 0
    return cell.consumer, cell.provider, cell.content, newest


def _newest_revisions(publications: Iterable[Publication]) -> tuple[Publication, ...]:
    newest: dict[tuple[int, int, str], Publication] = {}
    for publication in publications:
        key = publication.slot
        if key not in newest or publication.revision > newest[key].revision:
            newest[key] = publication
    return tuple(newest.values())


def _results_by_content(
    results: Iterable[Result], contents: set[int], *, newest_only: bool
) -> Mapping[int, tuple[Result, ...]]:
    grouped: defaultdict[int, dict[int, Result]] = defaultdict(dict)
    for result in results:
        if result.content in contents:
            key = result.version if newest_only else -result.number
            found = grouped[result.content]
            if key not in found or result.number > found[key].number:
                found[key] = result
    return {content: tuple(found.values()) for content, found in grouped.items()}


def _cell(
    reach: "_Reach",
    judge: Judge,
    content: int,
    inner: bool,
    publications: list[Publication],
    results: tuple[Result, ...],
    tally: Tally | None,
) -> Cell | None:
    if tally is not None and tally.inner != inner:
        tally = None
    consumer, provider = (
        (tally.consumer, tally.provider) if tally else (publications[0].consumer, publications[0].provider)
    )
    versions = reach.provider_versions(provider, inner=inner)
    met = [result for result in results if versions is None or result.version in versions]
    met.sort(key=lambda result: (result.version, result.number), reverse=True)
    publications.sort(key=lambda publication: publication.id, reverse=True)
    pair = Pair(content, consumer, provider, publications[0].format if publications else "pact")
    outcomes = judge.of_results(pair, met)
    undecided: list[Outcome] = []
    if versions is not None and not inner and judge.compares:
        found = judge.of_comparisons(pair, versions - {result.version for result in met})
        outcomes += [outcome for outcome in found if outcome.proved]
        undecided = [outcome for outcome in found if not outcome.proved]
    counted: tuple[Outcome, ...] = ()
    if tally is not None:
        counted = tuple(
            Outcome(verdict, times=times) for verdict, times in ((True, tally.passed), (False, tally.failed)) if times
        )
        if reach.collapse == "cvp" and tally.top is not None:
            counted = (Outcome(tally.top),)
    if not inner:
        owing = _owing(reach, judge, pair, outcomes, undecided, known_elsewhere=bool(counted))
        outcomes += owing
        counted = (*counted, *owing) if counted else ()
    if reach.collapse == "cvp":
        outcomes = _highest(outcomes)
    if not outcomes and not counted:
        return None
    published = tally.publications if tally else len(publications)
    return Cell(consumer, provider, content, tuple(publications), tuple(outcomes), published, counted)


def _owing(
    reach: "_Reach",
    judge: Judge,
    pair: Pair,
    proved: list[Outcome],
    undecided: list[Outcome],
    *,
    known_elsewhere: bool,
) -> tuple[Outcome, ...]:
    """The missing proof: no version of the provider has one, or a version that is live in the target has none.

    Versions whose comparison could not tell have a row each, unless one proof is enough.
    """
    answered = {outcome.version for outcome in proved}
    versions = reach.provider_versions(pair.provider) or frozenset()
    unproved = tuple(sorted(versions - answered, reverse=True))
    every = reach.every_version_counts(pair.provider)
    if not (unproved and every) and (answered or known_elsewhere):
        return ()
    if undecided and not every:
        return (undecided[0],)
    told = {outcome.version for outcome in undecided}
    rest = tuple(version for version in unproved if version not in told)
    return (*undecided, judge.of_nothing(pair, rest)) if rest or not undecided else tuple(undecided)


def _highest(outcomes: list[Outcome]) -> list[Outcome]:
    """`cvp`: of the provider versions that are judged only the highest counts."""
    proved = [outcome for outcome in outcomes if outcome.proved]
    return [max(proved, key=lambda outcome: outcome.version or 0)] if proved else outcomes


class _Reach:
    """Which publications and results a resolved question reaches."""

    def __init__(self, scope: Scope) -> None:
        chosen = scope.chosen
        self.collapse = scope.question.collapse
        self._sides = sides(chosen)
        self._specified = {one.application.id for one in scope.specified}
        self._single: Chosen | None = chosen[0] if len(chosen) == 1 else None
        target = scope.question.target
        live = target is not None and target.environment is not None and self.collapse != "cp"
        self._live = {one.application.id for one in scope.inferred} if live else set[int]()

    def inner(self, publication: Publication) -> bool | None:
        """None if the publication is out of reach; else whether it counts only where it has a result."""
        consumer, provider = publication.consumer, publication.provider
        if self._single is not None:
            key = self._single.application.id
            if consumer == key and self._has(key, publication.version):
                return False
            return True if provider == key else None
        if consumer not in self._sides or provider not in self._sides or not self._has(consumer, publication.version):
            return None
        return False if consumer in self._specified or provider in self._specified else None

    def provider_versions(self, provider: int, *, inner: bool = True) -> frozenset[int] | None:
        """The versions of a provider whose results count; None for all of them."""
        if self._single is not None and not inner:
            return None
        return self._sides.get(provider)

    def every_version_counts(self, provider: int) -> bool:
        """Whether each version of the provider must have passed, because all of them run in the target environment."""
        return provider in self._live

    def _has(self, application: int, version: int) -> bool:
        versions = self._sides[application]
        return versions is None or version in versions


def keep_verdicts(cells: Iterable[Cell], verdicts: frozenset[bool | None] | None) -> tuple[Cell, ...]:
    """The cells with only the rows of these verdicts; a cell without any is gone."""
    if verdicts is None:
        return tuple(cells)
    kept = (replace(cell, outcomes=tuple(o for o in cell.outcomes if o.verdict in verdicts)) for cell in cells)
    return tuple(cell for cell in kept if cell.outcomes)
