"""Alternatives that a member tells apart: the right one is found however its tag is written."""

from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask

S: Any = {"type": "string"}
I: Any = {"type": "integer"}  # noqa: E741  # it stands beside S


def shape(kind: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"kind": kind, **properties}, "required": ["kind"]}


def chain(length: int, kind: str, size: Any) -> dict[str, Any]:
    """Definitions that refer to one another: the tag stands in the last of them."""
    last = {f"{kind}{length}": shape({"const": kind}, size=size)}
    return {f"{kind}{number}": {"$ref": f"#/$defs/{kind}{number + 1}"} for number in range(length)} | last


def circles(size: Any) -> dict[str, Any]:
    return shape({"const": "circle"}, size=size)


def squares(size: Any) -> dict[str, Any]:
    return shape({"const": "square"}, size=size)


OTHERS: list[Any] = [shape({"const": f"shape {number}"}, corners=I) for number in range(20)]
"""So many that alternatives are first told apart by their tags."""

READERS: dict[str, Any] = {
    "in the alternative": {"oneOf": [circles(I), squares(S)]},
    "in a part of it": {"oneOf": [{"allOf": [circles(I), {"required": ["kind"]}]}, {"allOf": [squares(S)]}]},
    "behind references": {
        "oneOf": [{"$ref": "#/$defs/circle0"}, {"$ref": "#/$defs/square0"}],
        "$defs": chain(2, "circle", I) | chain(2, "square", S),
    },
    "behind more references than are followed": {
        "oneOf": [{"$ref": "#/$defs/circle0"}, {"$ref": "#/$defs/square0"}],
        "$defs": chain(12, "circle", I) | chain(12, "square", S),
    },
    "in a schema of its own": {
        "oneOf": [shape({"$ref": "#/$defs/c"}, size=I), shape({"$ref": "#/$defs/s"}, size=S)],
        "$defs": {"c": {"const": "circle"}, "s": {"enum": ["square"]}},
    },
    "beside what is no object": {"oneOf": [{"type": "null"}, circles(I), squares(S), {"type": "array"}]},
}
READERS |= {f"{name}, among many": {**one, "oneOf": one["oneOf"] + OTHERS} for name, one in READERS.items()}


@pytest.mark.parametrize("name", READERS)
def test_each_alternative_of_the_writer_meets_the_one_with_its_tag(name: str) -> None:
    reader = READERS[name]
    assert ask(reader, {"anyOf": [squares(S), circles(I)]}).contained is True
    assert ask(reader, {"anyOf": [squares(I), circles(I)]}).contained is False
    assert ask(reader, shape({"const": "triangle"})).contained is False


@pytest.mark.parametrize("name", ["in the alternative", "in the alternative, among many"])
def test_a_required_member_of_any_value_tells_nothing_apart(name: str) -> None:
    writer = {**shape({"enum": ["circle"]}, size=I, note=S), "required": ["kind", "size", "note"]}
    assert ask(READERS[name], writer).contained is True
    assert ask(READERS[name], shape(S, size=I)).contained is False


@pytest.mark.parametrize("name", ["beside what is no object", "beside what is no object, among many"])
def test_what_is_no_object_meets_what_is_none(name: str) -> None:
    assert ask(READERS[name], {"type": ["null", "array"]}).contained is True
    assert ask(READERS[name], {"type": ["null", "integer"]}).contained is False
