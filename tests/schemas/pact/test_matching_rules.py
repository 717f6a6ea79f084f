"""Matching rules of every version, read into one form, and which of them counts at a place."""

import pytest

from troth_schemas.json_body import Json
from troth_schemas.pact.matchers import Matcher, RuleList, Variant, read_matcher, read_rule_list
from troth_schemas.pact.paths import ANY_INDEX, steps
from troth_schemas.pact.rules import Cursor, Rules, read_rules

TYPE = RuleList((Matcher("type", stated="type"),))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", ()),
        ("$.a.b", ("a", "b")),
        ("$.a[0].b[*]", ("a", 0, "b", ANY_INDEX)),
        ("$.*.x", (None, "x")),
        ("$['a b'][\"c.d\"]", ("a b", "c.d")),
        ("$.@id.x-y", ("@id", "x-y")),
        ("a.b", None),
        ("$.a[", None),
        ("$a", None),
    ],
)
def test_a_path_is_read_into_its_steps(path: str, expected: object) -> None:
    assert steps(path) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"match": "type"}, Matcher("type", stated="type")),
        ({"match": "type", "min": 1, "max": 3}, Matcher("type", least=1, most=3, stated="type")),
        ({"min": 2}, Matcher("type", least=2, stated="type")),
        ({"regex": "a+"}, Matcher("regex", "a+", stated="regex")),
        ({"match": "regex", "regex": r"(?-mix:^\d+$)"}, Matcher("regex", r"(?:^\d+$)", stated="regex")),
        ({"match": "include", "value": "x"}, Matcher("include", "x", stated="include")),
        ({"timestamp": "yyyy"}, Matcher("datetime", "yyyy", stated="timestamp")),
        ({"match": "datetime", "format": "yyyy"}, Matcher("datetime", "yyyy", stated="datetime")),
        ({"match": "date"}, Matcher("date", stated="date")),
        ({"match": "real"}, Matcher("decimal", stated="real")),
        ({"match": "contentType", "value": "image/png"}, Matcher("contentType", "image/png", stated="contentType")),
        (
            {"match": "statusCode", "status": "success"},
            Matcher("statusCode", statuses=("success",), stated="statusCode"),
        ),
        (
            {"match": "statusCode", "status": [200, 201]},
            Matcher("statusCode", statuses=(200, 201), stated="statusCode"),
        ),
        (
            {"match": "eachKey", "rules": [{"match": "regex", "regex": "a"}], "value": "a"},
            Matcher("eachKey", matchers=(Matcher("regex", "a", stated="regex"),), stated="eachKey"),
        ),
        (
            {"match": "arrayContains", "variants": [{"index": 1, "rules": {"$.a": {"matchers": [{"match": "type"}]}}}]},
            Matcher("arrayContains", variants=(Variant(1, (("$.a", TYPE),)),), stated="arrayContains"),
        ),
        ({"match": "protobuf:any"}, Matcher("unknown", stated="protobuf:any")),
        ({}, Matcher("unknown", stated="")),
        (7, Matcher("unknown", stated="7")),
        ({"match": 7}, Matcher("unknown", stated="7")),
    ],
)
def test_a_matcher_is_read_whichever_version_wrote_it(written: Json, expected: Matcher) -> None:
    assert read_matcher(written) == expected


def test_several_matchers_are_all_needed_unless_they_are_alternatives() -> None:
    both: Json = [{"match": "type"}, {"match": "null"}]
    together, either = read_rule_list({"matchers": both}), read_rule_list({"matchers": both, "combine": "or"})
    assert together is not None
    assert either is not None
    assert (together.any_of, either.any_of) == (False, True)
    assert read_rule_list({"matchers": []}) is None
    assert read_rule_list([]) is None


def test_version_2_writes_whole_paths_and_later_ones_categories() -> None:
    old = read_rules(
        {
            "$.body.items[*].id": {"match": "type"},
            "$.headers.X-Id": {"match": "type"},
            "$.header['X-Other'][0]": {"match": "type"},
            "$.query.q[0]": {"match": "type"},
            "$.path": {"match": "type"},
        }
    )
    new = read_rules(
        {
            "body": {"$.items[*].id": {"matchers": [{"match": "type"}]}},
            "header": {"X-Id": {"matchers": [{"match": "type"}]}, "$.X-Other[0]": {"matchers": [{"match": "type"}]}},
            "query": {"q[0]": {"matchers": [{"match": "type"}]}},
            "path": {"matchers": [{"match": "type"}]},
            "status": {"matchers": [{"match": "statusCode", "status": "success"}]},
            "metadata": {"key": {"matchers": [{"match": "type"}]}},
        }
    )
    for found in (old, new):
        assert Cursor.at_root(found.body).step("items").step(4).step("id").rules == TYPE
        assert (found.header, found.query, found.path) == ({"x-id": TYPE, "x-other": TYPE}, {"q": TYPE}, TYPE)
        assert found.unreadable == ()
    assert new.metadata == {"key": TYPE}
    assert new.status is not None


def test_a_parameter_may_be_called_match_or_matchers() -> None:
    found = read_rules({"query": {"match": {"matchers": [{"match": "type"}]}, "matchers": {"match": "type"}}})
    assert found.query == {"match": TYPE, "matchers": TYPE}


def test_what_cannot_be_understood_is_told() -> None:
    found = read_rules({"body": {"$.a[": {"match": "type"}, "$.b": 7}, "cookie": {"x": {"match": "type"}}, "$.z.a": {}})
    assert found.unreadable == ("$.a[", "$.b", "cookie", "$.z.a")
    assert not found.body
    nothings: list[Json] = [None, {}, [], {"body": 7}]
    assert [read_rules(nothing).unreadable for nothing in nothings] == [()] * 4


def cursor(*rules: tuple[str, str]) -> Cursor:
    found = ((steps(path) or (), RuleList((Matcher("regex", name, stated="regex"),))) for path, name in rules)
    return Cursor.at_root(Rules.of(found))


def text(at: Cursor) -> str | None:
    return at.rules.matchers[0].text if at.rules else None


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([("$.a[*].b", "wild"), ("$.a[0].b", "exact")], "exact"),
        ([("$.a[0].b", "exact"), ("$.a[*].b", "wild")], "exact"),
        ([("$.a[*].*", "two wild"), ("$.a[*].b", "one wild")], "one wild"),
        ([("$.*", "other")], None),
        ([("$[*][0].b", "indices are no names")], None),
        ([("$.*[*].b", "any element")], "any element"),
        ([("$.*.*.b", "any member or element")], "any member or element"),
    ],
)
def test_the_closest_rule_counts(rules: list[tuple[str, str]], expected: str | None) -> None:
    assert text(cursor(*rules).step("a").step(0).step("b")) == expected


def test_a_type_holds_for_the_inside_and_a_length_does_not() -> None:
    rules = read_rules({"body": {"$.a": {"matchers": [{"match": "type", "min": 3}]}, "$.r": {"match": "regex"}}}).body
    at = Cursor.at_root(rules)
    assert at.rules is None
    assert at.step("a").rules == RuleList((Matcher("type", least=3, stated="type"),))
    assert at.step("a").step(0).rules == TYPE
    assert at.step("a").step(0).step("deep").own is False
    assert at.step("r").step("x").rules is None


def test_a_place_without_any_rule_is_silent() -> None:
    at = cursor(("$.a.b", "x"))
    assert [at.silent, at.step("a").silent, at.step("a").step("b").silent, at.step("c").silent] == [
        False,
        False,
        False,
        True,
    ]
