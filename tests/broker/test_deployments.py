"""What runs where, over HTTP."""

import threading
from typing import Any

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import version_of

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def uuid(broker: Broker) -> str:
    """An environment called test."""
    return environment(broker, "test")


def environment(broker: Broker, name: str) -> str:
    answer = broker.client.post("/environments", json={"name": name, "production": False})
    return str(answer.raise_for_status().json()["uuid"])


def deploy(broker: Broker, uuid: str, name: str, number: str, **body: Any) -> dict[str, Any]:
    broker.client.put(f"/pacticipants/{name}/versions/{number}", json={}).raise_for_status()
    answer = broker.client.post(
        f"/pacticipants/{name}/versions/{number}/deployed-versions/environment/{uuid}", json=body
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{broker.url}/deployed-versions/{answer.json()['uuid']}"
    found: dict[str, Any] = answer.json()
    return found


def undeploy(broker: Broker, deployed: dict[str, Any]) -> dict[str, Any]:
    answer = broker.client.patch(
        deployed["_links"]["self"]["href"], content=b'{"currentlyDeployed": false}', headers=MERGE_PATCH
    )
    found: dict[str, Any] = answer.raise_for_status().json()
    return found


def current(broker: Broker, uuid: str, query: str = "") -> list[tuple[str, str | None]]:
    found = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed{query}")
    return sorted(
        (
            (each["_embedded"]["version"]["number"], each.get("applicationInstance"))
            for each in found["_embedded"]["deployedVersions"]
        ),
        key=str,
    )


def test_a_deployment_says_what_runs_where(broker: Broker, uuid: str) -> None:
    broker.client.put("/pacticipants/shop/versions/1.0", json={"buildUrl": "http://ci/1"})
    path = f"/pacticipants/shop/versions/1.0/deployed-versions/environment/{uuid}"
    made = broker.client.post(path, json={"applicationInstance": "customer-1", "target": "customer-1"})
    same_as_golden("deployed_version", made)
    assert broker.client.get(made.headers["location"]).json() == made.json()
    same_as_golden("deployed_versions_of_version", broker.client.get(path))
    listed = broker.client.get(f"/environments/{uuid}/deployed-versions/currently-deployed?pacticipant=shop")
    same_as_golden("currently_deployed", listed)


def test_a_deployment_takes_the_place_of_the_one_before_on_its_instance(broker: Broker, uuid: str) -> None:
    first = deploy(broker, uuid, "shop", "1")
    deploy(broker, uuid, "shop", "1", applicationInstance="blue")
    deploy(broker, uuid, "billing", "1")
    deploy(broker, uuid, "shop", "2")
    assert current(broker, uuid, "?pacticipant=shop") == [("1", "blue"), ("2", None)]
    replaced = broker.read(f"/deployed-versions/{first['uuid']}")
    assert replaced["currentlyDeployed"] is False
    assert "undeployedAt" in replaced
    assert "undeployedAt" not in first


def test_recording_the_same_again_is_the_same_deployment_until_it_was_replaced(broker: Broker, uuid: str) -> None:
    first = deploy(broker, uuid, "shop", "1")
    assert deploy(broker, uuid, "shop", "1")["uuid"] == first["uuid"]
    deploy(broker, uuid, "shop", "2")
    again = deploy(broker, uuid, "shop", "1")
    assert again["uuid"] != first["uuid"]
    assert again["currentlyDeployed"] is True
    listed = broker.read(f"/pacticipants/shop/versions/1/deployed-versions/environment/{uuid}")
    assert [each["uuid"] for each in listed["_embedded"]["deployedVersions"]] == [again["uuid"], first["uuid"]]


def test_target_and_application_instance_are_two_names_of_one_thing(broker: Broker, uuid: str) -> None:
    by_target = deploy(broker, uuid, "shop", "1", target="blue")
    assert (by_target["target"], by_target["applicationInstance"]) == ("blue", "blue")
    assert deploy(broker, uuid, "shop", "1", applicationInstance="blue")["uuid"] == by_target["uuid"]
    assert "target" not in deploy(broker, uuid, "shop", "1")


def test_the_empty_instance_takes_the_place_of_none(broker: Broker, uuid: str) -> None:
    unnamed = deploy(broker, uuid, "shop", "1")
    empty = deploy(broker, uuid, "shop", "2", applicationInstance="")
    assert empty["applicationInstance"] == ""
    assert current(broker, uuid) == [("2", "")]
    replaced = broker.read(f"/deployed-versions/{unnamed['uuid']}")
    assert replaced["currentlyDeployed"] is False
    assert "undeployedAt" not in replaced
    assert current(broker, uuid, "?applicationInstance=") == []
    assert "undeployedAt" in undeploy(broker, replaced)
    assert current(broker, uuid) == [("2", "")]


def test_what_runs_is_filtered_by_application_and_instance(broker: Broker, uuid: str) -> None:
    deploy(broker, uuid, "shop", "1")
    deploy(broker, uuid, "shop", "2", target="blue")
    deploy(broker, uuid, "billing", "3", target="blue")
    assert current(broker, uuid) == [("1", None), ("2", "blue"), ("3", "blue")]
    assert current(broker, uuid, "?pacticipant=shop") == [("1", None), ("2", "blue")]
    assert current(broker, uuid, "?pacticipant=nobody") == []
    assert current(broker, uuid, "?applicationInstance=") == [("1", None)]
    assert current(broker, uuid, "?target=blue") == [("2", "blue"), ("3", "blue")]
    assert current(broker, uuid, "?pacticipant=shop&applicationInstance=blue") == [("2", "blue")]
    assert current(broker, uuid, "?pacticipant=shop&target=") == [("1", None)]
    page = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed?target=blue")
    assert page["_links"]["self"]["href"].endswith("/currently-deployed?target=blue")


def test_an_undeployment_empties_the_slot_and_is_harmless_twice(broker: Broker, uuid: str) -> None:
    deployed = deploy(broker, uuid, "shop", "1")
    over = undeploy(broker, deployed)
    assert over["currentlyDeployed"] is False
    assert over["_embedded"]["version"]["number"] == "1"
    assert undeploy(broker, deployed) == over
    assert current(broker, uuid) == []
    assert deploy(broker, uuid, "shop", "1")["uuid"] != deployed["uuid"]


def test_a_deployment_does_not_begin_by_a_change(broker: Broker, uuid: str) -> None:
    deployed = deploy(broker, uuid, "shop", "1")
    path = f"/deployed-versions/{deployed['uuid']}"
    refused = broker.client.patch(path, content=b'{"currentlyDeployed": true}', headers=MERGE_PATCH)
    assert (refused.status_code, list(refused.json()["errors"])) == (422, ["currentlyDeployed"])
    nothing = broker.client.patch(path, content=b'{"other": 1}', headers=MERGE_PATCH)
    assert (nothing.status_code, nothing.json()) == (200, deployed)
    assert broker.client.patch(path, json={"currentlyDeployed": False}).status_code == 415
    assert broker.client.patch("/deployed-versions/none", content=b"{}", headers=MERGE_PATCH).status_code == 404
    instance = broker.client.post(
        f"/pacticipants/shop/versions/1/deployed-versions/environment/{uuid}", json={"target": 7}
    )
    assert (instance.status_code, list(instance.json()["errors"])) == (400, ["target"])


def test_unknown_versions_and_environments_are_not_found(broker: Broker, uuid: str) -> None:
    version_of(broker, "shop", "1", branch="main")
    for path in (
        f"/pacticipants/shop/versions/9/deployed-versions/environment/{uuid}",
        f"/pacticipants/nobody/versions/1/deployed-versions/environment/{uuid}",
        "/pacticipants/shop/versions/1/deployed-versions/environment/none",
    ):
        assert broker.client.get(path).status_code == 404
        assert broker.client.post(path, json={}).status_code == 404
    assert broker.client.get("/environments/none/deployed-versions/currently-deployed").status_code == 404
    assert broker.client.get("/deployed-versions/none").status_code == 404


def test_a_tag_called_like_an_environment_deploys_there(broker: Broker, uuid: str) -> None:
    version_of(broker, "shop", "1", tags=["test", "other"])
    assert current(broker, uuid) == [("1", None)]
    version_of(broker, "shop", "2", tags=["test"])
    assert current(broker, uuid) == [("2", None)]
    again = broker.client.put("/pacticipants/shop/versions/1/tags/test", json={})
    assert again.status_code == 200
    assert current(broker, uuid) == [("1", None)]
    assert len(broker.read("/pacticipants/shop/versions/1")["_links"]["pb:deployed-environments"]) == 2


def test_a_tag_deploys_nothing_where_that_is_switched_off(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, create_deployed_versions_for_tags=False)
    uuid = environment(broker, "test")
    version_of(broker, "shop", "1", tags=["test"])
    assert current(broker, uuid) == []


def test_deleting_an_environment_takes_its_deployments_and_releases(broker: Broker, uuid: str) -> None:
    deployed = deploy(broker, uuid, "shop", "1")
    released = broker.client.post(f"/pacticipants/shop/versions/1/released-versions/environment/{uuid}", json={}).json()
    assert broker.client.delete(f"/environments/{uuid}").status_code == 204
    assert broker.client.get(f"/deployed-versions/{deployed['uuid']}").status_code == 404
    assert broker.client.get(f"/released-versions/{released['uuid']}").status_code == 404
    assert broker.read("/pacticipants/shop")["_links"]["pb:deployed-environments"] == []


def test_of_many_deployments_to_one_slot_at_once_exactly_one_stands(broker: Broker, uuid: str) -> None:
    numbers = [str(number) for number in range(12)]
    for number in numbers:
        broker.client.put(f"/pacticipants/shop/versions/{number}", json={}).raise_for_status()
    answers: list[httpx.Response] = []
    together = threading.Barrier(len(numbers))

    def record(number: str) -> None:
        with httpx.Client(base_url=broker.url, timeout=100, trust_env=False) as client:
            together.wait()
            path = f"/pacticipants/shop/versions/{number}/deployed-versions/environment/{uuid}"
            answers.append(client.post(path, json={}))

    threads = [threading.Thread(target=record, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer.status_code for answer in answers] == [201] * len(numbers)
    assert len(current(broker, uuid)) == 1
    states = [broker.read(answer.headers["location"]) for answer in answers]
    assert sum(state["currentlyDeployed"] for state in states) == 1
    assert sum("undeployedAt" in state for state in states) == len(numbers) - 1
