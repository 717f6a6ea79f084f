"""Objects of a document with what they refer to and what traits add, each member with its own place."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem, pointer, steps_of

MOST_PROBLEMS: Final = 1000
"""How many problems are told of one document; each takes a look at the text for its line."""


class Tree:
    """The documents, and every problem met in them. A place is told once."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.problems: dict[tuple[Location, str], Problem] = {}
        self._ends: dict[Location, Node] = {}

    def problem(self, at: Location, sentence: str, *, warning: bool = False) -> None:
        """Keep a problem."""
        if (at, sentence) not in self.problems and len(self.problems) < MOST_PROBLEMS:
            line = self.documents.document(at.document).line(at.pointer)
            document = "" if at.document == self.documents.sources.root else at.document
            severity = "warning" if warning else "error"
            self.problems[at, sentence] = Problem(at.pointer, sentence, severity, line, document)  # type: ignore[arg-type]  # the two texts are its severities

    def node(self, at: Location) -> "Node":
        """What stands there, or what the reference there leads to, through however many others."""
        passed: dict[Location, None] = {}
        while (found := self._ends.get(at) or self._end(at, passed)) is None:
            passed[at] = None
            at = self.documents.resolve(at.document, _reference(self.documents.value(at)))
        self._ends.update(dict.fromkeys(passed, found))
        return found

    def _end(self, at: Location, passed: dict[Location, None]) -> "Node | None":
        """What stands there if it is no reference that leads on."""
        value = self.documents.value(at)
        reference = _reference(value)
        if not reference:
            return Node(self, at, value)
        if at in passed:
            self.problem(at, "The reference leads back to itself.")
            return Node(self, at, {}, broken="the reference leads back to itself")
        try:
            self.documents.resolve(at.document, reference)
        except BrokenReference as broken:
            self.problem(at, f"{str(broken)[:1].upper()}{str(broken)[1:]}.")
            return Node(self, at, {}, broken=str(broken))
        return None


def _reference(value: Json) -> str:
    found = value.get("$ref") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value and its place. ``more`` are traits, whose members count where the value has none (or before it)."""

    tree: Tree
    at: Location
    value: Json
    more: tuple["Node", ...] = ()
    broken: str = ""

    def get(self, name: str) -> "Node | None":
        """A member, followed where it is a reference; None where it is absent."""
        for one in (*self.more, self):
            if isinstance(one.value, dict) and name in one.value:
                return one.tree.node(one.below(name))
        return None

    def all(self, name: str) -> Iterator["Node"]:
        """The member of the value and of each trait."""
        for one in (self, *self.more):
            if isinstance(one.value, dict) and name in one.value:
                yield one.tree.node(one.below(name))

    def text(self, name: str) -> str | None:
        """A member that is a text."""
        found = self.get(name)
        return found.value if found is not None and isinstance(found.value, str) else None

    def members(self, name: str = "") -> Iterator[tuple[str, "Node"]]:
        """The members of a member that is an object (or of the value itself), each followed."""
        inner = self.get(name) if name else self
        if inner is not None and isinstance(inner.value, dict):
            for key in inner.value:
                if not key.startswith("x-"):
                    yield key, inner.tree.node(inner.below(key))

    def elements(self, name: str) -> Iterator["Node"]:
        """The elements of a member that is a list, each followed."""
        inner = self.get(name)
        if inner is not None and isinstance(inner.value, list):
            for index in range(len(inner.value)):
                yield inner.tree.node(inner.below(index))

    def below(self, *steps: str | int) -> Location:
        """The place of something inside."""
        return Location(self.at.document, self.at.pointer + pointer(*steps))

    def problem(self, sentence: str, *steps: str | int, warning: bool = False) -> None:
        """Keep a problem of this place, or of one inside."""
        self.tree.problem(self.below(*steps), sentence, warning=warning)


def last_step(node: Node) -> str:
    """The name under which a thing stands."""
    steps = steps_of(node.at.pointer)
    return steps[-1] if steps else node.at.document
