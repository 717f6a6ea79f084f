"""Operations asked of a schema: what it refuses, what they touch, and what nobody here can say."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    SelectionSetNode,
)

from troth_schemas.finding import Finding, Found, Place, Witness
from troth_schemas.graphql.asking_rules import BY_CORE, MARKS, NOT_HERE, TOO_LARGE, UNDEFINED
from troth_schemas.graphql.client_only import as_sent
from troth_schemas.graphql.federation import is_entity
from troth_schemas.graphql.operations import Body, Operation, Unit, text_of
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.graphql.touching import Facts, Touched, Walker, of_inputs
from troth_schemas.graphql.validating import Refusal, TooDeep, refusals
from troth_schemas.options import Options

_Key: TypeAlias = tuple[int, int]

_FIELD: Final = re.compile(r"Cannot query field '(\w+)' on type '(\w+)'")
_TYPE: Final = re.compile(r"Unknown type '(\w+)'")
_OF_OTHERS: Final = ("PossibleFragmentSpreads", "KnownOperationTypes")
"""Rules about what other subgraphs may add: members of unions, implementations of interfaces, kinds of operations."""
_MOST_MERGED: Final = 1_000_000
"""Pairs of fields that are compared to see whether they can be merged: two seconds."""
_MOST_HINTED: Final = 200_000
"""Names of fields that are looked at for the one that was meant."""
_MOST_SHOWN: Final = 10_000
"""Characters of an operation that is shown as a witness."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one operation; ``judged`` if it was judged as a whole."""

    operation: Operation
    findings: tuple[Finding, ...]
    judged: bool


class Asker:
    """One schema under one set of options, ready for any number of documents."""

    def __init__(self, document: SchemaDocument, options: Options) -> None:
        self._document = document
        self._schema = document.served
        self._client = frozenset(options.client_directives) - set(self._schema.directives)
        self._facts: dict[int, Facts] = {}
        self._texts: dict[int, str] = {}
        self._kept: list[Node | Operation] = []
        self._hints = _MOST_HINTED

    def ask(self, unit: Unit) -> tuple[Answer, ...]:
        """What the schema says of each operation of a document."""
        whole = as_sent(unit.whole, self._client)
        sent: dict[_Key, Body] = {_key(node): node for node in whole.definitions if isinstance(node, Body)}
        spread = max((len(unit.reached(one.node)) for one in unit.operations), default=0)
        merging = merged_pairs(whole) + spread * spread <= _MOST_MERGED
        try:
            refused = _by_definition(whole, refusals(self._document.prepared, whole, merging=merging))
        except TooDeep:
            return tuple(Answer(one, (self._too_large(one),), False) for one in unit.operations)
        return tuple(self._answer(one, sent, refused, merging) for one in unit.operations)

    def uses(self, unit: Unit) -> frozenset[str]:
        """The elements of the schema that the operations of a document rely on."""
        found: set[str] = set()
        given: set[str] = set()
        for one in unit.operations:
            parts: list[Body] = [one.node, *(fragment for fragment, _ in unit.reached(one.node).values())]
            for node in parts:
                facts = self._facts_of(unit, node)
                found |= facts.uses
                given |= facts.given
        return frozenset(found | of_inputs(self._schema, given))

    def _answer(
        self, one: Operation, sent: Mapping[_Key, Body], refused: Mapping[_Key, list[Refusal]], merging: bool
    ) -> Answer:
        found: list[Finding] = []
        node = sent.get(_key(one.node))
        if node is not None:
            reached = [sent.get(_key(fragment), fragment) for fragment, _ in one.unit.reached(node).values()]
            for part in (node, *reached):
                found.extend(self._refused(one, each) for each in refused.get(_key(part), ()))
                found.extend(self._touched(one, each) for each in self._facts_of(one.unit, part).touched)
            if not merging:
                found.append(self._too_large(one))
        severities = {each.severity for each in found}
        return Answer(one, tuple(found), "breaking" in severities or "not-covered" not in severities)

    def _facts_of(self, unit: Unit, node: Body) -> Facts:
        found = self._facts.get(id(node))
        if found is None:
            walker = Walker(self._schema, lambda name: _condition(unit, name))
            found = self._facts[id(node)] = walker.facts(node)
            self._kept.append(node)
        return found

    def _refused(self, one: Operation, refusal: Refusal) -> Finding:
        error = refusal.error
        at = next(iter(refusal.nodes), one.node)
        element, message, elsewhere = self._explained(refusal)
        if elsewhere:
            return NOT_HERE.finding(
                Found(message, (one.name, error.message), writer=_place(one, at), interaction=one.name, element=element)
            )
        witness = Witness("operation", self._text(one), error.message)
        found = Found(
            message,
            (one.name, error.message),
            reader=self._reader_place(element),
            writer=_place(one, at),
            interaction=one.name,
            element=element,
            witness=witness,
        )
        return BY_CORE[refusal.rule].finding(found)

    def _text(self, one: Operation) -> str:
        """The operation itself as a witness: the consumer sends it, and the schema has refused it."""
        text = self._texts.get(id(one))
        if text is None:
            text = text_of(one)
            text = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
            self._texts[id(one)] = text
            self._kept.append(one)
        return text

    def _explained(self, refusal: Refusal) -> tuple[str | None, str, bool]:
        """The element that is at fault, the sentence with a hint, and whether another subgraph may have it."""
        message = refusal.error.message.replace(" not to be None.", " not to be null.")
        field = _FIELD.match(message) if refusal.rule == "FieldsOnCorrectType" else None
        if field is not None:
            owner = self._schema.types.get(field[2])
            if self._schema.federated and (
                owner is None or is_entity(owner) or field[2] in self._schema.roots.values()
            ):
                return f"{field[2]}.{field[1]}", f"{message} Another subgraph may have it.", True
            names = owner.fields if owner else ()
            self._hints -= len(names)
            close = get_close_matches(field[1], names, 1) if self._hints > 0 else ()
            hint = f" Did you mean '{close[0]}'?" if close else ""
            return f"{field[2]}.{field[1]}", message + hint, False
        unknown = _TYPE.match(message) if refusal.rule == "KnownTypeNames" else None
        if unknown is not None:
            if self._schema.federated:
                return unknown[1], f"{message} Another subgraph may have it.", True
            return unknown[1], message, False
        if self._schema.federated and refusal.rule in _OF_OTHERS:
            return None, f"{message} Another subgraph may make it possible.", True
        return None, message, False

    def _touched(self, one: Operation, touched: Touched) -> Finding:
        rule, sentence = MARKS[touched.mark]
        if touched.mark == "undefined":
            rule = UNDEFINED
        return rule.finding(
            Found(
                sentence.format(element=touched.element, why=touched.why),
                (one.name, touched.element),
                reader=self._reader_place(touched.element),
                writer=_place(one, touched.node),
                interaction=one.name,
                element=touched.element,
            )
        )

    def _too_large(self, one: Operation) -> Finding:
        message = "The document is too large or too deeply nested to see whether its fields can be merged."
        return TOO_LARGE.finding(Found(message, (one.name,), writer=_place(one, one.node), interaction=one.name))

    def _reader_place(self, element: str | None) -> Place:
        """Where the schema has an element, or what would hold it."""
        schema = self._schema
        if element is None or element.startswith("@"):
            return schema.place(schema.at)
        name, _, rest = element.partition(".")
        owner = schema.types.get(name)
        if owner is None:
            return schema.place(schema.at)
        member, _, argument = rest.partition("(")
        part = owner.fields.get(member) or owner.inputs.get(member) or owner.values.get(member)
        if part is None:
            return schema.place(owner.at, name)
        field = owner.fields.get(member)
        given = field.arguments.get(argument.rstrip(")")) if field and argument else None
        return (
            schema.place(part.at, name, member) if given is None else schema.place(given.at, name, member, given.name)
        )


