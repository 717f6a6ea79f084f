"""Why a reader refuses what a writer may send, found place by place, each pair of a schema and a branch judged once.

A schema is a conjunction of keywords: a branch is contained if every keyword accepts it. Recursive schemas are judged
by coinduction: a pair that is being judged is taken for contained until something speaks against it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

from troth_schemas.jsonschema import arrays
from troth_schemas.jsonschema.branches import Branch, Values
from troth_schemas.jsonschema.keywords import judge
from troth_schemas.jsonschema.members import undeclared
from troth_schemas.jsonschema.missing import Miss, unknown
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.question import View
from troth_schemas.jsonschema.sameness import Sameness
from troth_schemas.jsonschema.spaces import Space
from troth_schemas.jsonschema.tags import Tags, are_apart, tags_of_branch, tags_of_schema
from troth_schemas.options import Options

DEEPEST: Final = 60
"""Levels of schemas that are judged inside each other; a chain that is longer is not a schema that people write."""
_MOST_NESTED: Final = 3
_FEW: Final = 4
_MOST_LOOKED_AT: Final = 30
_MOST_LOOKS: Final = 500
"""Values that are looked at for the sake of one; what is left is taken for possible."""
_MOST_ROUNDS: Final = 8
"""Times that values are looked at again with what was found of them; two are enough for most."""
MOST_JUDGED: Final = 20_000
"""Pairs that are judged before an answer is given up: about a second."""


class Comparison:
    """A reader's documents against a writer's, under one view; remembers every pair that it has judged."""

    def __init__(self, view: View, options: Options, outer: "Comparison | None" = None) -> None:
        self.view = view
        self.options = options
        self.space: Space = Space(view.access, formats=options.format_assertion) if outer is None else outer.space
        self.sameness: Sameness = Sameness() if outer is None else outer.sameness
        self.judged = 0
        self.left: list[int] = [MOST_JUDGED] if outer is None else outer.left
        """How many pairs may still be judged for this question."""
        self._known: dict[tuple[Node, Branch], tuple[Miss, ...]] = {}
        self._tags_of_schema: dict[Node, Tags] = {}
        self._tags_of_branch: dict[Branch, Tags] = {}
        self._covered: dict[tuple[Node, Node], bool] = {}
        self._common: dict[tuple[Node, Branch], tuple[Branch, ...]] = {}
        self._open: dict[tuple[Node, Branch], int] = {}
        self._assumed: dict[tuple[Node, Branch], tuple[tuple[Miss, ...], int]] = {}
        self._steps: list[bool] = []
        self._naming: set[tuple[Node, Branch]] = set()
        """Pairs of which the schema that a discriminator names is being judged; it may be made of the first one."""
        self._looking: dict[Values, tuple[Branch, ...]] = {}
        self._looks = 0
        self._rested: set[Values] = set()
        self._possible: dict[Values, tuple[Branch, ...]] = {}
        self._inhabited: set[Values] = set() if outer is None else outer.inhabited
        self._nested = 0
        self._lowest = DEEPEST + 1
        """The outermost open pair that the current judgement has assumed to be contained."""

    @cached_property
    def exact(self) -> "Comparison":
        """The same without a view: what schemas say word by word, as ``not``, ``if`` and ``oneOf`` need it."""
        if self.view.required and self.view.undeclared == "schema" and self.options.open_models == "strict":
            return self
        options = Options(format_assertion=self.options.format_assertion, open_models="strict")
        return Comparison(View(access=self.view.access), options, self)

    # Places

    def misses(self, reader: Node, values: Values) -> tuple[Miss, ...]:
        """Why some of the values are not valid for the reader; nothing if all are."""
        if self.view.undeclared == "schema" and any(self.sameness.same(reader, one) for one in values.nodes):
            return ()
        return each_once(miss for branch in self.possible(values) for miss in self._of_place(reader, branch))

    def _of_place(self, reader: Node, branch: Branch) -> Iterator[Miss]:
        yield from self.of_branch(reader, branch, place=True)
        if branch.kind == "object" and self.view.undeclared == "refused":
            yield from undeclared(self, reader, branch)

    def holds(self, reader: Node, branch: Branch) -> bool:
        """Whether a branch is contained for sure."""
        return not self.of_branch(reader, branch)

    def proves(self, reader: Node, branch: Branch) -> bool:
        """The same without resting on what is only assumed so far, for conclusions in which it is negated."""
        if self._nested >= _MOST_NESTED:
            return False
        kept = self._open, self._assumed, self._lowest, self._steps
        self._open, self._assumed, self._lowest, self._steps = {}, {}, DEEPEST + 1, []
        self._nested += 1
        try:
            return self.holds(reader, branch)
        finally:
            self._nested -= 1
            self._open, self._assumed, self._lowest, self._steps = kept

    # Emptiness

    @property
    def inhabited(self) -> set[Values]:
        """Values that are known not to be empty, whatever their branches are."""
        return self._inhabited

    def possible(self, values: Values) -> tuple[Branch, ...]:
        """The branches that are not empty for sure.

        A value that needs another one of its own kind inside itself, and so on forever, is none: what is being looked
        at is taken for empty, until something is found, and then for that, until nothing more is found.
        """
        if values.possible is not None:
            return values.possible
        if self.exact is not self:
            return self.exact.possible(values)
        if values in self._possible:
            return self._possible[values]
        taken = self._looking.get(values)
        if taken is not None:
            self._rested.add(values)
            return taken
        if len(self._looking) >= _MOST_LOOKED_AT or (self._looking and self._looks >= _MOST_LOOKS):
            return values.branches
        return self._looked_at(values)

    def _looked_at(self, values: Values) -> tuple[Branch, ...]:
        outermost = not self._looking
        self._looks = 1 if outermost else self._looks + 1
        marks = [len(one) for one in self._resting]
        self._looking[values] = ()
        self._rested.discard(values)
        try:
            found = self._settled(values, marks)
        except RecursionError:
            self._forget(marks)
            raise
        finally:
            del self._looking[values]
        self._possible[values] = found
        if outermost:
            for each, branches in self._possible.items():
                each.possible = branches
            self._possible.clear()
        return found

    def _settled(self, values: Values, marks: list[int]) -> tuple[Branch, ...]:
        """The branches that are not empty, when what was taken for them is what is found."""
        for _ in range(_MOST_ROUNDS):
            tight = (self._tightened(one) for one in values.branches)
            found = tuple(one for one in tight if one is not None and not self.is_empty(one))
            if found:
                self._inhabited.add(values)
            if values not in self._rested or _outline(found) == _outline(self._looking[values]):
                return found
            self._looking[values] = found
            self._forget(marks)
        return values.branches

    @property
    def _resting(self) -> tuple[dict[Any, Any], ...]:
        """What is remembered and may rest on what is taken for empty."""
        return self._known, self._covered, self._common, self._tags_of_branch, self._possible

    def _forget(self, marks: list[int]) -> None:
        for remembered, mark in zip(self._resting, marks, strict=True):
            while len(remembered) > mark:
                remembered.popitem()

    def _can_be(self, values: Values) -> bool:
        return values in self._inhabited or bool(self.possible(values))

    def _tightened(self, branch: Branch) -> Branch | None:
        """The branch with no place for elements that cannot be; None if it needs one."""
        if branch.kind != "array" or branch.arrays.most == 0:
            return branch
        part = branch.arrays
        for index in (*range(part.heads), arrays.REST):
            at = index if index >= 0 else part.heads
            if part.most is not None and part.most <= at:
                break
            if not self._can_be(self.space.element(branch, index)):
                return None if part.least > at else branch.with_part(replace(part, most=at))
        if part.contains and not self._may_contain(branch):
            return None
        return self._told_apart(branch) if part.unique else branch

    def _told_apart(self, branch: Branch) -> Branch | None:
        """The branch with no more elements than there are different ones; None if it needs more."""
        part, count = branch.arrays, 0
        for one in self.possible(self.space.element(branch, arrays.REST)):
            few = one.few
            if few is None:
                return branch
            count += len(few)
        most = part.heads + count
        if part.most is not None and part.most <= most:
            return branch
        return None if part.least > most else branch.with_part(replace(part, most=most))

    def _may_contain(self, branch: Branch) -> bool:
        part = branch.arrays
        places = [self.space.element(branch, index) for index in (*range(part.heads), arrays.REST)]
        return all(
            one.least == 0 or any(self.common(one.node, piece) for values in places for piece in values.branches)
            for one in part.contains
        )

    def is_empty(self, branch: Branch) -> bool:
        """Whether no value can be in a branch, for sure."""
        if branch.unless and any(self.exact.proves(one, branch) for one in branch.unless):
            return True
        if branch.values is not None:
            return False
        if branch.kind == "string":
            return branch.strings.is_void
        if branch.kind == "object":
            return any(not self._can_be(self.space.member(branch, name)) for name in branch.objects.required)
        if branch.kind == "array":
            return self._tightened(branch) is None
        return False

    def is_apart(self, node: Node, branch: Branch) -> bool:
        """Whether no value of a branch is valid for a schema, for sure."""
        if any(self._covers(one, node) for one in (*branch.rivals, *branch.unless)):
            return True
        return not self.common(node, branch)

    def _covers(self, wider: Node, node: Node) -> bool:
        """Whether everything that is valid for one schema is valid for another, for sure."""
        if self.sameness.same(wider, node):
            return True
        key = (wider, node)
        found = self._covered.get(key)
        if found is None:
            self._covered[key] = False  # until it is known: what rests on itself proves nothing
            pieces = self.possible(self.space.values((node,)))
            found = self._covered[key] = all(self.exact.proves(wider, one) for one in pieces)
        return found

    def common(self, node: Node, branch: Branch) -> tuple[Branch, ...]:
        """What of a branch may be valid for a schema."""
        found = self._common.get((node, branch))
        if found is None:
            both = self.space.narrow((branch,), node)
            found = tuple(one for one in both if not self.is_empty(one) and not self._is_rivals(one))
            self._common[node, branch] = found
        return found

    def _is_rivals(self, branch: Branch) -> bool:
        return any(self.exact.proves(one, branch) for one in branch.rivals)

    def told_apart(self, nodes: tuple[Node, ...], branch: Branch) -> tuple[Node, ...]:
        """The schemas that are not told apart from a branch at once by their types or by listed members."""
        kinds = tuple(node for node in nodes if branch.kind in (node.facts.target or node).facts.kinds)
        if branch.kind != "object" or len(kinds) < _FEW:
            return kinds
        mine = self._tags_of_branch.get(branch)
        if mine is None:
            mine = self._tags_of_branch[branch] = tags_of_branch(self, branch)
        return tuple(node for node in kinds if not are_apart(mine, self._tags(node)))

    def _tags(self, node: Node) -> Tags:
        found = self._tags_of_schema.get(node)
        if found is None:
            found = self._tags_of_schema[node] = tags_of_schema(node)
        return found

    # Coinduction

    def of_branch(self, reader: Node, branch: Branch, *, place: bool = False) -> tuple[Miss, ...]:
        """Why some values of a branch are not valid for the reader.

        ``place`` says that a step into a value led here: a schema that refers to itself without one says nothing.
        """
        key = (reader, branch)
        found = self._known.get(key)
        if found is not None:
            return found
        at = self._open.get(key)
        if at is not None:
            if not place and not any(self._steps[at + 1 :]) and key not in self._naming:
                return (unknown("$ref", reader, branch, "the schema refers to itself for one and the same value"),)
            self._lowest = min(self._lowest, at)
            return ()
        assumed = self._assumed.get(key)
        if assumed is not None:
            self._lowest = min(self._lowest, assumed[1])
            return assumed[0]
        if self.view.undeclared == "schema" and any(self.sameness.same(reader, one) for one in branch.valid):
            self._known[key] = ()
            return ()
        depth = len(self._open)
        self.left[0] -= 1
        if depth >= DEEPEST or self.left[0] < 0:
            return (unknown("$ref", reader, branch, "too many schemas stand inside each other"),)
        self.judged += 1
        self._steps.append(place)
        try:
            return self._judged(key, depth)
        finally:
            self._steps.pop()

    def of_named(self, reader: Node, branch: Branch, named: Node) -> tuple[Miss, ...]:
        """The same of the schema that all values of a branch name to the reader's discriminator."""
        key = (reader, branch)
        if key in self._naming:
            return ()
        self._naming.add(key)
        try:
            return self.of_branch(named, branch)
        finally:
            self._naming.discard(key)

    def _judged(self, key: tuple[Node, Branch], depth: int) -> tuple[Miss, ...]:
        outer, self._lowest = self._lowest, depth
        before = len(self._assumed)
        self._open[key] = depth
        try:
            found = each_once(judge(self, *key))
        finally:
            del self._open[key]
            lowest, self._lowest = self._lowest, outer
        if lowest < depth:
            self._assumed[key] = found, lowest
            self._lowest = min(outer, lowest)
        else:
            self._known[key] = found
            self._settle(before, contained=not found)
        return found

    def _settle(self, before: int, *, contained: bool) -> None:
        """What rested on an assumption stands if the assumption does; otherwise it is judged again when asked for."""
        for key in list(self._assumed)[before:]:
            found, _ = self._assumed.pop(key)
            if contained:
                self._known[key] = found


def _outline(found: tuple[Branch, ...]) -> list[tuple[str, int | None]]:
    return [(one.kind, one.arrays.most if one.kind == "array" else None) for one in found]


def each_once(misses: Iterable[Miss]) -> tuple[Miss, ...]:
    """One miss for each cause, with the shortest way to it."""
    found: dict[tuple[object, ...], Miss] = {}
    for miss in misses:
        known = found.setdefault(miss.cause, miss)
        if len(miss.path) < len(known.path):
            found[miss.cause] = miss
    return tuple(found.values())
