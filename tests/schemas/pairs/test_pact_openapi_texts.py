"""How the texts of parameters are read: by their style, their schema, or as what they could mean."""

from typing import Any

import pytest

from tests.schemas.pairs.pact_openapi import api
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Parameter
from troth_schemas.pairs.pact_openapi.parameters import consumed, cookies, given
from troth_schemas.pairs.pact_openapi.texts import meanings


def parameter(where: str, schema: Json, **more: Json) -> Parameter:
    entry: Document = {
        "name": "p",
        "in": where,
        "schema": schema,
        **({"required": True} if where == "path" else {}),
        **more,
    }
    path = "/x/{p}" if where == "path" else "/x"
    return api({path: {"get": {"parameters": [entry], "responses": {}}}}).operations[0].parameters[0]


INTEGERS: Json = {"type": "array", "items": {"type": "integer"}}
POINT: Json = {"type": "object", "properties": {"x": {"type": "integer"}, "name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("where", "schema", "more", "sent", "value"),
    [
        ("path", INTEGERS, {}, {"p": ("1,2",)}, [1, 2]),
        ("path", INTEGERS, {"style": "label"}, {"p": (".1,2",)}, [1, 2]),
        ("path", INTEGERS, {"style": "label", "explode": True}, {"p": (".1.2",)}, [1, 2]),
        ("path", INTEGERS, {"style": "matrix"}, {"p": (";p=1,2",)}, [1, 2]),
        ("path", INTEGERS, {"style": "matrix", "explode": True}, {"p": (";p=1;p=2",)}, [1, 2]),
        ("path", {"type": "integer"}, {"style": "label"}, {"p": (".5",)}, 5),
        ("path", {"type": "integer"}, {"style": "matrix"}, {"p": (";p=5",)}, 5),
        ("path", POINT, {}, {"p": ("x,5,name,7",)}, {"x": 5, "name": "7"}),
        ("path", POINT, {"explode": True}, {"p": ("x=5,name=7",)}, {"x": 5, "name": "7"}),
        ("path", POINT, {"style": "label", "explode": True}, {"p": (".x=5.name=7",)}, {"x": 5, "name": "7"}),
        ("path", POINT, {"style": "matrix"}, {"p": (";p=x,5,name,7",)}, {"x": 5, "name": "7"}),
        ("path", POINT, {"style": "matrix", "explode": True}, {"p": (";x=5;name=7",)}, {"x": 5, "name": "7"}),
        ("query", INTEGERS, {}, {"p": ("1", "2")}, [1, 2]),
        ("query", INTEGERS, {"explode": False}, {"p": ("1,2",)}, [1, 2]),
        ("query", INTEGERS, {"style": "spaceDelimited", "explode": False}, {"p": ("1 2",)}, [1, 2]),
        ("query", INTEGERS, {"style": "pipeDelimited", "explode": False}, {"p": ("1|2",)}, [1, 2]),
        ("query", INTEGERS, {}, {"p[]": ("1", "2")}, [1, 2]),
        ("query", POINT, {}, {"x": ("5",), "name": ("7",)}, {"x": 5, "name": "7"}),
        ("query", POINT, {"explode": False}, {"p": ("x,5,name,7",)}, {"x": 5, "name": "7"}),
        ("query", POINT, {"style": "deepObject"}, {"p[x]": ("5",), "p[name]": ("7",), "q[x]": ("1",)},
         {"x": 5, "name": "7"}),
        ("query", {"type": "object", "properties": {"in": POINT, "ids": INTEGERS}}, {"style": "deepObject"},
         {"p[in][x]": ("5",), "p[ids][]": ("1",)}, {"in": {"x": 5}, "ids": [1]}),
        ("query", {"anyOf": [{"type": "integer"}, INTEGERS]}, {}, {"p": ("1",)}, [1]),
        ("query", {"type": "string", "nullable": True}, {}, {"p": ("null",)}, "null"),
        ("query", {"type": "integer", "nullable": True}, {}, {"p": ("",)}, None),
        ("query", {"type": "boolean"}, {}, {"p": ("true",)}, True),
        ("query", {"type": "number"}, {}, {"p": ("1e3",)}, 1000.0),
        ("header", INTEGERS, {}, {"p": ("1, 2", "3")}, [1, 2, 3]),
        ("header", {"type": "string"}, {}, {"p": ("a", "b")}, "a, b"),
        ("cookie", {"type": "integer"}, {}, {"p": ("5",)}, 5),
    ],
)  # fmt: skip
def test_a_text_is_read_as_its_style_says(where: str, schema: Json, more: Document, sent: Any, value: Json) -> None:
    found = given(parameter(where, schema, **more), sent)
    assert (found.present, found.value, found.errors) == (True, value, ())


def test_what_is_not_sent_is_absent() -> None:
    absent: list[tuple[str, Json, Document]] = [
        ("query", {"type": "integer"}, {}),
        ("query", POINT, {}),
        ("query", POINT, {"explode": False}),
        ("query", POINT, {"style": "deepObject"}),
    ]
    for where, schema, more in absent:
        assert not given(parameter(where, schema, **more), {"other": ("1",)}).present


def test_an_empty_value_may_be_allowed() -> None:
    assert given(parameter("query", {"type": "integer"}), {"p": ("",)}).errors
    assert not given(parameter("query", {"type": "integer"}, allowEmptyValue=True), {"p": ("",)}).errors


def test_several_texts_for_one_value_are_refused() -> None:
    assert given(parameter("query", {"type": "integer"}), {"p": ("1", "2")}).errors


def test_a_parameter_may_be_written_as_json() -> None:
    entry: Document = {"name": "p", "in": "query", "content": {"application/json": {"schema": POINT}}}
    found = api({"/x": {"get": {"parameters": [entry], "responses": {}}}}).operations[0].parameters[0]
    assert not given(found, {}).present
    assert given(found, {"p": ('{"x": 1}',)}).errors == ()
    assert given(found, {"p": ('{"x": "1"}',)}).errors
    assert given(found, {"p": ("{broken",)}).errors


def test_which_names_of_a_query_a_parameter_speaks_for() -> None:
    sent = {"x": ("1",), "p": ("1",), "p[x]": ("1",), "q": ("1",)}
    assert consumed(parameter("query", {"type": "string"}), sent) == {"p", "p[]"}
    assert consumed(parameter("query", POINT), sent) == {"x", "name"}
    assert consumed(parameter("query", {"type": "object"}), sent) == set(sent)
    assert consumed(parameter("query", POINT, style="deepObject"), sent) == {"p", "p[x]"}


def test_cookies_are_read_from_their_header() -> None:
    assert cookies({"cookie": ("a=1; b=2; a=3; odd",)}) == {"a": ("1", "3"), "b": ("2",)}


def test_a_text_means_what_it_could_mean() -> None:
    assert [list(meanings(text)) for text in ("5", "-x", "true", "", "null", "[1]")] == [
        [5, "5"],
        ["-x"],
        [True, "true"],
        ["", None],
        ["null", None],
        ["[1]"],
    ]
