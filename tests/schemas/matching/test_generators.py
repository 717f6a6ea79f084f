"""Values made by generators: of every kind, in every place, and those that cannot be made."""

import random
import re
from datetime import UTC, datetime

import pytest

from troth_schemas.json_body import Document, Json
from troth_schemas.matching.generating import generated
from troth_schemas.matching.generators import Around, CannotGenerate, generate, state_value

NOW = datetime(2000, 1, 1, 10, 0, tzinfo=UTC)
AROUND = Around(
    random.Random(7),
    NOW,
    {"id": 7, "name": "tea", "on": True, "none": None, "list": [1, {"a": "é"}], "half": 2.5},
    "http://127.0.0.1:8080/",
)


@pytest.mark.parametrize(
    ("generator", "example", "pattern"),
    [
        ({"type": "RandomInt", "min": 5, "max": 6}, 1, "[56]"),
        ({"type": "RandomInt"}, "1", "[0-9]|10"),
        ({"type": "RandomInt", "min": -3, "max": -3}, 1, "-3"),
        ({"type": "RandomDecimal", "digits": 4}, 1.5, r"[0-9]+\.[0-9]+"),
        ({"type": "RandomDecimal", "digits": 1}, 1.5, "[0-9]"),
        ({"type": "RandomDecimal"}, "1.5", r"(?=.{11}$)[1-9][0-9]*\.[0-9]*[1-9]"),
        ({"type": "RandomHexadecimal", "digits": 3}, "", "[0-9A-F]{3}"),
        ({"type": "RandomString"}, "", "[0-9A-Za-z]{10}"),
        ({"type": "RandomBoolean"}, True, "True|False"),
        ({"type": "Uuid"}, "", "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ({"type": "Uuid", "format": "simple"}, "", "[0-9a-f]{32}"),
        ({"type": "Uuid", "format": "upper-case-hyphenated"}, "", "[0-9A-F-]{36}"),
        ({"type": "Uuid", "format": "URN"}, "", "urn:uuid:[0-9a-f-]{36}"),
        ({"type": "Regex", "regex": r"[a-c]{3}\d+(x|yy)?"}, "", r"[a-c]{3}\d+(x|yy)?"),
        ({"type": "Regex", "regex": r"^A.*$"}, "", "A.*"),
        ({"type": "Regex", "regex": "é{2}"}, "", "éé"),
        ({"type": "Regex", "regex": ""}, "", ""),
        ({"type": "Date"}, "", "2000-01-01"),
        ({"type": "Time"}, "", "10:00:00"),
        ({"type": "DateTime"}, "", r"2000-01-01T10:00:00\.000\+0000"),
        ({"type": "Date", "format": "dd/MM/yy", "expression": "tomorrow"}, "", "02/01/00"),
        ({"type": "ProviderState", "expression": "id"}, 1, "7"),
        ({"type": "MockServerURL", "example": "http://x/a/1", "regex": r".*(/a/\d)$"}, "", "http://127.0.0.1:8080/a/1"),
        ({"type": "MockServerURL", "example": "http://x/a/1", "regex": "(/b)"}, "as it is", "as it is"),
    ],
)
def test_each_generator_makes_values_of_its_kind(generator: Document, example: Json, pattern: str) -> None:
    for _ in range(5):
        assert re.fullmatch(pattern, str(generate(generator, example, AROUND)))


@pytest.mark.parametrize(
    ("generator", "reason"),
    [
        ({"type": "Nope"}, "No generator is called 'Nope'"),
        ({}, "No generator is called None"),
        ({"type": "RandomInt", "min": 3, "max": 2}, "no whole number from 3 to 2"),
        ({"type": "RandomString", "size": 0}, "asks for 0 characters"),
        ({"type": "RandomString", "size": 10**9}, "asks for 1000000000 characters"),
        ({"type": "Regex", "regex": "(a"}, "matches '\\(a'"),
        ({"type": "Regex", "regex": "a$b"}, "matches 'a\\$b'"),
        ({"type": "Regex", "regex": "x{3000}"}, "No text could be made"),
        ({"type": "Date", "expression": "some day"}, "not understood"),
        ({"type": "Date", "format": "b"}, "date format 'b'"),
        ({"type": "Date", "expression": "+ 999999 weeks"}, "out of the calendar"),
        ({"type": "ProviderState", "expression": "${other}"}, "does not supply '\\$\\{other\\}'"),
    ],
)
def test_what_cannot_be_generated_says_why(generator: Document, reason: str) -> None:
    with pytest.raises(CannotGenerate, match=reason):
        generate(generator, "", AROUND)


@pytest.mark.parametrize(
    ("kind", "expression", "expected"),
    [
        ("STRING", "${id}", "7"),
        ("INTEGER", "id", 7),
        ("DECIMAL", "${id}", 7.0),
        ("BOOLEAN", "id", True),
        ("BOOLEAN", "name", "tea"),
        ("INTEGER", "${name}", "tea"),
        ("INTEGER", "half", 2),
        ("INTEGER", "on", 1),
        ("STRING", "on", "true"),
        ("STRING", "list", '[1,{"a":"é"}]'),
        ("STRING", "none", "null"),
        ("INTEGER", "none", None),
        (None, "on", True),
        (None, "none", None),
        (None, "list", [1, {"a": "é"}]),
        (None, "/${name}/${id}", "/tea/7"),
        (None, "/${on}/${none}/${list}", '/true//[1,{"a":"é"}]'),
    ],
)
def test_values_of_the_state_are_of_the_type_that_is_asked_for(kind: Json, expression: str, expected: Json) -> None:
    found = state_value({"expression": expression, "dataType": kind}, AROUND.values)
    assert (found, type(found)) == (expected, type(expected))


def test_a_value_that_the_state_does_not_supply_is_none_of_its_values() -> None:
    with pytest.raises(LookupError):
        state_value({"expression": "${missing}"}, AROUND.values)


SEVEN: Document = {"type": "RandomInt", "min": 7, "max": 7}


def made(part: Document, at: str = "body", /, **generators: Json) -> Document:
    found = generated({**part, "generators": generators}, AROUND, body=at)
    assert found.pop("generators") == generators
    return found


def test_every_part_of_a_request_can_be_generated() -> None:
    part: Document = {
        "path": "/a",
        "method": "GET",
        "query": {"a": ["1", "2"], "b": ["1"]},
        "headers": {"X-A": ["1", "2"]},
    }
    assert made(part, path={"type": "ProviderState", "expression": "/a/${id}"})["path"] == "/a/7"
    assert made(part, query={"a": SEVEN})["query"] == {"a": ["7", "7"], "b": ["1"]}
    assert made(part, query={"$.a[1]": SEVEN, "c": SEVEN})["query"] == {"a": ["1", "7"], "b": ["1"]}
    assert made({"query": "a=1&a=2"}, query={"a[0]": SEVEN})["query"] == {"a": ["7", "2"]}
    assert made(part, header={"x-a": SEVEN, "X-B": SEVEN})["headers"] == {"X-A": ["7", "7"]}
    assert made({"headers": {"X-A": "1"}}, header={"X-A": {"type": "Uuid"}})["headers"] != {"X-A": "1"}
    on: Document = {"type": "ProviderState", "expression": "on"}
    assert made({"headers": {"X-A": "1"}, "path": "/"}, header={"X-A": on}, path=on) == {
        "headers": {"X-A": "true"},
        "path": "true",
    }
    assert made({"status": 200}, status=SEVEN, body=3, header={"X": 3}) == {"status": 7}
    assert made({"metadata": {"k": 1}}, metadata={"$.k": SEVEN}) == {"metadata": {"k": 7}}
    assert made({"path": "/"}, status=SEVEN, header={"X": SEVEN}) == {"path": "/"}
    assert generated({"path": "/"}, AROUND) == {"path": "/"}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("$.a", {"a": 7, "l": [{"i": 1}, {"i": 2}]}),
        ("$.l[*].i", {"a": 1, "l": [{"i": 7}, {"i": 7}]}),
        ("$.l[1].i", {"a": 1, "l": [{"i": 1}, {"i": 7}]}),
        ("$.*", {"a": 7, "l": 7}),
        ("$.l[9]", {"a": 1, "l": [{"i": 1}, {"i": 2}]}),
        ("$.a.b", {"a": 1, "l": [{"i": 1}, {"i": 2}]}),
        ("$.l.i", {"a": 1, "l": [{"i": 1}, {"i": 2}]}),
        ("$[0]", {"a": 1, "l": [{"i": 1}, {"i": 2}]}),
        ("$", 7),
    ],
)
def test_values_inside_of_a_body_are_generated_where_the_example_has_them(place: str, expected: Json) -> None:
    content: Document = {"a": 1, "l": [{"i": 1}, {"i": 2}]}
    assert made({"body": content}, body={place: SEVEN})["body"] == expected
    envelope: Document = {"content": content, "contentType": "application/json", "encoded": False}
    assert made({"body": envelope}, body={place: SEVEN})["body"] == {**envelope, "content": expected}
    assert content["a"] == 1


