"""Applications over HTTP."""

import threading

import httpx
import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import version_of
from troth_broker.core.display_names import display_name

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def _names(broker: Broker, path: str) -> list[str]:
    return [each["name"] for each in broker.read(path)["_embedded"]["pacticipants"]]


def test_an_application_says_all_about_itself(broker: Broker) -> None:
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    version_of(broker, "order-api", "1.0", branch="main")
    broker.client.put("/pacticipants/order-api/labels/team-a", json={}).raise_for_status()
    path = f"/pacticipants/order-api/versions/1.0/deployed-versions/environment/{uuid}"
    broker.client.post(path, json={"target": "blue"}).raise_for_status()

    same_as_golden("pacticipant", broker.client.get("/pacticipants/order-api"))
    same_as_golden("pacticipants", broker.client.get("/pacticipants"))


def test_verifiers_find_their_templates_on_an_application(broker: Broker) -> None:
    broker.client.post("/pacticipants", json={"name": "a/b"})
    links = broker.read("/pacticipants/a%2Fb")["_links"]
    assert links["pb:branch-version"]["href"].endswith("/pacticipants/a%2Fb/branches/{branch}/versions/{version}")
    assert links["pb:version-tag"]["href"].endswith("/pacticipants/a%2Fb/versions/{version}/tags/{tag}")


def test_an_application_is_created_and_created_again(broker: Broker) -> None:
    made = broker.client.post("/pacticipants", json={"name": "Pricing Service", "repositoryUrl": "nope"})
    assert (made.status_code, made.json()["repositoryUrl"]) == (201, "nope")
    assert made.headers["location"] == f"{broker.url}/pacticpants/Pricing%20Service"
    again = broker.client.post("/pacticipants", json={"name": "Pricing Service", "mainBranch": "main"})
    assert (again.status_code, again.json()["mainBranch"]) == (201, "main")
    assert _names(broker, "/pacticipants") == ["Pricing Service"]


def test_a_name_must_not_be_blank(sqlite_broker: Broker) -> None:
    for body in ({}, {"name": ""}, {"name": None}, {"name": 7}):
        refused = sqlite_broker.client.post("/pacticipants", json=body)
        assert (refused.status_code, list(refused.json()["errors"])) == (400, ["name"])


def test_put_replaces_and_patch_changes(broker: Broker) -> None:
    path = "/pacticipants/shop"
    assert broker.client.put(path, json={"displayName": "x"}).status_code == 404
    made = broker.client.patch(path, json={"displayName": "The Shop", "repositoryUrl": "https://git.example/shop"})
    assert (made.status_code, made.json()["displayName"]) == (201, "The Shop")
    changed = broker.client.patch(path, content=b'{"mainBranch": "trunk"}', headers=MERGE_PATCH)
    assert (changed.status_code, changed.json()["displayName"], changed.json()["mainBranch"]) == (
        200,
        "The Shop",
        "trunk",
    )
    cleared = broker.client.patch(path, content=b'{"mainBranch": null}', headers=MERGE_PATCH)
    assert "mainBranch" not in cleared.json()

    replaced = broker.client.put(path, json={"repositoryName": "shop"})
    assert replaced.status_code == 200
    assert (replaced.json()["displayName"], replaced.json()["repositoryName"]) == ("Shop", "shop")
    assert "repositoryUrl" not in replaced.json()
    assert broker.client.put(path, content=b"{}", headers=MERGE_PATCH).status_code == 415


def test_members_that_nobody_knows_are_ignored(broker: Broker) -> None:
    answer = broker.client.patch("/pacticipants/shop", json={"repository_url": "x", "name": "other"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "shop"
    assert "repositoryUrl" not in answer.json()


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"displayName": 7}, "displayName"),
        ({"repositoryUrl": ["x"]}, "repositoryUrl"),
        ({"mainBranch": "a\nb"}, "mainBranch"),
        ({"displayName": "a\0b"}, "displayName"),
    ],
)
def test_what_is_wrong_with_an_application_is_said_by_field(
    sqlite_broker: Broker, body: dict[str, object], place: str
) -> None:
    refused = sqlite_broker.client.patch("/pacticipants/shop", json=body)
    assert (refused.status_code, list(refused.json()["errors"])) == (400, [place])
    assert sqlite_broker.client.get("/pacticipants/shop").status_code == 404