def merged_pairs(document: DocumentNode) -> int:
    """How many pairs of fields must be compared because they answer under one name, fragments left aside."""
    return sum(_merged_in(definition) for definition in document.definitions if isinstance(definition, Body))


def _merged_in(node: Body) -> int:
    total = 0
    counts: dict[tuple[int, str], int] = {}
    ids: dict[tuple[int, str], int] = {}
    left: list[tuple[int, SelectionSetNode]] = [(0, node.selection_set)]
    while left:
        path, selections = left.pop()
        spread = 0
        for one in selections.selections:
            if isinstance(one, FieldNode):
                key = (path, one.alias.value if one.alias else one.name.value)
                counts[key] = counts.get(key, 0) + 1
                total += counts[key] - 1
                if one.selection_set is not None:
                    left.append((ids.setdefault(key, len(ids) + 1), one.selection_set))
            elif isinstance(one, FragmentSpreadNode):
                spread += 1
            else:
                inner = getattr(one, "selection_set", None)
                if inner is not None:
                    left.append((path, inner))
        total += spread * spread
    return total


def _by_definition(document: DocumentNode, refused: Iterable[Refusal]) -> dict[_Key, list[Refusal]]:
    """The errors by the definition that they stand in: an operation if any of their nodes does, else a fragment."""
    spans: dict[int, list[tuple[int, int, bool]]] = {}
    for node in document.definitions:
        if node.loc is not None:
            fragment = isinstance(node, FragmentDefinitionNode)
            spans.setdefault(id(node.loc.source), []).append((node.loc.start, node.loc.end, fragment))
    for ranges in spans.values():
        ranges.sort()
    found: dict[_Key, list[Refusal]] = {}
    for one in refused:
        holders = dict.fromkeys(holder for node in one.nodes if (holder := _holder(spans, node)) is not None)
        operations = [key for key, fragment in holders if not fragment]
        for key in operations or [key for key, _ in holders]:
            found.setdefault(key, []).append(one)
    return found


def _holder(spans: Mapping[int, list[tuple[int, int, bool]]], node: Node) -> tuple[_Key, bool] | None:
    """The definition that a node stands in, and whether it is a fragment."""
    if node.loc is None:
        return None
    source = id(node.loc.source)
    ranges = spans.get(source, [])
    index = bisect_right(ranges, node.loc.start, key=lambda each: each[0]) - 1
    return None if index < 0 else ((source, ranges[index][0]), ranges[index][2])


def _key(node: Node) -> _Key:
    """A definition by where it stands: what clients leave out of it changes the node, but not this."""
    return (0, 0) if node.loc is None else (id(node.loc.source), node.loc.start)


def _condition(unit: Unit, name: str) -> str | None:
    found = unit.fragment(name)
    return None if found is None else found[0].type_condition.name.value


def _place(one: Operation, node: Node) -> Place:
    """Where a node of an operation stands; it may be in a fragment of another document."""
    parts: list[tuple[Body, Unit]] = [(one.node, one.unit), *one.unit.reached(one.node).values()]
    for part, unit in parts:
        if _within(node, part):
            return unit.place(node, part)
    return one.unit.place(node, one.node)


def _within(node: Node, part: Node) -> bool:
    inner, outer = node.loc, part.loc
    if inner is None or outer is None or inner.source is not outer.source:
        return False
    return outer.start <= inner.start < outer.end
