"""Validators of schemas wherever they stand: what a schema says, written as one of draft 2020-12 for a fast engine."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.checking import Checker, Unchecked, Unsaid
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.marks import stays
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.jsonschema.numbers import FORMATS, Numbers, as_json
from troth_schemas.jsonschema.patterns import engine
from troth_schemas.jsonschema.question import AS_WRITTEN, SchemaAt, View

_MOST_ERRORS: Final = 50
_SETTLED: Final = "#/$defs/settled"
"""Where the schema of values stands that hold no object."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a value is valid; ``open`` where that rests on members that may come besides those that were seen.

    ``undeclared`` says that it is refused for a member that nothing declares which may hold for it, ``nameless`` that
    some discriminator's value names no schema, perhaps of an alternative that does not matter. ``lacking`` are members
    that have to come besides, and may be impossible ("" is for their number); ``tagged`` says that a discriminator
    speaks of some object.
    """

    valid: bool
    open: bool = False
    undeclared: bool = False
    nameless: bool = False
    lacking: tuple[str, ...] = ()
    tagged: bool = False


class Validator:
    """Says of values whether a schema, looked at in some way, accepts them.

    A yes or no is told by walking the value; the engine is made for schemas without end, and to say what is wrong.
    """

    def __init__(self, node: Node, view: View, *, formats: bool, proving: bool) -> None:
        self._proving = proving
        self._node = node
        self._view = view
        self._formats = formats

    @cached_property
    def _engine(self) -> jsonschema_rs.Validator:
        schema = _Writer(self._view, formats=self._formats, proving=self._proving).whole(self._node)
        return engine(schema, validate_formats=self._formats, offline=True)

    def is_valid(self, value: Json) -> bool:
        """Whether a value is valid."""
        return self.check(value).valid

    def check(self, value: Json) -> Check:
        """Whether a value is valid, and whether that rests on members that may come besides."""
        checker = Checker(self._view, formats=self._formats, proving=self._proving)
        try:
            valid = checker.accepts(self._node, value)
            lacking = checker.lacking.names() if valid else ()
            return Check(
                valid, checker.is_open, checker.is_undeclared, checker.is_nameless, lacking, tagged=checker.is_tagged
            )
        except Unsaid:
            return Check(False)
        except Unchecked:
            return Check(self._engine.is_valid(value), self._view.is_partial)

    def is_determined(self, value: Json) -> bool:
        """Whether each discriminator of a valid value names a schema."""
        try:
            return Checker(self._view, formats=self._formats, strict=True).accepts(self._node, value)
        except Unchecked:
            return True

    def declares(self, value: Json, part: Json) -> bool:
        """Whether all members that stand in a part of a valid value are declared."""
        try:
            return Checker(self._view, formats=self._formats).declares(self._node, value, part)
        except Unchecked:
            return False

    def complaint(self, value: Json) -> str | None:
        """The first thing that is wrong with a value; None if it is valid.

        The engine is made for this value: of what the schema leads to only what speaks of its members.
        """
        if self.is_valid(value):
            return None
        names = _names_in(value)
        schema = _Writer(self._view, formats=self._formats, proving=self._proving, known=names).whole(self._node)
        made = engine(schema, validate_formats=self._formats, offline=True)
        return next(map(_sentence, made.iter_errors(value)), None)

    def errors(self, value: Json) -> tuple[str, ...]:
        """What is wrong with a value, each with its place; nothing if it is valid."""
        found = []
        for one in self._engine.iter_errors(value):
            found.append(_sentence(one))
            if len(found) == _MOST_ERRORS:
                break
        return tuple(found)


def validator(at: SchemaAt, view: View = AS_WRITTEN, *, format_assertion: bool = False) -> Validator:
    """A validator of a schema. Raises LookupError where there is none, ContractUnreadable."""
    return validator_of(node_at(at), view, format_assertion=format_assertion)


def validator_of(
    node: Node, view: View = AS_WRITTEN, *, format_assertion: bool = False, proving: bool = False
) -> Validator:
    """The same of a node; kept with its documents.

    What makes no sense, such as a reference that leads nowhere, says nothing; with ``proving`` nothing is valid for a
    schema with it, since nobody can tell.
    """
    kept = node.library.validators
    key = (node, view, format_assertion, proving)
    found = kept.get(key)
    if found is None:
        found = kept[key] = Validator(node, view, formats=format_assertion, proving=proving)
    assert isinstance(found, Validator)
    return found


def _sentence(one: jsonschema_rs.ValidationError) -> str:
    place = "".join(f"/{step}" for step in one.instance_path)
    return f"{place}: {one.message}" if place else one.message


def _names_in(value: Json) -> frozenset[str]:
    """The names of all members anywhere in a value."""
    if isinstance(value, dict):
        return frozenset(value).union(*map(_names_in, value.values()))
    empty: frozenset[str] = frozenset()
    return empty.union(*map(_names_in, value)) if isinstance(value, list) else empty


class _Writer:
    """Writes schemas anew; every schema that is referred to becomes a definition.

    ``known`` are the only properties that are spoken of, where it is given.
    """

    def __init__(self, view: View, *, formats: bool, proving: bool, known: frozenset[str] | None = None) -> None:
        self.known = known
        self.proving = proving
        self.view = view
        self.formats = formats
        self.names: dict[tuple[Node, bool, bool], str] = {}
        self.left: list[tuple[Node, bool, bool]] = []

    def whole(self, node: Node) -> dict[str, Any]:
        root = self.reference(node, top=True, plain=False)
        definitions: dict[str, Any] = {
            _SETTLED.rpartition("/")[2]: {"not": {"type": "object"}, "items": {"$ref": _SETTLED}}
        }
        while self.left:
            key = self.left.pop()
            definitions[self.names[key]] = self.schema(*key)
        return {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}

    def reference(self, node: Node, *, top: bool, plain: bool) -> dict[str, Any]:
        key = (node, top, plain)
        if key not in self.names:
            self.names[key] = str(len(self.names))
            self.left.append(key)
        return {"$ref": f"#/$defs/{self.names[key]}"}

    def below(self, node: Node, *, plain: bool) -> dict[str, Any] | bool:
        """The schema of a member or an element."""
        if node.facts.always is not None:
            return node.facts.always
        return self.reference(node, top=True, plain=plain)

    def beside(self, node: Node, *, plain: bool) -> dict[str, Any] | bool:
        """A schema for the same value."""
        if node.facts.always is not None:
            return node.facts.always
        return self.reference(node, top=False, plain=plain)

    def schema(self, node: Node, top: bool, plain: bool) -> dict[str, Any]:
        facts = node.facts
        if facts.always is not None:
            return {} if facts.always else {"not": {}}
        if self.proving and (facts.odd or node.broken is not None):
            return {"not": {}}
        found = _scalars(facts)
        if self.formats and facts.format in FORMATS:
            found["allOf"] = [_range(FORMATS[facts.format])]
        self._members(facts, found, plain=plain)
        self._elements(facts, found, plain=plain)
        self._combined(facts, found, plain=plain)
        is_closed = self.view.undeclared == "refused" and facts.unevaluated_properties is None
        if top and not plain and is_closed and _names_members(node, 8):
            found["unevaluatedProperties"] = False
        return found

    def _members(self, facts: Facts, found: dict[str, Any], *, plain: bool) -> None:
        if facts.properties:
            found["properties"] = {
                name: False if stays(node, self.view.access) else self.below(node, plain=plain)
                for name, node in facts.properties.items()
                if self.known is None or name in self.known
            }
        if facts.patterns:
            found["patternProperties"] = {one: self.below(node, plain=plain) for one, node in facts.patterns.items()}
        if facts.additional is not None:
            found["additionalProperties"] = self.below(facts.additional, plain=plain)
        if facts.names is not None:
            found["propertyNames"] = self.below(facts.names, plain=True)
        if plain or self.view.required:
            self._needed(facts, found)
        if facts.max_properties is not None:
            found["maxProperties"] = facts.max_properties
        if facts.dependent_schemas:
            found["dependentSchemas"] = {
                name: self.beside(node, plain=plain) for name, node in facts.dependent_schemas.items()
            }
        if facts.unevaluated_properties is not None:
            found["unevaluatedProperties"] = self.below(facts.unevaluated_properties, plain=plain)

    def _needed(self, facts: Facts, found: dict[str, Any]) -> None:
        needed = sorted(one for one in facts.required if not self._never_comes(facts, one))
        if needed:
            found["required"] = needed
        if facts.min_properties:
            found["minProperties"] = facts.min_properties
        if facts.dependent_required:
            found["dependentRequired"] = {name: sorted(one) for name, one in facts.dependent_required.items()}

    def _never_comes(self, facts: Facts, name: str) -> bool:
        node = facts.properties.get(name)
        return node is not None and stays(node, self.view.access)

    def _elements(self, facts: Facts, found: dict[str, Any], *, plain: bool) -> None:
        if facts.head:
            found["prefixItems"] = [self.below(one, plain=plain) for one in facts.head]
        if facts.rest is not None:
            found["items"] = self.below(facts.rest, plain=plain)
        if facts.contains is not None:
            found["contains"] = self.below(facts.contains.node, plain=plain)
            found["minContains"] = facts.contains.least
            if facts.contains.most is not None:
                found["maxContains"] = facts.contains.most
        if facts.unevaluated_items is not None:
            found["unevaluatedItems"] = self.below(facts.unevaluated_items, plain=plain)

    def _combined(self, facts: Facts, found: dict[str, Any], *, plain: bool) -> None:
        if facts.target is not None:
            found["$ref"] = self.reference(facts.target, top=False, plain=plain)["$ref"]
        subset = not plain and self.view.is_partial
        for keyword, nodes in (("allOf", facts.all_of), ("anyOf", facts.any_of)):
            if nodes:
                found.setdefault(keyword, []).extend(self.beside(one, plain=plain) for one in nodes)
        if facts.one_of:
            alternatives = [self.beside(one, plain=plain) for one in facts.one_of]
            if not subset:
                found["oneOf"] = alternatives
            else:  # an object that is seen in part may fit several alternatives
                some = found.setdefault("allOf", [])
                some += [{"anyOf": alternatives}, {"if": {"$ref": _SETTLED}, "then": {"oneOf": alternatives}}]
        if facts.negated is not None:
            found["not"] = self.beside(facts.negated, plain=True)
        if facts.condition is not None:
            found["if"] = self.beside(facts.condition, plain=True)
            for keyword, node in (("then", facts.then), ("else", facts.otherwise)):
                if node is not None:
                    found[keyword] = self.beside(node, plain=plain)


def _scalars(facts: Facts) -> dict[str, Any]:
    found: dict[str, Any] = {name: value for name, value in _limits(facts).items() if value is not None}
    if facts.types is not None:
        found["type"] = sorted(facts.types)
    if facts.enum is not None:
        found["enum"] = list(facts.enum)
    if facts.minimum is not None:
        found["exclusiveMinimum" if facts.minimum[1] else "minimum"] = as_json(facts.minimum[0])
    if facts.maximum is not None:
        found["exclusiveMaximum" if facts.maximum[1] else "maximum"] = as_json(facts.maximum[0])
    if facts.step is not None:
        found["multipleOf"] = as_json(facts.step)
    return found


def _range(numbers: Numbers) -> dict[str, Any]:
    """The numbers of a format; values of other types are not meant."""
    assert numbers.least is not None
    assert numbers.most is not None
    return {"minimum": as_json(numbers.least[0]), "maximum": as_json(numbers.most[0])}


def _limits(facts: Facts) -> dict[str, Any]:
    return {
        "minLength": facts.min_length or None,
        "maxLength": facts.max_length,
        "pattern": facts.pattern,
        "format": facts.format,
        "minItems": facts.min_items or None,
        "maxItems": facts.max_items,
        "uniqueItems": facts.unique or None,
    }


def _names_members(node: Node, left: int) -> bool:
    """Whether a schema, or one that it is made of, names any member: one that names none describes free objects."""
    facts = node.facts
    if facts.properties:
        return True
    made_of = (
        *((facts.target,) if facts.target is not None else ()),
        *facts.all_of, *facts.any_of, *facts.one_of,
    )  # fmt: skip
    return left > 0 and any(_names_members(one, left - 1) for one in made_of)


__all__ = ["Validator", "validator", "validator_of"]
