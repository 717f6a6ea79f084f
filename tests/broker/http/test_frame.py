"""What every answer has in common: headers, negotiation, guards, errors, over a real server."""

import contextlib
import re
import sqlite3

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker

PROBLEM = {"Accept": "application/hal+json, application/problem+json"}


def test_every_answer_carries_the_common_headers(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/")
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    assert answer.headers["x-pact-broker-version"] == "2.120.0"
    assert answer.headers["vary"] == "Accept"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_index_names_every_relation_with_the_variables_that_clients_expand(sqlite_broker: Broker) -> None:
    links = sqlite_broker.client.get("/").json()["_links"]
    base = sqlite_broker.url
    assert links["self"]["href"] == base
    hrefs = {rel: link["href"].removeprefix(base) for rel, link in links.items() if isinstance(link, dict)}
    assert hrefs["pb:publish-pact"] == (
        "/pacts/provider/{provider}/consumer/{consumer}/version/{consumerApplicationVersion}"
    )
    assert hrefs["pb:pacticipant-branch-version"] == "/pacticipants/{pacticipant}/branches/{branch}/versions/{version}"
    assert hrefs["pb:can-i-deploy-pacticipant-version-to-environment"] == (
        "/can-i-deploy?pacticipant={pacticipant}&version={version}&environment={environment}"
    )
    assert links["pb:tagged-pact-versions"]["templated"] is False  # as in the reference
    assert links["pb:webhook"]["templated"] is True
    assert "templated" not in links["pb:environments"]
    assert [curie["name"] for curie in links["curies"]] == ["pb", "beta", "pf"]
    ours = {
        *("pb:secrets", "pb:integration-policy", "pb:recompare"),
        *("pb:publish-consumer-contract", "pf:publish-provider-contract"),
        "pb:provider-contracts-for-verification",
    }
    assert len(set(links) - ours) == 36


def test_repeated_accept_lines_are_joined(sqlite_broker: Broker) -> None:
    answer = httpx.get(
        sqlite_broker.url, headers=[("Accept", "application/hal+json"), ("Accept", "application/json")], trust_env=False
    )
    assert answer.status_code == 200
    answer = httpx.get(
        sqlite_broker.url, headers=[("Accept", "application/json"), ("Accept", "application/hal+json")], trust_env=False
    )
    assert answer.status_code == 200


def test_a_type_that_is_not_offered_gets_406_without_a_body(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.content) == (406, b"")


def test_who_takes_html_besides_a_type_that_is_not_offered_gets_the_page(sqlite_broker: Broker) -> None:
    for path in ("/", "/webhooks", "/labels"):
        for accept in ("text/html, application/json", "application/problem+json, text/html;q=0.5"):
            answer = sqlite_broker.client.get(path, headers={"Accept": accept})
            assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html;charset=utf-8"), path
        both = sqlite_broker.client.get(path, headers={"Accept": "text/html, application/hal+json"})
        assert both.headers["content-type"].startswith("application/hal+json"), path
        assert sqlite_broker.client.get(path, headers={"Accept": "application/json"}).status_code == 406, path


def test_an_unknown_path_is_plain_json_unless_problems_are_accepted(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/nothing/here")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert list(answer.json()) == ["error"]
    answer = sqlite_broker.client.get("/nothing/here", headers=PROBLEM)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["status"] == 404


@pytest.mark.parametrize("path", ["/pacticipants//versions", "//"])
def test_an_empty_segment_is_not_found(sqlite_broker: Broker, path: str) -> None:
    assert sqlite_broker.client.get(sqlite_broker.url + path).status_code == 404


def test_a_line_break_in_a_path_is_refused_as_a_problem_whatever_is_accepted(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/pacticipants/a%0Ab")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].startswith("/problem/")


def test_an_unknown_method_gets_405_with_those_that_are_known(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.post("/")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, OPTIONS")


def test_options_lists_the_methods(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.options("/contracts/publish")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["access-control-allow-methods"] == "GET, OPTIONS, POST"


def test_head_is_get_without_the_body(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1000


def test_health_tells_the_process_from_the_store(sqlite_broker: Broker) -> None:
    assert sqlite_broker.client.get("/diagnostic/status/heartbeat").json()["ok"] is True
    assert sqlite_broker.client.get("/diagnostic/status/dependencies").json()["database"] == {"ok": True}


def test_a_body_of_another_type_gets_415(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.post("/contracts/publish", content="a=b", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "application/json" in answer.json()["error"]


@pytest.mark.parametrize(
    ("body", "told"),
    [(b'{"a":', "line 1"), (b'{"a": "\xff"}', "character 7"), (b"[" * 100_000, "deep"), (b"[1]", "not an array")],
)
def test_a_body_that_cannot_be_read_is_refused_with_its_place(sqlite_broker: Broker, body: bytes, told: str) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = sqlite_broker.client.post("/contracts/publish", content=body, headers=headers)
    assert answer.status_code == 400
    assert told in answer.json()["error"]
    problem = sqlite_broker.client.post("/contracts/publish", content=body, headers={**headers, **PROBLEM})
    assert told in problem.json()["detail"]


def test_a_body_over_the_limit_is_refused_before_it_is_read(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, max_body_bytes=1000)
    answer = broker.client.post("/contracts/publish", content=b" " * 1001, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "1000 bytes" in answer.json()["error"]


def test_links_start_with_the_configured_base_and_its_path(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, base_urls=("https://pacts.example/broker",))
    links = broker.client.get("/").json()["_links"]
    assert links["pb:pacticipants"]["href"] == "https://pacts.example/broker/pacticipants"


def test_a_proxy_tells_the_outer_address(sqlite_broker: Broker) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "pacts.example"}
    links = sqlite_broker.client.get("/", headers=headers).json()["_links"]
    assert links["pb:pacticipants"]["href"] == "https://pacts.example/pacticipants"


def test_a_store_that_is_gone_is_an_error_with_a_reference_and_never_a_yes(
    sqlite_url: str, start_broker: StartBroker
) -> None:
    broker = start_broker(sqlite_url)
    with contextlib.closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as db, db:
        db.execute("PRAGMA writable_schema=ON")
        db.execute("ALTER TABLE application RENAME TO gone")
    answer = broker.client.get("/pacts/provider/a/latest")
    assert answer.status_code in {500, 503}
    assert re.fullmatch(r"[\w-]{8,}", answer.json()["error"]["reference"])
    assert "Traceback" not in answer.text
