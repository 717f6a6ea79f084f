"""Parameters as they travel: each style is read as OpenAPI writes it, and what it leaves open as providers do."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.verifiers.openapi.describing import api, contract
from troth_verifiers import Outgoing
from troth_verifiers.openapi.checking import Checker, values_in
from troth_verifiers.openapi.described import described

NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": "integer"}}
POINT: dict[str, Any] = {
    "type": "object",
    "properties": {"x": {"type": "integer"}, "y": {"type": "integer", "maximum": 9}},
    "required": ["x"],
    "additionalProperties": False,
}
INTEGER: dict[str, Any] = {"type": "integer"}


def faults(where: str, schema: Any, sent: str, *, version: str = "3.1.0", **more: Any) -> list[str]:
    """What is wrong with the parameter ``p``, sent as a path, a query, a header or a cookie."""
    parameter = {"name": "p", "in": where, "schema": schema, **more, **({"required": True} if where == "path" else {})}
    path = "/a/{p}" if where == "path" else "/a"
    operation = {"parameters": [parameter], "responses": {"200": {"description": ""}}}
    whole = described(contract(api({path: {"get": operation}}, version=version)))
    url = "http://127.0.0.1/a" + {"path": f"/{sent}", "query": f"?{sent}"}.get(where, "")
    headers = {"header": (("P", sent),), "cookie": (("Cookie", sent),)}.get(where, ())
    values = values_in(path, urlsplit(url).path) or {}
    told = Checker(whole).request(whole.api.operations[0], values, Outgoing("GET", url, headers))
    return [one.text for one in told]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize(
    ("where", "schema", "style", "explode", "right", "wrong"),
    [
        ("query", NUMBERS, "form", True, "p=1&p=2", "p=1&p=b"),
        ("query", NUMBERS, "form", False, "p=1,2", "p=1,b"),
        ("query", NUMBERS, "spaceDelimited", False, "p=1%202", "p=1%20b"),
        ("query", NUMBERS, "spaceDelimited", False, "p=1+2", "p=1+b"),
        ("query", NUMBERS, "pipeDelimited", False, "p=1%7C2", "p=1|b"),
        ("query", POINT, "form", True, "x=1&y=2", "x=1&y=10"),
        ("query", POINT, "form", False, "p=x,1,y,2", "p=x,1,z,2"),
        ("query", POINT, "deepObject", True, "p[x]=1&p%5By%5D=2", "p[x]=1&p[z]=2"),
        ("query", POINT, "deepObject", None, "p[x]=1", "p[y]=2"),
        ("path", INTEGER, "matrix", False, ";p=5", "5"),
        ("path", NUMBERS, "matrix", False, ";p=1,2", ";p=1,b"),
        ("path", NUMBERS, "matrix", True, ";p=1;p=2", ";p=1;q=2"),
        ("path", POINT, "matrix", True, ";x=1;y=2", ";x=1;y=b"),
        ("path", POINT, "matrix", False, ";p=x,1,y,2", ";p=x,1,y"),
        ("path", INTEGER, "label", False, ".5", "5"),
        ("path", NUMBERS, "label", False, ".1,2", ".1.2"),
        ("path", NUMBERS, "label", True, ".1.2", ".1.b"),
        ("path", POINT, "label", True, ".x=1.y=2", ".x=1.z=2"),
        ("path", POINT, "simple", False, "x,1,y,2", "x,1,y,b"),
        ("path", POINT, "simple", True, "x=1,y=2", "x=1,y"),
        ("header", NUMBERS, "simple", False, "1,2", "1,b"),
        ("cookie", INTEGER, "form", True, "p=1", "p=b"),
    ],
)
def test_a_style_is_read_as_it_is_written(
    where: str, schema: Any, style: str, explode: bool | None, right: str, wrong: str, version: str
) -> None:
    how = {"style": style} | ({} if explode is None else {"explode": explode})
    assert faults(where, schema, right, version=version, **how) == []
    assert faults(where, schema, wrong, version=version, **how) != []


OR_NULL = {"anyOf": [NUMBERS, {"type": "null"}]}


@pytest.mark.parametrize(
    ("schema", "sent"),
    [
        ({"type": "string"}, "p="),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "p="),
        (OR_NULL, "p=1&p=2"),
        ({"type": ["array", "null"], "items": INTEGER}, "p=1"),
        ({"anyOf": [{"type": "integer", "maximum": 5}, {"type": "string"}]}, "p=9"),
        ({"anyOf": [{"type": "boolean"}, {"type": "integer"}]}, "p=true"),
        (INTEGER, "p=1.0"),
        (INTEGER, "p=b&p=1"),
        ({"type": "boolean"}, "p=on"),
    ],
)
def test_what_a_text_may_stand_for_is_right_where_one_of_it_is(schema: Any, sent: str) -> None:
    assert faults("query", schema, sent) == []


@pytest.mark.parametrize(
    ("schema", "sent", "why"),
    [
        ({"type": "string", "minLength": 1}, "p=", "'' should be non-empty."),
        (OR_NULL, "p=1&p=b", "[1, 'b'] is not valid under any of the given schemas."),
        (INTEGER, "p=b", "'b' is not of type 'integer'."),
        ({"type": "boolean"}, "p=maybe", "'maybe' is not of type 'boolean'."),
        ({"type": "string", "pattern": "^a+$"}, "p=b", "'b' does not match '^a+$'."),
    ],
)
def test_what_a_text_cannot_stand_for_is_a_fault(schema: Any, sent: str, why: str) -> None:
    assert faults("query", schema, sent) == [why]


def test_a_parameter_that_does_not_come_is_not_judged_by_its_default() -> None:
    assert faults("query", {"type": "integer", "default": None}, "q=1") == []


def test_members_of_an_object_stand_one_in_the_other() -> None:
    schema = {"type": "object", "properties": {"at": POINT, "tags": NUMBERS}}
    assert faults("query", schema, "p[at][x]=1&p[tags]=1&p[tags]=2", style="deepObject", explode=True) == []
    (why,) = faults("query", schema, "p[at][x]=b", style="deepObject", explode=True)
    assert why == "'b' is not of type 'integer'."


def test_an_object_without_members_of_its_own_takes_the_whole_query() -> None:
    free = {"type": "object", "additionalProperties": {"type": "string"}}
    assert faults("query", free, "a=1", required=True) == []
    assert faults("query", free, "", required=True) == ["Missing required query parameter: p."]
