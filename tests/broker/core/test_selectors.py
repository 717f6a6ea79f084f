"""Reading consumer version selectors: what each means, and every fault with the index of its selector."""

from typing import Any

import pytest

from troth_broker.core.selection_request import read_body, read_query
from troth_broker.core.selectors import (
    Selector,
    named_environments,
    read_selectors,
    read_tag_selectors,
    unknown_environments,
)


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        ({"latest": True}, Selector(latest=True)),
        ({"mainBranch": True}, Selector(main_branch=True)),
        ({"mainBranch": True, "latest": True, "consumer": "Foo"}, Selector(consumer="Foo", main_branch=True)),
        ({"branch": "feat"}, Selector(branch="feat")),
        ({"branch": "feat", "latest": True}, Selector(branch="feat")),
        ({"branch": True}, Selector(every_branch=True)),
        ({"branch": "feat", "fallbackBranch": "main"}, Selector(branch="feat", fallback_branch="main")),
        ({"matchingBranch": True}, Selector(branch="mine", matching=True)),
        ({"matchingBranch": True, "consumer": "Foo"}, Selector(consumer="Foo", branch="mine", matching=True)),
        ({"tag": "dev"}, Selector(tag="dev")),
        ({"tag": "dev", "latest": False}, Selector(tag="dev")),
        ({"tag": "dev", "latest": True}, Selector(tag="dev", latest=True)),
        (
            {"tag": "dev", "latest": True, "fallbackTag": "main"},
            Selector(tag="dev", latest=True, fallback_tag="main"),
        ),
        ({"deployed": True}, Selector(deployed=True)),
        ({"released": True}, Selector(released=True)),
        ({"deployedOrReleased": True}, Selector(deployed=True, released=True)),
        ({"environment": "test"}, Selector(deployed=True, released=True, environment="test")),
        ({"deployed": True, "environment": "test"}, Selector(deployed=True, environment="test")),
        ({"latest": True, "consumer": "Foo", "unknown": 1}, Selector(consumer="Foo", latest=True)),
        ({"tag": None, "latest": True, "fallbackTag": None}, Selector(latest=True)),
    ],
)
def test_a_valid_selector_means_what_its_fields_say(raw: dict[str, Any], meaning: Selector) -> None:
    assert read_selectors([raw], "mine") == ((meaning,), ())


@pytest.mark.parametrize(
    ("raw", "fragments"),
    [
        ({}, ["must say which versions"]),
        ({"consumer": "Foo"}, ["must say which versions"]),
        ({"latest": False}, ["must say which versions"]),
        ({"unknown": True}, ["must say which versions"]),
        ({"fallbackTag": "main"}, ["must say which versions", "needs latest", "needs a tag"]),
        ({"fallbackBranch": "main"}, ["must say which versions", "needs a branch"]),
        (
            {"branch": "a", "fallbackBranch": "b", "latest": False},
            ["fallbackBranch cannot", "branch cannot be combined"],
        ),
        ({"branch": "a", "latest": False}, ["branch cannot be combined with latest: false"]),
        ({"tag": "a", "branch": "b"}, ["tag and branch cannot be combined"]),
        ({"tag": "a", "fallbackTag": "b"}, ["fallbackTag needs latest"]),
        ({"mainBranch": True, "tag": "a"}, ["mainBranch can only be combined with consumer and latest: true"]),
        ({"mainBranch": True, "latest": False}, ["mainBranch cannot be combined with latest: false"]),
        (
            {"mainBranch": True, "deployed": True},
            ["mainBranch can only", "mainBranch cannot be combined with deployed"],
        ),
        ({"mainBranch": False}, ["mainBranch must be true"]),
        ({"matchingBranch": False}, ["matchingBranch must be true", "must say which versions"]),
        ({"matchingBranch": True, "latest": True}, ["matchingBranch can only be combined with consumer"]),
        ({"matchingBranch": True, "tag": "a"}, ["matchingBranch can only be combined with consumer"]),
        ({"deployed": True, "released": True}, ["only one of deployed and released"]),
        ({"deployed": True, "deployedOrReleased": True}, ["only one of deployed and deployedOrReleased"]),
        ({"released": True, "deployedOrReleased": True}, ["only one of released and deployedOrReleased"]),
        ({"deployed": "true"}, ["deployed must be true", "must say which versions"]),
        ({"released": False}, ["released must be true", "must say which versions"]),
        ({"deployed": True, "latest": True}, ["latest cannot be combined with deployed"]),
        ({"branch": "a", "environment": "e"}, ["branch cannot be combined with environment"]),
        ({"latest": "true"}, ["latest must be true or false", "must say which versions"]),
        ({"branch": 5}, ["branch must be a string or true"]),
        ({"branch": " "}, ["branch cannot be blank"]),
        ({"tag": ""}, ["tag cannot be blank"]),
        ({"tag": 1}, ["tag must be a string"]),
        ({"consumer": "", "latest": True}, ["consumer cannot be blank"]),
        ({"environment": ""}, ["environment cannot be blank"]),
        ("latest", ["must be an object"]),
    ],
)
def test_a_wrong_selector_is_refused_with_every_reason_and_its_index(raw: object, fragments: list[str]) -> None:
    selectors, faults = read_selectors([{"latest": True}, raw], "mine")
    assert selectors == (Selector(latest=True),)
    assert len(faults) == len(fragments), faults
    for fragment in fragments:
        assert any(fragment in fault for fault in faults), (fragment, faults)
    assert all(fault.endswith(" (at index 1)") for fault in faults)


