"""Writers that close what the rest of their schema left open: `unevaluatedProperties` and `unevaluatedItems`."""

from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask

S: Any = {"type": "string"}
I: Any = {"type": "integer"}  # noqa: E741  # it stands beside S
NO_MEMBERS: Any = {"unevaluatedProperties": False}
NO_ELEMENTS: Any = {"unevaluatedItems": False}


def record(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def closed(**properties: Any) -> dict[str, Any]:
    return {**record(**properties), "additionalProperties": False}


def either(*alternatives: Any) -> dict[str, Any]:
    return {"type": "object", "anyOf": list(alternatives), **NO_MEMBERS}


CONTAINED: dict[str, tuple[Any, Any]] = {
    "a text beside an object is left alone": (
        {"type": ["object", "string"], "maxProperties": 0}, {"type": ["object", "string"], **NO_MEMBERS},
    ),
    "nothing is left where all members have a schema": (
        {"additionalProperties": S}, {"type": "object", "additionalProperties": S, **NO_MEMBERS},
    ),
    "an alternative takes every name": (
        {"additionalProperties": {"type": ["integer", "string"]}},
        either({"additionalProperties": I}, {"additionalProperties": S}),
    ),
    "alternatives speak of names by patterns": (
        {"patternProperties": {"^x": {}}, "additionalProperties": False},
        either({"patternProperties": {"^x": S}}, {"patternProperties": {"^xy": S}}),
    ),
    "a number beside an array is left alone": (
        {"type": ["array", "number"], "maxItems": 0}, {"type": ["array", "number"], **NO_ELEMENTS},
    ),
    "nothing is left where all elements have a schema": (
        {"items": S}, {"type": "array", "items": S, **NO_ELEMENTS},
    ),
    "elements after those of two tuples": (
        {"maxItems": 2}, {"type": "array", "allOf": [{"prefixItems": [S]}, {"prefixItems": [S, I]}], **NO_ELEMENTS},
    ),
    "no element can be left": ({"items": S}, {"type": "array", "prefixItems": [S], "unevaluatedItems": S}),
}  # fmt: skip

GAPS: dict[str, tuple[Any, Any]] = {
    "a member whose schema is another": (
        {"additionalProperties": I}, {"type": "object", "additionalProperties": S, **NO_MEMBERS},
    ),
    "a member that another alternative allows": (
        closed(a=S), either({"additionalProperties": I}, record(a=S)),
    ),
    "an element of another type": ({"items": I}, {"type": "array", "contains": S, **NO_ELEMENTS}),
    "alternatives that leave elements open on purpose": (
        {"items": S},
        {"type": "array", "anyOf": [{"prefixItems": [S]}, {"prefixItems": [S, S]}], "unevaluatedItems": True},
    ),
}  # fmt: skip

UNDECIDED: dict[str, tuple[Any, Any]] = {
    "which alternative speaks of an element": (
        {"maxItems": 2}, {"type": "array", "anyOf": [{"prefixItems": [S]}, {"prefixItems": [S, S]}], **NO_ELEMENTS},
    ),
    "which elements the array must contain": ({"items": S}, {"type": "array", "contains": S, **NO_ELEMENTS}),
    "whether the member is there that another depends on": (
        closed(a=S, b=S), {**record(a=S), "dependentSchemas": {"a": record(b=S)}, **NO_MEMBERS},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTAINED)
def test_what_is_closed_cannot_come(name: str) -> None:
    reader, writer = CONTAINED[name]
    assert ask(reader, writer).contained is True


@pytest.mark.parametrize("name", GAPS)
def test_what_is_not_closed_may_come_and_is_shown(name: str) -> None:
    reader, writer = GAPS[name]
    answer = ask(reader, writer)
    assert answer.contained is False
    assert all(gap.witness is not None for gap in answer.gaps)


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_depends_on_the_alternative_is_not_guessed(name: str) -> None:
    reader, writer = UNDECIDED[name]
    answer = ask(reader, writer)
    assert answer.contained is None, answer
    assert not answer.gaps
