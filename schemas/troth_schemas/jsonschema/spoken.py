"""Which members of a value a schema speaks of, itself and through all that it is made of."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.patterns import matches

_DEEPEST = 30


@dataclass(slots=True)
class Spoken:
    """Names and patterns of members. ``open`` means that others may come on purpose."""

    names: set[str] = field(default_factory=set)
    patterns: set[str] = field(default_factory=set)
    open: bool = False

    def knows(self, name: str) -> bool:
        """Whether a member of this name is spoken of."""
        return self.open or name in self.names or any(matches(one, name) for one in self.patterns)


def spoken_of(node: Node, applies: Callable[[Node], bool], *, outer: bool = True, sure: bool = False) -> Spoken:
    """What a schema speaks of; ``applies`` tells which alternatives hold for the value in question.

    Without ``outer`` its own ``unevaluatedProperties`` does not count. ``sure`` leaves out what depends on something
    that ``applies`` does not tell: a ``then`` may hold by chance, and an ``else`` too.
    """
    found = Spoken()
    _gather(node, _Applies(applies, sure), found, _DEEPEST, outer=outer)
    return found


@dataclass(frozen=True, slots=True)
class _Applies:
    """Which parts of a schema hold for the value in question."""

    tell: Callable[[Node], bool]
    sure: bool

    def parts(self, facts: Facts) -> Iterator[Node]:
        """Those of the alternatives and conditions that hold."""
        yield from filter(self.tell, (*facts.any_of, *facts.one_of))
        condition = facts.condition
        if condition is not None:
            holds = self.tell(condition)
            branches = (condition if holds else None, facts.then if holds or not self.sure else None)
            otherwise = None if self.sure else facts.otherwise
            yield from (one for one in (*branches, otherwise) if one is not None and self.tell(one))
        if not self.sure:
            yield from filter(self.tell, facts.dependent_schemas.values())


def _gather(node: Node, applies: _Applies, found: Spoken, left: int, *, outer: bool) -> None:
    facts = node.facts
    if left == 0:
        found.open = True
        return
    found.names.update(facts.properties)
    found.patterns.update(facts.patterns)
    if facts.additional is not None or (outer and facts.unevaluated_properties is not None):
        found.open = True  # or closed, which the keyword itself sees to
    for one in _always(facts):
        _gather(one, applies, found, left - 1, outer=True)
    for one in applies.parts(facts):
        _gather(one, applies, found, left - 1, outer=True)


def _always(facts: Facts) -> tuple[Node, ...]:
    return (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
