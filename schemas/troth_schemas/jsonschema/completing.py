"""Whether something valid for a schema can come that is also one of a consumer's expectation: shown, or ruled out.

Of an expectation more may come than is seen, so both are met as sets. The alternatives of a ``oneOf`` are made apart
there: what is valid for a second one is taken out of each, as far as that can be said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.branches import Branch, Values, meet
from troth_schemas.jsonschema.comparison import Comparison
from troth_schemas.jsonschema.lacking import may_be
from troth_schemas.jsonschema.marks import Access
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.jsonschema.question import SchemaAt, View
from troth_schemas.jsonschema.spaces import MOST_BRANCHES, Space
from troth_schemas.jsonschema.validating import validator_of
from troth_schemas.jsonschema.witness import examples_of
from troth_schemas.options import Options

_MOST_PIECES: Final = 48
_EXAMPLES: Final = 16
_UNHEARD_OF: Final = "other"
_MOST_STEPS: Final = 5_000
"""Times that sets are met when alternatives are made apart, and pairs that are judged: about a second."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Something that may come (``value``); nothing can if it is ``ruled_out``; else it was not decided."""

    value: tuple[Json] | None = None
    ruled_out: bool = False


def completed(schema: SchemaAt, seen: SchemaAt, part: Json, options: Options, view: View) -> Completion:
    """What is valid for a schema in a direction (``view.access``), and for what is seen of it. ``part`` are the members
    that must be declared, where the view refuses others.

    Raises LookupError where a location leads nowhere, ContractUnreadable.
    """
    asked = _Question(schema, seen, part, options, view)
    try:
        return asked.quickly() or asked.apart()
    except (RecursionError, _TooMuch):
        return Completion()


def is_impossible(schema: SchemaAt, access: Access) -> bool:
    """Whether no value at all is valid for a schema in a direction, for sure. Raises as `completed` does."""
    node = node_at(schema)
    if may_be(node, access):
        return False
    comparison = Comparison(View(access=access), Options(open_models="strict"))
    try:
        return not comparison.possible(comparison.space.values((node,)))
    except RecursionError:
        return False


class _Question:
    """A schema and what is seen of its values."""

    def __init__(self, schema: SchemaAt, seen: SchemaAt, part: Json, options: Options, view: View) -> None:
        self._node, self._seen, self._part = node_at(schema), node_at(seen), part
        self._exact = View(access=view.access)
        self._options = Options(format_assertion=options.format_assertion, open_models="strict")
        self._is_declaring = view.undeclared == "refused"
        self._provider = validator_of(self._node, self._exact, format_assertion=options.format_assertion)
        self._consumer = validator_of(self._seen)

    def quickly(self) -> Completion | None:
        """What was seen as it is, or with what the schema needs."""
        if self._may_come(self._part):
            return Completion((self._part,))
        comparison = Comparison(self._exact, self._options)
        found = self._shown(comparison, comparison.possible(comparison.space.values((self._node, self._seen))))
        return None if found is None else Completion(found)

    def apart(self) -> Completion:
        """The same where only one alternative of each ``oneOf`` is left; nothing left is nothing possible."""
        comparison = Comparison(self._exact, self._options)
        comparison.left[0] = _MOST_STEPS
        space = comparison.space = _Apart(self._exact.access, formats=self._options.format_assertion)
        pieces = comparison.possible(space.values((self._seen, self._node)))
        return Completion(self._shown(comparison, pieces), ruled_out=not pieces)

    def _shown(self, comparison: Comparison, pieces: tuple[Branch, ...]) -> tuple[Json] | None:
        more = (other for one in islice(_values(comparison, pieces), _EXAMPLES) for other in _with_more(one))
        candidates = chain(_values(comparison, pieces), more)
        return next(((one,) for one in candidates if self._may_come(one)), None)

    def _may_come(self, value: Json) -> bool:
        if not self._provider.is_valid(value) or not self._consumer.is_valid(value):
            return False
        return not self._is_declaring or self._provider.declares(value, self._part)


def _values(comparison: Comparison, pieces: tuple[Branch, ...]) -> Iterator[Json]:
    for piece in pieces[:_MOST_PIECES]:
        yield from islice(examples_of(comparison.space, piece), _EXAMPLES)


def _with_more(value: Json) -> Iterator[Json]:
    """The value with a member more that nobody speaks of, in each of its objects in turn."""
    if isinstance(value, dict):
        yield {**value, _UNHEARD_OF: None}
        for name, inner in value.items():
            yield from ({**value, name: more} for more in _with_more(inner))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from ([*value[:index], more, *value[index + 1 :]] for more in _with_more(inner))


class _TooMuch(Exception):
    """Too many combinations to be worth it."""


class _Apart(Space):
    """A space that takes schemas apart only as far as they meet what is asked about."""

    def __init__(self, access: Access, *, formats: bool) -> None:
        super().__init__(access, formats=formats)
        self._left = _MOST_STEPS
        self._within: list[Node] = []

    def member(self, branch: Branch, name: str) -> Values:
        """What a member of this name may be; no branches where there can be none."""
        self._count(1)
        return super().member(branch, name)

    def narrow(self, branches: Iterable[Branch], node: Node) -> tuple[Branch, ...]:
        """What of some branches is valid for a schema too."""
        some = tuple(branches)
        if not some or all(node in one.valid for one in some):
            return some
        self._count(len(some))
        facts = node.facts
        if facts.always is not None:
            return some if facts.always else ()
        if node in self._within:  # it refers to itself without a step into the value
            return tuple(replace(one, loose=(*one.loose, "$ref")) for one in some)
        plain = self._plain(facts, node)
        met = (meet(one, other) for other in plain for one in some if one.kind == other.kind)
        found = tuple(one for one in met if one is not None)
        self._within.append(node)
        try:
            made = self._combined(found, node)
        finally:
            self._within.pop()
        if len(made) > MOST_BRANCHES:
            raise _TooMuch
        return tuple(replace(one, valid=one.valid | {node}) for one in made)

    def _count(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise _TooMuch

    def _one_of(self, found: tuple[Branch, ...], nodes: tuple[Node, ...]) -> tuple[Branch, ...]:
        made_of: list[Branch] = []
        for node in nodes:
            those = self.narrow(found, node)
            for other in nodes:
                those = those if other is node or not those else self.without(those, other)
            made_of.extend(those)
        return tuple(made_of)
