"""Texts under rules that are not about texts: of what is inside of arrays and objects, and of statuses."""

import pytest

from troth_schemas.json_body import Json
from troth_schemas.matching import Body, match_body, match_headers, match_status, match_text
from troth_schemas.pact.matchers import RuleList, read_matcher
from troth_schemas.pact.rules import read_rules

LETTERS: Json = {"match": "regex", "regex": "[a-z]+"}
CONTAINS: Json = {"match": "arrayContains", "variants": [{"index": 0, "rules": {"$": {"matchers": [LETTERS]}}}]}
OF_KEYS: Json = {"match": "eachKey", "rules": [LETTERS]}
OF_VALUES: Json = {"match": "eachValue", "rules": [LETTERS]}


def rules(*written: Json) -> RuleList:
    return RuleList(tuple(map(read_matcher, written)))


@pytest.mark.parametrize("written", [CONTAINS, OF_KEYS, OF_VALUES])
def test_a_rule_about_an_inside_is_no_pass_for_a_text_or_a_status(written: Json) -> None:
    (found,) = match_text("abc", "abc", rules(written))
    assert "cannot be applied to a text" in found.text
    (found,) = match_status(200, 500, rules(written))
    assert "cannot be applied to a status" in found.text


@pytest.mark.parametrize("written", [CONTAINS, OF_VALUES])
def test_a_rule_about_an_inside_is_no_pass_for_a_text_or_an_attribute_of_xml(written: Json) -> None:
    told = read_rules({"body": {"$.a['#text']": written, "$.a['@x']": written}})
    example, came = (Body(one, "application/xml") for one in (b'<a x="b">c</a>', b'<a x="1">2</a>'))
    assert [one.path for one in match_body(example, came, told).places] == ["$.a['@x']", "$.a['#text']"]


@pytest.mark.parametrize(("came", "fits"), [(["1", "b"], True), (["1", "2"], False)])
def test_several_values_contain_what_the_rule_asks_for(came: list[str], fits: bool) -> None:
    assert (not match_headers({"X-A": ["a", "z"]}, {"x-a": came}, {"x-a": rules(CONTAINS)})) is fits
    kind = "application/x-www-form-urlencoded"
    form = Body("&".join(f"a={one}" for one in came).encode(), kind)
    assert (not match_body(Body(b"a=a", kind), form, read_rules({"body": {"$.a": CONTAINS}}))) is fits


def test_each_of_several_values_is_asked_for_no_key() -> None:
    assert match_headers({"X-A": ["a", "b"]}, {"x-a": ["a", "b"]}, {"x-a": rules(OF_KEYS)})


def test_a_rule_of_each_value_that_holds_none_passes_no_text() -> None:
    assert match_headers({"X-A": ["a", "b"]}, {"x-a": ["a", "b"]}, {"x-a": rules({"match": "eachValue", "rules": []})})


@pytest.mark.parametrize(("status", "fits"), [(204, True), (404, False)])
def test_a_class_of_statuses_is_success_where_none_is_named(status: int, fits: bool) -> None:
    assert (not match_status(200, status, rules({"match": "statusCode"}))) is fits


def test_no_status_at_all_is_none() -> None:
    (found,) = match_status(200, 200, rules({"match": "statusCode", "status": []}))
    assert found.text == "The rule statusCode names no status."
