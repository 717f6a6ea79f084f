"""A place in a tree while it is walked, and the matching rules that reach it.

Of several rules about a place the heaviest counts: each step of a rule's path weighs 2, or 1 for a wildcard, and the
product times the number of steps is compared (Pact specification, version 3, "Matcher selection"). A rule about a
place reaches all that is inside of it; it is then said to have cascaded.
"""

import re
from dataclasses import dataclass
from typing import Final

from troth_schemas.pact.matchers import MatcherName, RuleList
from troth_schemas.pact.paths import ANY, Step, is_wild, reaching
from troth_schemas.pact.rules import Rules

_PLAIN: Final = re.compile(r"[_A-Za-z][_A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class Trail:
    """A place: its path, the rules that count there, and the rules about its inside.

    ``exact`` holds every rule list whose path is this place itself, wildcards included. ``cascaded`` says that the
    rules that count come from further out.
    """

    path: str
    nodes: tuple[tuple[Rules, int], ...]
    depth: int = 1
    rules: RuleList | None = None
    weight: int = 0
    cascaded: bool = False
    exact: tuple[RuleList, ...] = ()

    @classmethod
    def at_root(cls, rules: Rules, path: str = "$") -> "Trail":
        """The root of a tree."""
        return _reached(path, ((rules, 2),), 1, None, 0)

    @property
    def silent(self) -> bool:
        """Whether no rule reaches this place or its inside: then the tree below is compared as it is."""
        return self.rules is None and not any(node.inner for node, _ in self.nodes)

    def step(self, step: Step) -> "Trail":
        """The place one step further in: a member's name or an element's index."""
        path = f"{self.path}{written(step)}"
        if not self.nodes:  # no rule leads here; what cascades stays
            return Trail(path, (), self.depth + 1, self.rules, self.weight, self.rules is not None)
        nodes = tuple(
            (found, weight * (1 if is_wild(key) else 2))
            for node, weight in self.nodes
            for key in reaching(step)
            if (found := node.inner.get(key)) is not None
        )
        return _reached(path, nodes, self.depth + 1, self.rules, self.weight)

    def says(self, *names: MatcherName) -> bool:
        """Whether a rule about exactly this place has one of these names."""
        return any(rules.first(name) is not None for rules in self.exact for name in names)

    def only(self, rules: RuleList) -> "Trail":
        """This place with no rules but these, about each of its members or elements."""
        inner = Rules()
        inner.inner[ANY] = Rules()
        inner.inner[ANY].here = rules
        return Trail(self.path, ((inner, 2**self.depth),), self.depth)


def written(step: Step) -> str:
    """A step as it stands in a path: ``.name``, ``['any name']`` or ``[0]``."""
    if isinstance(step, int):
        return f"[{step}]"
    if _PLAIN.fullmatch(step):
        return f".{step}"
    escaped = step.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def _reached(path: str, nodes: tuple[tuple[Rules, int], ...], depth: int, rules: RuleList | None, weight: int) -> Trail:
    exact = []
    cascaded = rules is not None
    for node, own in nodes:
        if node.here is not None:
            exact.append(node.here)
            if own * depth >= weight:
                rules, weight, cascaded = node.here, own * depth, False
    return Trail(path, nodes, depth, rules, weight, cascaded, tuple(exact))
