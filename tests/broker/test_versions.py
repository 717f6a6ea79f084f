"""Versions of applications over HTTP."""

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import pact, put, version_of

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def _numbers(broker: Broker, path: str) -> list[str]:
    return [version["number"] for version in broker.read(path)["_embedded"]["versions"]]


def test_a_version_says_all_about_itself(broker: Broker) -> None:
    broker.client.post("/environments", json={"name": "test", "production": False}).raise_for_status()
    broker.client.post(
        "/environments", json={"name": "prod", "displayName": "Production", "production": True}
    ).raise_for_status()
    put(broker, pact("shop", "billing"), "1.0", branch="feat%2Fpay", tags=["uat"])
    links = broker.read("/pacticipants/shop/versions/1.0")["_links"]
    to = {link["name"]: link["href"] for link in links["pb:record-deployment"]}
    broker.client.post(to["test"], json={"applicationInstance": "blue"}).raise_for_status()
    broker.client.post(links["pb:record-release"][0]["href"], json={}).raise_for_status()

    same_as_golden("version", broker.client.get("/pacticipants/shop/versions/1.0"))
    same_as_golden("versions", broker.client.get("/pacticipants/shop/versions"))


def test_a_version_is_made_changed_and_kept_by_put_and_patch(broker: Broker) -> None:
    path = "/pacticipants/shop/versions/1.0"
    made = broker.client.put(path, json={"buildUrl": "http://ci/1"})
    assert (made.status_code, made.json()["buildUrl"]) == (201, "http://ci/1")
    again = broker.client.patch(path, content=b"{}", headers=MERGE_PATCH)
    assert (again.status_code, again.json()["buildUrl"]) == (200, "http://ci/1")
    changed = broker.client.patch(path, content=b'{"buildUrl": null}', headers=MERGE_PATCH)
    assert (changed.status_code, "buildUrl" in changed.json()) == (200, False)
    broker.client.put(path, json={"buildUrl": "http://ci/2"})
    assert "buildUrl" not in broker.client.put(path, json={}).json()

    new = broker.client.patch("/pacticipants/shop/versions/2.0", content=b'{"buildUrl":"x"}', headers=MERGE_PATCH)
    assert (new.status_code, new.json()["number"]) == (201, "2.0")


def test_a_version_does_not_say_that_it_was_updated_when_it_was_not(broker: Broker) -> None:
    assert "updatedAt" not in broker.client.put("/pacticipants/shop/versions/1.0", json={}).json()
    assert "updatedAt" in broker.client.put("/pacticipants/shop/versions/1.0", json={"buildUrl": "x"}).json()


def test_put_takes_json_and_patch_takes_merge_patch(broker: Broker) -> None:
    path = "/pacticipants/shop/versions/1.0"
    assert broker.client.patch(path, json={}).status_code == 415
    assert broker.client.put(path, content=b"{}", headers=MERGE_PATCH).status_code == 415
    charset = {"Content-Type": "application/json; charset=utf-8"}
    assert broker.client.put(path, content=b"{}", headers=charset).status_code == 201


def test_a_build_url_must_be_text(broker: Broker) -> None:
    refused = broker.client.put("/pacticipants/shop/versions/1.0", json={"buildUrl": 7})
    assert (refused.status_code, refused.json()) == (400, {"errors": {"buildUrl": ["must be a string"]}})
    assert broker.client.get("/pacticipants/shop").status_code == 404


@pytest.mark.parametrize("path", ["/pacticipants/%20/versions/1", "/pacticipants/shop/versions/%20"])
def test_names_are_not_blank(sqlite_broker: Broker, path: str) -> None:
    refused = sqlite_broker.client.put(path, json={})
    assert refused.status_code == 400
    assert ["can't be blank"] in refused.json()["errors"].values()


def test_unknown_versions_are_not_found(broker: Broker) -> None:
    version_of(broker, "shop", "1.0", branch="main")
    for path in (
        "/pacticipants/shop/versions/9",
        "/pacticipants/nobody/versions/1",
        "/pacticipants/nobody/latest-version",
        "/pacticipants/shop/latest-version/none",
        "/pacticipants/shop/branches/none/latest-version",
        "/pacticipants/shop/branches/none/versions",
        "/pacticipants/shop/environments/none/versions",
    ):
        answer = broker.client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/json;charset=utf-8"), path
    named = broker.client.get("/pacticipants/nobody/versions")
    assert (named.status_code, named.headers["content-type"]) == (404, "application/hal+json;charset=utf-8")
    assert "nobody" in named.json()["error"]
    problem = broker.client.get("/pacticipants/nobody/versions", headers={"Accept": "*/*, application/problem+json"})
    assert problem.json()["type"] == f"{broker.url}/problem/not-found"


