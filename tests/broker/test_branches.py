"""Branches, and versions on them, over HTTP."""

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import pact, put, version_of
from tests.support.pointers import pointer_differences


def _branches(broker: Broker, query: str = "") -> list[str]:
    found = broker.read(f"/pacticipants/shop/branches{query}")
    return [branch["name"] for branch in found["_embedded"]["branches"]]


def test_a_version_is_put_on_a_branch(broker: Broker) -> None:
    path = "/pacticipants/shop/branches/main/versions/1.0"
    same_as_golden("branch_version_made", broker.client.put(path, json={}))
    again = broker.client.put(path, json={})
    assert again.status_code == 200
    assert broker.client.get(path).json() == again.json()
    same_as_golden("branch", broker.client.get("/pacticipants/shop/branches/main"))
    for missing in (
        "/pacticipants/shop/branches/other",
        "/pacticipants/nobody/branches/main",
        "/pacticipants/shop/branches/main/versions/9",
        "/pacticipants/nobody/branches/main/versions/1.0",
    ):
        assert broker.client.get(missing).status_code == 404


def test_branches_are_listed_in_pages_the_most_recently_joined_first(broker: Broker) -> None:
    for branch, number in (("main", "1"), ("feat-a", "2"), ("feat-b", "3"), ("main", "4")):
        version_of(broker, "shop", number, branch=branch)
    same_as_golden("branches", broker.client.get("/pacticipants/shop/branches?size=2"))
    assert _branches(broker) == ["main", "feat-b", "feat-a"]
    assert _branches(broker, "?page=2&size=2") == ["feat-a"]
    assert _branches(broker, "?q=FEAT") == ["feat-b", "feat-a"]
    assert broker.read("/pacticipants/shop/branches?q=feat&size=1")["page"]["totalElements"] == 2
    assert broker.client.get("/pacticipants/nobody/branches").headers["content-type"].startswith("application/hal")


def test_a_branch_is_deleted_and_its_versions_and_pacts_stay(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1", branch="main")
    version_of(broker, "shop", "1", branch="other")
    gone = broker.client.delete("/pacticipants/shop/branches/main")
    assert (gone.status_code, gone.content) == (204, b"")
    assert broker.client.delete("/pacticipants/shop/branches/main").status_code == 404
    assert broker.client.delete("/pacticipants/nobody/branches/main").status_code == 404
    version = broker.read("/pacticipants/shop/versions/1")
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["other"]
    assert len(version["_links"]["pb:pact-versions"]) == 1
    assert broker.read("/pacticipants/shop")["mainBranch"] == "main"
    assert pointer_differences(broker.database_url) == ()


def test_all_branches_but_some_and_the_main_branch_are_deleted(broker: Broker) -> None:
    for branch in ("main", "keep/me", "a", "b"):
        broker.client.put(f"/pacticipants/shop/branches/{branch.replace('/', '%2F')}/versions/1", json={})
    answer = broker.client.delete("/pacticipants/shop/branches", params={"exclude[]": ["keep/me", "none"]})
    same_as_golden("branches_deleted", answer)
    assert sorted(_branches(broker)) == ["keep/me", "main"]
    assert broker.client.delete("/pacticipants/nobody/branches").status_code == 404
    assert pointer_differences(broker.database_url) == ()


def test_a_version_leaves_a_branch_and_the_newest_that_is_left_becomes_its_head(broker: Broker) -> None:
    for number in ("1", "2", "3"):
        version_of(broker, "shop", number, branch="main")
    path = "/pacticipants/shop/branches/main/versions"
    assert broker.client.delete(f"{path}/3").status_code == 204
    assert broker.read("/pacticipants/shop/branches/main/latest-version")["number"] == "2"
    assert broker.client.delete(f"{path}/1").status_code == 204
    assert broker.read("/pacticipants/shop/branches/main/latest-version")["number"] == "2"
    assert broker.client.delete(f"{path}/1").status_code == 404
    assert broker.client.delete("/pacticipants/shop/branches/none/versions/2").status_code == 404
    assert broker.client.delete("/pacticipants/shop/branches/main/versions/9").status_code == 404
    assert broker.client.delete(f"{path}/2").status_code == 204
    assert broker.client.get("/pacticipants/shop/branches/main/latest-version").status_code == 404
    assert broker.read("/pacticipants/shop/branches/main")["name"] == "main"
    assert pointer_differences(broker.database_url) == ()


def test_the_first_tag_of_a_new_version_is_its_branch(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url)
    version_of(broker, "shop", "1", tags=["feat", "uat"])
    assert _branches(broker) == ["feat"]
    version_of(broker, "shop", "2", branch="main", tags=["other"])
    assert sorted(_branches(broker)) == ["feat", "main"]


def test_a_tag_is_no_branch_where_that_is_switched_off(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, use_first_tag_as_branch=False)
    version_of(broker, "shop", "1", tags=["feat"])
    assert _branches(broker) == []
