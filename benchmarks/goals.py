"""Goals, and whether a run met them; and how long something takes."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Verdict:
    """One goal and what came of it."""

    what: str
    value: float
    goal: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.goal


def tell(found: Iterable[Verdict]) -> bool:
    """Print goals met and missed; whether all are met."""
    good = True
    for verdict in found:
        good = good and verdict.met
        print(
            f"{'met   ' if verdict.met else 'MISSED'}  {verdict.what:66}{verdict.value:8.2f} {verdict.unit:7}"
            f"goal {verdict.goal:g}"
        )
    return good


class Took(NamedTuple):
    """Seconds of the clock, and of the processor in this process."""

    clock: float
    processor: float


def timed(work: Callable[[], object]) -> Took:
    """How long something takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


def best(rounds: Iterable[Took]) -> Took:
    """The least of both."""
    clocks, processors = zip(*rounds, strict=True)
    return Took(min(clocks), min(processors))


def beside(ours: Sequence[Took], theirs: Sequence[Took]) -> Took:
    """How many times as long as its neighbour one of ours took, of rounds in turns the middle one; no seconds."""
    pairs = list(zip(ours, theirs, strict=True))
    clock = median(mine.clock / other.clock for mine, other in pairs)
    return Took(clock, median(mine.processor / other.processor for mine, other in pairs))
