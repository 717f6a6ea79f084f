"""A place in a tree while it is walked, and the matching rules that reach it.

Of several rules about a place the heaviest counts: each step of a rule's path weighs 2, or 1 for a wildcard, and the
product times the number of steps is compared (Pact specification, version 3, "Matcher selection"). A rule about a
place reaches all that is inside of it; it is then said to have cascaded.

What the rules say does not depend on the values, so it is worked out once for each place that they name, and kept.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from troth_schemas.pact.matchers import MatcherName, RuleList
from troth_schemas.pact.paths import ANY, ANY_INDEX, Step, is_wild, reaching
from troth_schemas.pact.rules import Rules

_PLAIN: Final = re.compile(r"[_A-Za-z][_A-Za-z0-9]*")
_Nodes: TypeAlias = tuple[tuple[Rules, int], ...]
Way: TypeAlias = "str | tuple[Way, Step]"
"""How a place is reached: what the root is called, or the way to what is around it and one step. Written when asked."""


class Reach:
    """What the rules say about a place, however it is called.

    ``exact`` holds every rule list whose path is this place itself, wildcards included. ``cascaded`` says that the
    rules that count come from further out. ``silent``: no rule reaches the place or its inside.
    """

    __slots__ = ("_inside", "_named", "_nodes", "_weight", "cascaded", "depth", "exact", "rules", "silent")

    def __init__(self, nodes: _Nodes, depth: int = 1, rules: RuleList | None = None, weight: int = 0) -> None:
        exact: list[RuleList] = []
        cascaded = rules is not None
        for node, own in nodes:
            if node.here is not None:
                exact.append(node.here)
                if own * depth >= weight:
                    rules, weight, cascaded = node.here, own * depth, False
        self._nodes = nodes
        self._weight = weight
        self._named = frozenset(key for node, _ in nodes for key in node.inner)
        self._inside: dict[Step | None, Reach] = {}
        self.depth = depth
        self.rules = rules
        self.cascaded = cascaded
        self.exact = tuple(exact)
        self.silent = rules is None and not any(node.inner for node, _ in nodes)

    def step(self, step: Step) -> "Reach":
        """What they say one step further in. Steps that no rule names are all alike."""
        kind = step if step in self._named else ANY_INDEX if isinstance(step, int) else ANY
        found = self._inside.get(kind)
        if found is None:
            found = self._inside[kind] = self._within(step)
        return found

    def _within(self, step: Step) -> "Reach":
        nodes = tuple(
            (found, weight * (1 if is_wild(key) else 2))
            for node, weight in self._nodes
            for key in reaching(step)
            if (found := node.inner.get(key)) is not None
        )
        if not nodes and not self._nodes and self.cascaded == (self.rules is not None):
            return self  # no rule leads here; what cascades stays
        return Reach(nodes, self.depth + 1, self.rules, self._weight)

    def with_each(self, each: Rules) -> "Reach":
        """The same place where its members or elements have the rules of a tree and no others of their own."""
        kept = tuple((_without_own(node), weight) for node, weight in self._nodes)
        return Reach((*kept, (each, 2**self.depth)), self.depth)


def _without_own(node: Rules) -> Rules:
    """The rules about what is inside of the members of a place, and none about the members or the place."""
    found = Rules()
    for step, member in node.inner.items():
        if member.inner:
            found.inner[step] = Rules()
            found.inner[step].inner = member.inner
    return found


@lru_cache(maxsize=1024)
def reach_of(rules: Rules) -> Reach:
    """What rules say about the root of a tree."""
    return Reach(((rules, 2),))


@dataclass(frozen=True, slots=True)
class Trail:
    """A place: the way to it, and what the rules say there."""

    way: Way
    reach: Reach

    @classmethod
    def at_root(cls, rules: Rules, path: str = "$") -> "Trail":
        """The root of a tree."""
        return cls(path, reach_of(rules))

    @property
    def path(self) -> str:
        """The way as it is written: ``$.items[0].id``."""
        steps: list[str] = []
        way = self.way
        while isinstance(way, tuple):
            way, step = way
            steps.append(written(step))
        return "".join((way, *reversed(steps)))

    @property
    def rules(self) -> RuleList | None:
        """The rules that count here."""
        return self.reach.rules

    @property
    def cascaded(self) -> bool:
        """Whether they come from further out."""
        return self.reach.cascaded

    def step(self, step: Step) -> "Trail":
        """The place one step further in: a member's name or an element's index."""
        return Trail((self.way, step), self.reach.step(step))

    def says(self, *names: MatcherName) -> bool:
        """Whether a rule about exactly this place has one of these names."""
        return any(rules.first(name) is not None for rules in self.reach.exact for name in names)

    def only(self, rules: RuleList) -> "Trail":
        """This place with these rules alone about each member or element; what is inside of those keeps its own."""
        each = Rules()
        each.inner[ANY] = Rules()
        each.inner[ANY].here = rules
        return Trail(self.way, self.reach.with_each(each))


def written(step: Step) -> str:
    """A step as it stands in a path: ``.name``, ``['any name']`` or ``[0]``."""
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"
