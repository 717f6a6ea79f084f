"""Sets of arrays."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema.facts import Contains, Facts
from troth_schemas.jsonschema.strings import least_of

if TYPE_CHECKING:
    from troth_schemas.jsonschema.branches import Values
    from troth_schemas.jsonschema.nodes import Node

REST: Final = -1
"""The place of any element after the heads."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """What one schema says of elements by their place."""

    head: "tuple[Node, ...]"
    rest: "Node | None"

    def at(self, index: int) -> "Node | None":
        """The schema of an element; REST means any after the head."""
        return self.head[index] if 0 <= index < len(self.head) else self.rest


@dataclass(frozen=True, slots=True, eq=False)
class Arrays:
    """The arrays of some lengths whose elements keep to every row."""

    rows: tuple[Row, ...] = ()
    least: int = 0
    most: int | None = None
    unique: bool = False
    contains: tuple[Contains, ...] = ()
    chosen: "dict[int, Values]" = field(default_factory=dict)
    """What stands at some places in addition, REST being all the others."""
    twins: bool = False
    """Whether two elements are to be equal."""

    def meet(self, other: "Arrays") -> "Arrays | None":
        """What both hold; None for nothing."""
        if other.chosen:
            return other.meet(self) if not self.chosen else self  # two choices are only ever made apart
        found = Arrays(
            tuple(dict.fromkeys((*self.rows, *other.rows))),
            max(self.least, other.least),
            least_of(self.most, other.most),
            self.unique or other.unique,
            tuple(dict.fromkeys((*self.contains, *other.contains))),
            self.chosen,
            self.twins or other.twins,
        )
        return None if found.is_empty else found

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing, told by the lengths alone."""
        return self.most is not None and self.most < self.least

    @property
    def heads(self) -> int:
        """How many first elements have a schema of their own."""
        longest = max((len(row.head) for row in self.rows), default=0)
        return max(longest, max(self.chosen, default=-1) + 1)

    def nodes(self, index: int) -> "tuple[Node, ...]":
        """The schemas that an element must be valid for."""
        found = (row.at(index) for row in self.rows)
        return tuple(one for one in found if one is not None)


def arrays_of(facts: Facts) -> Arrays | None:
    """The arrays that a schema allows by itself; None for nothing."""
    rows = (Row(facts.head, facts.rest),) if facts.head or facts.rest is not None else ()
    found = Arrays(
        rows,
        max(facts.min_items, 0 if facts.contains is None else facts.contains.least),
        facts.max_items,
        facts.unique,
        () if facts.contains is None else (facts.contains,),
    )
    return None if found.is_empty else found
