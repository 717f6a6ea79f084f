"""Regular expressions of every language's making: what they match, what is none, and what would take for ever."""

import time

import pytest

from tests.schemas.matching.test_generators import AROUND
from troth_schemas.json_body import Document
from troth_schemas.matching.generators import CannotGenerate, generate
from troth_schemas.matching.patterns import LONGEST, TooLong, fits_pattern, matched, quick_for


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("a|b", "b"),
        ("(?=ab)a.", "ab"),
        (r"(a)\1", "aa"),
        (r"(?<x>a)\k<x>", "aa"),
        (r"\p{L}{2}", "éa"),
        (r"\d", "٣"),
        (r"[\h-]+", "a-9"),
        (r"\H", "g"),
        (r"\x{61}\u{62}\e", "ab\x1b"),
        (r"a\z", "a"),
        (r"\N", "a"),
        ("[a-c[d-f]]", "e"),
        ("[a-z&&[^b]]", "c"),
        ("[[]", "["),
        ("[]a]", "]"),
        ("[^]]", "a"),
        ("[[:alpha:]]", "b"),
        ("[+--]", ","),
        ("/users/{id}", "/users/{id}"),
        ("a{e}", "a{e}"),
        (r"\\{e}", r"\{e}"),
        ("a{,2}", "aa"),
        ("^(?>a+)b$", "aab"),
    ],
)
def test_an_expression_means_what_its_language_has_it_mean(expression: str, text: str) -> None:
    assert fits_pattern(expression, text) is None
    assert fits_pattern(expression, f"{text}\n") is not None


@pytest.mark.parametrize(("expression", "text"), [("a{e}", "b"), ("[a-z&&[^b]]", "b"), (r"\N", "\n"), (r"\h", "g")])
def test_an_expression_does_not_match_more_than_it_says(expression: str, text: str) -> None:
    assert fits_pattern(expression, text) is not None


@pytest.mark.parametrize("expression", ["(", "*", "[a", r"a\k<b>", "(?<n", "a" * (LONGEST + 1)])
def test_what_is_no_expression_is_said_to_be_none(expression: str) -> None:
    assert "is not a valid regular expression: " in (fits_pattern(expression, "a") or "")


def test_an_expression_that_takes_for_ever_is_given_up_and_costs_little_the_next_time() -> None:
    began = time.process_time()
    for count in range(1, 100):
        assert "takes too long" in (fits_pattern("(a|aa)+$", "a" * 60 + "!" * count) or "matches")
    assert time.process_time() - began < 10
    assert fits_pattern("(a|aab)+$", "aaaab") is None


def test_an_address_is_not_searched_for_ever() -> None:
    with pytest.raises(TooLong):
        matched("(b|bb)+$", "b" * 60 + "!", whole=False)
    generator: Document = {"type": "MockServerURL", "regex": "(b|bb)+$", "example": "b" * 60 + "!"}
    with pytest.raises(CannotGenerate, match="takes too long"):
        generate(generator, "x", AROUND)


@pytest.mark.parametrize(
    ("expression", "short", "long"),
    [("[a-z]+", 300, 400), ("a*a*a*b", 17, 18), ("a|b", 30_000, 60_000), ("(a|aa)+$", 0, 1), ("a+?", 46, 47)],
)
def test_only_what_cannot_take_long_goes_without_a_clock(expression: str, short: int, long: int) -> None:
    assert short <= quick_for(expression) < long


@pytest.mark.parametrize("length", [10, 17, 18, 400])
def test_an_answer_is_the_same_with_a_clock_and_without(length: int) -> None:
    assert fits_pattern("a*a*a*b", "a" * (length - 1) + "b") is None
    assert fits_pattern("a*a*a*b", "a" * length) is not None
    found = matched("a*a*b", "!" + "a" * (length - 1) + "b", whole=False)
    assert found is not None
    assert found.start() == 1
