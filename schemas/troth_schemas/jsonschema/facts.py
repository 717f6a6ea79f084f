"""What one schema says by itself, read once, with the differences between drafts and dialects gone.

Everything behind this file knows one vocabulary: bounds are a number and whether it is excluded, ``const`` is an
``enum`` of one, an array has a head (``prefixItems``) and a rest, ``nullable`` has joined the types.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Final, TypeAlias

from troth_schemas.json_body import Json

if TYPE_CHECKING:
    from troth_schemas.jsonschema.nodes import Node

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
KINDS: Final = ("null", "boolean", "number", "string", "array", "object")
"""The types that share no value: an integer is a number of step 1."""

Bound: TypeAlias = tuple[Fraction, bool]
"""A number, and whether it is excluded."""


@dataclass(frozen=True, slots=True)
class Contains:
    """At least ``least`` and at most ``most`` elements are valid for the schema."""

    node: "Node"
    least: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """The keywords of one schema, understood. ``odd`` names those whose value makes no sense."""

    always: bool | None = None
    types: frozenset[str] | None = None
    nullable: bool = False
    enum: tuple[Json, ...] | None = None
    enum_keyword: str = "enum"
    listed: frozenset[object] | None = None
    """The values of ``enum`` as keys."""
    minimum: Bound | None = None
    maximum: Bound | None = None
    step: Fraction | None = None
    min_length: int = 0
    max_length: int | None = None
    pattern: str | None = None
    format: str | None = None
    content_encoding: str | None = None
    content_media_type: str | None = None
    head: tuple["Node", ...] = ()
    rest: "Node | None" = None
    min_items: int = 0
    max_items: int | None = None
    unique: bool = False
    contains: Contains | None = None
    properties: "dict[str, Node]" = field(default_factory=dict)
    patterns: "dict[str, Node]" = field(default_factory=dict)
    additional: "Node | None" = None
    names: "Node | None" = None
    required: frozenset[str] = frozenset()
    min_properties: int = 0
    max_properties: int | None = None
    dependent_required: dict[str, frozenset[str]] = field(default_factory=dict)
    dependent_schemas: "dict[str, Node]" = field(default_factory=dict)
    unevaluated_properties: "Node | None" = None
    unevaluated_items: "Node | None" = None
    all_of: "tuple[Node, ...]" = ()
    any_of: "tuple[Node, ...]" = ()
    one_of: "tuple[Node, ...]" = ()
    negated: "Node | None" = None
    condition: "Node | None" = None
    then: "Node | None" = None
    otherwise: "Node | None" = None
    target: "Node | None" = None
    discriminator: "tuple[str, dict[str, Node]] | None" = None
    read_only: bool = False
    write_only: bool = False
    odd: tuple[str, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of values that the types allow."""
        if self.types is None:
            return _ALL_KINDS
        return frozenset("number" if one == "integer" else one for one in self.types)

    @property
    def whole(self) -> bool:
        """Whether its numbers are integers."""
        return self.types is not None and "integer" in self.types and "number" not in self.types


_ALL_KINDS: Final = frozenset(KINDS)
NOTHING_SAID: Final = Facts()
ANYTHING: Final = Facts(always=True)
NOTHING: Final = Facts(always=False)


def exact(value: float) -> Fraction:
    """A number as it is written: 0.1 is a tenth."""
    return Fraction(value) if isinstance(value, int) else Fraction(repr(value))


def equal(one: Json, other: Json) -> bool:
    """Whether two values are the same to JSON Schema: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    return one == other


def key_of(value: Json) -> object:
    """Something that is the same for values that are the same to JSON Schema, and can be looked up."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return value, type(value)
    if isinstance(value, list):
        return tuple(map(key_of, value))
    if isinstance(value, dict):
        return frozenset((name, key_of(one)) for name, one in value.items())
    return "number", value


def tighter(one: Bound | None, other: Bound | None, *, least: bool) -> Bound | None:
    """The stricter of two bounds, either of which may be missing."""
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        return one[0], one[1] or other[1]
    return max(one, other) if least else min(one, other)
