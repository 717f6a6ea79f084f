"""What a part of an interaction carries, whichever version wrote it."""

from base64 import b64encode

import pytest

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.contents import Contents, fields, kind_of, read_contents, read_headers, read_query

JSON = "application/json"


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


@pytest.mark.parametrize(
    ("part", "header", "expected"),
    [
        ({}, JSON, Contents("missing", media_type=JSON)),
        ({"body": None}, "", Contents("null")),
        ({"body": ""}, "", Contents("empty", media_type="text/plain")),
        ({"body": {"a": 1}}, "", Contents("present", "json", {"a": 1}, JSON)),
        ({"body": {"content": 1}}, "", Contents("present", "json", {"content": 1}, JSON)),
        (
            {"body": [1]},
            "Application/HAL+JSON; charset=utf-8",
            Contents("present", "json", [1], "application/hal+json"),
        ),
        ({"body": "hello"}, "", Contents("present", "text", "hello", "text/plain")),
        ({"body": "hello"}, JSON, Contents("present", "json", "hello", JSON)),
        ({"body": '{"a": 1}'}, "", Contents("present", "json", {"a": 1}, JSON)),
        ({"body": "{broken"}, "", Contents("present", "text", "{broken", "text/plain")),
        ({"body": '"1"'}, JSON, Contents("present", "json", "1", JSON)),
        ({"body": "1"}, JSON, Contents("present", "json", "1", JSON)),
        ({"body": "[1]"}, JSON, Contents("present", "json", "[1]", JSON)),
        ({"body": "1"}, "", Contents("present", "json", "1", JSON)),
        ({"body": "<a/>"}, "", Contents("present", "xml", "<a/>", "application/xml")),
        (
            {"body": {"content": '{"a": 1}', "contentType": JSON, "encoded": False}},
            "",
            Contents("present", "json", '{"a": 1}', JSON, "/body/content"),
        ),
        (
            {"body": {"content": "hi", "contentType": "text/plain", "encoded": "JSON"}},
            "",
            Contents("present", "text", "hi", "text/plain", "/body/content"),
        ),
        (
            {"body": {"content": encoded(b"<a/>"), "encoded": "base64"}},
            "",
            Contents("present", "xml", "<a/>", "application/xml", "/body/content"),
        ),
        (
            {"body": "<?xml version='1.0'?><a/>"},
            "",
            Contents("present", "xml", "<?xml version='1.0'?><a/>", "application/xml"),
        ),
        (
            {"body": "a=1&b=2"},
            "application/x-www-form-urlencoded",
            Contents("present", "form", "a=1&b=2", "application/x-www-form-urlencoded"),
        ),
        (
            {"body": {"content": None, "contentType": JSON}},
            "",
            Contents("null", media_type=JSON, pointer="/body/content"),
        ),
        (
            {"body": {"content": "", "contentType": JSON}},
            "",
            Contents("empty", media_type=JSON, pointer="/body/content"),
        ),
        (
            {"body": {"content": {"a": 1}, "contentType": JSON, "encoded": False}},
            "",
            Contents("present", "json", {"a": 1}, JSON, "/body/content"),
        ),
        (
            {"body": {"content": {"a": 1}, "encoded": False}},
            "",
            Contents("present", "json", {"a": 1}, JSON, "/body/content"),
        ),
        (
            {"body": {"content": "[1]", "contentType": JSON, "encoded": "JSON"}},
            "",
            Contents("present", "json", [1], JSON, "/body/content"),
        ),
        (
            {"body": {"content": encoded(b'{"a": 1}'), "contentType": JSON, "encoded": "base64"}},
            "",
            Contents("present", "json", {"a": 1}, JSON, "/body/content"),
        ),
        (
            {"body": {"content": encoded(b"\xff\x00"), "contentType": "image/png", "encoded": "base64"}},
            "",
            Contents("present", "binary", None, "image/png", "/body/content"),
        ),
        (
            {"body": {"content": encoded(b"plain"), "contentType": "text/plain", "encoded": True}},
            "",
            Contents("present", "text", "plain", "text/plain", "/body/content"),
        ),
        (
            {"body": {"content": "not base64!", "contentType": "image/png", "encoded": "base64"}},
            "",
            Contents("present", "binary", None, "image/png", "/body/content"),
        ),
        (
            {"body": {"content": "hi", "encoded": False}},
            "",
            Contents("present", "text", "hi", "text/plain", "/body/content"),
        ),
        (
            {"body": {"content": '"hi"', "contentType": JSON, "encoded": "JSON"}},
            "",
            Contents("present", "json", "hi", JSON, "/body/content"),
        ),
        (
            {"body": {"content": '{"a": 1}', "encoded": False}},
            "",
            Contents("present", "json", {"a": 1}, JSON, "/body/content"),
        ),
        (
            {"body": {"content": '{"a": 1}', "encoded": False}},
            JSON,
            Contents("present", "json", '{"a": 1}', JSON, "/body/content"),
        ),
    ],
)
def test_a_body_is_read_whichever_version_wrote_it(part: Document, header: str, expected: Contents) -> None:
    assert read_contents(part, header=header, v4=expected.pointer.endswith("/content")) == expected


def test_a_body_that_calls_itself_json_and_is_none_says_why() -> None:
    body: Document = {"content": encoded(b"{broken"), "contentType": JSON, "encoded": "base64"}
    found = read_contents({"body": body}, v4=True)
    assert found.unreadable.startswith("The body is not JSON")
    assert found.present


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        ("application/problem+json", "json"),
        ("text/xml", "xml"),
        ("image/svg+xml", "xml"),
        ("multipart/form-data", "multipart"),
        ("text/csv", "text"),
        ("application/graphql", "text"),
        ("application/pdf", "binary"),
    ],
)
def test_a_media_type_says_how_content_is_written(media: str, kind: str) -> None:
    assert kind_of(media) == kind


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("a=1&b=x%20y&a=2", {"a": ("1", "2"), "b": ("x y",)}),
        ({"a": ["1", "2"], "b": "x", "c": [None, 3]}, {"a": ("1", "2"), "b": ("x",), "c": ("", "3")}),
        ("?flag", {"flag": ("",)}),
        (None, {}),
    ],
)
def test_a_query_is_a_text_or_lists(query: Json, expected: object) -> None:
    assert read_query({"query": query}) == expected


def test_headers_are_known_by_their_names_in_lower_case() -> None:
    assert read_headers({"headers": {"X-A": "1", "X-B": ["2", "3"]}}) == {"x-a": ("1",), "x-b": ("2", "3")}
    assert read_headers({"headers": 7}) == {}


def test_a_form_of_absurdly_many_fields_is_not_read() -> None:
    assert fields("a&" * 20_000) == []


def test_only_a_body_of_version_4_has_its_content_one_level_deeper() -> None:
    body: Json = {"content": "hi", "contentType": "text/plain"}
    assert read_contents({"body": body}).value == body
    assert read_contents({"body": body}, v4=True).value == "hi"
