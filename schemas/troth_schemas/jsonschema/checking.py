"""Whether one value is valid for a schema, told by walking both: only what the value has is looked at.

A validator of the fast engine has to be made for all that a schema leads to, which in a large API is nearly all of it.
Asked a few times, this is faster by orders of magnitude; it means the same as the schema that `validating.py` writes,
and knows besides what no JSON Schema can say: discriminators, and objects that are seen in part.

Of an object that is seen in part (a consumer's expectation), other members may come. Then a keyword that can be
fulfilled by them holds, and where it rests on what comes, the answer is *open* (``is_open``).
"""

from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.discriminators import chosen, discriminator_of, own_choice
from troth_schemas.jsonschema.facts import Facts, equal
from troth_schemas.jsonschema.fitting import (
    extends,
    fits_format,
    fits_number,
    fits_string,
    is_settled,
    is_typed,
    is_unique,
)
from troth_schemas.jsonschema.lacking import Lacking
from troth_schemas.jsonschema.marks import stays
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.patterns import matches
from troth_schemas.jsonschema.question import View
from troth_schemas.jsonschema.standing import Standing

_DEEPEST: Final = 60
"""How many schemas may stand for one value before it is left to the engine."""


class Unchecked(Exception):
    """This value is better left to the engine."""


class Unsaid(Exception):
    """A schema that makes no sense, of which a proof is asked."""


