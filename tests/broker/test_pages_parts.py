"""The parts that pages are made of: rules in words, places in a drawing, moments, any answer to browse."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from troth_broker.core.times import DAY, SECOND
from troth_broker.pages.browse import node
from troth_broker.pages.contracts_view import told
from troth_broker.pages.failed import failed
from troth_broker.pages.layout_graph import BOX_HEIGHT, drawn
from troth_broker.pages.paging import Pager
from troth_broker.pages.rules import RuleShown, matcher_words, rules
from troth_broker.pages.words import ago, count, short, short_words
from troth_broker.web.call import Reply

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("matcher", "words"),
    [
        ({"match": "type"}, "any value of the same type"),
        ({"match": "type", "min": 2, "max": 5}, "any value of the same type, at least 2 and at most 5 of them"),
        ({"min": 1}, "any value of the same type, at least 1 of them"),
        ({"match": "regex", "regex": r"\d+"}, r"a text that matches \d+"),
        ({"regex": "a|b"}, "a text that matches a|b"),
        ({"match": "integer"}, "any whole number"),
        ({"match": "date", "format": "yyyy"}, "a date written as yyyy"),
        ({"match": "date"}, "a date written as …"),
        ({"match": "include", "value": "tea"}, "a text that holds “tea”"),
        ({"match": "statusCode", "status": "success"}, "any status that is success"),
        ({"match": "statusCode", "status": [200, 201]}, "any status that is [200, 201]"),
        ({"match": "eachValue", "rules": [{"match": "number"}]}, "each value as in the example: any number"),
        ({"match": "eachKey"}, "each key as in the example"),
        ({"match": "arrayContains", "variants": [{}]}, "a list that holds this 1 in any order among others"),
        ({"match": "brand-new"}, '{"match": "brand-new"}'),
    ],
)
def test_a_matcher_is_told_in_words(matcher: dict[str, Any], words: str) -> None:
    assert matcher_words(matcher) == words


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"matchingRules": {"$.body.id": {"match": "type"}}}, ("$.body.id", "any value of the same type")),
        (
            {
                "matchingRules": {
                    "body": {"$.id": {"matchers": [{"match": "integer"}, {"match": "null"}], "combine": "OR"}}
                }
            },
            ("body $.id", "any whole number or null"),
        ),
        (
            {"matchingRules": {"path": {"matchers": [{"match": "regex", "regex": "/a"}]}}},
            ("path", "a text that matches /a"),
        ),
        ({"matchingRules": {"status": {"": {"matchers": []}}}}, ("status", "anything")),
        (
            {"generators": {"body": {"$.id": {"type": "RandomInt"}}}},
            ("body $.id", "made anew for each verification (RandomInt)"),
        ),
    ],
)
def test_rules_of_every_version_of_the_specification_are_told(part: dict[str, Any], expected: tuple[str, str]) -> None:
    assert rules(part) == (RuleShown(*expected),)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                _NAMES := (
                    "matchingRules",
                    "generators",
                    "request",
                    "response",
                    "body",
                    "headers",
                    "query",
                    "contents",
                    "matchers",
                    "match",
                    "providerStates",
                    "type",
                    "name",
                    "params",
                    "rules",
                    "interactionMarkup",
                    "_links",
                    "_embedded",
                    "self",
                    "href",
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(st.dictionaries(st.sampled_from(("request", "response", "matchingRules", "type", "contents")), _JSON)))
def test_whatever_an_interaction_holds_can_be_told(found: list[dict[str, Any]]) -> None:
    assert len(told({"interactions": found})) == len(found)


@given(st.dictionaries(st.sampled_from(("_links", "_embedded", "name", "items")), _JSON))
@example({"items": [{"_links": True}]})
def test_whatever_a_document_holds_can_be_browsed(document: dict[str, Any]) -> None:
    node("", document, "http://broker")


@given(st.sets(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=20))
def test_no_two_boxes_of_a_network_overlap_and_every_line_is_drawn(pairs: set[tuple[str, str]]) -> None:
    names = sorted({name for pair in pairs for name in pair})
    found = drawn(tuple(names), tuple(sorted(pairs)))
    assert sorted(box.name for box in found.boxes) == names
    assert {(line.consumer, line.provider) for line in found.lines} == pairs
    for one, other in combinations(found.boxes, 2):
        apart = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart or abs(one.y - other.y) >= BOX_HEIGHT
    for box in found.boxes:
        assert box.x + box.width <= found.width
        assert box.y + BOX_HEIGHT <= found.height


def test_consumers_stand_left_of_their_providers() -> None:
    found = {box.name: box.x for box in drawn(("a", "b", "c"), (("a", "b"), ("b", "c"), ("a", "c"))).boxes}
    assert found["a"] < found["b"] < found["c"]


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (0, "just now"),
        (61 * SECOND, "1 minute ago"),
        (7200 * SECOND, "2 hours ago"),
        (3 * DAY, "3 days ago"),
        (100 * DAY, "3 months ago"),
    ],
)
def test_a_moment_is_told_by_how_long_ago_it_was(past: int, words: str) -> None:
    now = 10**15
    assert ago(now - past, now) == words


def test_commits_are_shortened_and_nothing_else_is() -> None:
    assert short(COMMIT) == "0123456"
    assert short("1.2.3") == "1.2.3"
    assert short(None) == ""
    assert short_words(f"verify web {COMMIT}, then stop") == "verify web 0123456, then stop"


def test_numbers_agree_with_their_nouns() -> None:
    assert (count(1, "pair"), count(2000, "pair"), count(2, "child", "children")) == (
        "1 pair",
        "2,000 pairs",
        "2 children",
    )


def test_a_pager_offers_the_ends_and_the_neighbours() -> None:
    pager = Pager(6, 10, 95, lambda number: f"?page={number}")
    assert list(pager.numbers()) == [1, None, 4, 5, 6, 7, 8, None, 10]
    assert (pager.first, pager.last, pager.previous, pager.next) == (51, 60, "?page=5", "?page=7")


@pytest.mark.parametrize(
    "body",
    [
        {"error": "Sorry."},
        {"errors": ["Sorry."]},
        {"errors": {"name": ["Sorry."]}},
        {"error": {"message": "Sorry.", "reference": "x"}},
        {"detail": "Sorry."},
        b'{"error": "Sorry."}',
    ],
)
def test_a_refusal_s_sentence_stands_on_its_page(body: Any) -> None:
    assert b"<p>Sorry.</p>" in failed("http://broker", Reply(400, body)).encoded()


@pytest.mark.parametrize("body", [None, b"\xff", [], 7])
def test_a_refusal_without_a_sentence_has_a_page_too(body: Any) -> None:
    assert b"Status 418" in failed("http://broker", Reply(418, body)).encoded()