def test_forms_and_texts_are_generated_too() -> None:
    form: Document = {"content": "a=1&b=2&a=3", "contentType": "application/x-www-form-urlencoded", "encoded": False}
    assert made({"body": form}, body={"$.a[1]": SEVEN, "$.b": SEVEN})["body"] == {**form, "content": "a=1&b=7&a=7"}
    text: Document = {"headers": {"Content-Type": "text/plain"}, "body": "x"}
    assert made(text, body={"$": SEVEN})["body"] == "7"
    assert made({"contents": None}, "contents", body={"$": SEVEN}) == {"contents": None}


@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"body": {"content": "<a>1</a>", "contentType": "application/xml", "encoded": False}}, "$.a"),
        ({"body": {"a": 1}}, "$.a["),
    ],
)
def test_what_no_place_can_be_found_in_is_said(part: Document, place: str) -> None:
    with pytest.raises(CannotGenerate, match=re.escape(place)):
        made(part, body={place: SEVEN})


def test_the_variants_of_an_array_have_generators_of_their_own() -> None:
    variant: Document = {
        "index": 1,
        "rules": {},
        "generators": {"$.href": {"type": "ProviderState", "expression": "id"}},
    }
    rules: Document = {
        "body": {"$.l": {"matchers": [{"match": "arrayContains", "variants": [variant, 3]}, 3]}, "$.x": 3}
    }
    part: Document = {"body": {"l": [{"href": 0}, {"href": 0}]}, "matchingRules": rules}
    assert generated(part, AROUND)["body"] == {"l": [{"href": 0}, {"href": 7}]}
