"""Reading pacts over HTTP: one in every variant, the lists of them, and deleting them."""

import base64
from typing import Any

import pytest

from tests.broker.test_publishing import contract, publish
from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact

PAIR = "/pacts/provider/orders/consumer/web"


def content(path: str) -> dict[str, Any]:
    return pact("web", "orders", interaction("asks", path))


def history(broker: Broker) -> None:
    """Versions 1 to 4 of web: main, main and prod, feature (a second tag), and a headless newest on main."""
    publish(broker, "1", contract("web", "orders", content("/1")), branch="main", tags=["prod", "old"])
    publish(broker, "2", contract("web", "orders", content("/2")), branch="main", tags=["prod"])
    publish(broker, "3", contract("web", "orders", content("/3")), branch="feature")
    publish(broker, "4", contract("web", "stock"), branch="main", tags=["prod"])


def path_of(document: dict[str, Any]) -> str:
    found: str = document["interactions"][0]["request"]["path"]
    return found


@pytest.mark.parametrize(
    ("variant", "path", "version"),
    [
        ("version/1", "/1", None),
        ("latest", "/3", "3"),
        ("latest/prod", "/2", "2"),
        ("latest/old", "/1", "1"),
        ("latest-untagged", "/3", "3"),
        ("branch/main/latest", "/2", "2"),
        ("branch/feature/latest", "/3", "3"),
    ],
)
def test_one_pact_is_found_by_its_version_or_its_line(broker: Broker, variant: str, path: str, version: str) -> None:
    history(broker)
    answer = broker.client.get(f"{PAIR}/{variant}")
    assert answer.status_code == 200
    assert path_of(answer.json()) == path
    assert answer.headers.get("x-pact-consumer-version") == version


@pytest.mark.parametrize(
    "variant", ["version/9", "latest/none", "branch/none/latest", "pact-version/abc", "pact-version/abc/metadata/x"]
)
def test_a_pact_that_is_not_there_is_a_plain_404(broker: Broker, variant: str) -> None:
    history(broker)
    answer = broker.client.get(f"{PAIR}/{variant}")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_a_pact_is_what_was_published_with_ids_the_time_and_its_links(broker: Broker) -> None:
    sent = {**content("/1"), "extra": {"kept": [1, 2.50, 12345678901234567890123]}}
    publish(broker, "1/a b", contract("web", "orders", sent), branch="main")
    got = broker.read(f"{PAIR}/latest")
    assert list(got) == [*sent, "createdAt", "_links"]
    assert got["extra"] == sent["extra"]
    assert len(got["interactions"][0].pop("_id")) == 40
    assert got["interactions"] == sent["interactions"]
    links = got["_links"]
    version = f"{broker.url}{PAIR}/version/1%2Fa%20b"
    assert links["self"] == {"title": "Pact", "name": "Pact between web (1/a b) and orders", "href": version}
    sha = links["pb:pact-version"]["name"]
    assert links["pb:publish-verification-results"]["href"] == (
        f"{broker.url}{PAIR}/pact-version/{sha}/verification-results"
    )
    assert links["pb:provider"]["href"] == f"{broker.url}/pacticipants/orders"
    assert links["pb:latest-tagged-pact-version"] == {
        "title": "Latest tagged version of this pact",
        "href": f"{broker.url}{PAIR}/latest/{{tag}}",
        "templated": True,
    }
    assert links["pb:diff"]["href"].endswith(f"/pact-version/{sha}/diff/pact-version/{{pactVersion}}")
    assert "pb:latest-verification-results" not in links
    assert "pb:consumer-versions" not in links


def test_what_an_address_remembers_is_carried_on(broker: Broker) -> None:
    publish(broker, "1")
    sha = broker.read(f"{PAIR}/latest")["_links"]["pb:pact-version"]["name"]
    told = base64.urlsafe_b64encode(b"s[][b]=main&s[][l]=true&s[][cvn]=1").decode().rstrip("=")
    for metadata in (told, "garbage", "%25"):
        got = broker.read(f"{PAIR}/pact-version/{sha}/metadata/{metadata}")
        assert got["_links"]["pb:publish-verification-results"]["href"].endswith(
            f"/pact-version/{sha}/metadata/{metadata}/verification-results"
        )


