"""A schema as it was declared: types, fields, arguments and directives with their places; from SDL or introspection.

Types are kept as they are written (``[Order!]!``), default values as literals of one spelling, and descriptions as the
string literals they are: most of a large schema is never looked at. ``at`` is where something stands, for
``Schema.place``.
"""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Literal, NamedTuple, TypeAlias

from troth_schemas.finding import Place
from troth_schemas.problem import pointer

Kind: TypeAlias = Literal["scalar", "object", "interface", "union", "enum", "input object"]
OperationKind: TypeAlias = Literal["query", "mutation", "subscription"]

OPERATIONS: Final[tuple[OperationKind, ...]] = ("query", "mutation", "subscription")
OUTPUTS: Final = ("scalar", "object", "interface", "union", "enum")
INPUTS: Final = ("scalar", "enum", "input object")
BUILT_IN: Final = ("String", "ID", "Int", "Float", "Boolean")

At: TypeAlias = int | str
"""A character of the joined SDL documents, or the JSON pointer in an introspection result."""


class Usage(NamedTuple):
    """A directive that is applied, with its arguments as literals of one spelling, by name."""

    name: str
    arguments: Mapping[str, str]
    at: At


class Input(NamedTuple):
    """An argument, or a field of an input object."""

    name: str
    type: str
    default: str | None
    description: str | None
    usages: tuple[Usage, ...]
    at: At

    @property
    def required(self) -> bool:
        """Whether a request must give it."""
        return self.default is None and self.type.endswith("!")


class Field(NamedTuple):
    """A field of an object or interface."""

    name: str
    type: str
    arguments: Mapping[str, Input]
    description: str | None
    usages: tuple[Usage, ...]
    at: At


class Value(NamedTuple):
    """A value of an enum."""

    name: str
    description: str | None
    usages: tuple[Usage, ...]
    at: At


class Directive(NamedTuple):
    """A directive that is defined."""

    name: str
    arguments: Mapping[str, Input]
    locations: tuple[str, ...]
    repeatable: bool
    description: str | None
    at: At


@dataclass(frozen=True, slots=True)
class Type:
    """A type with all that its extensions add.

    ``spans`` are the pieces of SDL that declare it: two types of equal pieces need not be compared.
    """

    name: str
    kind: Kind
    at: At
    description: str | None = None
    usages: tuple[Usage, ...] = ()
    fields: dict[str, Field] = field(default_factory=dict)
    inputs: dict[str, Input] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)
    members: dict[str, At] = field(default_factory=dict)
    interfaces: dict[str, At] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def one_of(self) -> bool:
        """Whether exactly one field of an input object must be given."""
        return usage(self.usages, "oneOf") is not None


class Text:
    """Several documents as one text, and the way back from a character to its document and line."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        self.starts: list[int] = []
        self.names = list(documents)
        self.whole = "\n".join((*documents.values(), ""))
        self._lines: list[list[int]] = []
        start = 0
        for text in documents.values():
            self.starts.append(start)
            start += len(text) + 1

    def place(self, path: str, at: At) -> Place:
        """A character as findings show it."""
        assert isinstance(at, int)
        name, line = self.line(at)
        return Place(path, line, name)

    def line(self, at: int) -> tuple[str, int]:
        """The document that a character stands in, and its line there."""
        if not self._lines:
            ends = [*self.starts[1:], len(self.whole)]
            self._lines = [self._breaks(start, end) for start, end in zip(self.starts, ends, strict=True)]
        document = bisect_right(self.starts, at) - 1
        return self.names[document], bisect_right(self._lines[document], at - 1) + 1

    def _breaks(self, start: int, end: int) -> list[int]:
        found, at = [], self.whole.find("\n", start, end)
        while at >= 0:
            found.append(at)
            at = self.whole.find("\n", at + 1, end)
        return found


@dataclass(frozen=True)
class Schema:
    """A schema: the types by name, the root types by operation, the directives by name.

    ``federated`` says that it is a subgraph, of which other subgraphs may know more.
    """

    types: Mapping[str, Type]
    directives: Mapping[str, Directive]
    roots: Mapping[OperationKind, str]
    locate: Callable[[str, At], Place]
    at: At
    description: str | None = None
    usages: tuple[Usage, ...] = ()
    federated: bool = False
    text: str | None = None

    def place(self, at: At, *path: str) -> Place:
        """Where something stands: its pointer is the path of names that lead to it, such as ``/Order/lines/first``."""
        return self.locate(pointer(*path), at)

    def same_text(self, mine: Type, other: "Schema", theirs: Type) -> bool:
        """Whether two types are declared by the same characters."""
        if self.text is None or other.text is None or len(mine.spans) != len(theirs.spans):
            return False
        return all(self.text[a:b] == other.text[c:d] for (a, b), (c, d) in zip(mine.spans, theirs.spans, strict=True))

    @cached_property
    def given_out(self) -> frozenset[str]:
        """The types that an answer may hold: those of fields."""
        return frozenset(named(one.type) for owner in self.types.values() for one in owner.fields.values())

    @cached_property
    def implementations(self) -> Mapping[str, tuple[str, ...]]:
        """The objects and interfaces that implement each interface, by its name."""
        found: dict[str, list[str]] = {}
        for one in self.types.values():
            for interface in one.interfaces:
                found.setdefault(interface, []).append(one.name)
        return {name: tuple(names) for name, names in found.items()}

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """The interfaces and unions that each type belongs to, by its name."""
        found = {one.name: list(one.interfaces) for one in self.types.values()}
        for one in self.types.values():
            for member in one.members:
                found.setdefault(member, []).append(one.name)
        return {name: tuple(names) for name, names in found.items()}

    def possible(self, name: str) -> frozenset[str]:
        """The names of the objects that a value of this type may be."""
        owner = self.types.get(name)
        if owner is None:
            return frozenset()
        if owner.kind == "union":
            return frozenset(owner.members)
        if owner.kind == "interface":
            return frozenset(one for one in self.implementations.get(name, ()) if self.types[one].kind == "object")
        return frozenset({name})


def named(type_: str) -> str:
    """The name inside a type: ``Order`` of ``[Order!]!``."""
    return type_.strip("[]!")


def usage(usages: tuple[Usage, ...], name: str) -> Usage | None:
    """The first usage of a directive."""
    for one in usages:
        if one.name == name:
            return one
    return None
