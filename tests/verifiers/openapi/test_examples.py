"""Which requests the examples of a description make."""

from typing import Any

import pytest

from tests.verifiers.openapi.describing import ITEM, answers, api, contract
from troth_verifiers.openapi.described import described
from troth_verifiers.openapi.examples import Example, examples_of


def examples(operation: dict[str, Any], *, path: str = "/items", method: str = "get", **more: Any) -> list[Example]:
    whole = described(contract(api({path: {method: {"responses": answers({}), **operation}}}, **more)))
    return list(examples_of(whole, whole.api.operations[0]))


def parameter(name: str, where: str = "query", schema: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "schema": schema or {"type": "string"}, **more}


def body(media: dict[str, Any], kind: str = "application/json", *, required: bool = True) -> dict[str, Any]:
    return {"requestBody": {"required": required, "content": {kind: media}}}


JSON = (("Content-Type", "application/json"),)


def test_an_operation_that_needs_nothing_is_asked_plainly() -> None:
    assert examples({"parameters": [parameter("q")]}) == [Example("", "/items")]


def test_a_required_part_without_an_example_leaves_no_request() -> None:
    assert examples({"parameters": [parameter("q", required=True)]}) == []
    assert examples(body({"schema": {"type": "object"}}), method="post") == []


def test_what_a_schema_says_itself_stands_in() -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"enum": [3, 4]}, "m": {"type": "string"}}}
    assert examples(body({"schema": schema}), method="post") == [Example("", "/items", JSON, b'{"n": 3}')]


def test_examples_of_one_name_belong_together_and_name_the_answer() -> None:
    names = {"big": {"value": 9}, "small": {"value": 1}}
    shown: dict[str, Any] = {"examples": {"small": {"value": {}}}}
    found = examples(
        {
            "parameters": [parameter("size", examples=names), parameter("only", example="x")],
            "responses": answers(ITEM) | answers(ITEM, "404", **shown),
        }
    )
    assert found == [Example("big", "/items?size=9&only=x"), Example("small", "/items?size=1&only=x", status=404)]


def test_examples_by_reference_are_followed() -> None:
    components = {"examples": {"one": {"value": "a b"}}}
    named = {"one": {"$ref": "#/components/examples/one"}}
    found = examples({"parameters": [parameter("q", examples=named)]}, components=components)
    assert found == [Example("one", "/items?q=a%20b")]


@pytest.mark.parametrize(
    ("more", "target"),
    [
        ({"where": "path", "example": "a/b", "required": True}, "/items/a%2Fb"),
        ({"where": "path", "example": ["a", "b"], "required": True}, "/items/a,b"),
        ({"where": "path", "example": ["a", "b"], "required": True, "style": "label"}, "/items/.a,b"),
        ({"where": "path", "example": "a", "required": True, "style": "matrix"}, "/items/;q=a"),
        (
            {"where": "path", "example": {"a": 1, "b": 2}, "required": True, "style": "matrix", "explode": True},
            "/items/;a=1;b=2",
        ),
    ],
)
def test_values_in_paths_are_written_in_their_styles(more: dict[str, Any], target: str) -> None:
    assert [one.target for one in examples({"parameters": [parameter("q", **more)]}, path="/items/{q}")] == [target]


@pytest.mark.parametrize(
    ("more", "target"),
    [
        ({"example": [1, 2]}, "/items?q=1&q=2"),
        ({"example": [1, 2], "explode": False}, "/items?q=1%2C2"),
        ({"example": [1, 2], "style": "pipeDelimited", "explode": False}, "/items?q=1%7C2"),
        ({"example": {"a": 1}, "style": "deepObject"}, "/items?q%5Ba%5D=1"),
        ({"example": {"a": 1, "b": 2}}, "/items?a=1&b=2"),
        ({"example": {"a": 1, "b": 2}, "explode": False}, "/items?q=a%2C1%2Cb%2C2"),
        ({"example": True}, "/items?q=true"),
        ({"schema": {"default": 7}}, "/items?q=7"),
    ],
)
def test_values_in_queries_are_written_in_their_styles(more: dict[str, Any], target: str) -> None:
    assert [one.target for one in examples({"parameters": [parameter("q", **more)]})] == [target]


def test_headers_and_cookies_travel_as_headers() -> None:
    parameters = [parameter("X-Names", "header", example=["a", "b"]), parameter("session", "cookie", example="s")]
    (found,) = examples({"parameters": parameters})
    assert found.headers == (("X-Names", "a,b"), ("Cookie", "session=s"))


def test_a_parameter_with_content_is_json() -> None:
    written = {"name": "q", "in": "query", "content": {"application/json": {"example": {"a": [1]}}}}
    assert [one.target for one in examples({"parameters": [written]})] == ["/items?q=%7B%22a%22%3A%20%5B1%5D%7D"]


@pytest.mark.parametrize(
    ("kind", "example", "content"),
    [
        ("application/problem+json", {"é": 1}, '{"é": 1}'.encode()),
        ("application/x-www-form-urlencoded", {"a": "b c", "n": [1, 2]}, b"a=b+c&n=1&n=2"),
        ("text/plain", "hello", b"hello"),
        ("*/*", {"a": 1}, b'{"a": 1}'),
        ("application/xml", {"a": 1, "b": [True, "x<y"]}, b"<root><a>1</a><b>true</b><b>x&lt;y</b></root>"),
    ],
)
def test_bodies_are_written_in_their_media_type(kind: str, example: Any, content: bytes) -> None:
    assert [one.content for one in examples(body({"example": example}, kind), method="post")] == [content]


def test_a_form_with_parts_is_the_same_each_time() -> None:
    form = body({"example": {"name": "tea", "size": 2}}, "multipart/form-data")
    (first,), (second,) = examples(form, method="post"), examples(form, method="post")
    assert first == second
    assert b'name="name"\r\n\r\ntea\r\n' in first.content


def test_what_is_binary_is_a_file_of_the_form_and_what_has_members_is_json() -> None:
    form = body(
        {
            "schema": {"properties": {"photo": {"type": "string", "format": "binary"}, "more": {"type": "object"}}},
            "encoding": {"photo": {"contentType": "image/png, image/jpeg"}},
            "example": {"photo": "bits", "more": {"a": 1}, "tags": ["x", "y"]},
        },
        "multipart/form-data",
    )
    ((sent,),) = [[one.content.decode() for one in examples(form, method="post")]]
    assert 'name="photo"; filename="photo"\r\nContent-Type: image/png\r\n\r\nbits\r\n' in sent
    assert 'name="more"\r\nContent-Type: application/json\r\n\r\n{"a": 1}\r\n' in sent
    assert [sent.count(f'name="tags"\r\n\r\n{tag}\r\n') for tag in "xy"] == [1, 1]


def test_a_body_that_cannot_be_written_leaves_no_request_where_it_is_required() -> None:
    assert examples(body({"example": {"a": 1}}, "application/pdf"), method="post") == []
    assert examples(body({"example": {"a": 1}}, "application/pdf", required=False), method="post") == [
        Example("", "/items")
    ]


def test_a_schema_in_a_circle_ends() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "required": ["next"]}
    found = examples(
        body({"schema": {"$ref": "#/components/schemas/Node"}}), method="post", components={"schemas": {"Node": node}}
    )
    assert found == []
