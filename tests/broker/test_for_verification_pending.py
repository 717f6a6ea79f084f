"""Pacts for verification: which of them are pending, and which are work in progress."""

from typing import Any

import pytest

from tests.broker.pacts_to_verify import ask, filled, named, pending, send
from tests.support.brokers import Broker
from tests.support.pacts import verified, version_of
from troth_broker.core.metadata import decode


@pytest.fixture
def shop(broker: Broker) -> Broker:
    return filled(broker)


def test_pending_is_said_unless_it_is_declined(shop: Broker) -> None:
    assert pending(shop) is True
    (one,) = ask(shop, {"branch": "feature"}, includePendingStatus=False)
    assert set(one["verificationProperties"]) == {"notices"}
    assert [notice["when"] for notice in one["verificationProperties"]["notices"]] == ["before_verification"]
    assert decode(one["_links"]["self"]["href"].rpartition("/")[2]).pending is None


def test_a_success_of_the_same_branch_ends_pending_and_a_failure_never_matters(shop: Broker) -> None:
    path = "/pacts/provider/orders/consumer/web/version/4"
    verified(shop, path, "p1", success=False, branch="main")
    assert pending(shop, providerVersionBranch="main")
    verified(shop, path, "p2", branch="main")
    verified(shop, path, "p3", success=False, branch="main")
    assert not pending(shop, providerVersionBranch="main")
    assert not pending(shop)
    (one,) = ask(shop, {"branch": "feature"}, providerVersionBranch="main")
    assert {notice["when"] for notice in one["verificationProperties"]["notices"]} == {"before_verification"}


def test_a_branch_that_is_not_there_yet_inherits_any_branchs_success_and_an_older_one_does_not(shop: Broker) -> None:
    version_of(shop, "orders", "p0", branch="older")
    verified(shop, "/pacts/provider/orders/consumer/web/version/4", "p1", branch="main")
    assert not pending(shop, providerVersionBranch="new")
    assert pending(shop, providerVersionBranch="older")


def test_a_version_that_joins_a_branch_after_its_success_proves_it_there(shop: Broker) -> None:
    version_of(shop, "orders", "p0", branch="older")
    verified(shop, "/pacts/provider/orders/consumer/web/version/4", "p1")
    assert pending(shop, providerVersionBranch="older")
    version_of(shop, "orders", "p1", branch="older")
    assert not pending(shop, providerVersionBranch="older")


def test_with_provider_tags_only_successes_of_tagged_versions_count(shop: Broker) -> None:
    path = "/pacts/provider/orders/consumer/web/version/4"
    version_of(shop, "orders", "p0", tags=["prod"])
    verified(shop, path, "p1", branch="main")
    assert pending(shop, providerVersionTags=["prod"])
    assert pending(shop, providerVersionTags=["unknown"])
    version_of(shop, "orders", "p1", tags=["dev"])
    assert pending(shop, providerVersionTags=["prod", "dev"])
    assert not pending(shop, providerVersionTags=["dev"])
    assert not pending(shop, providerVersionTags=["unknown"])


# --- work in progress


def wip(broker: Broker, *selectors: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    asked = {"providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01", **more}
    pacts = ask(broker, *(selectors or ({"mainBranch": True},)), **asked)
    return named([one for one in pacts if one["verificationProperties"].get("wip")])


def test_every_head_that_nobody_selected_is_work_in_progress_and_comes_last(shop: Broker) -> None:
    pacts = ask(shop, {"mainBranch": True}, providerVersionBranch="main", includeWipPactsSince="2020-01-01")
    assert named(pacts) == [
        ("3", "latest from main branch"),
        ("4", "latest from branch feature, latest with tag dev"),
    ]
    work = pacts[1]
    assert (work["verificationProperties"]["pending"], work["verificationProperties"]["wip"]) == (True, True)
    assert "work in progress" in work["verificationProperties"]["notices"][0]["text"]
    assert work["_links"]["self"]["href"].endswith("/metadata/dz10cnVl")
    assert "wip" not in pacts[0]["verificationProperties"]


def test_there_is_no_work_in_progress_without_a_branch_or_tags_or_before_the_date(shop: Broker) -> None:
    assert wip(shop, providerVersionBranch=None) == []
    assert wip(shop, includeWipPactsSince="2099-01-01T00:00:00Z") == []
    assert wip(shop, providerVersionBranch=None, providerVersionTags=["dev"]) != []


def publish_result(broker: Broker, pact_url: str, number: str, *, success: bool = True) -> None:
    href = broker.read(pact_url)["_links"]["pb:publish-verification-results"]["href"]
    body = {"success": success, "providerApplicationVersion": number}
    broker.client.post(href, json=body).raise_for_status()


def test_a_success_as_work_in_progress_keeps_it_there_and_one_as_a_plain_pact_ends_it(shop: Broker) -> None:
    version_of(shop, "orders", "p1", branch="main")
    wanted = {"providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01"}
    work = ask(shop, {"mainBranch": True}, **wanted)[-1]
    assert work["verificationProperties"]["wip"] is True
    publish_result(shop, work["_links"]["self"]["href"], "p1")
    assert wip(shop)
    assert not pending(shop, providerVersionBranch="main")
    publish_result(shop, "/pacts/provider/orders/consumer/web/version/4", "p1")
    assert wip(shop) == []


def test_a_failure_leaves_it_and_another_old_branchs_success_too_but_a_young_branch_inherits(shop: Broker) -> None:
    version_of(shop, "orders", "p1", branch="main")
    publish_result(shop, "/pacts/provider/orders/consumer/web/version/4", "p1", success=False)
    assert wip(shop)
    version_of(shop, "orders", "p2", branch="other")
    publish_result(shop, "/pacts/provider/orders/consumer/web/version/4", "p2")
    assert wip(shop)
    assert wip(shop, providerVersionBranch="brand-new") == []
    version_of(shop, "orders", "p3", branch="young")
    assert wip(shop, providerVersionBranch="young") == []


def test_with_tags_it_is_in_progress_for_as_long_as_one_tag_is_new_to_it(shop: Broker) -> None:
    tagged = {"providerVersionBranch": None, "providerVersionTags": ["a", "b"]}
    version_of(shop, "orders", "p0", tags=["a", "b"])
    version_of(shop, "orders", "p1", tags=["a"])
    publish_result(shop, "/pacts/provider/orders/consumer/web/version/4", "p1")
    assert wip(shop, **tagged)
    version_of(shop, "orders", "p1", tags=["b"])
    assert wip(shop, **tagged) == []


def test_the_dynamic_window_takes_the_place_of_the_date(sqlite_url: str, start_broker: Any) -> None:
    broker = start_broker(sqlite_url, dynamic_wip_window=True)
    send(broker, "1", "/1", branch="main")
    send(broker, "2", "/2", branch="feature")
    assert wip(broker, includeWipPactsSince="2099-01-01") == [("2", "latest from branch feature")]