@pytest.mark.parametrize("branch", [None, ""])
def test_matching_branch_needs_the_branch_to_match(branch: str | None) -> None:
    assert read_selectors([{"matchingBranch": True}], branch) == (
        (),
        ("matchingBranch needs providerVersionBranch, the branch to match (at index 0)",),
    )


def test_selectors_must_be_a_list_or_left_out() -> None:
    assert read_selectors(None, None) == ((), ())
    assert read_selectors({"latest": True}, None) == ((), ("must be an array of selectors",))
    assert read_tag_selectors(None) == ((), ())
    assert read_tag_selectors("x") == ((), ("must be an array of selectors",))


def test_an_environment_must_exist_and_keeps_the_index_of_its_selector() -> None:
    raw = [{}, {"environment": "test"}, {"environment": "none"}, 5, {"environment": 7}, {"environment": " "}]
    assert unknown_environments(named_environments(raw), {"test"}) == (
        'environment with name "none" does not exist (at index 2)',
    )
    assert named_environments(None) == ()


@pytest.mark.parametrize(
    ("raw", "meaning"),
    [
        ({"tag": "dev"}, Selector(tag="dev")),
        ({"tag": "dev", "latest": "true"}, Selector(tag="dev", latest=True)),
        ({"tag": "dev", "latest": "false", "consumer": "Foo"}, Selector(tag="dev", consumer="Foo")),
        (
            {"tag": "dev", "latest": "true", "fallback_tag": "main"},
            Selector(tag="dev", latest=True, fallback_tag="main"),
        ),
    ],
)
def test_the_older_form_selects_by_tag(raw: dict[str, str], meaning: Selector) -> None:
    assert read_tag_selectors([raw]) == ((meaning,), ())


@pytest.mark.parametrize(
    ("raw", "fragments"),
    [
        ({"latest": "true"}, ["tag is missing"]),
        ({"branch": "main"}, ["tag is missing"]),
        ({"tag": " "}, ["tag must be a name"]),
        ({"tag": ["a"]}, ["tag must be a name"]),
        ({"tag": "a", "consumer": ""}, ["consumer must be a name"]),
        ({"tag": "a", "latest": "maybe"}, ["latest must be true or false"]),
        ({"tag": "a", "fallback_tag": "b"}, ["fallback_tag needs latest=true"]),
        ("tag", ["must be an object"]),
    ],
)
def test_the_older_form_refuses_what_has_no_tag(raw: object, fragments: list[str]) -> None:
    selectors, faults = read_tag_selectors([raw])
    assert selectors == ()
    assert len(faults) == len(fragments), faults
    assert all(fragment in fault for fragment, fault in zip(fragments, faults, strict=True))
    assert all(fault.endswith(" (at index 0)") for fault in faults)


