"""Messages as trees: every kind of field, what is set and what is not, and what is written against what comes."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import event, given, settings
from hypothesis import strategies as st

from troth_schemas.json_body import Json
from troth_schemas.protobuf.loading import load
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.nulls import with_nulls
from troth_schemas.protobuf.plain import NotPlain, plain
from troth_schemas.protobuf.trees import example, example_by_message, message_of, parsed, tree
from troth_schemas.sources import one

PROTO = """syntax = "proto3";
package p;
import "google/protobuf/any.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/field_mask.proto";
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
enum Color { RED = 0; BLUE = 1; }
message Inner { string name = 1; int32 count = 2; }
message M {
  int64 large = 1;
  uint64 larger = 2;
  float single = 3;
  double number = 4;
  bool flag = 5;
  bytes raw = 6;
  Color color = 7;
  repeated Color colors = 8;
  Inner inner = 9;
  repeated Inner inners = 10;
  map<string, Inner> named = 11;
  map<int32, bool> flags = 12;
  optional string maybe = 13;
  oneof choice { string left = 14; Inner right = 15; }
  google.protobuf.Any any = 16;
  google.protobuf.Duration took = 17;
  google.protobuf.FieldMask mask = 18;
  google.protobuf.Struct free = 19;
  google.protobuf.Value value = 20;
  google.protobuf.Timestamp at = 21;
  google.protobuf.Int64Value boxed = 22;
  string long_name = 23;
}
"""
_NULLS = """syntax = "proto2";
package n;
import "google/protobuf/any.proto";
import "google/protobuf/struct.proto";
message N {
  optional N one = 1;
  repeated N more = 2;
  map<string, N> named = 3;
  map<string, google.protobuf.Value> values = 4;
  oneof choice { string text = 5; google.protobuf.NullValue nothing = 6; }
  optional google.protobuf.Value value = 7;
  optional google.protobuf.Struct free = 8;
  optional google.protobuf.Any any = 9;
  extensions 100 to max;
}
extend N { optional N inner = 100; optional string said = 101; optional google.protobuf.Value told = 102; }
enum Pet { option allow_alias = true; NONE = 0; CAT = 1; KITTY = 1; DOG = 2; }
message Owner { optional Pet pet = 1; repeated Pet pets = 2; }
"""
_LOADED = load(one("m.proto", PROTO.encode())).document
assert isinstance(_LOADED, Schema)
POOL = _LOADED.pool
_OTHERS = load(one("n.proto", _NULLS.encode())).document
assert isinstance(_OTHERS, Schema)
OTHERS = _OTHERS.pool


def made(**members: Any) -> Any:
    return ParseDict(members, POOL.new("p.M"), descriptor_pool=POOL.pool)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ({"large": "9007199254740993"}, {"large": 9007199254740993}),
        ({"larger": 2**64 - 1}, {"larger": 2**64 - 1}),
        ({"single": 9.1}, {"single": 9.1}),
        ({"single": 16777216}, {"single": 16777216.0}),
        ({"number": 9}, {"number": 9.0}),
        ({"number": "NaN"}, {"number": "NaN"}),
        ({"single": "-Infinity"}, {"single": "-Infinity"}),
        ({"flag": True}, {"flag": True}),
        ({"raw": "AP8="}, {"raw": "AP8="}),
        ({"color": "BLUE"}, {"color": "BLUE"}),
        ({"color": 1}, {"color": "BLUE"}),
        ({"color": 9}, {"color": 9}),
        ({"colors": ["BLUE", 0]}, {"colors": ["BLUE", "RED"]}),
        ({"inner": {"name": "a"}}, {"inner": {"name": "a"}}),
        ({"inner": {}}, {"inner": {}}),
        ({"named": {"x": {"count": 2}}}, {"named": {"x": {"count": 2}}}),
        ({"flags": {"-3": True}}, {"flags": {"-3": True}}),
        ({"maybe": ""}, {"maybe": ""}),
        ({"right": {"count": 0}}, {"right": {"count": 0}}),
        ({"any": {"@type": "t/p.Inner", "name": "a"}}, {"any": {"@type": "t/p.Inner", "name": "a"}}),
        ({"took": "1.500s"}, {"took": "1.500s"}),
        ({"mask": "a,bC"}, {"mask": "a,bC"}),
        ({"free": {"a": [1, 2.5, None, {"b": "c"}]}}, {"free": {"a": [1, 2.5, None, {"b": "c"}]}}),
        ({"value": None}, {"value": None}),
        ({"at": "2026-01-01T02:00:00+01:00"}, {"at": "2026-01-01T01:00:00Z"}),
        ({"boxed": 0}, {"boxed": 0}),
        ({"longName": "x"}, {"long_name": "x"}),
        ({"long_name": ""}, {"long_name": ""}),
        ({"large": 0, "colors": [], "named": {}}, {"large": 0, "colors": [], "named": {}}),
        ({"inner": None, "large": None}, {"inner": None, "large": 0}),
    ],
)  # fmt: skip
def test_what_is_written_becomes_what_is_compared(written: Any, shown: Any) -> None:
    assert example(written, type(POOL.new("p.M"))) == shown


def test_what_comes_has_a_zero_for_each_field_without_presence() -> None:
    filled = tree(POOL.new("p.M"), filled=True)
    assert filled == {
        "large": 0, "larger": 0, "single": 0.0, "number": 0.0, "flag": False, "raw": "", "color": "RED", "colors": [],
        "inners": [], "named": {}, "flags": {}, "long_name": "",
    }  # fmt: skip
    assert tree(POOL.new("p.M")) == {}


def test_numbers_keep_their_types() -> None:
    shown = tree(made(large=1, number=1, single=0.1))
    assert isinstance(shown, dict)
    assert [type(shown[name]) for name in ("large", "number", "single")] == [int, float, float]
    assert shown["single"] == 0.1
    assert not math.isclose(made(single=0.1).single, 0.1, rel_tol=1e-12)


def test_fields_that_the_type_does_not_know_are_shown_on_request() -> None:
    message = POOL.new("p.Inner")
    message.MergeFromString(b"\x0a\x01a\x7a\x02hi")
    assert tree(message) == {"name": "a"}
    assert tree(message, unknown=True) == {"name": "a", "#15": "aGk="}


def test_an_any_of_an_unknown_type_is_shown_in_bytes() -> None:
    message = POOL.new("p.M")
    message.any.type_url, message.any.value = "t/p.Gone", b"\x00"
    assert tree(message) == {"any": {"@type": "t/p.Gone", "value": "AA=="}}


def test_a_time_out_of_range_is_shown_by_its_fields() -> None:
    message = POOL.new("p.M")
    message.at.seconds = 2**60
    assert tree(message) == {"at": {"seconds": 2**60}}


@pytest.mark.parametrize(
    "written", [{"gone": 1}, {"large": "x"}, [], [1], "x", {"inner": [1]}, {"color": "X"}, {"color": "\ud800"}]
)
def test_what_does_not_fit_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        example(written, type(POOL.new("p.M")))


def _came(written: Any, expected: Any, name: str = "n.N") -> Json:
    """What came, with nulls for what the example says is not set."""
    message = parsed(written, OTHERS.new(name))
    return with_nulls(example(expected, type(message)), tree(message, filled=True), message.DESCRIPTOR)


@pytest.mark.parametrize(
    ("came", "expected", "nulls"),
    [
        ({}, {"text": None, "one": None}, ["text", "one"]),
        ({"text": "x"}, {"text": None}, []),
        ({"one": {}}, {"one": {"text": None}}, ["one.text"]),
        ({"more": [{"text": "x"}, {}]}, {"more": [{"text": None}]}, ["more.1.text"]),
        ({"named": {"a": {}}}, {"named": {"a": {"text": None}}}, ["named.a.text"]),
        ({"[n.inner]": {}}, {"[n.inner]": {"text": None}, "[n.said]": None}, ["[n.inner].text", "[n.said]"]),
        ({"any": {"@type": "t/n.N"}}, {"any": {"@type": "t/n.N", "text": None}}, ["any.text"]),
    ],
)
def test_null_is_filled_in_where_the_example_says_that_a_field_is_not_set(
    came: Any, expected: Any, nulls: list[str]
) -> None:
    assert sorted(_nulls(_came(came, expected))) == sorted(nulls)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        ({"free": {}}, {"free": {"a": None}}),
        ({"free": {"a": {}}}, {"free": {"a": {"b": None}}}),
        ({"value": {}}, {"value": {"a": None}}),
        ({}, {"value": None}),
        ({"text": "x"}, {"nothing": "NULL_VALUE"}),
        ({"text": "x"}, {"nothing": None}),
        ({}, {"[n.told]": None, "[n.said]": "x"}),
        ({"values": {}}, {"values": {"a": None}}),
        (
            {"any": {"@type": "t/google.protobuf.Struct", "value": {}}},
            {"any": {"@type": "t/google.protobuf.Struct", "value": {"a": None}}},
        ),
    ],
)
def test_a_null_that_is_a_value_of_its_own_has_to_come(came: Any, expected: Any) -> None:
    assert not list(_nulls(_came(came, expected)))
    assert list(_nulls(_came(expected, expected)))


def test_nulls_are_filled_in_for_each_message_of_a_list() -> None:
    kind = OTHERS.new("n.N").DESCRIPTOR
    assert with_nulls([{"text": None}], [{"text": "x"}, {}], kind) == [{"text": "x"}, {"text": None}]


def _nulls(value: Json) -> Iterator[str]:
    """Where nulls are."""
    if value is None:
        yield ""
    inside = enumerate(value) if isinstance(value, list) else value.items() if isinstance(value, dict) else ()
    for name, inner in inside:
        yield from (f"{name}.{rest}".rstrip(".") for rest in _nulls(inner))


@pytest.mark.parametrize("written", ["CAT", "KITTY", 1])
def test_names_of_one_enum_value_are_one(written: Any) -> None:
    asked, owner = {"pet": written, "pets": [written]}, OTHERS.new("n.Owner")
    first = {"pet": "CAT", "pets": ["CAT"]}
    assert example(asked, type(owner)) == example_by_message(asked, owner) == tree(owner) == first


_TEXTS = st.one_of(st.sampled_from(["", "a", "RED", "BLUE", "é", "\n", "\ud800", "2026-11-20T17:30:00Z"]), st.text())
_MOMENTS = st.sampled_from(
    [
        "2026-11-20T17:30:00Z", "2026-11-20T17:30:00.120Z", "2026-11-20T17:30:00.12Z", "2026-11-20T17:30:00.100000Z",
        "2026-02-30T00:00:00Z", "2026-11-20T24:00:00Z", "0000-01-01T00:00:00Z", "2026-11-20T17:30:00+01:00",
    ]
)  # fmt: skip
_ODD = st.one_of(st.integers(-(2**64), 2**64), st.floats(), st.booleans(), st.sampled_from(["1", "x"]))
_NUMBERS = st.integers(0, 9) | _ODD


def _some(members: dict[str, Any]) -> Any:
    """An object of a few of the members."""
    names = st.lists(st.sampled_from(sorted(members)), max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: members[name] for name in chosen}))


_INNER = _some({"name": _TEXTS, "count": st.integers(0, 9), "Count": _NUMBERS})
_WRITTEN = _some(
    {
        "large": _NUMBERS, "larger": _NUMBERS, "single": _NUMBERS, "number": _NUMBERS, "flag": _NUMBERS,
        "color": _TEXTS | st.integers(0, 3), "colors": st.lists(_TEXTS), "inner": st.none() | _INNER,
        "inners": st.lists(st.none() | _INNER), "named": st.dictionaries(_TEXTS, _INNER), "maybe": st.none() | _TEXTS,
        "flags": st.dictionaries(st.sampled_from(["1", "x"]), st.booleans()), "left": st.none() | _TEXTS,
        "right": st.none() | _INNER, "at": _MOMENTS, "longName": _TEXTS, "long_name": _TEXTS, "boxed": _NUMBERS,
    }
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(_WRITTEN)
def test_what_is_plain_is_what_the_message_says(written: Any) -> None:
    try:
        found = plain(written, POOL.new("p.M").DESCRIPTOR)
    except NotPlain:
        return
    by_message = example_by_message(written, POOL.new("p.M"))
    assert json.dumps(found, sort_keys=True) == json.dumps(by_message, sort_keys=True)
    event("plain")


@settings(max_examples=300, deadline=None)
@given(_WRITTEN)
def test_a_message_is_the_same_whoever_makes_it(written: Any) -> None:
    kind = type(POOL.new("p.M"))
    try:
        wanted = parsed(written, kind())
    except ValueError:
        with pytest.raises(ValueError, match=r"."):
            message_of(written, kind)
    else:
        assert message_of(written, kind) == wanted


def test_a_message_that_is_a_moment_is_made_of_a_text() -> None:
    assert message_of("2026-11-20T17:30:00Z", Timestamp).seconds == 1795195800


@pytest.mark.parametrize(
    "written",
    [
        {"large": 2**62, "number": 3, "color": "BLUE", "inners": [{"name": "a"}, {}], "named": {"x": {"count": 0}}},
        {"at": "2026-11-20T17:30:00.123456Z", "maybe": None, "left": "x", "right": None, "longName": "y"},
    ],
)
def test_plain_examples_need_no_message(written: Any) -> None:
    assert plain(written, POOL.new("p.M").DESCRIPTOR) == example_by_message(written, POOL.new("p.M"))


@pytest.mark.parametrize(
    "written",
    [
        {"left": "x", "right": {}}, {"large": 2**63}, {"large": True}, {"large": 1.0}, {"larger": -1},
        {"flag": 1}, {"number": 2**60}, {"color": "GREEN"}, {"other": 1}, {"longName": "a", "long_name": "b"},
        {"maybe": "\ud800"}, {"large": None}, {"inner": []}, {"inners": [None]}, {"named": {"a": None}},
        {"at": "2026-02-30T00:00:00Z"}, [],
    ],
)  # fmt: skip
def test_what_may_be_a_mistake_is_left_to_the_message(written: Any) -> None:
    with pytest.raises(NotPlain):
        plain(written, POOL.new("p.M").DESCRIPTOR)
