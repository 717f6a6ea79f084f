"""Applying selectors to candidates: what is chosen, merged, ordered, described."""

import pytest

from troth_broker.core.descriptions import long, short, short_description
from troth_broker.core.selection import (
    Candidate,
    Consumer,
    Needs,
    Pact,
    Reason,
    Selected,
    Stands,
    Why,
    default_selectors,
    needs,
    select,
)
from troth_broker.core.selectors import Selector


def pact(consumer: str, version: int, content: int | None = None) -> Pact:
    key = content if content is not None else version * 10
    return Pact(key, f"sha{key}", consumer, version, f"v{version}", version * 100)


FOO_1, FOO_2, FOO_3, BAR_4 = pact("Foo", 1), pact("Foo", 2), pact("Foo", 3), pact("Bar", 4)
FACTS = (
    Candidate(FOO_1, Stands.DEPLOYED, "prod", instance="eu"),
    Candidate(FOO_1, Stands.TAGGED, "dev"),
    Candidate(FOO_2, Stands.HEAD, "main", main=True),
    Candidate(FOO_2, Stands.SUPPORTED, "store"),
    Candidate(FOO_2, Stands.TAG_HEAD, "dev"),
    Candidate(FOO_3, Stands.HEAD, "feat"),
    Candidate(FOO_3, Stands.NEWEST),
    Candidate(BAR_4, Stands.HEAD, "trunk", main=True),
    Candidate(BAR_4, Stands.NEWEST),
    Candidate(BAR_4, Stands.DEPLOYED, "test"),
)


@pytest.mark.parametrize(
    ("selector", "chosen"),
    [
        (Selector(latest=True), {("Bar", "v4", "latest"), ("Foo", "v3", "latest")}),
        (Selector(latest=True, consumer="Foo"), {("Foo", "v3", "latest")}),
        (Selector(latest=True, consumer="Nobody"), set()),
        (
            Selector(main_branch=True),
            {("Bar", "v4", "latest from main branch"), ("Foo", "v2", "latest from main branch")},
        ),
        (Selector(branch="feat"), {("Foo", "v3", "latest from branch feat")}),
        (Selector(branch="feat", matching=True), {("Foo", "v3", "latest from matching branch feat")}),
        (
            Selector(every_branch=True),
            {
                ("Foo", "v2", "latest from branch main"),
                ("Foo", "v3", "latest from branch feat"),
                ("Bar", "v4", "latest from branch trunk"),
            },
        ),
        (Selector(branch="none"), set()),
        (
            Selector(branch="none", fallback_branch="main"),
            {("Foo", "v2", "latest from branch main (fallback for none)")},
        ),
        (Selector(branch="feat", fallback_branch="main"), {("Foo", "v3", "latest from branch feat")}),
        (Selector(tag="dev", latest=True), {("Foo", "v2", "latest with tag dev")}),
        (
            Selector(tag="none", latest=True, fallback_tag="dev"),
            {("Foo", "v2", "latest with tag dev (fallback for none)")},
        ),
        (Selector(tag="dev"), {("Foo", "v1", "one of dev"), ("Foo", "v2", "one of dev")}),
        (Selector(deployed=True), {("Foo", "v1", "deployed to prod"), ("Bar", "v4", "deployed to test")}),
        (Selector(deployed=True, environment="test"), {("Bar", "v4", "deployed to test")}),
        (Selector(released=True), {("Foo", "v2", "released in store")}),
        (
            Selector(deployed=True, released=True, consumer="Foo"),
            {("Foo", "v1", "deployed to prod"), ("Foo", "v2", "released in store")},
        ),
    ],
)
def test_a_selector_chooses_what_stands_as_it_says(selector: Selector, chosen: set[tuple[str, str, str]]) -> None:
    found = select((selector,), FACTS)
    assert {(one.pact.consumer, one.pact.version, short_description(one.reasons)) for one in found} == chosen


