"""The way to a place inside a datum, from its root."""

from dataclasses import dataclass
from typing import Final, TypeAlias

Step: TypeAlias = "str | int"
"""How a datum is entered: a field's name, ``ITEM``, ``VALUE``, or the number of a union's branch."""
ITEM: Final = "[]"
VALUE: Final = "{}"


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """One step and the way that leads to it, so that a long way costs no more than a short one."""

    before: "Route | None"
    step: Step
    length: int


def on(route: Route | None, step: Step) -> Route:
    """One step further."""
    return Route(route, step, 1 if route is None else route.length + 1)


def steps(route: Route | None) -> list[Step]:
    """The steps from the root on."""
    found: list[Step] = []
    while route is not None:
        found.append(route.step)
        route = route.before
    return found[::-1]
