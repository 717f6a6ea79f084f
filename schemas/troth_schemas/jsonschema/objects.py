"""Sets of objects."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.patterns import matches
from troth_schemas.jsonschema.strings import least_of

if TYPE_CHECKING:
    from troth_schemas.jsonschema.branches import Values
    from troth_schemas.jsonschema.nodes import Node


T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What one schema says of members by their name."""

    properties: "dict[str, Node]"
    patterns: "dict[str, Node]"
    additional: "Node | None"

    def nodes(self, name: str) -> "Iterator[Node]":
        """The schemas that a member of this name must be valid for."""
        known = False
        if name in self.properties:
            known = True
            yield self.properties[name]
        for pattern, node in self.patterns.items():
            if matches(pattern, name):
                known = True
                yield node
        if not known and self.additional is not None:
            yield self.additional


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """The objects whose members keep to every layer; those of ``absent`` never occur."""

    layers: tuple[Layer, ...] = ()
    required: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    least: int = 0
    most: int | None = None
    names: "tuple[Node, ...]" = ()
    chosen: "dict[str, Values]" = field(default_factory=dict)
    """What some members are in addition."""

    def meet(self, other: "Objects") -> "Objects | None":
        """What both hold; None for nothing."""
        found = Objects(
            _each(self.layers, other.layers),
            self.required | other.required,
            self.absent | other.absent,
            max(self.least, other.least),
            least_of(self.most, other.most),
            _each(self.names, other.names),
            {**other.chosen, **self.chosen},
        )
        return None if found.is_empty else found

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing, told by names and counts alone."""
        if not self.required.isdisjoint(self.absent):
            return True
        return self.most is not None and self.most < max(self.least, len(self.required))

    def has_room_for(self, name: str) -> bool:
        """Whether the count of members allows one more."""
        return self.most is None or name in self.required or len(self.required) < self.most

    @property
    def known(self) -> dict[str, None]:
        """The names that are spoken of, in the order in which they are met."""
        found: dict[str, None] = {}
        for layer in self.layers:
            found.update(dict.fromkeys(layer.properties))
        found.update(dict.fromkeys(sorted(self.required)))
        found.update(dict.fromkeys(self.chosen))
        return found

    def nodes(self, name: str) -> "tuple[Node, ...]":
        """The schemas that a member of this name must be valid for."""
        return tuple(node for layer in self.layers for node in layer.nodes(name))

    def declares(self, name: str) -> bool:
        """Whether any layer names the member or has a pattern for it."""
        return any(
            name in layer.properties or any(matches(one, name) for one in layer.patterns) for layer in self.layers
        )

    @property
    def is_left_open(self) -> bool:
        """Whether nothing is said of members that are not named, or that they may be anything."""
        return all(layer.additional is None or layer.additional.facts.always is True for layer in self.layers)

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns of names that are spoken of."""
        return tuple(dict.fromkeys(pattern for layer in self.layers for pattern in layer.patterns))

    def matching(self, pattern: str) -> "tuple[tuple[Node, ...], bool]":
        """The schemas of members whose names match one of the patterns and are not named, and whether those are all.

        A name may match a second pattern too, whose schema is then left out.
        """
        found: list[Node] = []
        alone = True
        for layer in self.layers:
            if pattern in layer.patterns:
                found.append(layer.patterns[pattern])
            elif not layer.patterns and layer.additional is not None:
                found.append(layer.additional)
            alone = alone and not (set(layer.patterns) - {pattern})
        return tuple(found), alone

    def others(self) -> "tuple[Node, ...]":
        """The schemas that a member of a name not spoken of must be valid for."""
        return tuple(layer.additional for layer in self.layers if layer.additional is not None)


def _each(some: tuple[T, ...], others: tuple[T, ...]) -> tuple[T, ...]:
    """Both, each once."""
    if not some or not others or some is others:
        return some or others
    return tuple(dict.fromkeys((*some, *others)))


def objects_of(facts: Facts) -> Objects | None:
    """The objects that a schema allows by itself; None for nothing."""
    says = facts.properties or facts.patterns or facts.additional is not None
    layers = (Layer(facts.properties, facts.patterns, facts.additional),) if says else ()
    found = Objects(
        layers,
        facts.required,
        frozenset(),
        facts.min_properties,
        facts.max_properties,
        () if facts.names is None else (facts.names,),
    )
    return None if found.is_empty else found
