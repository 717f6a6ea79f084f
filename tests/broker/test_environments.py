"""Environments over HTTP."""

from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.golden import same_as_golden


def test_an_environment_is_made_changed_listed_and_deleted(broker: Broker) -> None:
    body = {
        "name": "uat",
        "displayName": "UAT",
        "production": False,
        "contacts": [{"name": "Team", "details": {"emailAddress": "team@example.org"}}],
    }
    made = broker.client.post("/environments", json=body)
    same_as_golden("environment_made", made)
    assert made.headers["location"] == made.json()["_links"]["self"]["href"]
    same_as_golden("environments", broker.client.get("/environments"))

    path = made.json()["_links"]["self"]["href"]
    changed = broker.client.put(path, json={**made.json(), "name": "uat-2", "production": True, "contacts": None})
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["production"]) == ("uat-2", True)
    assert "contacts" not in changed.json()
    assert "updatedAt" in changed.json()
    assert broker.client.get(path).json() == changed.json()

    assert broker.client.delete(path).status_code == 204
    assert broker.client.get(path).status_code == 404
    assert broker.client.delete(path).status_code == 404
    assert broker.client.put(path, json={}).status_code == 404


def test_environments_are_found_by_name_and_listed_by_what_people_call_them(broker: Broker) -> None:
    for name, shown in (("b", "Zulu"), ("c", None), ("a", "alpha")):
        broker.client.post("/environments", json={"name": name, "displayName": shown, "production": False})
    listed = broker.read("/environments")
    assert [each["name"] for each in listed["_embedded"]["environments"]] == ["a", "c", "b"]
    assert [link["name"] for link in listed["_links"]["pb:environments"]] == ["a", "c", "b"]
    assert [each["name"] for each in broker.read("/environments?name=b")["_embedded"]["environments"]] == ["b"]
    assert broker.read("/environments?name=none")["_embedded"]["environments"] == []


@pytest.mark.parametrize(
    ("body", "place", "text"),
    [
        ({"production": True}, "name", "is missing"),
        ({"name": "", "production": True}, "name", "can't be blank"),
        ({"name": "a b", "production": True}, "name", "cannot contain spaces"),
        ({"name": "a\nb", "production": True}, "name", "must be a single line"),
        ({"name": 7, "production": True}, "name", "must be a string"),
        ({"name": "x"}, "production", "is missing"),
        ({"name": "x", "production": "yes"}, "production", "must be true or false"),
        ({"name": "x", "production": True, "displayName": 7}, "displayName", "must be a string"),
        ({"name": "x", "production": True, "contacts": 7}, "contacts", "must be an array"),
        ({"name": "x", "production": True, "contacts": [7]}, "contacts", "must hold objects (at index 0)"),
        ({"name": "x", "production": True, "contacts": [{}]}, "contacts", "name is missing (at index 0)"),
        (
            {"name": "x", "production": True, "contacts": [{"name": "a"}, {"name": " "}]},
            "contacts",
            "name can't be blank (at index 1)",
        ),
        (
            {"name": "x", "production": True, "contacts": [{"name": "a", "details": 7}]},
            "contacts",
            "details must be an object (at index 0)",
        ),
    ],
)
def test_what_is_wrong_with_an_environment_is_said_by_field(
    sqlite_broker: Broker, body: dict[str, Any], place: str, text: str
) -> None:
    refused = sqlite_broker.client.post("/environments", json=body)
    assert (refused.status_code, refused.json()) == (400, {"errors": {place: [text]}})
    assert sqlite_broker.read("/environments")["_embedded"]["environments"] == []


def test_missing_and_wrong_members_are_told_apart_in_a_problem_document(sqlite_broker: Broker) -> None:
    accept = {"Accept": "application/hal+json, application/problem+json"}
    refused = sqlite_broker.client.post("/environments", json={"name": " "}, headers=accept)
    assert refused.headers["content-type"].startswith("application/problem+json")
    kinds = {error["pointer"]: error["type"].rpartition("/")[2] for error in refused.json()["errors"]}
    assert kinds == {"/name": "invalid-body-property-value", "/production": "missing-body-property"}


def test_a_name_is_used_once(broker: Broker) -> None:
    first = broker.client.post("/environments", json={"name": "uat", "production": False}).json()
    second = broker.client.post("/environments", json={"name": "prod", "production": True}).json()
    again = broker.client.post("/environments", json={"name": "uat", "production": False})
    assert (again.status_code, list(again.json()["errors"])) == (400, ["name"])
    renamed = broker.client.put(second["_links"]["self"]["href"], json={"name": "uat", "production": True})
    assert (renamed.status_code, list(renamed.json()["errors"])) == (400, ["name"])
    same = broker.client.put(first["_links"]["self"]["href"], json={"name": "uat", "production": True})
    assert same.status_code == 200


def test_a_body_that_is_no_object_is_refused(sqlite_broker: Broker) -> None:
    refused = sqlite_broker.client.post("/environments", json=[])
    assert (refused.status_code, list(refused.json())) == (400, ["error"])
    wrong = sqlite_broker.client.post("/environments", content=b"name=x", headers={"Content-Type": "text/plain"})
    assert wrong.status_code == 415
