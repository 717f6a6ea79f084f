"""The order of the options forms what is asked."""

import click
import pytest

from troth_broker.cli.ordered import OrderedCommand, typed_options
from troth_broker.cli.questions import need_versions, read, selector_options
from troth_broker.client import Ignore, Selector, Target
from troth_broker.client.selectors import history, question

A_AND_B = (Selector("A", "1"), Selector("B", "2"))


def parse(line: str, ignored: str = "") -> tuple[tuple[Selector, ...], tuple[Ignore, ...]]:
    @click.command(cls=OrderedCommand)
    @selector_options
    def command(**_: object) -> object:
        return read(typed_options(click.get_current_context()), ignored)

    found: tuple[tuple[Selector, ...], tuple[Ignore, ...]] = command.main(line.split(), standalone_mode=False)
    return found


@pytest.mark.parametrize(
    ("line", "selectors"),
    [
        ("--pacticipant A --version 1", [Selector("A", "1")]),
        ("-a A -e 1 -a B -e 2", [*A_AND_B]),
        ("--application A --version=1 --pacticipant=B -e2", [*A_AND_B]),
        ("-a A -l", [Selector("A", latest=True)]),
        ("-a A --latest prod -a B -e 2", [Selector("A", latest=True, tag="prod"), Selector("B", "2")]),
        ("-a A --latest -a B --latest", [Selector("A", latest=True), Selector("B", latest=True)]),
        ("-a A --branch feat/x -a B --main-branch", [Selector("A", branch="feat/x"), Selector("B", main_branch=True)]),
        ("-a A --latest --branch main", [Selector("A", latest=True, branch="main")]),
        ("-a A --all prod", [Selector("A", tag="prod")]),
        ("-a A -e 1 -a A -e 2", [Selector("A", "1"), Selector("A", "2")]),
        ("-e 1 -a A", [Selector("A", "1")]),
        ("-a A -a B -e 2", [Selector("A"), Selector("B", "2")]),
    ],
)
def test_what_stands_behind_a_name_belongs_to_it(line: str, selectors: list[Selector]) -> None:
    assert parse(line) == (tuple(selectors), ())


@pytest.mark.parametrize(
    ("line", "variable", "ignore"),
    [
        ("-a A -e 1 --ignore B", "", [Ignore("B")]),
        ("-a A -e 1 --ignore B --version 2 --ignore C", "", [Ignore("B", "2"), Ignore("C")]),
        ("--ignore B -a A -e 1", "", [Ignore("B")]),
        ("-a A -e 1 --ignore B", "C, D,", [Ignore("B"), Ignore("C"), Ignore("D")]),
    ],
)
def test_what_is_ignored_is_read_too(line: str, variable: str, ignore: list[Ignore]) -> None:
    assert parse(line, variable) == ((Selector("A", "1"),), tuple(ignore))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "at least one application"),
        ("--version 1", "at least one application"),
        ("--ignore B", "at least one application"),
        ("-a A -e 1 -e 2", "--version cannot be added to A 1"),
        ("-a A -e 1 --latest", "--latest cannot be added to A 1"),
        ("-a A --branch x --latest prod", "--latest cannot be added to A from branch x"),
        ("-a A --latest -e 1", "--version cannot be added to A latest"),
        ("-a A -e 1 --ignore B --branch x", "--branch cannot follow --ignore B"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(line: str, said: str) -> None:
    with pytest.raises(click.UsageError, match=said):
        parse(line)


@pytest.mark.parametrize("option", ["--pacticipant", "--ignore"])
def test_an_empty_name_is_refused(option: str) -> None:
    with pytest.raises(click.UsageError, match=f"{option} needs a name"):
        read([(option.removeprefix("--"), " ")])


def test_the_gate_needs_a_version_of_each() -> None:
    with pytest.raises(click.UsageError, match="which version of B and of C"):
        need_versions([Selector("A", "1"), Selector("B"), Selector("C")])


def test_a_version_does_not_stand_beside_itself() -> None:
    with pytest.raises(click.UsageError, match="A 1 stands there twice: name it once"):
        need_versions([Selector("A", "1"), Selector("B", "1"), Selector("A", "1")])


@pytest.mark.parametrize(
    ("selectors", "target", "query"),
    [
        ([Selector("A", "1")], Target("prod"), "q[][pacticipant]=A q[][version]=1 latestby=cvpv environment=prod"),
        ([Selector("A", "1")], Target(tag="t"), "q[][pacticipant]=A q[][version]=1 latestby=cvp latest=true tag=t"),
        (
            [Selector("A", "1")],
            Target(main_branch=True),
            "q[][pacticipant]=A q[][version]=1 latestby=cvp latest=true mainBranch=true",
        ),
        ([Selector("A", "1")], Target(), "q[][pacticipant]=A q[][version]=1 latestby=cvp latest=true"),
        (A_AND_B, Target(), "q[][pacticipant]=A q[][version]=1 q[][pacticipant]=B q[][version]=2 latestby=cvpv"),
        (
            [Selector("A", branch="b"), Selector("B", latest=True)],
            Target(),
            "q[][pacticipant]=A q[][latest]=true q[][branch]=b q[][pacticipant]=B q[][latest]=true latestby=cvpv",
        ),
        (
            [Selector("A", latest=True, tag="t")],
            Target(),
            "q[][pacticipant]=A q[][latest]=true q[][tag]=t latestby=cvp latest=true",
        ),
        (
            [Selector("A", main_branch=True)],
            Target("prod"),
            "q[][pacticipant]=A q[][latest]=true q[][mainBranch]=true latestby=cvpv environment=prod",
        ),
    ],
)
def test_a_question_becomes_the_query_that_the_pact_clis_send(
    selectors: list[Selector], target: Target, query: str
) -> None:
    assert " ".join(f"{name}={value}" for name, value in question(tuple(selectors), target)) == query


def test_ignored_versions_limits_and_environments_go_into_the_query() -> None:
    query = history((Selector("A", environment="prod"),), "cp", [Ignore("B"), Ignore("C", "3")], 5)
    assert query == [
        ("q[][pacticipant]", "A"),
        ("q[][environment]", "prod"),
        ("latestby", "cp"),
        ("ignore[][pacticipant]", "B"),
        ("ignore[][pacticipant]", "C"),
        ("ignore[][version]", "3"),
        ("limit", "5"),
    ]
    assert history((Selector("A"),), None) == [("q[][pacticipant]", "A")]
