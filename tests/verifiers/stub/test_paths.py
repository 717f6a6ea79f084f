"""Which interactions a request may be is told by its path's segments, as comparing it with all would tell it."""

import cProfile
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from tests.verifiers.pacts import contract, http, v4
from troth_schemas.matching import match_text
from troth_verifiers.pact.own.wanted import Wanted, request_of
from troth_verifiers.stub import Known, Refused
from troth_verifiers.stub.asked import Asked
from troth_verifiers.stub.pacts import PactBook
from troth_verifiers.stub.paths import Paths, path_differences

MANY = 5000
PIECES = (
    "/", "/", r"\/", "a", "a", "b", ".", r"\.", r"\d", r"\d+", r"\w*", "[^/]+", r"[^\/]*", "[a-f0-9]{2}", "[0-9/]+",
    "[^a]+", ".*", ".+?", "(a|b)", "(?:/a)?", r"(\d+)", "(?:a|1b)+", "(a/b|c)", r"([^/]+\.)", "((a)|b)", "(?i)",
    "/?", "/{2}", "b?", "a|b", "^", "$", r"\W", r"[[:alpha:]]", "[a-z&&[ab]]",
    "é", "%C3%A9", "{", "[a-f-]",
)  # fmt: skip


def ruled(path: str, *rules: Any, combine: str = "AND", **request: Any) -> dict[str, Any]:
    """An interaction whose path is under rules."""
    one = http(f"at {path}", path)
    one["request"] |= {**request, "matchingRules": {"path": {"matchers": list(rules), "combine": combine}}}
    return one


def regex(pattern: str) -> dict[str, str]:
    return {"match": "regex", "regex": pattern}


patterns = some.lists(some.sampled_from(PIECES), max_size=7).map(lambda pieces: "/" + "".join(pieces))
paths = some.text(alphabet="aabA1.é/-", max_size=8).map(lambda text: f"/{text}") | some.sampled_from(
    ("/%C3%A9", "/a%2Fb")
)
rules = patterns.map(regex) | some.sampled_from(
    ({"match": "type"}, {"match": "equality"}, {"match": "include", "value": "a"}, {"match": "integer"})
)
requests = some.lists(
    some.builds(ruled, paths, rules)
    | some.builds(ruled, paths, rules, rules, combine=some.sampled_from(("AND", "OR"))),
    max_size=4,
)


@given(requests, some.lists(paths, min_size=1, max_size=4))
@example([ruled("/a", regex("/a/?")), ruled("/a", regex("/a/?b"))], ["/a/", "/ab", "/a"])
@example([ruled("/a", regex("/a/b|/b"))], ["/b", "/a/b"])
@example([ruled("/a", regex("/a/(?i)b")), ruled("/a", regex("/a/b(?i)"))], ["/A/B", "/a/B"])
@example([ruled("/a", regex("/(?:a/)?b")), ruled("/a", regex("/(a|b)/a"))], ["/b", "/a/b", "/b/a", "/1/a"])
@example([ruled("/é", regex("/é"))], ["/%C3%A9"])
def test_what_the_segments_tell_is_what_comparing_every_path_tells(written: list[Any], came: list[str]) -> None:
    expected: list[Wanted] = [request_of(one["request"]) for one in (*written, http("fixed", "/a/b"))]
    known = Paths(expected)
    for path in came:
        asked = Asked("GET", path)
        assert known.fitting(asked) == [at for at, one in enumerate(expected) if not path_differences(one, asked)]


def compared(book: PactBook, asked: Asked) -> tuple[Known | Refused, int]:
    """What a book says, and how many texts it compared."""
    profile = cProfile.Profile()
    found = profile.runcall(book.look_up, asked)
    return found, sum(each.callcount for each in profile.getstats() if each.code is match_text.__code__)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^/shops/\d+/items/{}$",
        r"/shops{}/[^/]+/items/[0-9a-f-]{{1,9}}",
        r"\/shops\/s{}\/.*",
        r"^/shops/(\d+|all)/items/{}$",
    ],
)
def test_of_thousands_of_paths_under_rules_only_the_fitting_and_the_nearest_are_compared(pattern: str) -> None:
    book = PactBook([contract(v4(*(ruled(f"/{number}", regex(pattern.format(number))) for number in range(MANY))))])
    for path in ("/shops/17/items/4321", "/shops4321/xy/items/0f-a", "/shops/s4321/and/more", "/shops/all/items/4321"):
        found, count = compared(book, Asked("GET", path))
        assert count < 100
        if isinstance(found, Known):
            assert found.interaction == "at /4321"
            break
    else:
        pytest.fail("none of the paths is known")
    refused, count = compared(book, Asked("GET", "/elsewhere"))
    assert isinstance(refused, Refused)
    assert count < 100


def test_interactions_at_one_path_under_a_rule_are_told_apart_before_they_are_compared() -> None:
    def wish(number: int) -> dict[str, Any]:
        return ruled(
            f"/{number}", regex(r"/orders/\d+"), query={"page": [str(number)]}, headers={"X-Number": [str(number % 7)]}
        )

    book = PactBook([contract(v4(*map(wish, range(MANY))))])
    found, count = compared(book, Asked("GET", "/orders/1?page=4321", (("x-number", "2"),)))
    assert isinstance(found, Known)
    assert found.interaction == "at /4321"
    assert count < 10
    refused, count = compared(book, Asked("GET", "/orders/1?page=4321", (("x-number", "5"),)))
    assert isinstance(refused, Refused)
    assert refused.nearest[0] == (
        "at /4321",
        ('X-Number: Expected the header \'X-Number\' to be "2", but it is "5".',),
    )


def test_an_interaction_whose_rule_the_path_fits_is_nearer_than_those_at_other_paths() -> None:
    others = (http(f"other {number}", f"/orders/99/{number}/pen") for number in range(30))
    there = ruled("/orders/1", regex(r"/orders/\d+"), headers={"Accept": ["text/csv"], "X-Pen": ["ink"]})
    book = PactBook([contract(v4(*others, there))])
    refused = book.look_up(Asked("GET", "/orders/99?pen=1"))
    assert isinstance(refused, Refused)
    assert refused.nearest[0][0] == "at /orders/1"