def test_a_content_is_served_from_its_newest_publication(broker: Broker) -> None:
    publish(broker, "1")
    publish(broker, "2")
    sha = broker.read(f"{PAIR}/latest")["_links"]["pb:pact-version"]["name"]
    assert broker.read(f"{PAIR}/pact-version/{sha}")["_links"]["pb:consumer-version"]["name"] == "2"


def test_a_content_that_was_overwritten_keeps_its_address(broker: Broker) -> None:
    publish(broker, "1")
    sha = broker.read(f"{PAIR}/latest")["_links"]["pb:pact-version"]["name"]
    publish(broker, "1", contract("web", "orders", content("/x"), onConflict="merge"))
    got = broker.read(f"{PAIR}/pact-version/{sha}")
    assert len(got["interactions"]) == 1
    assert len(broker.read(f"{PAIR}/latest")["interactions"]) == 2


def test_pacts_are_offered_as_hal_and_as_json(broker: Broker) -> None:
    publish(broker, "1")
    answer = broker.client.get(f"{PAIR}/latest", headers={"Accept": "application/json"})
    assert answer.headers["content-type"] == "application/json;charset=utf-8"


# --- lists -----------------------------------------------------------------------------------------------------------


def versions(listed: list[dict[str, str]]) -> list[str]:
    return [link["href"].rpartition("/")[2] for link in listed]


@pytest.mark.parametrize(
    ("path", "rel", "numbers"),
    [
        ("versions", "pact-versions", ["3", "2", "1"]),
        ("tag/prod", "pb:pact-versions", ["2", "1"]),
        ("tag/none", "pb:pact-versions", []),
        ("branch/main", "pact-versions", ["1", "2"]),
        ("branch/feature", "pact-versions", ["3"]),
        ("branch/versions", "pact-versions", ["1", "2"]),
        ("branch/feature/latest/versions", "pact-versions", ["3"]),
        ("branch/main/latest/versions", "pact-versions", []),
        ("branch/latest/versions", "pact-versions", []),
        ("branch", "pact-versions", ["1", "2"]),
        ("branch/latest", "pact-versions", []),
    ],
)
def test_the_pacts_of_a_pair_are_listed_by_line(broker: Broker, path: str, rel: str, numbers: list[str]) -> None:
    history(broker)
    body = broker.read(f"{PAIR}/{path}")
    assert versions(body["_links"][rel]) == numbers
    assert [item["_embedded"]["consumerVersion"]["number"] for item in body["_embedded"]["pacts"]] == numbers
    prefix = rel.removesuffix("pact-versions")
    of_branch = ["pb:pacts"] if "branch" in path else []
    assert list(body["_links"]) == ["self", f"{prefix}consumer", f"{prefix}provider", rel, *of_branch]


def test_the_latest_pact_of_the_main_branch_is_listed_unless_a_branch_is_called_latest(broker: Broker) -> None:
    publish(broker, "1", branch="main")
    publish(broker, "2", branch="main")
    publish(broker, "3", branch="other")
    assert versions(broker.read(f"{PAIR}/branch/latest")["_links"]["pb:pacts"]) == ["2"]
    publish(broker, "4", branch="latest")
    publish(broker, "5", branch="latest")
    assert versions(broker.read(f"{PAIR}/branch/latest")["_links"]["pb:pacts"]) == ["4", "5"]
    assert broker.client.delete(f"{PAIR}/branch/latest").status_code == 200
    assert versions(broker.read(f"{PAIR}/branch/latest")["_links"]["pb:pacts"]) == ["2"]


def test_the_latest_pact_of_a_branch_is_also_a_list_of_one(broker: Broker) -> None:
    publish(broker, "1", branch="main")
    links = broker.read(f"{PAIR}/branch/main/latest")["_links"]
    assert links["pb:pacts"] == [
        {"title": "Pact between web (1) and orders", "name": "web", "href": links["self"]["href"]}
    ]
    assert "pb:pacts" not in broker.read(f"{PAIR}/latest")["_links"]