def test_the_answer_does_not_change_when_only_the_needed_candidates_are_loaded() -> None:
    selectors = (Selector(branch="none", fallback_branch="main"), Selector(tag="dev", latest=True))
    wanted = needs(selectors)
    narrowed = [
        one
        for one in FACTS
        if (one.stands is Stands.HEAD and one.name in wanted.branches)
        or (one.stands is Stands.TAG_HEAD and one.name in wanted.tag_heads)
    ]
    assert len(narrowed) < len(FACTS)
    assert select(selectors, narrowed) == select(selectors, FACTS)


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        (Selector(main_branch=True), Needs(main_branches=True)),
        (Selector(every_branch=True), Needs(every_branch=True)),
        (Selector(branch="a", fallback_branch="b"), Needs(branches=frozenset("ab"))),
        (Selector(tag="a", latest=True, fallback_tag="b"), Needs(tag_heads=frozenset("ab"))),
        (Selector(tag="a"), Needs(tags=frozenset("a"))),
        (Selector(latest=True), Needs(newest=True)),
        (Selector(deployed=True, released=True), Needs(deployed=True, supported=True)),
    ],
)
def test_a_selector_says_which_candidates_it_looks_at(selector: Selector, wanted: Needs) -> None:
    assert needs((selector,)) == wanted


def test_one_content_is_chosen_once_with_its_newest_version_and_every_reason() -> None:
    old, new = pact("Foo", 1, content=7), pact("Foo", 5, content=7)
    found = select(
        (Selector(deployed=True), Selector(main_branch=True), Selector(branch="main")),
        (
            Candidate(old, Stands.DEPLOYED, "prod", instance="a"),
            Candidate(old, Stands.DEPLOYED, "prod", instance="b"),
            Candidate(new, Stands.HEAD, "main", main=True),
        ),
    )
    assert found == (
        Selected(
            new,
            (
                Reason(Why.DEPLOYED, "prod", "v1", instance="a"),
                Reason(Why.DEPLOYED, "prod", "v1", instance="b"),
                Reason(Why.MAIN_BRANCH, "main", "v5"),
                Reason(Why.BRANCH, "main", "v5"),
            ),
        ),
    )
    assert short_description(found[0].reasons) == "deployed to prod, latest from main branch, latest from branch main"


def test_equal_contents_of_two_consumers_stay_apart_and_stand_in_order_of_name_and_version() -> None:
    facts = [Candidate(one, Stands.TAG_HEAD, "t") for one in (FOO_3, FOO_1, BAR_4)]
    found = select((Selector(tag="t"),), facts)
    assert [(one.pact.consumer, one.pact.version) for one in found] == [("Bar", "v4"), ("Foo", "v1"), ("Foo", "v3")]


@pytest.mark.parametrize(
    ("consumer", "line"),
    [
        (Consumer("Foo", "main", True, True), Selector(consumer="Foo", main_branch=True)),
        (Consumer("Foo", "main", False, True), Selector(consumer="Foo", tag="main", latest=True)),
        (Consumer("Foo", "main", False, False), Selector(consumer="Foo", latest=True)),
        (Consumer("Foo", None, False, False), Selector(consumer="Foo", latest=True)),
    ],
)
def test_by_default_a_consumers_main_line_is_chosen_and_all_that_is_live(consumer: Consumer, line: Selector) -> None:
    assert default_selectors((consumer,)) == (line, Selector(deployed=True), Selector(released=True))


@pytest.mark.parametrize(
    ("reason", "label", "phrase"),
    [
        (Reason(Why.LATEST, "", "1"), "latest", "the latest version of Foo with a pact: 1"),
        (Reason(Why.LATEST_TAG, "t", "1"), "latest with tag t", 'the latest version of Foo with tag "t": 1'),
        (Reason(Why.TAG, "t", "1"), "one of t", 'a version of Foo with tag "t": 1'),
        (Reason(Why.BRANCH, "b", "1"), "latest from branch b", 'the latest version of Foo from branch "b": 1'),
        (
            Reason(Why.BRANCH, "b", "1", fallback_for="x"),
            "latest from branch b (fallback for x)",
            'the latest version of Foo from branch "b" (fallback for x): 1',
        ),
        (
            Reason(Why.MAIN_BRANCH, "main", "1"),
            "latest from main branch",
            'the latest version of Foo from its main branch "main": 1',
        ),
        (
            Reason(Why.MATCHING_BRANCH, "b", "1"),
            "latest from matching branch b",
            'the latest version of Foo from the matching branch "b": 1',
        ),
        (
            Reason(Why.DEPLOYED, "prod", "1", instance="eu"),
            "deployed to prod",
            "a version of Foo that is deployed to prod (instance eu): 1",
        ),
        (Reason(Why.DEPLOYED, "prod", "1"), "deployed to prod", "a version of Foo that is deployed to prod: 1"),
        (
            Reason(Why.RELEASED, "store", "1"),
            "released in store",
            "a version of Foo that is released and supported in store: 1",
        ),
    ],
)
def test_every_reason_has_words(reason: Reason, label: str, phrase: str) -> None:
    assert short(reason) == label
    assert long(reason, "Foo") == phrase
