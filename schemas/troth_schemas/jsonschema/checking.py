"""Whether one value is valid for a schema, told by walking both: only what the value has is looked at.

A validator of the fast engine has to be made for all that a schema leads to, which in a large API is nearly all of it.
Asked a few times, this is faster by orders of magnitude; it means the same as the schema that `validating.py` writes.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.discriminators import chosen, named_by_discriminator
from troth_schemas.jsonschema.facts import Facts, equal, exact
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.patterns import matches
from troth_schemas.jsonschema.question import View

_DEEPEST: Final = 60
"""How many schemas may stand for one value before it is left to the engine."""
_MOST_UNIQUE: Final = 200


class Unchecked(Exception):
    """This value is better left to the engine."""


class Checker:
    """Checks values under one view. ``strict`` refuses any discriminator's value that names no schema; else only one
    where all names are told."""

    def __init__(self, view: View, *, strict: bool = False) -> None:
        self.view = view
        self._strict = strict
        self._subset = not view.required or view.undeclared == "refused"

    def accepts(self, node: Node, value: Json) -> bool:
        """Whether a value is valid. Raises Unchecked."""
        if not self._below(node, value, plain=False):
            return False
        return self.view.undeclared != "refused" or self._declared((node,), value)

    def _below(self, node: Node, value: Json, *, plain: bool) -> bool:
        """The whole, a member or an element."""
        if not self._beside(node, value, plain, 0):
            return False
        choice = None if plain else chosen(node, value)
        if choice is None:
            return True
        if choice.named is None:
            return not (choice.closed or self._strict)
        return self._beside(choice.named, value, plain, 0)

    def _declared(self, nodes: Iterable[Node], value: Json) -> bool:
        """Whether all members are declared, by any of the schemas that hold for the same value together."""
        if not isinstance(value, dict | list):
            return True
        nodes = tuple(nodes)
        nodes += tuple(one for node in nodes if (one := named_by_discriminator(node, value)) is not None)
        standing = [one for node in nodes for one in self._standing(node, value, 0)]
        if isinstance(value, list):
            return all(
                self._declared([one for node in standing for one in _element(node, index)], inner)
                for index, inner in enumerate(value)
            )
        free = any(_is_open(one.facts) for one in standing) or not any(map(_names_members, nodes))
        for name, inner in value.items():
            speaking = [one for node in standing for one in _member(node, name)]
            if not speaking and not free:
                return False
            if not self._declared(speaking, inner):
                return False
        return True

    def _beside(self, node: Node, value: Json, plain: bool, depth: int) -> bool:
        """A value for which several schemas may stand."""
        facts = node.facts
        if facts.always is not None:
            return facts.always
        if depth > _DEEPEST or facts.unevaluated_properties is not None or facts.unevaluated_items is not None:
            raise Unchecked
        if facts.odd or node.broken is not None:
            raise Unchecked
        if facts.types is not None and not _is_typed(value, facts.types):
            return False
        if facts.enum is not None and not any(equal(value, one) for one in facts.enum):
            return False
        if not self._of_kind(facts, value, plain):
            return False
        return self._combined(facts, value, plain, depth + 1)

    def _of_kind(self, facts: Facts, value: Json, plain: bool) -> bool:
        if isinstance(value, str):
            return _string(facts, value)
        if isinstance(value, dict):
            return self._object(facts, value, plain)
        if isinstance(value, list):
            return self._array(facts, value, plain)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return _number(facts, value)
        return True

    def _object(self, facts: Facts, value: dict[str, Json], plain: bool) -> bool:
        if facts.max_properties is not None and len(value) > facts.max_properties:
            return False
        if (plain or self.view.required) and not self._has_needed(facts, value):
            return False
        for name, one in value.items():
            node = facts.properties.get(name)
            named = node is not None
            if node is not None and (_stays(node, self.view) or not self._below(node, one, plain=plain)):
                return False
            for pattern, inner in facts.patterns.items():
                if matches(pattern, name):
                    named = True
                    if not self._below(inner, one, plain=plain):
                        return False
            if not named and facts.additional is not None and not self._below(facts.additional, one, plain=plain):
                return False
            if facts.names is not None and not self._below(facts.names, name, plain=True):
                return False
        return all(
            self._beside(inner, value, plain, 1) for name, inner in facts.dependent_schemas.items() if name in value
        )

    def _has_needed(self, facts: Facts, value: dict[str, Json]) -> bool:
        if len(value) < facts.min_properties:
            return False
        for name in facts.required:
            node = facts.properties.get(name)
            if name not in value and not (node is not None and _stays(node, self.view)):
                return False
        return all(needed <= value.keys() for name, needed in facts.dependent_required.items() if name in value)

    def _array(self, facts: Facts, value: list[Json], plain: bool) -> bool:
        if len(value) < facts.min_items or (facts.max_items is not None and len(value) > facts.max_items):
            return False
        if facts.unique and not _is_unique(value):
            return False
        for index, one in enumerate(value):
            node = facts.head[index] if index < len(facts.head) else facts.rest
            if node is not None and not self._below(node, one, plain=plain):
                return False
        if facts.contains is None:
            return True
        found = sum(self._below(facts.contains.node, one, plain=plain) for one in value)
        return found >= facts.contains.least and (facts.contains.most is None or found <= facts.contains.most)

    def _combined(self, facts: Facts, value: Json, plain: bool, depth: int) -> bool:
        if facts.target is not None and not self._beside(facts.target, value, plain, depth):
            return False
        if not all(self._beside(one, value, plain, depth) for one in facts.all_of):
            return False
        if facts.any_of and not any(self._beside(one, value, plain, depth) for one in facts.any_of):
            return False
        if facts.one_of:
            fitting = (self._beside(one, value, plain, depth) for one in facts.one_of)
            if not (any(fitting) if self._subset and not plain else sum(fitting) == 1):
                return False
        if facts.negated is not None and self._beside(facts.negated, value, True, depth):
            return False
        then = self._consequence(facts, value, depth)
        return then is None or self._beside(then, value, plain, depth)

    def _consequence(self, facts: Facts, value: Json, depth: int) -> Node | None:
        if facts.condition is None:
            return None
        return facts.then if self._beside(facts.condition, value, True, depth) else facts.otherwise

    def _standing(self, node: Node, value: Json, depth: int) -> Iterator[Node]:
        """All schemas that hold for a value through one: itself, and what it is made of."""
        if depth > _DEEPEST:
            raise Unchecked
        yield node
        facts = node.facts
        beside = [one for one in (facts.target, *facts.all_of, self._consequence(facts, value, depth + 1)) if one]
        beside += [one for one in (*facts.any_of, *facts.one_of) if self._beside(one, value, False, depth + 1)]
        if facts.condition is not None and self._beside(facts.condition, value, True, depth + 1):
            beside.append(facts.condition)
        if isinstance(value, dict):
            beside += [one for name, one in facts.dependent_schemas.items() if name in value]
        for one in beside:
            yield from self._standing(one, value, depth + 1)


def _is_open(facts: Facts) -> bool:
    """Whether a schema says on purpose what of members that it does not name."""
    return facts.additional is not None or facts.always is True


def _member(node: Node, name: str) -> Iterator[Node]:
    """The schemas of a member."""
    facts = node.facts
    found = facts.properties.get(name)
    named = found is not None
    if found is not None:
        yield found
    for pattern, one in facts.patterns.items():
        if matches(pattern, name):
            named = True
            yield one
    if not named and facts.additional is not None:
        yield facts.additional


def _element(node: Node, index: int) -> Iterator[Node]:
    """The schemas of an element."""
    facts = node.facts
    one = facts.head[index] if index < len(facts.head) else facts.rest
    if one is not None:
        yield one


@cache
def checker(view: View, *, strict: bool = False) -> Checker:
    """The checker for a view; there are few views."""
    return Checker(view, strict=strict)


def _string(facts: Facts, value: str) -> bool:
    if len(value) < facts.min_length or (facts.max_length is not None and len(value) > facts.max_length):
        return False
    return facts.pattern is None or matches(facts.pattern, value)


def _number(facts: Facts, value: float) -> bool:
    least, most = facts.minimum, facts.maximum
    if least is not None and (value < least[0] or (least[1] and value == least[0])):
        return False
    if most is not None and (value > most[0] or (most[1] and value == most[0])):
        return False
    return facts.step is None or (exact(value) / facts.step).denominator == 1


_TYPES: Final[dict[str, Callable[[Json], bool]]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, float) and value.is_integer())
    ),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _is_typed(value: Json, types: frozenset[str]) -> bool:
    return any(_TYPES[one](value) for one in types)


def _is_unique(value: list[Json]) -> bool:
    if len(value) > _MOST_UNIQUE:
        raise Unchecked
    return not any(equal(one, other) for index, one in enumerate(value) for other in value[:index])


def _stays(node: Node, view: View, left: int = 8) -> bool:
    """Whether a member never comes this way: read-only in a request, write-only in a response."""
    if view.access is None:
        return False
    facts = node.facts
    if facts.read_only if view.access == "request" else facts.write_only:
        return True
    below = (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
    return left > 0 and any(_stays(one, view, left - 1) for one in below)


def _names_members(node: Node, left: int = 8) -> bool:
    """Whether a schema, or one that it is made of, names any member: one that names none describes free objects."""
    facts = node.facts
    if facts.properties:
        return True
    target = (facts.target,) if facts.target is not None else ()
    return left > 0 and any(
        _names_members(one, left - 1) for one in (*target, *facts.all_of, *facts.any_of, *facts.one_of)
    )