def test_an_empty_body_asks_for_everything_by_default_with_pending() -> None:
    ask = read_body({})
    assert (ask.selectors, ask.branch, ask.tags, ask.pending, ask.wip_since) == ((), None, (), True, None)
    assert not ask.faults
    assert not ask.deprecated


def test_a_body_is_read_whole() -> None:
    ask = read_body(
        {
            "consumerVersionSelectors": [{"matchingBranch": True}, {"deployed": True, "environment": "test"}],
            "providerVersionBranch": "main",
            "providerVersionTags": ["a", "b", "a", ""],
            "includePendingStatus": False,
            "includeWipPactsSince": "2026-11-21",
            "providerVersionBranches": ["lost"],
        }
    )
    assert not ask.faults
    assert ask.selectors[0] == Selector(branch="main", matching=True)
    assert (ask.branch, ask.tags, ask.pending) == ("main", ("a", "b"), False)
    assert ask.wip_since == 1_795_219_200_000_000
    assert ask.environments == ((1, "test"),)


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], ""),
        ({"includePendingStatus": "true"}, "includePendingStatus"),
        ({"providerVersionTags": "a"}, "providerVersionTags"),
        ({"providerVersionTags": [1]}, "providerVersionTags"),
        ({"providerVersionBranch": 1}, "providerVersionBranch"),
        ({"providerVersionBranch": "  "}, "providerVersionBranch"),
        ({"providerVersionBranch": "", "includePendingStatus": True}, "providerVersionBranch"),
        ({"providerVersionBranch": "", "includeWipPactsSince": "2026-01-01"}, "providerVersionBranch"),
        ({"includeWipPactsSince": "yesterday"}, "includeWipPactsSince"),
        ({"includeWipPactsSince": ""}, "includeWipPactsSince"),
        ({"includeWipPactsSince": 2026}, "includeWipPactsSince"),
        ({"consumerVersionSelectors": [{}]}, "consumerVersionSelectors"),
    ],
)
def test_a_wrong_body_is_refused_at_its_place(body: object, place: str) -> None:
    assert [fault.place for fault in read_body(body).faults] == [place]


@pytest.mark.parametrize(
    "body",
    [
        {"providerVersionBranch": ""},
        {"providerVersionBranch": "", "includePendingStatus": False},
        {"providerVersionBranch": "", "includePendingStatus": True, "providerVersionTags": ["a"]},
        {"providerVersionBranch": None, "includePendingStatus": True},
    ],
)
def test_an_empty_branch_is_none_where_it_does_not_matter(body: dict[str, Any]) -> None:
    ask = read_body(body)
    assert ask.branch is None
    assert not ask.faults


def test_the_older_query_is_read_whole() -> None:
    ask = read_query(
        {
            "consumer_version_selectors": [{"tag": "dev", "latest": "true"}],
            "provider_version_tags": ["a"],
            "provider_version_branch": "main",
            "include_pending_status": "false",
            "include_wip_pacts_since": "2026-11-21T00:00:00Z",
        }
    )
    assert ask.selectors == (Selector(tag="dev", latest=True),)
    assert (ask.branch, ask.tags, ask.pending, ask.deprecated) == ("main", ("a",), False, True)
    assert ask.wip_since == 1_795_219_200_000_000


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"include_pending_status": "maybe"}, "include_pending_status"),
        ({"consumer_version_selectors": [{"latest": "true"}]}, "consumer_version_selectors"),
        ({"provider_version_branch": "", "include_pending_status": "true"}, "provider_version_branch"),
        ({"provider_version_tags": "x"}, "provider_version_tags"),
        ({"include_wip_pacts_since": "x"}, "include_wip_pacts_since"),
    ],
)
def test_a_wrong_older_query_is_refused_at_its_place(query: dict[str, Any], place: str) -> None:
    assert [fault.place for fault in read_query(query).faults] == [place]
