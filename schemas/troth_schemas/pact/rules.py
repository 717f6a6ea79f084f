"""The matching rules of one part of an interaction (request, response or message), V2 to V4, by what they are about.

Of several rules about a place of a body the closest counts: each step of a rule's path weighs 2, or 1 for a wildcard,
and the product, times the number of steps, is compared. A rule about a place holds for its inside too, as far as its
matchers cascade.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.matchers import RuleList, read_rule_list
from troth_schemas.pact.paths import Step, is_wild, reaching, steps

_ALIASES: Final[Mapping[str, str]] = {
    "header": "header", "headers": "header", "query": "query", "metadata": "metadata", "body": "body",
    "contents": "body", "content": "body", "path": "path", "status": "status", "method": "method",
}  # fmt: skip


class Rules:
    """The rules of a body in a tree by the steps of their paths."""

    __slots__ = ("here", "inner")

    def __init__(self) -> None:
        self.here: RuleList | None = None
        self.inner: dict[Step | None, Rules] = {}

    def __bool__(self) -> bool:
        return self.here is not None or bool(self.inner)

    @classmethod
    def of(cls, rules: Iterable[tuple[tuple[Step | None, ...], RuleList]]) -> "Rules":
        """The tree of rules by their steps; of two about one place the last counts."""
        root = cls()
        for path, found in rules:
            node = root
            for step in path:
                node = node.inner.setdefault(step, Rules())
            node.here = found
        return root


NO_RULES: Final = Rules()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place of a body while it is walked, and the rules that reach it."""

    nodes: tuple[tuple[Rules, int], ...]
    depth: int = 1
    closest: RuleList | None = None
    closeness: int = 0
    own: bool = False

    @classmethod
    def at_root(cls, rules: Rules) -> "Cursor":
        """The root of a body."""
        return cls._reached(((rules, 2),), 1, None, 0)

    @property
    def rules(self) -> RuleList | None:
        """The rules that count here: the closest ones, or what cascades from further out."""
        if self.closest is None or self.own:
            return self.closest
        return self.closest.cascaded()

    @property
    def silent(self) -> bool:
        """Whether no rule says anything about this place or its inside."""
        return self.rules is None and not any(node.inner for node, _ in self.nodes)

    def step(self, step: Step) -> "Cursor":
        """The place one step further in."""
        nodes = tuple(
            (found, weight * (1 if is_wild(key) else 2))
            for node, weight in self.nodes
            for key in reaching(step)
            if (found := node.inner.get(key)) is not None
        )
        return self._reached(nodes, self.depth + 1, self.closest, self.closeness)

    @classmethod
    def _reached(
        cls, nodes: tuple[tuple[Rules, int], ...], depth: int, closest: RuleList | None, closeness: int
    ) -> "Cursor":
        own = False
        for node, weight in nodes:
            if node.here is not None and weight * depth >= closeness:
                closest, closeness, own = node.here, weight * depth, True
        return cls(nodes, depth, closest, closeness, own)


@dataclass(frozen=True, slots=True)
class MatchingRules:
    """All rules of a part. Names of headers are in lower case. ``unreadable`` are paths that were not understood."""

    body: Rules = NO_RULES
    path: RuleList | None = None
    status: RuleList | None = None
    query: Mapping[str, RuleList] = field(default_factory=dict)
    header: Mapping[str, RuleList] = field(default_factory=dict)
    metadata: Mapping[str, RuleList] = field(default_factory=dict)
    unreadable: tuple[str, ...] = ()

    @property
    def unread(self) -> tuple[str, ...]:
        """The paths that are none."""
        return tuple(one for one in self.unreadable if one.startswith("$") and steps(one) is None)


NO_MATCHING_RULES: Final = MatchingRules()


@dataclass(frozen=True, slots=True)
class _Written:
    """Rules as they are written, told apart by their text."""

    text: str
    value: Document = field(compare=False)


def read_rules(written: Json) -> MatchingRules:
    """The rules of a part as they are written under ``matchingRules``, of any version.

    Interactions of one shape have the same rules: what is written alike is read once, and walked once
    (`matching.trail.reach_of`).
    """
    if not isinstance(written, dict) or not written:
        return NO_MATCHING_RULES
    return _read(_Written(repr(written), written))


@lru_cache(maxsize=1024)
def _read(kept: _Written) -> MatchingRules:
    body: list[tuple[tuple[Step | None, ...], RuleList]] = []
    named: dict[str, dict[str, RuleList]] = {"query": {}, "header": {}, "metadata": {}}
    whole: dict[str, RuleList] = {}
    unreadable: list[str] = []
    for category, path, entry in _entries(kept.value):
        found, place = read_rule_list(entry), steps(path) if path.startswith("$") else (_bare(path),)
        if found is None or place is None or category not in _ALIASES:
            unreadable.append(path if category in _ALIASES else category)
            continue
        about = _ALIASES[category]
        if about == "body":
            body.append((place, found))
        elif about in named:
            if place and isinstance(place[0], str):
                named[about][place[0].lower() if about == "header" else place[0]] = found
        else:
            whole[about] = found
    return MatchingRules(
        body=Rules.of(body),
        path=whole.get("path"),
        status=whole.get("status"),
        query=named["query"],
        header=named["header"],
        metadata=named["metadata"],
        unreadable=tuple(unreadable),
    )


def _entries(written: Document) -> Iterator[tuple[str, str, Json]]:
    """Category, path within it, and what is written there."""
    for category, entries in written.items():
        if category.startswith("$"):
            yield from _of_version_2(category, entries)
        elif isinstance(entries, dict) and _is_rule(entries):
            yield category, "$", entries
        else:
            for path, entry in entries.items() if isinstance(entries, dict) else ():
                yield category, path or "$", entry


def _is_rule(entries: Document) -> bool:
    """Whether this is one rule about the whole category, not rules by path."""
    return isinstance(entries.get("matchers"), list) or isinstance(entries.get("match"), str)


def _of_version_2(path: str, entry: Json) -> Iterator[tuple[str, str, Json]]:
    """Version 2 writes whole paths: ``$.body.items[*].id``, ``$.headers.Accept``, ``$.path``."""
    found = steps(path)
    first = found[0] if found else None
    if isinstance(first, str) and first in _ALIASES:
        rest = path[path.index(first) + len(first) :].removeprefix("']").removeprefix('"]')
        yield first, f"${rest}", entry
    else:
        yield path, path, entry


def _bare(name: str) -> str:
    """The name of a header or query parameter, without the index of one of its values."""
    stem, bracket, rest = name.rpartition("[")
    return stem if bracket and rest[:-1].isdecimal() and rest.endswith("]") else name
