"""Rows of the matrix: their order, the first of them, and the one that stands for a pair (pact_broker_api 6.3, 6.4).

A row's place is the later of its two versions, then the publication (its version, its revision), then the result, then
the provider's version, newest first.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth_broker.core.cells import Cell
from troth_broker.core.facts import Publication, Result
from troth_broker.core.judging import Outcome
from troth_broker.core.resolve import Disregard

Place = tuple[int, int, int, int, int, int]
NOTHING = Disregard()


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the matrix."""

    publication: Publication
    outcome: Outcome
    ignored: bool = False

    @property
    def result(self) -> Result | None:
        """The result, if there is one."""
        return self.outcome.result

    @property
    def verdict(self) -> bool | None:
        """Passed, failed or unknown."""
        return self.outcome.verdict

    @property
    def place(self) -> Place:
        """Where the row stands: the greatest place comes first."""
        return place(self.publication, self.outcome)


def place(publication: Publication, outcome: Outcome) -> Place:
    """The place of a row of these two halves."""
    version, prover = publication.version, outcome.version or 0
    return max(version, prover), version, publication.revision, publication.id, _number(outcome), prover


def _number(outcome: Outcome) -> int:
    return outcome.result.number if outcome.result else 0


def _order(publication: Publication) -> tuple[int, int, int]:
    return publication.version, publication.revision, publication.id


def first_rows(cells: Iterable[Cell], limit: int | None, disregard: Disregard = NOTHING) -> tuple[Row, ...]:
    """The first rows of the cells in order, at most `limit`, without making the others."""
    cells = tuple(cells)
    total = sum(len(cell.publications) * len(cell.outcomes) for cell in cells)
    if limit is None or total <= 4 * limit:
        halves: Iterable[tuple[Publication, Outcome]] = (
            (publication, outcome) for cell in cells for publication in cell.publications for outcome in cell.outcomes
        )
    else:
        halves = _candidates(cells, limit)
    found = sorted(halves, key=lambda half: place(*half), reverse=True)
    return tuple(Row(one, other, is_ignored(one, other, disregard)) for one, other in found[:limit])


def is_ignored(publication: Publication, outcome: Outcome, disregard: Disregard) -> bool:
    """Whether a row of these halves is to be disregarded."""
    if publication.consumer in disregard.applications or publication.provider in disregard.applications:
        return True
    if publication.version in disregard.versions:
        return True
    return outcome.version in disregard.versions


def _candidates(  # noqa: C901 - the two streams share one heap
    cells: tuple[Cell, ...], limit: int
) -> list[tuple[Publication, Outcome]]:
    """A superset of the first rows, not much longer than `limit`, from two ordered streams.

    Each stream is left as soon as it cannot win.
    Rows whose result is from the later version are met newest result first; all others newest publication first.
    """
    best: list[Place] = []
    found: list[tuple[Publication, Outcome]] = []

    def offer(publication: Publication, outcome: Outcome, at: Place) -> bool:
        if len(best) >= limit and at < best[0]:
            return False
        (heapq.heappush if len(best) < limit else heapq.heappushpop)(best, at)
        found.append((publication, outcome))
        return True

    for time, outcome, publications in _by_result(cells):
        if len(best) >= limit and (time,) < best[0][:1]:
            break
        for publication in publications:
            later = publication.version < time
            if later and not offer(publication, outcome, place(publication, outcome)):
                break
    for publication, outcomes in _by_publication(cells):
        if len(best) >= limit and (publication.version, *_order(publication)) < best[0][:4]:
            break
        for outcome in outcomes:
            earlier = (outcome.version or 0) <= publication.version
            if earlier and not offer(publication, outcome, place(publication, outcome)):
                break
    return found


def _by_result(cells: tuple[Cell, ...]) -> Iterator[tuple[int, Outcome, list[Publication]]]:
    sorted_publications: dict[int, list[Publication]] = {}
    stream = ((o.version, _number(o), i, o) for i, c in enumerate(cells) for o in c.outcomes if o.version)
    for version, _, index, outcome in sorted(stream, key=lambda item: item[:2], reverse=True):
        if index not in sorted_publications:
            sorted_publications[index] = sorted(cells[index].publications, key=_order, reverse=True)
        yield version, outcome, sorted_publications[index]


def _by_publication(cells: tuple[Cell, ...]) -> Iterator[tuple[Publication, list[Outcome]]]:
    sorted_outcomes: dict[int, list[Outcome]] = {}
    stream = (
        (_order(publication), i, publication) for i, cell in enumerate(cells) for publication in cell.publications
    )
    for _, index, publication in sorted(stream, key=lambda item: item[0], reverse=True):
        if index not in sorted_outcomes:
            outcomes = cells[index].outcomes
            sorted_outcomes[index] = sorted(outcomes, key=lambda o: (_number(o), o.version or 0), reverse=True)
        yield publication, sorted_outcomes[index]


def one_per_pair(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """`cp`: one row for each consumer and provider.

    The newest row if it is not judged, else the row of the highest provider version, the newest of those.
    """
    pairs: defaultdict[tuple[int, int], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.publications and cell.outcomes:
            pairs[cell.consumer, cell.provider].append(cell)
    return tuple(_single(tuple(found)) for found in pairs.values())


def _single(cells: tuple[Cell, ...]) -> Cell:
    first = first_rows(cells, 1)[0]
    if first.outcome.proved:
        highest = max(o.version or 0 for cell in cells for o in cell.outcomes if o.proved)
        of_highest = (
            (publication, outcome)
            for cell in cells
            for outcome in cell.outcomes
            if outcome.proved and outcome.version == highest
            for publication in cell.publications
        )
        first = Row(*max(of_highest, key=lambda half: place(*half)))
    publication = first.publication
    return Cell(publication.consumer, publication.provider, publication.content, (publication,), (first.outcome,), 1)