class Checker:
    """Checks one value under one view.

    ``formats`` are asserted if so asked. ``strict`` refuses any discriminator's value that names no schema; else only
    one where all names are told. ``proving`` refuses what makes no sense.
    """

    def __init__(self, view: View, *, formats: bool = False, strict: bool = False, proving: bool = False) -> None:
        self.view = view
        self.is_open = False
        """Whether the answer rests on members that may come besides those that were seen."""
        self.is_undeclared = False
        """Whether a member that was seen is declared by nothing that may hold for it."""
        self.is_nameless = False
        """Whether any discriminator's value named no schema."""
        self.is_tagged = False
        """Whether an object was asked about that a discriminator speaks of."""
        self.lacking = Lacking(view.access)
        """What is needed of objects that are seen in part."""
        self._formats = formats
        self._strict = strict
        self._proving = proving
        self._partial = view.is_partial
        self._naming: set[tuple[Node, int]] = set()
        self._standing = Standing(self.holds)

    def accepts(self, node: Node, value: Json) -> bool:
        """Whether a value is valid. Raises Unchecked, Unsaid."""
        if not self._below(node, value, plain=False):
            return False
        self.is_undeclared = self.view.undeclared == "refused" and not self.declares(node, value, value)
        return not self.is_undeclared

    def declares(self, node: Node, value: Json, part: Json) -> bool:
        """Whether all members that stand in a part of a valid value are declared. Raises Unchecked."""
        return self._standing.declares((node,), value, part)

    def holds(self, node: Node, value: Json, plain: bool) -> bool:
        """Whether a value is valid for a schema that stands for it beside others."""
        return self._beside(node, value, plain, 1)

    def _below(self, node: Node, value: Json, *, plain: bool) -> bool:
        """The whole, a member or an element."""
        if not self._beside(node, value, plain, 0):
            return False
        choice = chosen(node, value) if self._strict and not plain else None
        return choice is None or choice.named is not None

    def _beside(self, node: Node, value: Json, plain: bool, depth: int) -> bool:
        """A value for which several schemas may stand."""
        facts = node.facts
        if facts.always is not None:
            return facts.always
        if depth > _DEEPEST:
            raise Unchecked
        if self._proving and (facts.odd or node.broken is not None):
            raise Unsaid
        if facts.types is not None and not is_typed(value, facts.types):
            return False
        if facts.enum is not None and not self._is_listed(facts, value, plain):
            return False
        if self._formats and facts.format is not None and not fits_format(facts.format, value):
            return False
        return (
            self._of_kind(facts, value, plain, depth + 1)
            and self._combined(node, facts, value, plain, depth + 1)
            and self._evaluated(node, facts, value, plain)
            and (plain or not isinstance(value, dict) or self._named(node, value, depth + 1))
        )

    def _named(self, node: Node, value: Json, depth: int) -> bool:
        """What an object says of itself must hold, too."""
        self.is_tagged = self.is_tagged or discriminator_of(node)[0] is not None
        choice = own_choice(node, value)
        here = (node, id(value))
        if choice is None or here in self._naming:
            return True
        if choice.named is None:
            self.is_nameless = True
            return not choice.closed
        self._naming.add(here)
        try:
            return self._beside(choice.named, value, False, depth)
        finally:
            self._naming.discard(here)

    def _may_grow(self, value: Json, plain: bool) -> bool:
        """Whether more may come than is seen of a value."""
        return self._partial and not plain and not is_settled(value)

    def _is_listed(self, facts: Facts, value: Json, plain: bool) -> bool:
        listed = facts.enum or ()
        if any(equal(value, one) for one in listed):
            return True
        if not self._may_grow(value, plain) or not any(extends(one, value) for one in listed):
            return False
        self.is_open = True
        return True

    def _of_kind(self, facts: Facts, value: Json, plain: bool, depth: int) -> bool:
        if isinstance(value, str):
            return fits_string(facts, value)
        if isinstance(value, dict):
            return self._object(facts, value, plain, depth)
        if isinstance(value, list):
            return self._array(facts, value, plain)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return fits_number(facts, value)
        return True

    def _object(self, facts: Facts, value: dict[str, Json], plain: bool, depth: int) -> bool:
        if facts.max_properties is not None and self._least_count(facts, value, plain) > facts.max_properties:
            return False
        if not plain and not self.view.required:
            self.lacking.note(facts, value)
        if self._partial and not plain and any(_is_barred(facts, name) for name in facts.required - value.keys()):
            self.is_open = True
        if (plain or self.view.required) and not self._has_needed(facts, value):
            return False
        if not all(self._fits_member(facts, name, one, plain) for name, one in value.items()):
            return False
        return all(
            self._beside(inner, value, plain, depth) for name, inner in facts.dependent_schemas.items() if name in value
        )

    def _fits_member(self, facts: Facts, name: str, value: Json, plain: bool) -> bool:
        node = facts.properties.get(name)
        named = node is not None
        if node is not None and (stays(node, self.view.access) or not self._below(node, value, plain=plain)):
            return False
        for pattern, inner in facts.patterns.items():
            if matches(pattern, name):
                named = True
                if not self._below(inner, value, plain=plain):
                    return False
        if not named and facts.additional is not None and not self._below(facts.additional, value, plain=plain):
            return False
        return facts.names is None or self._below(facts.names, name, plain=True)

    def _least_count(self, facts: Facts, value: dict[str, Json], plain: bool) -> int:
        """How many members there are, with those that must come."""
        if not self._partial or plain:
            return len(value)
        return len(value) + sum(name not in value for name in facts.required if not self._never_comes(facts, name))

    def _never_comes(self, facts: Facts, name: str) -> bool:
        node = facts.properties.get(name)
        return node is not None and stays(node, self.view.access)

    def _has_needed(self, facts: Facts, value: dict[str, Json]) -> bool:
        if len(value) < facts.min_properties:
            return False
        if any(name not in value and not self._never_comes(facts, name) for name in facts.required):
            return False
        return all(needed <= value.keys() for name, needed in facts.dependent_required.items() if name in value)

    def _array(self, facts: Facts, value: list[Json], plain: bool) -> bool:
        if len(value) < facts.min_items or (facts.max_items is not None and len(value) > facts.max_items):
            return False
        if facts.unique and not is_unique(value):
            if not self._may_grow(value, plain):
                return False
            self.is_open = True
        for index, one in enumerate(value):
            node = facts.head[index] if index < len(facts.head) else facts.rest
            if node is not None and not self._below(node, one, plain=plain):
                return False
        return facts.contains is None or self._contains(facts, value, plain)

    def _contains(self, facts: Facts, value: list[Json], plain: bool) -> bool:
        wanted = facts.contains
        assert wanted is not None
        found = sum(self._below(wanted.node, one, plain=plain) for one in value)
        if found < wanted.least:
            return False
        if wanted.most is not None and found > wanted.most:
            if not self._may_grow(value, plain):
                return False
            self.is_open = True
        return True

    def _combined(self, node: Node, facts: Facts, value: Json, plain: bool, depth: int) -> bool:
        if facts.target is not None and not self._beside(facts.target, value, plain, depth):
            return False
        if not all(self._beside(one, value, plain, depth) for one in facts.all_of):
            return False
        if facts.any_of and not any(self._beside(one, value, plain, depth) for one in facts.any_of):
            return False
        if facts.one_of and not self._is_one(node, facts, value, plain, depth):
            return False
        may_grow = (facts.negated is not None or facts.condition is not None) and self._may_grow(value, plain)
        self.is_open = self.is_open or may_grow
        if facts.negated is not None and self._beside(facts.negated, value, True, depth) and not may_grow:
            return False
        if facts.condition is None:
            return True
        then = facts.then if self._beside(facts.condition, value, True, depth) else facts.otherwise
        return then is None or self._beside(then, value, plain, depth)

    def _is_one(self, node: Node, facts: Facts, value: Json, plain: bool, depth: int) -> bool:
        """Exactly one of the alternatives; of what is seen in part, what still comes may tell several apart, and a
        discriminator does."""
        count = sum(self._beside(one, value, plain, depth) for one in facts.one_of)
        if count < 2 or not self._may_grow(value, plain):
            return count == 1
        if discriminator_of(node)[0] is None:
            self.is_open = True
        return True

    def _evaluated(self, node: Node, facts: Facts, value: Json, plain: bool) -> bool:
        """What the other keywords of a schema leave alone must be valid for its ``unevaluated…``."""
        if isinstance(value, dict) and facts.unevaluated_properties is not None:
            names = self._standing.evaluated_members(node, value, plain)
            rest = facts.unevaluated_properties
            return all(self._below(rest, one, plain=plain) for name, one in value.items() if name not in names)
        if isinstance(value, list) and facts.unevaluated_items is not None:
            indexes = self._standing.evaluated_elements(node, value, plain)
            inner = facts.unevaluated_items
            return all(self._below(inner, one, plain=plain) for at, one in enumerate(value) if at not in indexes)
        return True


def _is_barred(facts: Facts, name: str) -> bool:
    """Whether a member must not be there, by what a schema says itself."""
    node = facts.properties.get(name) or (
        None if any(matches(one, name) for one in facts.patterns) else facts.additional
    )
    return node is not None and node.facts.always is False
