"""What a schema allows, as branches: sets of values of one kind, without any alternative left in them.

A branch never holds less than its schema does. Where it may hold more, because some keyword was too much to put into
it, it says so (``unless``, ``rivals``, ``loose``), and what is found with its help must be shown by an example.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeAlias

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.arrays import Arrays, Row
from troth_schemas.jsonschema.facts import exact, key_of
from troth_schemas.jsonschema.nodes import Node, made
from troth_schemas.jsonschema.numbers import Numbers, as_json
from troth_schemas.jsonschema.objects import Layer, Objects
from troth_schemas.jsonschema.strings import Strings

if TYPE_CHECKING:
    from troth_schemas.jsonschema.spaces import Space

Part: TypeAlias = Numbers | Strings | Arrays | Objects | None


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """Values of one kind.

    ``values`` lists them where they are few (never for arrays and objects). ``source`` is the schema that says most of
    them, ``valid`` those that all of them are valid for. Values that are valid for a schema of ``unless`` or of
    ``rivals`` (the other alternatives of a ``oneOf``) are not meant; ``loose`` names keywords that were left out.
    """

    kind: str
    part: Part
    source: Node
    values: tuple[Json, ...] | None = None
    unless: tuple[Node, ...] = ()
    rivals: tuple[Node, ...] = ()
    loose: tuple[str, ...] = ()
    valid: frozenset[Node] = frozenset()

    @property
    def sure(self) -> bool:
        """Whether it holds no more than its schema allows."""
        return not (self.unless or self.rivals or self.loose)

    @property
    def numbers(self) -> Numbers:
        """Its numbers."""
        assert isinstance(self.part, Numbers)
        return self.part

    @property
    def strings(self) -> Strings:
        """Its strings."""
        assert isinstance(self.part, Strings)
        return self.part

    @property
    def arrays(self) -> Arrays:
        """Its arrays."""
        assert isinstance(self.part, Arrays)
        return self.part

    @property
    def objects(self) -> Objects:
        """Its objects."""
        assert isinstance(self.part, Objects)
        return self.part

    @property
    def few(self) -> tuple[Json, ...] | None:
        """All its values, where they are few and hold no others; None where they are many."""
        if self.values is not None or self.kind in ("array", "object"):
            return self.values
        if self.kind == "null":
            return (None,)
        if self.kind == "boolean":
            return (True, False)
        few = self.numbers.few if self.kind == "number" else None
        return None if few is None else tuple(map(as_json, few))

    @property
    def is_whole(self) -> bool:
        """Whether its numbers are integers."""
        if self.values is not None:
            return all(isinstance(one, int) for one in self.values)
        return isinstance(self.part, Numbers) and self.part.step is not None and self.part.step.denominator == 1

    @property
    def type(self) -> str:
        """The type of its values, as people call it."""
        return "integer" if self.kind == "number" and self.is_whole else self.kind

    def with_part(self, part: Part) -> "Branch":
        """The same with other contents."""
        return replace(self, part=part)

    def with_values(self, *values: Json) -> "Branch":
        """Only these of its values."""
        return replace(self, values=values, part=None)


class Values:
    """What may stand at one place: everything valid for some schemas, as branches when somebody asks."""

    __slots__ = ("_branches", "_space", "nodes", "possible")

    def __init__(self, space: "Space", nodes: tuple[Node, ...], branches: tuple[Branch, ...] | None = None) -> None:
        self._space = space
        self._branches = branches
        self.nodes = nodes
        self.possible: tuple[Branch, ...] | None = None
        """The branches that are not empty, once somebody has looked."""

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches; none where nothing can stand there."""
        if self._branches is None:
            self._branches = self._space.meet_nodes(self.nodes)
        return self._branches


def meet(one: Branch, other: Branch) -> Branch | None:
    """What two branches of one kind both hold; None for nothing."""
    part: Part
    if one.part is None or other.part is None:
        part = one.part or other.part
    else:
        part = one.part.meet(other.part)  # type: ignore[arg-type]  # branches of one kind have parts of one kind
        if part is None:
            return None
    values = one.values
    if other.values is not None:
        values = other.values if values is None else _among(values, other.values)
    if values is not None:
        values, part = holding(values, part), None
        if not values:
            return None
    return Branch(
        one.kind,
        part,
        other.source if _says(other.source) > _says(one.source) else one.source,
        values,
        _joined(one.unless, other.unless),
        _joined(one.rivals, other.rivals),
        tuple(dict.fromkeys((*one.loose, *other.loose))),
        one.valid | other.valid,
    )


def holding(values: tuple[Json, ...], part: Part) -> tuple[Json, ...]:
    """Those of some numbers or strings that a part holds."""
    if isinstance(part, Numbers):
        return tuple(one for one in values if isinstance(one, int | float) and part.holds(exact(one)))
    if isinstance(part, Strings):
        return tuple(one for one in values if isinstance(one, str) and part.holds(one))
    return values


def _among(values: tuple[Json, ...], others: tuple[Json, ...]) -> tuple[Json, ...]:
    known = set(map(key_of, others))
    return tuple(one for one in values if key_of(one) in known)


def _joined(some: tuple[Node, ...], others: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(dict.fromkeys((*some, *others))) if some and others else some or others


def _says(node: Node) -> int:
    facts = node.facts
    if facts.types is not None or facts.properties:
        return 2
    return int(facts.enum is not None)


def united(branches: list[Branch]) -> Iterator[Branch]:
    """The values of one ``enum`` by their kind; arrays and objects stay apart."""
    listed: dict[str, list[Branch]] = {}
    for one in branches:
        if one.values is None:
            yield one
        else:
            listed.setdefault(one.kind, []).append(one)
    for several in listed.values():
        yield replace(several[0], values=tuple(value for one in several for value in one.values or ()))


def kind_of(value: Json) -> str:
    """The kind of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def part_of(value: Json) -> Part:
    """The arrays or objects that are nothing but one value; None for other kinds, which have ``values``."""
    if isinstance(value, list):
        return Arrays((Row(tuple(map(only, value)), NOTHING),), len(value), len(value))
    if isinstance(value, dict):
        members = {name: only(one) for name, one in value.items()}
        return Objects((Layer(members, {}, NOTHING),), frozenset(members))
    return None


def only(value: Json) -> Node:
    """A schema that only this value is valid for."""
    return made({"const": value})


ANYTHING: Final = made(True)
NOTHING: Final = made(False)