@pytest.mark.parametrize(
    ("path", "pacts"),
    [
        ("", [("app", "1"), ("web", "1"), ("web", "2"), ("web", "3")]),
        ("/latest", [("app", "1"), ("web", "3")]),
        ("/tag/prod", [("web", "1"), ("web", "2")]),
        ("/latest/prod", [("web", "2")]),
        ("/branch", [("app", "1"), ("web", "1"), ("web", "2")]),
        ("/branch/main", [("app", "1"), ("web", "1"), ("web", "2")]),
        ("/branch/latest", [("app", "1")]),
        ("/branch/main/latest", [("app", "1")]),
        ("/branch/feature/latest", [("web", "3")]),
    ],
)
def test_the_pacts_of_a_provider_are_listed_by_consumer(
    broker: Broker, path: str, pacts: list[tuple[str, str]]
) -> None:
    history(broker)
    document = {"pacticipantName": "app", "pacticipantVersionNumber": "1", "branch": "main"}
    body = {**document, "contracts": [contract("app", "orders")]}
    assert broker.client.post("/contracts/publish", json=body).status_code == 200
    links = broker.read(f"/pacts/provider/orders{path}")["_links"]
    assert [(link["name"], link["href"].rpartition("/")[2]) for link in links["pb:pacts"]] == pacts
    assert links["pacts"] == links["pb:pacts"]
    assert links["provider"] == links["pb:provider"]


def test_every_revision_stands_in_the_list_of_all(broker: Broker) -> None:
    publish(broker, "1")
    publish(broker, "1", contract("web", "orders", content("/x"), onConflict="merge"))
    assert versions(broker.read("/pacts/provider/orders")["_links"]["pb:pacts"]) == ["1", "1"]


def test_the_newest_pact_of_every_integration_has_two_addresses(broker: Broker) -> None:
    history(broker)
    body = broker.read("/pacts/latest")
    assert [(item["_embedded"]["provider"]["name"], len(item["_links"]["self"])) for item in body["pacts"]] == [
        ("orders", 2),
        ("stock", 2),
    ]
    first = body["pacts"][0]
    assert first["_links"]["self"][0]["href"] == f"{broker.url}{PAIR}/latest"
    assert first["_links"]["self"][1]["href"] == f"{broker.url}{PAIR}/version/3"
    assert first["_embedded"]["consumer"]["_embedded"]["version"]["number"] == "3"


@pytest.mark.parametrize("path", ["/pacts/provider/no/latest", f"{PAIR}no/versions", "/pacts/provider/no/branch/main"])
def test_lists_for_a_name_that_nobody_uses_say_so(broker: Broker, path: str) -> None:
    history(broker)
    answer = broker.client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert "no" in answer.json()["error"]


# --- deleting --------------------------------------------------------------------------------------------------------


def test_deleting_a_pact_removes_all_its_revisions_and_nothing_else(broker: Broker) -> None:
    history(broker)
    publish(broker, "2", contract("web", "orders", content("/x"), onConflict="merge"))
    answer = broker.client.delete(f"{PAIR}/version/2")
    assert answer.status_code == 200
    assert list(answer.json()["_links"])[:2] == ["index", "pb:latest-pact-version"]
    assert broker.client.get(f"{PAIR}/version/2").status_code == 404
    assert versions(broker.read(f"{PAIR}/versions")["_links"]["pact-versions"]) == ["3", "1"]
    assert broker.client.delete(f"{PAIR}/version/2").status_code == 404
    publish(broker, "2")
    assert broker.client.get(f"{PAIR}/version/2").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "left"),
    [
        ("versions", 204, []),
        ("tag/prod", 200, ["3"]),
        ("branch/main", 200, ["3"]),
        ("branch/none", 200, ["3", "2", "1"]),
    ],
)
def test_the_pacts_of_a_line_are_deleted_together(broker: Broker, path: str, status: int, left: list[str]) -> None:
    history(broker)
    answer = broker.client.delete(f"{PAIR}/{path}")
    assert answer.status_code == status
    assert versions(broker.read(f"{PAIR}/versions")["_links"]["pact-versions"]) == left
    assert broker.read("/pacts/latest")["pacts"][-1]["_embedded"]["provider"]["name"] == "stock"


def test_deleting_the_last_pact_leads_back_to_the_index_alone(broker: Broker) -> None:
    publish(broker, "1")
    assert "pb:latest-pact-version" not in broker.client.delete(f"{PAIR}/version/1").json()["_links"]
