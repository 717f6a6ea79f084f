"""Regular expressions that can be asked more than whether they match."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troth_schemas.expressions import NotRegular, automaton
from troth_schemas.jsonschema.patterns import is_pattern, matches
from troth_schemas.jsonschema.words import Undecided, find

pieces = st.sampled_from(
    [
        "a",
        "b",
        "[a-c]",
        "[^a]",
        "\\d",
        "\\w",
        ".",
        "(a|b)",
        "(?:ab)*",
        "a?",
        "b+",
        "a{2}",
        "b{1,3}",
        "a{2,}",
        "\\.",
        "x*?",
        "^",
        "$",
    ]
)
expressions = st.lists(pieces, max_size=5).map("".join)


@settings(deadline=None)
@given(expressions)
def test_what_is_found_matches_and_the_engine_agrees(pattern: str) -> None:
    found = find((pattern,), ())
    if found is None:
        assert not any(re.search(pattern, text, re.ASCII) for text in ("", "a", "b", "ab", "aab", "1", "x.", "aabb"))
    else:
        assert re.search(pattern, found, re.ASCII)


@settings(deadline=None)
@given(expressions, st.text("ab1.x", max_size=5))
def test_texts_are_accepted_as_by_an_engine_of_another_kind(pattern: str, text: str) -> None:
    made = automaton(pattern)
    states = made.reached(frozenset((made.first,)), at_start=True)
    accepted = made.accepts(states, at_start=True) if not text else False
    for char in text:
        states = made.after(states, ord(char))
    accepted = accepted if not text else made.accepts(states, at_start=False)
    assert accepted == (re.search(pattern, text, re.ASCII) is not None)


@settings(deadline=None)
@given(expressions, expressions)
def test_what_one_matches_and_the_other_does_not(one: str, other: str) -> None:
    found = find((one,), (other,))
    if found is not None and not found.endswith("\n"):  # where Python's $ holds and JavaScript's does not
        assert re.search(one, found, re.ASCII)
        assert not re.search(other, found, re.ASCII)


SUBSETS = [
    ("^[a-c]+$", "^[a-z]+$"),
    ("^a$", "a"),
    ("^\\d{4}-\\d{2}-\\d{2}$", "^[0-9-]+$"),
    ("^(a|b)$", "^[ab]$"),
    ("^\\u0041\\x42$", "^AB$"),
    ("^[\\w-]+$", "^[^ ]*$"),
    ("^(?<year>\\d{4})$", "^\\S+$"),
    ("^\\t$", "^\\s$"),
    ("^[\\b]$", "^.$"),
]


@pytest.mark.parametrize(("narrow", "wide"), SUBSETS)
def test_an_expression_is_narrower_than_another(narrow: str, wide: str) -> None:
    assert find((narrow,), (wide,)) is None
    assert find((narrow,), ()) is not None


def test_a_text_has_the_length_that_is_asked_for() -> None:
    assert find(("^a*$",), (), 3, 5) == "aaa"
    assert find(("^a{4}$",), (), 0, 3) is None
    assert find(("^$",), (), 1) is None
    assert find((), ("^.{0,3}$",)) is not None


@pytest.mark.parametrize(
    "pattern",
    ["(?=a)", "(?<=a)", "(?!a)", "\\1", "\\bword", "\\p{L}", "(a", "a)", "[a", "a**", "a{2,1}", "a{x}", "*", "[z-a]",
     "\\xg1", "[[:alpha:]]", "a{5000}", "(a{99}){99}", "(" * 60 + ")" * 60, "\\u{1F600}", "[\\d-z]"],
)  # fmt: skip
def test_what_is_not_understood_stays_open(pattern: str) -> None:
    with pytest.raises(NotRegular):
        automaton(pattern)
    with pytest.raises(Undecided):
        find((pattern,), ())
    with pytest.raises(Undecided):  # the same a second time
        find((pattern,), ())


def test_a_search_that_would_take_long_is_given_up() -> None:
    with pytest.raises(Undecided):
        find(("^(a|b)*a(a|b){18}$",), ("^(a|b)*b(a|b){18}$",))


def test_an_engine_says_what_an_expression_is() -> None:
    assert is_pattern("^a$")
    assert matches("^(?!x).*$", "a")
    assert not matches("b+x*b+", "b")
    assert not is_pattern("(a")
    assert not matches("(a", "(a")
    assert re.search("^a$", "a")