def test_versions_are_listed_newest_first_whole_or_in_pages(broker: Broker) -> None:
    for number in range(1, 6):
        version_of(broker, "shop", f"{number}.0", branch="main")
    everything = broker.read("/pacticipants/shop/versions")
    assert [version["number"] for version in everything["_embedded"]["versions"]] == ["5.0", "4.0", "3.0", "2.0", "1.0"]
    assert "page" not in everything

    page = broker.read("/pacticipants/shop/versions?size=2&page=2")
    assert [version["number"] for version in page["_embedded"]["versions"]] == ["3.0", "2.0"]
    assert page["page"] == {"number": 2, "size": 2, "totalElements": 5, "totalPages": 3}
    assert page["_links"]["next"]["href"] == f"{broker.url}/pacticipants/shop/versions?size=2&page=3"
    assert page["_links"]["previous"]["href"] == f"{broker.url}/pacticipants/shop/versions?size=2&page=1"
    older = broker.read("/pacticipants/shop/versions?pageSize=2&pageNumber=3")
    assert [version["number"] for version in older["_embedded"]["versions"]] == ["1.0"]
    assert "next" not in older["_links"]
    assert len(broker.read("/pacticipants/shop/versions?page=1")["_embedded"]["versions"]) == 5
    assert broker.client.get("/pacticipants/shop/versions?size=0").status_code == 400


def test_versions_of_a_branch_a_tag_and_an_environment_are_listed_newest_first(broker: Broker) -> None:
    uuid = broker.client.post("/environments", json={"name": "test", "production": False}).json()["uuid"]
    for number in ("1", "2", "3"):
        version_of(broker, "shop", number, branch="main" if number != "2" else "other", tags=["uat"])
    at = f"environment/{uuid}"
    broker.client.post(f"/pacticipants/shop/versions/3/deployed-versions/{at}", json={}).raise_for_status()
    broker.client.post(f"/pacticipants/shop/versions/1/deployed-versions/{at}", json={}).raise_for_status()
    broker.client.post(f"/pacticipants/shop/versions/1/released-versions/{at}", json={}).raise_for_status()

    assert _numbers(broker, "/pacticipants/shop/branches/main/versions") == ["3", "1"]
    assert _numbers(broker, "/pacticipants/shop/tags/uat/versions") == ["3", "2", "1"]
    assert _numbers(broker, "/pacticipants/shop/tags/uat/versions?size=1&page=2") == ["2"]
    assert _numbers(broker, "/pacticipants/shop/tags/none/versions") == []
    assert _numbers(broker, f"/pacticipants/shop/environments/{uuid}/versions") == ["3", "1"]
    assert _numbers(broker, f"/pacticipants/shop/environments/{uuid}/versions?size=1") == ["3"]
    assert _numbers(broker, "/pacticipants/shop/deployed-or-released/versions") == ["1"]


def test_the_latest_version_is_by_order_of_all_by_tag_and_by_branch_head(broker: Broker) -> None:
    for number in ("1", "2", "3"):
        version_of(broker, "shop", number)
        broker.client.put(f"/pacticipants/shop/versions/{number}", json={})
    version_of(broker, "shop", "2", branch="main", tags=["uat"])
    version_of(broker, "shop", "1", branch="main", tags=["uat"])

    latest = broker.read("/pacticipants/shop/latest-version")
    assert (latest["number"], latest["_links"]["self"]["href"]) == (
        "3",
        f"{broker.url}/pacticipants/shop/latest-version",
    )
    assert broker.read("/pacticipants/shop/latest-version/uat")["number"] == "2"
    head = broker.read("/pacticipants/shop/branches/main/latest-version")
    assert head["number"] == "1"
    assert [branch["latest"] for branch in head["_embedded"]["branchVersions"]] == [True]
    assert not broker.read("/pacticipants/shop/versions/2")["_embedded"]["branchVersions"][0]["latest"]


def test_names_with_slashes_spaces_and_umlauts_survive(broker: Broker) -> None:
    path = "/pacticipants/Der%20L%C3%A4den%2FShop/branches/feat%2F%2B%25/versions/v1%2F2.svg"
    assert broker.client.put(path, json={}).status_code == 201
    links = broker.client.get(path).json()["_links"]
    assert links["self"]["href"] == broker.url + path
    version = broker.client.get(links["pb:version"]["href"]).json()
    assert version["number"] == "v1/2.svg"
    assert version["_embedded"]["branchVersions"][0]["_links"]["self"]["href"] == broker.url + path
    assert broker.client.get(version["_links"]["pb:pacticipant"]["href"]).json()["name"] == "Der Läden/Shop"
