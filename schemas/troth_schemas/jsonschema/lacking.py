"""What an object needs and was not seen of it, of which it is not plain that it can come.

An object that is seen in part may lack required members. Mostly it is plain that some value is valid for these, each by
itself; where it is not, somebody has to look for one.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import ceil, floor

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.discriminators import discriminator_of
from troth_schemas.jsonschema.facts import NOTHING_SAID, Facts
from troth_schemas.jsonschema.fitting import is_typed
from troth_schemas.jsonschema.marks import Access, stays
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.patterns import matches

_COUNTED = ""
"""In the place of a name: so many members are needed, whatever they are called."""


class Lacking:
    """The objects of a value with the schemas that were asked about them, in a direction."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._asked: dict[int, tuple[dict[str, Json], list[Facts]]] = {}

    def note(self, facts: Facts, value: dict[str, Json]) -> None:
        """Remember that a schema was asked about an object."""
        self._asked.setdefault(id(value), (value, []))[1].append(facts)

    def names(self) -> tuple[str, ...]:
        """The members that are needed and may be impossible; "" where it is about how many there are."""
        found = (name for value, asked in self._asked.values() for name in self._of(value, asked))
        return tuple(dict.fromkeys(found))

    def _of(self, value: dict[str, Json], asked: list[Facts]) -> Iterator[str]:
        needed = frozenset[str]().union(*(one.required for one in asked))
        for one in asked:
            if len(value) < one.min_properties:
                yield _COUNTED
            needed |= frozenset[str]().union(*(more for name, more in one.dependent_required.items() if name in value))
        yield from (name for name in sorted(needed - value.keys()) if not self._may_come(name, asked))

    def _may_come(self, name: str, asked: list[Facts]) -> bool:
        if any(stays(one.properties[name], self._access) for one in asked if name in one.properties):
            return True  # it is not needed this way
        if any(one.names or one.unevaluated_properties or name in one.dependent_schemas for one in asked):
            return False
        speaking = [node for facts in asked for node in _speaking(facts, name)]
        alike = all(one.raw == speaking[0].raw for one in speaking[1:])
        return alike and all(may_be(one, self._access) for one in speaking[:1])


def _speaking(facts: Facts, name: str) -> list[Node]:
    """What one schema says of a member."""
    own = facts.properties.get(name)
    found = [node for pattern, node in facts.patterns.items() if matches(pattern, name)]
    found += [own] if own is not None else []
    return found or ([facts.additional] if facts.additional is not None else [])


def may_be(node: Node, access: Access, within: frozenset[Node] = frozenset()) -> bool:
    """Whether some value is plainly valid for a schema: so it is of those that say little, which most are."""
    facts = node.facts
    if facts.always is not None:
        return facts.always
    if node in within or node.broken is not None or facts.odd:
        return False
    within |= {node}
    if facts.target is not None:
        beside = replace(facts, target=None, read_only=False, write_only=False)
        return beside == NOTHING_SAID and may_be(facts.target, access, within)
    several = facts.any_of or facts.one_of
    if discriminator_of(node)[0] is not None and several:
        return any(may_be(one, access, within) for one in several)
    if facts.all_of or several or facts.negated is not None or facts.condition is not None:
        return False
    return _has_listed(facts) if facts.enum is not None else _has_some(facts, access, within)


def _has_listed(facts: Facts) -> bool:
    beside = replace(facts, enum=None, enum_keyword=NOTHING_SAID.enum_keyword, listed=None, types=None, nullable=False)
    beside = replace(beside, read_only=False, write_only=False)
    return beside == NOTHING_SAID and any(facts.types is None or is_typed(one, facts.types) for one in facts.enum or ())


def _has_some(facts: Facts, access: Access, within: frozenset[Node]) -> bool:
    kinds = facts.kinds
    return (
        not kinds.isdisjoint(("null", "boolean"))
        or ("string" in kinds and _has_text(facts))
        or ("number" in kinds and _has_number(facts))
        or ("array" in kinds and _has_array(facts, access, within))
        or ("object" in kinds and _has_object(facts, access, within))
    )


def _has_text(facts: Facts) -> bool:
    if facts.pattern is not None or facts.format is not None:
        return not facts.min_length and facts.max_length is None and (facts.pattern is None or facts.format is None)
    return facts.max_length is None or facts.min_length <= facts.max_length


def _has_number(facts: Facts) -> bool:
    least, most = facts.minimum, facts.maximum
    if facts.format is not None and (least is not None or most is not None):
        return False
    if least is None or most is None:
        return True
    step = facts.step or 1
    inside = ceil(least[0] / step) < floor(most[0] / step)
    return inside if facts.step is None else inside and not facts.whole


def _has_array(facts: Facts, access: Access, within: frozenset[Node]) -> bool:
    if facts.contains is not None or facts.unevaluated_items is not None:
        return False
    if not facts.min_items:
        return True
    if facts.head or facts.unique or (facts.max_items is not None and facts.min_items > facts.max_items):
        return False
    return facts.rest is None or may_be(facts.rest, access, within)


def _has_object(facts: Facts, access: Access, within: frozenset[Node]) -> bool:
    bounded = facts.min_properties or facts.max_properties is not None or facts.names is not None
    if bounded or facts.dependent_schemas or facts.dependent_required or facts.unevaluated_properties is not None:
        return False
    speaking = [_speaking(facts, name) for name in facts.required]
    needed = [nodes for nodes in speaking if not any(stays(one, access) for one in nodes)]
    return all(len(nodes) < 2 and all(may_be(one, access, within) for one in nodes) for nodes in needed)