def test_applications_are_listed_by_name_in_pages_and_by_a_part_of_their_name(broker: Broker) -> None:
    for name in ("beta", "alpha", "50%_off", "Gamma"):
        broker.client.post("/pacticipants", json={"name": name}).raise_for_status()
    assert _names(broker, "/pacticipants") == ["50%_off", "Gamma", "alpha", "beta"]
    page = broker.read("/pacticipants?page=2&size=3")
    assert [each["name"] for each in page["pacticipants"]] == ["beta"]
    assert page["page"] == {"number": 2, "size": 3, "totalElements": 4, "totalPages": 2}
    assert _names(broker, "/pacticipants?q=AM") == ["Gamma"]
    assert _names(broker, "/pacticipants?q=%25_") == ["50%_off"]
    assert _names(broker, "/pacticipants?q=a&page=1&size=2") == ["Gamma", "alpha"]
    assert broker.read("/pacticipants?q=a&page=1&size=2")["page"]["totalElements"] == 3
    assert _names(broker, "/pacticipants?q=") == ["50%_off", "Gamma", "alpha", "beta"]


def test_labels_are_put_listed_and_taken_off(broker: Broker) -> None:
    assert broker.client.put("/pacticipants/shop/labels/red", json={}).status_code == 404
    for name, label in (("shop", "red"), ("shop", "blue"), ("billing", "red")):
        broker.client.patch(f"/pacticipants/{name}", json={})
        assert broker.client.put(f"/pacticipants/{name}/labels/{label}", json={}).status_code == 201
    same_as_golden("label", broker.client.put("/pacticipants/shop/labels/red", json={}))
    assert broker.read("/pacticipants/shop/labels/red")["name"] == "red"
    assert _names(broker, "/pacticipants/label/red") == ["billing", "shop"]
    assert _names(broker, "/pacticipants/label/none") == []
    assert _names(broker, "/pacticipants/label/red?page=1&size=1") == ["billing"]
    same_as_golden("labels", broker.client.get("/labels?page=1&size=1"))
    assert [label["name"] for label in broker.read("/labels")["_embedded"]["labels"]] == ["blue", "red"]

    assert broker.client.delete("/pacticipants/shop/labels/red").status_code == 204
    assert broker.client.delete("/pacticipants/shop/labels/red").status_code == 404
    assert broker.client.get("/pacticipants/shop/labels/red").status_code == 404
    assert broker.client.get("/pacticipants/nobody/labels/red").status_code == 404


def test_the_main_branch_is_found_by_itself_once(broker: Broker) -> None:
    version_of(broker, "shop", "1", branch="feature")
    assert "mainBranch" not in broker.read("/pacticipants/shop")
    version_of(broker, "shop", "2", branch="main")
    assert broker.read("/pacticipants/shop")["mainBranch"] == "main"
    version_of(broker, "shop", "3", branch="develop")
    assert broker.read("/pacticipants/shop")["mainBranch"] == "main"
    version_of(broker, "billing", "1", tags=["master"])
    assert broker.read("/pacticipants/billing")["mainBranch"] == "master"


def test_changes_of_different_members_at_once_all_stay(broker: Broker) -> None:
    broker.client.patch("/pacticipants/shop", json={}).raise_for_status()
    members = ["displayName", "mainBranch", "repositoryUrl", "repositoryName", "repositoryNamespace"]
    together = threading.Barrier(len(members))

    def change(member: str) -> None:
        with httpx.Client(base_url=broker.url, verify=False, timeout=100) as client:
            together.wait()
            client.patch("/pacticipants/shop", json={member: f"my {member}"}).raise_for_status()

    threads = [threading.Thread(target=change, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = broker.read("/pacticipants/shop")
    assert {member: stands.get(member) for member in members} == {member: f"my {member}" for member in members}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("order-api", "Order Api"),
        ("PricingService", "Pricing Service"),
        ("billing_v2", "Billing V2"),
        ("HTTPProxy", "HTTP Proxy"),
        ("a.b c", "A B C"),
        ("Foo", "Foo"),
        ("-", "-"),
    ],
)
def test_a_display_name_is_the_name_in_words(name: str, shown: str) -> None:
    assert display_name(name) == shown
