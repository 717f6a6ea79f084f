"""Which values of an interaction are mere examples: any other that its matching rules accept would do as well.

Only what the provider answers counts, and what a generator makes anew for each request. The example in a request is
what the provider really gets, so another one is another question.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.paths import Step, is_wild, reaching, steps

_FREE = frozenset(
    {"boolean", "date", "datetime", "decimal", "include", "integer", "notEmpty", "number", "regex"}
    | {"semver", "statusCode", "time", "timestamp", "type", "uuid"}
)
"""The matchers that accept more values than the example, as long as its kind stays."""
_PARTS = {"header": "headers", "headers": "headers", "query": "query", "metadata": "metadata"}
"""Categories whose rules name a member, whatever value stands there."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One place of an interaction and whether any value of the example's kind may stand there, or below it."""

    place: tuple[Step | None, ...]
    free: bool
    below: bool

    @property
    def closeness(self) -> tuple[int, int]:
        """How closely it says what it is about: the greater, the closer."""
        return len(self.place), sum(not is_wild(step) for step in self.place)


class Rules:
    """Rules in a tree by the steps of their places, so that the ones about a place are found at once."""

    __slots__ = ("here", "inner")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self.here: list[Rule] = []
        self.inner: dict[Step | None, Rules] = {}
        for rule in rules:
            node = self
            for step in rule.place:
                node = node.inner.setdefault(step, Rules())
            node.here.append(rule)

    def about(self, place: tuple[Step, ...]) -> Iterator[Rule]:
        """The rules that speak about a place."""
        nodes = [self]
        for step in place:
            yield from (rule for node in nodes for rule in node.here if rule.below)
            nodes = [node.inner[key] for node in nodes for key in reaching(step) if key in node.inner]
        yield from (rule for node in nodes for rule in node.here)


def is_example(rules: Rules, place: tuple[Step, ...], old: Json, new: Json) -> bool:
    """Whether these rules accept both values alike; of several rules about a place the closest decides."""
    if isinstance(old, dict | list) or _kind(old) != _kind(new):
        return False
    closest = max(rules.about(place), key=lambda rule: rule.closeness, default=None)
    return closest is not None and closest.free


def _kind(value: Json) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else type(value).__name__


def rules_of(element: Json) -> Rules:
    """The rules of an interaction or message about what the provider answers, and about what is generated."""
    return Rules(_rules(element)) if isinstance(element, dict) else Rules()


def _rules(element: Document) -> Iterator[Rule]:
    yield from _of_part((), element, answers=True)
    for name in ("request", "response"):
        part = element.get(name)
        for at, one in enumerate(part) if isinstance(part, list) else ((None, part),):
            if isinstance(one, dict):
                place: tuple[Step, ...] = (name,) if at is None else (name, at)
                yield from _of_part(place, one, answers=name == "response")


def _of_part(at: tuple[Step, ...], part: Document, *, answers: bool) -> Iterator[Rule]:
    if answers:
        yield from _of_categories(at, part, part.get("matchingRules"))
    for rule in _of_categories(at, part, part.get("generators")):
        yield Rule(rule.place, free=True, below=False)


def _of_categories(at: tuple[Step, ...], part: Document, written: Json) -> Iterator[Rule]:
    for category, entries in written.items() if isinstance(written, dict) else ():
        if category.startswith("$"):  # version 2 writes whole paths
            yield from _rule(at, _version_2(category), entries)
        elif isinstance(entries, dict) and ("matchers" in entries or category in {"path", "status"}):
            yield from _rule(at, (category,), entries)
        elif isinstance(entries, dict):
            for path, entry in entries.items():
                yield from _rule(at, _inside(part, category, path), entry)


def _version_2(path: str) -> tuple[Step | None, ...] | None:
    found = steps(path)
    if found and isinstance(found[0], str):
        return (_PARTS.get(found[0], found[0]), *found[1:])
    return found


def _inside(part: Document, category: str, path: str) -> tuple[Step | None, ...] | None:
    """The place that a rule of a category is about; a body of version 4 has its value one level deeper."""
    if category in _PARTS:
        return (_PARTS[category], path)
    found = steps(path)
    where = "contents" if category == "body" and "contents" in part else category
    held = part.get(where)
    deeper = ("content",) if isinstance(held, dict) and "contentType" in held and "content" in held else ()
    return None if found is None else (where, *deeper, *found)


def _rule(at: tuple[Step, ...], place: tuple[Step | None, ...] | None, entry: Json) -> Iterator[Rule]:
    if place is None or not isinstance(entry, dict):
        return
    listed = entry.get("matchers", [entry])
    names = [_matcher(one) for one in listed] if isinstance(listed, list) else []
    named = len(place) == 2 and place[0] in _PARTS.values()
    yield Rule((*at, *place), free=bool(names) and set(names) <= _FREE, below=named or names == ["type"])


def _matcher(written: Json) -> str:
    if not isinstance(written, dict):
        return ""
    named = written.get("match")
    if isinstance(named, str):
        return named
    return "type" if {"min", "max"} & written.keys() else "regex" if "regex" in written else ""
