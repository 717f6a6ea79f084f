"""Values that travel as text: what a parameter, a header or a form field means under its schema.

A text is every value that it could mean: ``5`` is a number where the schema wants one and a string where it wants that.
The first meaning that is valid counts; where none is, the one that says most about what is wrong.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt, View, validator
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.openapi import Parameter

_SEPARATORS: Final = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|", "tabDelimited": "\t"}
_MOST_STEPS: Final = 100
"""How many schemas are looked at to learn what kind of value is meant."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a schema says of how its values are written: of which types, with which members and elements."""

    types: frozenset[str]
    array: bool
    object: bool
    members: Mapping[str, SchemaAt]
    items: SchemaAt | None


def wanted(at: SchemaAt) -> Wanted:
    """What a schema wants, seen through references and compositions."""
    nodes = list(_nodes(at))
    types = [one.facts.types for one in nodes if one.facts.types is not None]
    members = {name: _at(at, one) for node in nodes for name, one in node.facts.properties.items()}
    items = next((_at(at, node.facts.rest) for node in nodes if node.facts.rest is not None), None)
    array = items is not None or any("array" in one for one in types)
    named = frozenset(name for one in types for name in one)
    return Wanted(named, array, bool(members) or any("object" in one for one in types), members, items)


def _nodes(at: SchemaAt) -> Iterator[Node]:
    """The schema and all that it is made of, without what stands inside of members and items."""
    left, seen = [node_at(at)], set[int]()
    while left and len(seen) < _MOST_STEPS:
        node = left.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        facts = node.facts
        left.extend(one for one in (facts.target, *facts.all_of, *facts.any_of, *facts.one_of) if one is not None)


def _at(at: SchemaAt, node: Node) -> SchemaAt:
    return SchemaAt(at.documents, node.location, at.dialect)


def meanings(text: str) -> Iterator[Json]:
    """The scalar values that a text could mean: first other types, then the text itself, an absent value at last."""
    if text in ("true", "false"):
        yield text == "true"
    elif text[:1] in "-0123456789" and text:
        try:
            number = json.loads(text)
        except ValueError:
            pass
        else:
            if isinstance(number, int | float) and isfinite(number):
                yield number
    yield text
    if text in ("", "null"):
        yield None


def scalar(text: str, at: SchemaAt, view: View) -> Json:
    """The first meaning that the schema accepts, else the first of all."""
    asked = validator(at, view)
    found = list(meanings(text))
    return next((one for one in found if asked.is_valid(one)), found[0])


def coerced(value: Json, at: SchemaAt | None, view: View) -> Json:
    """A value made of texts with each text taken for what its schema wants."""
    if at is None:
        return value
    if isinstance(value, str):
        return scalar(value, at, view)
    if isinstance(value, list):
        items = wanted(at).items
        return [coerced(one, items, view) for one in value]
    if isinstance(value, dict):
        members = wanted(at).members
        return {name: coerced(one, members.get(name), view) for name, one in value.items()}
    return value


def split(text: str, parameter: Parameter) -> list[str]:
    """The parts of a text that is written with separators."""
    return text.split(_SEPARATORS.get(parameter.style, ",")) if text else []


def pairs(parts: list[str]) -> dict[str, Json]:
    """``a,1,b,2`` as members."""
    return dict(zip(parts[::2], parts[1::2], strict=False))


def assigned(parts: list[str]) -> dict[str, Json]:
    """``a=1,b=2`` as members."""
    return {name: value for name, _, value in (one.partition("=") for one in parts)}
