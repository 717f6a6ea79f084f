"""Goals, and whether a run met them."""

from collections.abc import Iterable
from dataclasses import dataclass


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
