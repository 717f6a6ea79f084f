"""What an Avro schema says, as frozen values that know where they stand.

Named types are held once, by their full names; everywhere else a `Named` stands for them, so that recursion is no cycle
of values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.finding import Place
from troth_schemas.json_body import Json

PRIMITIVES: Final = ("null", "boolean", "int", "long", "float", "double", "bytes", "string")


@dataclass(frozen=True, slots=True)
class Logical:
    """A logical type that is valid where it stands; any other is ignored, as the specification demands."""

    name: str
    precision: int | None = None
    scale: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Primitive:
    """One of the eight primitive types."""

    kind: str
    at: Location
    logical: Logical | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Array:
    """An array, with the schema of its items."""

    items: "Node"
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Map:
    """A map from strings, with the schema of its values."""

    values: "Node"
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Union:
    """A union, with its branches in order."""

    branches: tuple["Node", ...]
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Named:
    """A type that is mentioned by its full name."""

    name: str
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Broken:
    """A place where no schema could be read; ``why`` is what is wrong there."""

    why: str
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field of a record. ``default`` is wrapped, so that null can be told from none."""

    name: str
    type: "Node"
    at: Location
    default: tuple[Json] | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A record or an error, by its full name."""

    name: str
    fields: tuple[Field, ...]
    at: Location
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Enum:
    """An enumeration. Its default is the symbol that a reader takes for one that it does not know."""

    name: str
    symbols: tuple[str, ...]
    at: Location
    aliases: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """A fixed number of bytes."""

    name: str
    size: int
    at: Location
    aliases: tuple[str, ...] = ()
    logical: Logical | None = None


Definition: TypeAlias = Record | Enum | Fixed
Node: TypeAlias = Primitive | Array | Map | Union | Named | Broken | Definition
Whole: TypeAlias = Primitive | Array | Map | Union | Broken | Definition
"""A node that is no mere mention."""


@dataclass(frozen=True, slots=True, eq=False)
class Message:
    """A message of a protocol: its parameters as a record, its answer, and a union of its errors."""

    name: str
    request: Record
    response: Node
    errors: Union
    one_way: bool
    at: Location


@dataclass(frozen=True, slots=True, eq=False)
class Avro:
    """An Avro schema, or a protocol (``root`` is then None), with every named type of all its documents.

    ``types`` has a type under each name that is mentioned, ``spoiled`` the fields whose default is not valid,
    ``unsound`` what else is wrong, so that libraries may refuse the whole.
    """

    documents: Documents
    root: Node | None
    types: Mapping[str, Definition]
    messages: Mapping[str, Message]
    spoiled: frozenset[Field] = frozenset()
    unsound: tuple[tuple[Location, str], ...] = ()

    def whole(self, node: Node) -> Whole:
        """The node itself, or the type that it mentions."""
        if isinstance(node, Named):
            return self.types.get(node.name) or Broken(f"no type is called {node.name}", node.at)
        return node

    def place(self, at: Location) -> Place:
        """A location as findings show it."""
        return self.documents.place(at)

    @property
    def name(self) -> str:
        """What people call it: the root type's name, or what kind of schema it is."""
        return "the protocol" if self.root is None else title(self.whole(self.root))


def title(node: Node) -> str:
    """What people call a type: the full name of a named one, else its kind."""
    match node:
        case Record() | Enum() | Fixed() | Named():
            return node.name
        case Primitive():
            return node.kind
        case Broken():
            return "an unreadable schema"
    return type(node).__name__.lower()


def unqualified(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(".")[2]
