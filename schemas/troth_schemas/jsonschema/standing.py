"""Which schemas hold for a value together, and so which of its members and elements are spoken of."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.discriminators import chosen, own_choice
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.objects import Layer


@dataclass(frozen=True, slots=True)
class Standing:
    """Asks ``holds`` whether a value is valid for one schema, with everything word by word if so wanted."""

    holds: Callable[[Node, Json, bool], bool]

    def declares(self, nodes: Iterable[Node], value: Json, part: Json) -> bool:
        """Whether all members of a part of a value are declared, by any of the schemas that hold for it together."""
        if not isinstance(part, dict | list):
            return True
        nodes = tuple(nodes)
        standing: dict[Node, None] = {}
        for node in nodes:
            self._gather(node, value, False, standing)
        if isinstance(part, list) and isinstance(value, list):
            return all(
                self.declares([one for node in standing for one in _element(node, index)], inner, seen)
                for index, (inner, seen) in enumerate(zip(value, part, strict=False))
            )
        if not isinstance(part, dict) or not isinstance(value, dict):
            return True
        named = [choice.named for node in nodes if (choice := chosen(node, value)) is not None and choice.named]
        free = any(_is_open(one.facts) for one in standing) or not any(map(_names_members, (*nodes, *named)))
        for name, seen in part.items():
            speaking = [one for node in standing for one in _member(node, name)]
            if not speaking and not free:
                return False
            if not self.declares(speaking, value.get(name), seen):
                return False
        return True

    def evaluated_members(self, node: Node, value: dict[str, Json], plain: bool) -> set[str]:
        """The members that a schema speaks of with anything but its own ``unevaluatedProperties``."""
        found: set[str] = set()
        for one in self._all(node, value, plain):
            facts = one.facts
            if one is not node and facts.unevaluated_properties is not None:
                return set(value)
            for name in value.keys() - found:
                if facts.additional is not None or any(True for _ in _member(one, name)):
                    found.add(name)
        return found

    def evaluated_elements(self, node: Node, value: list[Json], plain: bool) -> set[int]:
        """The elements that a schema speaks of with anything but its own ``unevaluatedItems``."""
        found: set[int] = set()
        for one in self._all(node, value, plain):
            facts = one.facts
            if facts.rest is not None or (one is not node and facts.unevaluated_items is not None):
                return set(range(len(value)))
            found.update(range(len(facts.head)))
            if facts.contains is not None and one.dialect != "2019-09":  # there it speaks of none
                inner = facts.contains.node
                found.update(index for index, each in enumerate(value) if self.holds(inner, each, plain))
        return found

    def _all(self, node: Node, value: Json, plain: bool) -> Iterable[Node]:
        standing: dict[Node, None] = {}
        self._gather(node, value, plain, standing)
        return standing

    def _gather(self, node: Node, value: Json, plain: bool, found: dict[Node, None]) -> None:
        """All schemas that hold for a value through one: itself, and what it is made of."""
        if node in found:
            return
        found[node] = None
        for one in self._made_of(node, value, plain):
            self._gather(one, value, plain, found)

    def _made_of(self, node: Node, value: Json, plain: bool) -> Iterator[Node]:
        facts = node.facts
        yield from (*((facts.target,) if facts.target is not None else ()), *facts.all_of)
        yield from (one for one in (*facts.any_of, *facts.one_of) if self.holds(one, value, plain))
        if facts.condition is not None:
            meets = self.holds(facts.condition, value, True)
            yield from (one for one in (facts.condition, facts.then) if meets and one is not None)
            yield from (facts.otherwise,) if not meets and facts.otherwise is not None else ()
        if isinstance(value, dict):
            yield from (one for name, one in facts.dependent_schemas.items() if name in value)
            choice = None if plain else own_choice(node, value)
            yield from (choice.named,) if choice is not None and choice.named is not None else ()


def _is_open(facts: Facts) -> bool:
    """Whether a schema says on purpose what of members that it does not name."""
    return facts.additional is not None or facts.unevaluated_properties is not None or facts.always is True


def _member(node: Node, name: str) -> Iterator[Node]:
    """The schemas of a member."""
    facts = node.facts
    return Layer(facts.properties, facts.patterns, facts.additional).nodes(name)


def _element(node: Node, index: int) -> Iterator[Node]:
    """The schemas of an element."""
    facts = node.facts
    one = facts.head[index] if index < len(facts.head) else facts.rest
    if one is not None:
        yield one


def _names_members(node: Node, left: int = 8) -> bool:
    """Whether a schema, or one that it is made of, names any member: one that names none describes free objects."""
    facts = node.facts
    if facts.properties:
        return True
    target = (facts.target,) if facts.target is not None else ()
    return left > 0 and any(
        _names_members(one, left - 1) for one in (*target, *facts.all_of, *facts.any_of, *facts.one_of)
    )
