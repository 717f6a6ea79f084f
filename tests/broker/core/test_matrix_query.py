"""A query string becomes a question, or a refusal; never anything else."""

import contextlib
from urllib.parse import quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from troth_broker.core.errors import InvalidQuestion
from troth_broker.core.matrix_query import read_ignore, read_pair_question, read_question
from troth_broker.core.question import Ignored, Question, Selector, Wanted

pieces = st.sampled_from(
    [
        "q",
        "[]",
        "[",
        "]",
        "pacticipant",
        "version",
        "latest",
        "=",
        "&",
        "true",
        "x",
        "limit",
        "success",
        "ignore",
        "%5B",
        "%",
        "+",
        "\0",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
@example("q[][][]=1")
@example("q=1&q[]=2")
@example("&&==&[]=&q[][pacticipant][]=x")
def test_whatever_the_query_it_is_read_or_refused(query: str) -> None:
    for read in (read_question, read_ignore, lambda text: read_pair_question(text, "a", "b")):
        with contextlib.suppress(InvalidQuestion):
            read(query)


names = st.text(min_size=1).filter(str.strip)


@given(st.lists(st.tuples(names, st.none() | names), min_size=1, max_size=5))
def test_names_and_numbers_arrive_as_they_were_sent(selectors: list[tuple[str, str | None]]) -> None:
    selectors = [
        (name.encode(errors="replace").decode(), version and version.encode(errors="replace").decode())
        for name, version in selectors
    ]
    query = "&".join(
        f"q%5B%5D%5Bpacticipant%5D={quote_plus(name)}" + (f"&q[]version={quote_plus(version)}" if version else "")
        for name, version in selectors
    )
    assert read_question(query).selectors == tuple(
        Selector(name, Wanted(version=version)) for name, version in selectors
    )


def test_a_full_question() -> None:
    query = (
        "q[][pacticipant]=A&q[][branch]=main&q[][latest]=true&q[][pacticipant]=B&q[][mainBranch]=true&q[][tag]=&q[][environment]=e"
        "&latestby=cvp&success[]=&success[]=true&latest=true&tag=prod&tag=dev&ignore[][pacticipant]=C&ignore[][version]=1&ignore[]=D"
        "&limit=7&days=3"
    )
    assert read_question(query) == Question(
        (Selector("A", Wanted(branch="main", latest=True)), Selector("B", Wanted(main_branch=True, environment="e"))),
        Wanted(latest=True, tag="dev"),
        "cvp",
        frozenset({None, True}),
        (Ignored("C", "1"), Ignored("D")),
        7,
    )


def test_the_rows_shown_are_bounded() -> None:
    assert read_question("q[][pacticipant]=A").limit == 100
    assert read_question("q[][pacticipant]=A&limit=999999999").limit == 10_000


def test_false_is_absent_in_a_target() -> None:
    assert read_question("q[][pacticipant]=A&latest=false&mainBranch=false").target is None


def test_a_list_of_selectors_is_bounded() -> None:
    with pytest.raises(InvalidQuestion, match="at most"):
        read_question("&".join(["q[][pacticipant]=A"] * 201))
