"""Messages that surely are as promised: whenever that is said, comparing the trees finds nothing either."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict, ParseError
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.schemas.protobuf.test_trees import POOL, made
from troth_schemas.json_body import Json
from troth_schemas.matching import match_tree
from troth_schemas.pact.rules import Rules, read_rules
from troth_schemas.protobuf.trees import example, tree
from troth_verifiers.grpc.fitting import all_fit, fits

_TYPE: Json = {"match": "type"}
_LETTERS: Json = {"match": "regex", "regex": "[a-z]+"}
_ONES: list[Json] = [
    _TYPE, {"match": "integer"}, {"match": "number"}, {"match": "regex", "regex": "[a-z]*"}, {"match": "equality"},
    {"match": "type", "min": 1}, {"match": "type", "min": 1, "max": 2}, {"match": "null"}, {"match": "notEmpty"},
    {"match": "values"}, {"match": "eachValue", "rules": [_TYPE]}, {"match": "eachKey", "rules": [_TYPE]},
    {"match": "arrayContains", "variants": []}, {"match": "include", "value": "a"}, {"match": "boolean"},
    {"match": "decimal"}, {"match": "regex", "regex": "(a|b)+"}, {"match": "regex", "regex": "("},
]  # fmt: skip
_SEVERAL = st.builds(
    lambda ones, combine: {"combine": combine, "matchers": ones},
    st.lists(st.sampled_from(_ONES), min_size=1, max_size=2),
    st.sampled_from(["AND", "OR"]),
)
_PATHS = st.sampled_from(
    [
        "$", "$.*", "$.large", "$.single", "$.flag", "$.raw", "$.color", "$.colors", "$.colors[*]", "$.colors[0]",
        "$.inner", "$.inner.name", "$.inners", "$.inners[*]", "$.inners[*].name", "$.inners[1].count", "$.inners[*].*",
        "$.named", "$.named.*", "$.named.a.count", "$.flags", "$.maybe", "$.left", "$.right", "$.any", "$.took",
        "$.free", "$.free.*", "$.value", "$.at", "$.boxed", "$.long_name",
    ]
)  # fmt: skip
_RULES = st.dictionaries(_PATHS, st.sampled_from(_ONES) | _SEVERAL, max_size=4)
_TEXTS = st.sampled_from(["", "a", "ab", "Z"])
_COUNTS = st.integers(0, 2)
_INNER = st.fixed_dictionaries({}, optional={"name": _TEXTS, "count": _COUNTS})
_FREE = st.none() | st.booleans() | _COUNTS | _TEXTS | st.lists(_COUNTS, max_size=2)
_WRITTEN = st.fixed_dictionaries(
    {},
    optional={
        "large": _COUNTS, "larger": _COUNTS, "single": st.sampled_from([0.0, 0.1, 1.0, "NaN"]),
        "number": st.sampled_from([0.0, 1.0, "Infinity"]), "flag": st.booleans(), "raw": st.sampled_from(["", "AP8="]),
        "color": st.sampled_from(["RED", "BLUE", 7]), "colors": st.lists(st.sampled_from(["RED", "BLUE"]), max_size=3),
        "inner": st.none() | _INNER, "inners": st.lists(_INNER, max_size=3), "maybe": st.none() | _TEXTS,
        "named": st.dictionaries(_TEXTS, _INNER, max_size=2), "took": st.sampled_from(["1s", "2.5s"]),
        "flags": st.dictionaries(st.sampled_from(["1", "2"]), st.booleans()), "longName": _TEXTS,
        "any": _INNER.map(lambda inner: {"@type": "t/p.Inner", **inner}), "value": _FREE,
        "free": st.dictionaries(_TEXTS, _FREE, max_size=2), "boxed": st.none() | _COUNTS,
        "at": st.sampled_from(["2026-01-01T02:00:00Z", "2026-01-01T02:00:00.5Z"]),
    },
)  # fmt: skip
_CHOICES = st.none() | st.tuples(st.just("left"), _TEXTS) | st.tuples(st.just("right"), _INNER)
_BOTH = st.tuples(_WRITTEN, _CHOICES).map(lambda both: {**both[0], **dict([both[1]] if both[1] else [])})


def _rules(written: Any) -> Rules:
    return read_rules({"body": written}).body


def _message(written: Any) -> Any:
    try:
        return made(**written)
    except ParseError:
        return ParseDict({}, POOL.new("p.M"))


@settings(max_examples=500, deadline=None)
@given(_BOTH, _BOTH, st.lists(st.sampled_from(range(24)), max_size=3), _RULES)
def test_what_fits_differs_in_nothing(expected: Any, changes: Any, places: list[int], written: Any) -> None:
    names = sorted(changes)
    came = {**expected, **{names[place]: changes[names[place]] for place in places if place < len(names)}}
    if "left" in came:
        came.pop("right", None)
    rules, message = _rules(written), _message(came)
    wanted = example(expected, type(POOL.new("p.M")))
    if fits(wanted, message, rules):
        event("fits")
        assert match_tree(wanted, tree(message, filled=True), rules) == ()


@settings(max_examples=200, deadline=None)
@given(st.lists(_INNER, max_size=3), st.lists(_INNER, max_size=3), st.data())
def test_lists_of_messages_that_fit_differ_in_nothing(expected: Any, came: Any, data: Any) -> None:
    paths = st.sampled_from(["$", "$[*]", "$[0]", "$[*].name", "$[1].count"])
    rules = _rules(data.draw(st.dictionaries(paths, st.sampled_from(_ONES) | _SEVERAL, max_size=3)))
    messages = [ParseDict(one, POOL.new("p.Inner")) for one in came]
    if all_fit(expected, messages, rules):
        event("fit")
        assert match_tree(expected, [tree(one, filled=True) for one in messages], rules) == ()


@pytest.mark.parametrize(
    ("expected", "came", "rules", "fitting"),
    [
        ({"large": 1, "maybe": "x"}, {"large": 1, "maybe": "x", "flag": True}, {}, True),
        ({"large": 1}, {"large": 2}, {}, False),
        ({"large": 0, "inners": [], "color": "RED"}, {}, {}, True),
        ({"maybe": ""}, {}, {}, False),
        ({"inners": []}, {"inners": [{"name": "1"}]}, {"$.inners": _TYPE, "$.inners[*].name": _LETTERS}, False),
        ({"inners": []}, {}, {"$.inners": _TYPE, "$.inners[*].name": _LETTERS}, True),
        ({"large": 1, "at": "2026-01-01T02:00:00Z"}, {"large": 2, "at": "2027-01-01T02:00:00Z"}, {"$": _TYPE}, True),
        ({"longName": "ab"}, {"longName": "cd"}, {"$.long_name": {"match": "regex", "regex": "[a-z]+"}}, True),
        ({"longName": "ab"}, {"longName": "7"}, {"$.long_name": {"match": "regex", "regex": "[a-z]+"}}, False),
        ({"longName": "ab"}, {"longName": "cd"}, {"$.long_name": {"match": "regex", "regex": "(c|d)+"}}, True),
        ({"longName": "ab"}, {"longName": "ab"}, {"$.long_name": {"match": "regex", "regex": "("}}, False),
        (
            {"large": 1, "number": 1.0},
            {"large": 2, "number": 2.0},
            {"$.large": {"match": "integer"}, "$.number": {"match": "decimal"}},
            True,
        ),
        (
            {"large": 1, "number": 1.0},
            {"large": 2, "number": 2.0},
            {"$.large": {"match": "decimal"}, "$.number": {"match": "decimal"}},
            False,
        ),
        ({"longName": "ab"}, {"longName": "ab7"}, {"$.long_name": {"match": "regex", "regex": "[a-z]+"}}, False),
        ({"large": 1}, {"large": 7}, {"$.large": {"match": "regex", "regex": "[5-9]"}}, True),
        ({"color": "RED"}, {"color": 7}, {"$.color": _TYPE}, False),
        ({"number": 1.0}, {"number": "NaN"}, {"$.number": {"match": "number"}}, False),
        ({"inners": [{"count": 1}]}, {"inners": [{"count": 2}, {}]}, {"$.inners": {"match": "type", "min": 1}}, True),
        ({"inners": [{"count": 1}]}, {}, {"$.inners": {"match": "type", "min": 1}}, False),
        ({"named": {"a": {"count": 1}}}, {"named": {"a": {"count": 1}, "b": {}}}, {}, True),
        ({"named": {"a": {"count": 1}}}, {"named": {"b": {"count": 1}}}, {}, False),
        ({"named": {}}, {}, {"$.named": {"match": "type", "min": 1}}, False),
    ],
)
def test_the_usual_is_known_without_a_tree(expected: Any, came: Any, rules: Any, fitting: bool) -> None:
    assert fits(example(expected, type(POOL.new("p.M"))), made(**came), _rules(rules)) is fitting


@pytest.mark.parametrize(
    "expected", [{"large": 1.0}, {"large": True}, {"large": None}, {"large": [1]}, [], {"gone": 1}]
)
def test_an_example_of_another_kind_does_not_fit(expected: Any) -> None:
    assert not fits(expected, made(large=1), _rules({}))


@pytest.mark.parametrize("rule", [{"match": "integer"}, {"match": "regex", "regex": "1"}, {"match": "notEmpty"}])
def test_a_number_is_no_list_whatever_the_rule(rule: Any) -> None:
    assert not fits({"large": [1]}, made(large=1), _rules({"$.large": rule}))


@pytest.mark.parametrize(
    ("seconds", "nanos", "fitting"),
    [
        (0, 0, True),
        (253402300799, 999_999_999, True),
        (253402300800, 0, False),
        (0, -1, False),
        (0, 1_000_000_000, False),
    ],
)
def test_what_is_no_moment_does_not_fit_by_its_type(seconds: int, nanos: int, fitting: bool) -> None:
    message = POOL.new("p.M")
    message.at.seconds, message.at.nanos = seconds, nanos
    assert fits({"at": "2026-01-01T02:00:00Z"}, message, _rules({"$.at": _TYPE})) is fitting


def test_a_moment_does_not_fit_what_is_no_text() -> None:
    assert not fits({"at": 1}, made(at="2026-01-01T02:00:00Z"), _rules({"$.at": _TYPE}))
