"""Trees under rules that stand where the example has nothing, or inside of values that have a rule each."""

import pytest

from troth_schemas.json_body import Json
from troth_schemas.matching import match_tree
from troth_schemas.pact.rules import read_rules

OF_TYPE: Json = {"match": "type"}
WHOLE: Json = {"match": "integer"}


def places(expected: Json, actual: Json, written: dict[str, Json]) -> list[str]:
    rules = read_rules({"body": {path: {"matchers": [rule]} for path, rule in written.items()}})
    return [one.path for one in match_tree(expected, actual, rules.body)]


def of_each(*rules: Json) -> Json:
    return {"match": "eachValue", "rules": list(rules)}


@pytest.mark.parametrize(
    ("rule", "fits", "does_not"),
    [
        ({"match": "type", "min": 1}, [1], []),
        ({"match": "type", "max": 1}, [1], [1, 2]),
        ({"match": "equality"}, [], [1]),
        ({"match": "notEmpty"}, [1], []),
        (of_each(WHOLE), [1, 2], [1, "a"]),
    ],
)
def test_a_rule_about_a_list_counts_where_the_example_is_empty(rule: Json, fits: Json, does_not: Json) -> None:
    assert not places({"l": []}, {"l": fits}, {"$.l": rule})
    assert places({"l": []}, {"l": does_not}, {"$.l": rule})


@pytest.mark.parametrize("list_rule", [OF_TYPE, {"match": "type", "max": 3}, {"match": "notEmpty"}])
@pytest.mark.parametrize(
    ("inner", "fits", "does_not", "place"),
    [
        ("$.l[*]", [1, 2], [1, "a"], "$.l[1]"),
        ("$.l[*].x", [{"x": 1}, {"y": "a"}], [{"x": 1}, {"x": "a"}], "$.l[1].x"),
        ("$.l.*.x", [{"x": 1}], [{"x": "a"}], "$.l[0].x"),
        ("$.l[1].x", [{"x": "a"}, {"x": 1}], [{"x": 1}, {"x": "a"}], "$.l[1].x"),
        ("$.l[*].x[*].y", [{"x": [{"y": 1}]}], [{"x": [{"y": 1}, {"y": "a"}]}], "$.l[0].x[1].y"),
    ],
)
def test_rules_inside_of_a_list_count_where_the_example_is_empty(
    list_rule: Json, inner: str, fits: Json, does_not: Json, place: str
) -> None:
    rules: dict[str, Json] = {"$.l": list_rule, inner: WHOLE}
    assert not places({"l": []}, {"l": fits}, rules)
    assert places({"l": []}, {"l": does_not}, rules) == [place]


def test_rules_inside_count_where_an_inner_list_of_the_example_is_empty() -> None:
    rules: dict[str, Json] = {"$.l": OF_TYPE, "$.l[*].m[*].x": WHOLE}
    assert not places({"l": [{"m": []}]}, {"l": [{"m": [{"x": 1}]}]}, rules)
    assert places({"l": [{"m": []}]}, {"l": [{"m": [{"x": 1}]}, {"m": [{"x": "a"}]}]}, rules) == ["$.l[1].m[0].x"]


def test_a_list_that_must_be_null_is_not() -> None:
    assert places([], [], {"$": {"match": "null"}}) == ["$"]


def test_what_comes_from_further_out_says_nothing_of_an_empty_list() -> None:
    assert not places({"l": []}, {"l": [1]}, {"$": {"match": "type", "min": 1}})


def test_each_value_of_a_map_is_asked_where_the_example_has_none() -> None:
    assert places({}, {"a": 1, "b": "x"}, {"$": of_each(WHOLE)}) == ["$.b"]


def test_an_array_that_must_contain_what_the_example_lacks_does_not() -> None:
    assert places([], [1], {"$": {"match": "arrayContains", "variants": [{"index": 0, "rules": {}}]}}) == ["$"]


def test_rules_inside_of_values_count_beside_the_rule_of_each() -> None:
    rules: dict[str, Json] = {"$.m": of_each(OF_TYPE), "$.m.*.x": WHOLE}
    assert places({"m": {"a": {"x": 1, "y": "b"}}}, {"m": {"q": {"x": 1.5, "y": "z"}}}, rules) == ["$.m.q.x"]
    assert places({"m": {"a": {"x": 1, "y": "b"}}}, {"m": {"q": {"x": 2, "y": 1}}}, rules) == ["$.m.q.y"]
    assert places([{"x": 1}], [{"x": 1}, {"x": "a"}], {"$": of_each(OF_TYPE), "$[*].x": WHOLE}) == ["$[1].x"]


def test_a_rule_about_the_members_themselves_gives_way_to_the_rule_of_each() -> None:
    assert places({"a": 1}, {"b": "x"}, {"$": of_each(WHOLE), "$.*": {"match": "regex", "regex": "x"}}) == ["$.b"]


@pytest.mark.parametrize(("expected", "actual"), [({"a": 1}, {"a": "x"}), ([1], ["x"]), ({"a": {}}, {"a": {}})])
def test_a_rule_of_each_value_that_holds_none_passes_nothing(expected: Json, actual: Json) -> None:
    assert places(expected, actual, {"$": of_each()}) == ["$"]


@pytest.mark.parametrize(
    ("expected", "actual", "rule", "said"),
    [
        ("30", None, {"match": "regex", "regex": r"\d{2}"}, r"Expected a text that matches '\d{2}', but it is null."),
        ("30", "a", {"match": "regex", "regex": r"\d{2}"}, r"""Expected a text that matches '\d{2}', but it is "a"."""),
        ("30", 1, {"match": "regex", "regex": "x"}, "Expected a text that matches 'x', but it is 1 (integer)."),
        ("1.0.0", None, {"match": "semver"}, "Expected a semantic version such as 1.2.3, but it is null."),
        ([1], [], {"match": "type", "min": 1}, "Expected at least one element, but there are 0."),
        ([1], [1], {"match": "type", "min": 2}, "Expected at least 2 elements, but there is one."),
        ({"a": 1}, None, {"match": "type"}, "Expected an object, but it is null."),
        ([1], "x", {"match": "type"}, 'Expected an array, but it is a text: "x".'),
    ],
)
def test_what_came_is_told_as_it_came(expected: Json, actual: Json, rule: Json, said: str) -> None:
    rules = read_rules({"body": {"$.v": {"matchers": [rule]}}})
    assert [one.text for one in match_tree({"v": expected}, {"v": actual}, rules.body)] == [said]
