"""The set of values that an example and its rules stand for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.schemas.documents import values
from troth_schemas.json_body import Document, Json
from troth_schemas.pact import dates
from troth_schemas.pact.rules import read_rules
from troth_schemas.pact.shape import shape, unknown_matchers


def shaped(body: Json, **rules: Json) -> Document:
    """The shape of a body under rules by path; ``_`` stands for the root."""
    return shape(body, read_rules({"body": {path.replace("_", "$", 1): rule for path, rule in rules.items()}}).body)


def ruled(body: Json, rules: Document) -> Document:
    return shape(body, read_rules({"body": rules}).body)


def accepts(schema: Document, value: Json) -> bool:
    Draft202012Validator.check_schema(schema)
    return bool(Draft202012Validator(schema).is_valid(value))


def one(**matcher: Json) -> Json:
    return {"matchers": [matcher]}


TYPE = one(match="type")
ROOT = "$"

TABLE: list[tuple[str, Json, Document, list[Json], list[Json]]] = [
    # title, example, rules, in the set, not in the set
    ("no rule is the example", {"a": [1, "x"]}, {}, [{"a": [1, "x"]}], [{"a": [1]}, {"a": [1, "x"], "b": 1}, {}]),
    ("an empty list is itself", [], {}, [[]], [[1]]),
    ("type: a string is any string", "x", {ROOT: TYPE}, ["", "y"], [1, None, True]),
    ("type: a whole number is any whole number", 1, {ROOT: TYPE}, [2, -5], [1.5, "1", True]),
    ("type: a decimal is any number", 1.5, {ROOT: TYPE}, [2, 0.1], ["1", None]),
    ("type: null is null", None, {ROOT: TYPE}, [None], [0, ""]),
    (
        "type: an object has the example's members",
        {"a": "x", "b": {"c": 1}},
        {ROOT: TYPE},
        [{"a": "", "b": {"c": 5}}],
        [{"a": ""}, {"a": "", "b": {"c": "x"}}, {"a": "", "b": {"c": 1}, "d": 1}],
    ),
    ("type: an array has at least one like the example's", ["x"], {ROOT: TYPE}, [["a"], ["a", "b"]], [[], [1]]),
    ("type: an empty array is any array", [], {ROOT: TYPE}, [[], [1]], [{}]),
    ("min and max", ["x", "y"], {ROOT: one(match="type", min=2, max=3)}, [["a", "b"]], [["a"], ["a", "b", "c", "d"]]),
    ("min of 0", ["x"], {ROOT: one(match="type", min=0)}, [[], ["a"]], [[1]]),
    (
        "a length is of its own array alone",
        [["x"], ["y"]],
        {ROOT: one(match="type", min=2)},
        [[["a"], ["b", "c"]]],
        [[["a"]]],
    ),
    (
        "equality inside of a type",
        {"a": "x", "b": {"c": [1]}},
        {ROOT: TYPE, "$.b": one(match="equality")},
        [{"a": "z", "b": {"c": [1]}}],
        [{"a": "z", "b": {"c": [2]}}, {"a": "z", "b": {"c": [1], "d": 0}}],
    ),
    ("regex", "ab", {ROOT: one(match="regex", regex="^a.$")}, ["ax"], ["b", 1]),
    ("regex on a number", 12, {ROOT: one(match="regex", regex=r"\d+")}, [3], ["3"]),
    ("include", "a.b", {ROOT: one(match="include", value="a.b")}, ["xa.by"], ["aXb"]),
    ("boolean", True, {ROOT: one(match="boolean")}, [False], ["true", 0]),
    ("integer", 1, {ROOT: one(match="integer")}, [7], [1.5]),
    (
        "number and decimal",
        {"n": 1, "d": 1.0},
        {"$.n": one(match="number"), "$.d": one(match="decimal")},
        [{"n": 1.5, "d": 2.5}],
        [{"n": "1", "d": 2.5}],
    ),
    ("null", None, {ROOT: one(match="null")}, [None], [0]),
    ("semver", "1.2.3", {ROOT: one(match="semver")}, ["10.0.0-rc.1+b"], ["1.2", "01.2.3"]),
    ("date", "2020-01-31", {ROOT: one(match="date", format="yyyy-MM-dd")}, ["1999-12-01"], ["1999-13-01", "x"]),
    ("a date of the usual form", "2020-01-31", {ROOT: one(match="date")}, ["1999-12-01"], ["1999"]),
    ("a date in an unknown form", "x", {ROOT: one(match="date", format="GG")}, ["anything"], [1]),
    (
        "timestamp",
        "2020-01-31T10:00:00Z",
        {ROOT: one(match="timestamp", timestamp="yyyy-MM-dd'T'HH:mm:ssXXX")},
        ["2021-01-31T10:00:00+01:00"],
        ["2021-01-31 10:00:00Z"],
    ),
    (
        "not empty",
        {"s": "x", "l": [1]},
        {"$.s": one(match="notEmpty"), "$.l": one(match="notEmpty")},
        [{"s": "y", "l": [2, 3]}],
        [{"s": "", "l": [1]}, {"s": "y", "l": []}],
    ),
    ("values: any keys", {"a": {"n": 1}}, {ROOT: one(match="values"), "$.*": TYPE}, [{"z": {"n": 2}}, {}], [{"z": {}}]),
    ("values of a list", ["x"], {ROOT: one(match="values"), "$[*]": TYPE}, [["y", "z"]], [[1]]),
    (
        "eachKey",
        {"a1": 1},
        {ROOT: {"matchers": [{"match": "eachKey", "rules": [{"match": "regex", "regex": "a[0-9]?"}]}]}, "$.*": TYPE},
        [{"a2": 5, "a": 0}],
        [{"b": 1}, {}, {"a": "x"}, {"a22": 1}, {"ba": 1}],
    ),
    (
        "eachValue",
        {"k": "x"},
        {ROOT: {"matchers": [{"match": "eachValue", "rules": [{"match": "type"}]}]}},
        [{"other": "y"}],
        [{"other": 1}],
    ),
    (
        "eachKey and eachValue together",
        {"k": "x"},
        {
            ROOT: {
                "matchers": [
                    {"match": "eachKey", "rules": [{"match": "regex", "regex": "^k[0-9]?"}]},
                    {"match": "eachValue", "rules": [{"match": "regex", "regex": "x[0-9]?$"}]},
                ]
            }
        },
        [{"k2": "x2"}],
        [{"k2": "y"}, {"j": "x"}, {"k22": "x"}, {"k": "yx"}],
    ),
    (
        "eachValue of a list",
        ["x"],
        {ROOT: {"matchers": [{"match": "eachValue", "rules": [{"match": "type"}]}]}},
        [["a", "b"]],
        [[1], []],
    ),
    (
        "eachValue, with closer rules for what is inside",
        {"k": {"id": 1, "s": "x"}},
        {ROOT: {"matchers": [{"match": "eachValue", "rules": [{"match": "type"}]}]}, "$.*.id": one(match="integer")},
        [{"z": {"id": 7, "s": "x"}}],
        [{"z": {"id": "7", "s": "x"}}],
    ),
    (
        "arrayContains",
        [{"k": "a", "v": 1}, {"k": "b"}],
        {
            ROOT: {
                "matchers": [
                    {
                        "match": "arrayContains",
                        "variants": [{"index": 0, "rules": {"$.v": one(match="integer")}}, {"index": 1, "rules": {}}],
                    }
                ]
            }
        },
        [[{"k": "b"}, {"k": "a", "v": 9}]],
        [[{"k": "a", "v": 9}], []],
    ),
    (
        "either of two",
        "x",
        {ROOT: {"matchers": [{"match": "type"}, {"match": "null"}], "combine": "OR"}},
        ["y", None],
        [1],
    ),
    (
        "both of two",
        "xy",
        {ROOT: {"matchers": [{"match": "include", "value": "x"}, {"match": "include", "value": "y"}]}},
        ["yx"],
        ["x"],
    ),
    (
        "an each-like's wildcard",
        {"a": [{"id": 1}]},
        {"$.a": one(match="type", min=1), "$.a[*].id": one(match="integer")},
        [{"a": [{"id": 5}, {"id": 6}]}],
        [{"a": [{"id": "5"}]}, {"a": []}],
    ),
]


@pytest.mark.parametrize(("title", "example", "rules", "inside", "outside"), TABLE, ids=[row[0] for row in TABLE])
def test_an_example_with_its_rules_stands_for_a_set(
    title: str, example: Json, rules: Document, inside: list[Json], outside: list[Json]
) -> None:
    found = ruled(example, rules)
    assert [value for value in [*inside, example] if not accepts(found, value)] == []
    assert [value for value in outside if accepts(found, value)] == []


@given(values)
def test_an_example_without_rules_stands_for_itself(body: Json) -> None:
    assert accepts(shape(body), body)


@given(values)
def test_an_example_is_in_the_set_of_its_types(body: Json) -> None:
    assert accepts(ruled(body, {ROOT: TYPE}), body)


@given(
    values,
    st.recursive(
        st.none() | st.text(max_size=3),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["match", "matchers", "min", "regex", "rules", "variants", "index"]), inner
            )
        ),
    ),
)
def test_any_rule_can_be_read_and_shaped(body: Json, written: Json) -> None:
    made = ruled(body, {ROOT: written, "$.*": written})
    assert json.loads(json.dumps(made)) == made


def test_a_matcher_that_is_not_understood_leaves_a_mark_where_it_stands() -> None:
    plugin = one(match="acme:thing")
    found = ruled(
        {"a": {"b": "x"}, "l": ["y"], "m": {"k": "z"}},
        {"$.a.b": plugin, "$.l": TYPE, "$.l[*]": plugin, "$.m": one(match="values"), "$.m.*": plugin},
    )
    assert list(unknown_matchers(found)) == [
        (("a", "b"), "acme:thing"),
        (("l", "*"), "acme:thing"),
        (("m", "{}"), "acme:thing"),
    ]
    either = ruled("x", {ROOT: {"matchers": [{"match": "acme:thing"}, {"match": "type"}], "combine": "OR"}})
    assert list(unknown_matchers(either)) == [((), "acme:thing")]
    keys = ruled({"k": 1}, {ROOT: {"matchers": [{"match": "eachKey", "rules": [{"match": "acme:key"}]}]}})
    assert list(unknown_matchers(keys)) == [(("{}",), "acme:key")]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("x", one(match="eachKey", rules=[])),
        ([], one(match="arrayContains", variants=[{"index": 0}])),
        ("x", one(match="contentType", value="image/png")),
    ],
)
def test_a_matcher_that_cannot_speak_of_such_a_value_is_not_understood(body: Json, rule: Json) -> None:
    assert list(unknown_matchers(ruled(body, {ROOT: rule})))


@pytest.mark.parametrize("name", ["equality", "notEmpty", "type", "semver"])
def test_keys_may_be_matched_in_many_ways(name: str) -> None:
    found: Any = ruled({"1.0.0": 1}, {ROOT: one(match="eachKey", rules=[{"match": name}])})
    assert accepts(found, {"1.0.0": 1})


@pytest.mark.parametrize(
    ("written", "value", "other"),
    [
        ("yyyy-MM-dd", "2024-02-29", "2024-2-29"),
        ("d MMM yy, h:mm a", "1 Feb 24, 9:05 pm", "1 Feb 2024, 9:05 pm"),
        ("HH:mm:ss.SSS", "23:59:59.123", "24:00:00.000"),
        ("yyyy-MM-dd'T'HH:mm:ssZZ", "2024-02-29T10:00:00+01:00", "2024-02-29T10:00:00+0100"),
        ("h 'o''clock'", "9 o'clock", "9 oclock"),
        ("hh''mm", "09'30", "0930"),
    ],
)
def test_a_pattern_of_dates_is_a_regular_expression(written: str, value: str, other: str) -> None:
    pattern = dates.pattern(written)
    assert accepts({"pattern": pattern}, value)
    assert not accepts({"pattern": pattern}, other)


def test_a_pattern_of_dates_with_an_unknown_letter_says_nothing() -> None:
    assert dates.pattern("GG") is None
    assert dates.pattern("yyyy'open") is None
    assert [dates.json_format(one) for one in ("yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy")] == [
        "date",
        "date-time",
        None,
    ]
