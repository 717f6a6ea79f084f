"""The branches of schemas, made once for each: alternatives multiplied out, references followed, `allOf` merged."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.arrays import Arrays, arrays_of
from troth_schemas.jsonschema.branches import (
    ANYTHING,
    NOTHING,
    Branch,
    Part,
    Values,
    holding,
    kind_of,
    meet,
    part_of,
    united,
)
from troth_schemas.jsonschema.closing import closed_arrays, closed_objects
from troth_schemas.jsonschema.facts import KINDS, NOTHING_SAID, Facts
from troth_schemas.jsonschema.marks import Access, stays
from troth_schemas.jsonschema.negation import without
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.numbers import FORMATS, Numbers, numbers_of
from troth_schemas.jsonschema.objects import Objects, objects_of
from troth_schemas.jsonschema.strings import strings_of
from troth_schemas.jsonschema.texts import texts

MOST_BRANCHES: Final = 512
"""More alternatives than people write; products of them are cut."""
DEEPEST: Final = 60
"""Schemas for one and the same value, each referring to the next."""


class Space:
    """Branches of schemas.

    ``access`` leaves out members that never travel in that direction; with ``formats`` those of numbers are ranges.
    """

    def __init__(self, access: Access = None, *, formats: bool = False) -> None:
        self.access = access
        self.formats = formats
        self._of_node: dict[Node, tuple[Branch, ...]] = {}
        self._of_nodes: dict[tuple[Node, ...], Values] = {}
        self._joined: dict[tuple[Values, tuple[Node, ...]], Values] = {}
        self._open: set[Node] = set()
        self._none = Values(self, (NOTHING,), ())

    # Places

    def values(self, nodes: Iterable[Node]) -> Values:
        """What is valid for all of these schemas."""
        key = tuple(dict.fromkeys(nodes)) or (ANYTHING,)
        found = self._of_nodes.get(key)
        if found is None:
            found = self._of_nodes[key] = Values(self, key)
        return found

    def chosen(self, values: Values, *branches: Branch) -> Values:
        """Only these of the branches."""
        return Values(self, values.nodes, branches)

    def member(self, branch: Branch, name: str) -> Values:
        """What a member of this name may be; no branches where there can be none."""
        part = branch.objects
        if name in part.chosen:
            return self._narrowed(part.chosen[name], part.nodes(name))
        if name in part.absent or not part.has_room_for(name) or not self._may_be_called(part, name):
            return self._none
        return self.values(part.nodes(name))

    def _may_be_called(self, part: Objects, name: str) -> bool:
        called = Branch("string", None, ANYTHING, (name,))
        return all(self._is_in(called, node) for node in part.names)

    def _is_in(self, called: Branch, node: Node) -> bool:
        return any(one.kind == "string" and meet(called, one) is not None for one in self.branches(node))

    def others(self, branch: Branch) -> Values:
        """What members may be that nobody speaks of; no branches where there is no room for any."""
        return self._if_room(branch.objects, branch.objects.others())

    def matching(self, branch: Branch, pattern: str) -> Values:
        """What members may be whose names match one of the patterns and are not named."""
        return self._if_room(branch.objects, branch.objects.matching(pattern)[0])

    def _if_room(self, part: Objects, nodes: tuple[Node, ...]) -> Values:
        has_room = part.most is None or len(part.required) < part.most
        return self.values(nodes) if has_room else self._none

    def element(self, branch: Branch, index: int) -> Values:
        """What an element may be; REST means any after the heads."""
        part = branch.arrays
        if index in part.chosen:
            return self._narrowed(part.chosen[index], part.nodes(index))
        return self.values(part.nodes(index))

    def _narrowed(self, chosen: Values, nodes: tuple[Node, ...]) -> Values:
        """What was chosen, as far as it is valid for schemas that may have joined since."""
        joined = tuple(node for node in nodes if any(node not in one.valid for one in chosen.branches))
        if not joined:
            return chosen
        known = self._joined.get((chosen, joined))
        if known is None:
            found = chosen.branches
            for node in joined:
                found = self.narrow(found, node)
            known = self._joined[chosen, joined] = self.chosen(chosen, *found)
        return known

    def meet_nodes(self, nodes: tuple[Node, ...]) -> tuple[Branch, ...]:
        """The branches of what is valid for all of these schemas."""
        found = self.branches(nodes[0])
        for node in nodes[1:]:
            found = self.narrow(found, node)
        return found

    def some_texts(self, branch: Branch) -> tuple[str, ...]:
        """A few strings of a branch of strings."""
        if branch.values is not None:
            return tuple(one for one in branch.values if isinstance(one, str))[:3]
        return tuple(islice(texts(branch.strings), 3))

    # Schemas

    def branches(self, node: Node) -> tuple[Branch, ...]:
        """The branches of what is valid for a schema; none where nothing is."""
        found = self._of_node.get(node)
        if found is not None:
            return found
        if node in self._open or len(self._open) >= DEEPEST:  # it refers to itself without a step into the value
            return tuple(replace(one, loose=("$ref",)) for one in self._plain(NOTHING_SAID, node))
        self._open.add(node)
        try:
            found = tuple(replace(one, valid=one.valid | {node}) for one in self._expand(node))
        finally:
            self._open.discard(node)
        self._of_node[node] = found
        return found

    def narrow(self, branches: Iterable[Branch], node: Node) -> tuple[Branch, ...]:
        """What of some branches is valid for a schema too."""
        some = tuple(branches)
        if all(node in one.valid for one in some):
            return some
        found: list[Branch] = []
        for other in self.branches(node):
            for one in some:
                if one.kind == other.kind:
                    both = meet(one, other)
                    if both is not None:
                        found.append(both)
            if len(found) > MOST_BRANCHES:
                return tuple(replace(one, loose=(*one.loose, "too many combinations")) for one in some)
        return tuple(found)

    def _expand(self, node: Node) -> tuple[Branch, ...]:
        if node.facts.always is False:
            return ()
        return self._combined(self._plain(node.facts, node), node)

    def _combined(self, found: tuple[Branch, ...], node: Node) -> tuple[Branch, ...]:
        """What of some branches is valid for the schemas that a schema combines."""
        facts = node.facts
        for one in (*((facts.target,) if facts.target is not None else ()), *facts.all_of):
            found = self.narrow(found, one)
        if facts.any_of:
            found = self._either(found, facts.any_of, "anyOf")
        if facts.one_of:
            found = self._one_of(found, facts.one_of)
        if facts.condition is not None and (facts.then is not None or facts.otherwise is not None):
            found = self._conditional(found, facts.condition, facts)
        if facts.negated is not None:
            found = self.without(found, facts.negated)
        found = self._depending(found, facts)
        if facts.unevaluated_properties is not None:
            found = tuple(closed_objects(one, node) for one in found)
        if facts.unevaluated_items is not None:
            found = tuple(closed_arrays(one, node) for one in found)
        return found

    def _plain(self, facts: Facts, node: Node) -> tuple[Branch, ...]:
        """The branches of what a schema says without combining others."""
        if facts.enum is not None:
            return tuple(united([one for value in facts.enum for one in self._of_value(value, facts, node)]))
        found = []
        for kind in KINDS:
            if kind in facts.kinds:
                part = self._part(kind, facts)
                if part is not None or kind in ("null", "boolean"):
                    found.append(Branch(kind, part, node, loose=facts.odd))
        if self.access is not None and facts.properties:
            found = [self._travelling(one, facts) if one.kind == "object" else one for one in found]
        return tuple(found)

    def _part(self, kind: str, facts: Facts) -> Part:
        if kind == "object" and self.access is not None:
            facts = replace(facts, required=facts.required - self._elsewhere(facts))
        part: Part = _PARTS[kind](facts)
        if self.formats and isinstance(part, Numbers) and facts.format in FORMATS:
            return part.meet(FORMATS[facts.format])
        return part

    def _travelling(self, branch: Branch, facts: Facts) -> Branch:
        part = branch.objects
        return branch.with_part(replace(part, absent=part.absent | self._elsewhere(facts)))

    def _elsewhere(self, facts: Facts) -> frozenset[str]:
        return frozenset(name for name, node in facts.properties.items() if self.stays(node))

    def stays(self, node: Node) -> bool:
        """Whether a member never travels in this direction: ``readOnly`` in requests, ``writeOnly`` in responses."""
        return stays(node, self.access)

    def _of_value(self, value: Json, facts: Facts, node: Node) -> tuple[Branch, ...]:
        """One value of an ``enum``, if the rest of the schema allows it."""
        kind = kind_of(value)
        if kind not in facts.kinds:
            return ()
        part = self._part(kind, facts)
        if isinstance(part, Arrays | Objects):
            both = meet(Branch(kind, part_of(value), node), Branch(kind, part, node, loose=facts.odd))
            return () if both is None else (both,)
        if part is None and kind not in ("null", "boolean"):
            return ()
        return (Branch(kind, None, node, (value,), loose=facts.odd),) if holding((value,), part) else ()

    def _either(self, found: tuple[Branch, ...], nodes: tuple[Node, ...], keyword: str) -> tuple[Branch, ...]:
        return _bounded([one for node in nodes for one in self.narrow(found, node)], found, keyword)

    def _one_of(self, found: tuple[Branch, ...], nodes: tuple[Node, ...]) -> tuple[Branch, ...]:
        made_of: list[Branch] = []
        for index, node in enumerate(nodes):
            others = (*nodes[:index], *nodes[index + 1 :])
            made_of.extend(replace(one, rivals=(*one.rivals, *others)) for one in self.narrow(found, node))
        return _bounded(made_of, found, "oneOf")

    def _conditional(self, found: tuple[Branch, ...], condition: Node, facts: Facts) -> tuple[Branch, ...]:
        holds = self.narrow(found, condition)
        if facts.then is not None:
            holds = self.narrow(holds, facts.then)
        fails = self.without(found, condition)
        if facts.otherwise is not None:
            fails = self.narrow(fails, facts.otherwise)
        return _bounded([*holds, *fails], found, "if")

    def without(self, found: tuple[Branch, ...], node: Node) -> tuple[Branch, ...]:
        """What of some branches is not valid for a schema."""
        return _bounded([left for one in found for left in without(self, one, node)], found, "not")

    def _depending(self, found: tuple[Branch, ...], facts: Facts) -> tuple[Branch, ...]:
        for name in dict.fromkeys((*facts.dependent_required, *facts.dependent_schemas)):
            split: list[Branch] = []
            for one in found:
                if one.kind == "object":
                    split.extend(self._with_and_without(one, name, facts))
                else:
                    split.append(one)
            found = _bounded(split, found, "dependentRequired")
        return found

    def _with_and_without(self, branch: Branch, name: str, facts: Facts) -> Iterable[Branch]:
        absent = branch.objects.meet(Objects(absent=frozenset((name,))))
        if absent is not None:
            yield branch.with_part(absent)
        needed = frozenset((name,)) | facts.dependent_required.get(name, frozenset())
        present = branch.objects.meet(Objects(required=needed))
        if present is not None:
            schema = facts.dependent_schemas.get(name)
            there = (branch.with_part(present),)
            yield from there if schema is None else self.narrow(there, schema)


def _bounded(made_of: list[Branch], instead: tuple[Branch, ...], keyword: str) -> tuple[Branch, ...]:
    if len(made_of) <= MOST_BRANCHES:
        return tuple(made_of)
    return tuple(replace(one, loose=(*one.loose, keyword)) for one in instead)


def _nothing(_facts: Facts) -> Part:
    return None


_PARTS: Final = {
    "null": _nothing,
    "boolean": _nothing,
    "number": numbers_of,
    "string": strings_of,
    "array": arrays_of,
    "object": objects_of,
}
