"""What a browser asks on behalf of another site: nothing is changed for it, and CORS is answered where it is set up."""

from typing import Any

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker

LABEL = "/pacticipants/shop/labels/x"
TOOLS, EVIL = "https://tools.example", "https://evil.example"


def _put(broker: Broker, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return broker.client.put(LABEL, headers=named).status_code


@pytest.fixture
def broker(sqlite_url: str, start_broker: StartBroker) -> Broker:
    return _with_shop(start_broker(sqlite_url))


def _with_shop(broker: Broker) -> Broker:
    broker.client.post("/pacticipants", json={"name": "shop"})
    return broker


@pytest.mark.parametrize(
    ("headers", "changed"),
    [
        ({}, True),  # no browser
        ({"Sec_Fetch_Site": "same-origin", "Origin": "http://anything"}, True),
        ({"Sec_Fetch_Site": "none"}, True),  # typed by the user
        ({"Sec_Fetch_Site": "cross-site"}, False),
        ({"Sec_Fetch_Site": "same-site", "Origin": "https://other.pacts.example"}, False),
        ({"Origin": EVIL}, False),  # a browser on plain HTTP does not say more
        ({"Origin": "null"}, False),  # a sandboxed frame, or a redirection
    ],
)
def test_a_change_must_not_come_from_another_site(broker: Broker, headers: dict[str, str], changed: bool) -> None:
    assert _put(broker, **headers) == (201 if changed else 403)


def test_the_brokers_own_pages_may_change_what_they_show(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = _with_shop(start_broker(sqlite_url))
    assert _put(broker, Origin=broker.url) == 201
    assert _put(broker, Origin="https://pacts.example") == 403
    forwarded = {"X_Forwarded_Proto": "https", "X_Forwarded_Host": "pacts.example"}
    assert _put(broker, Origin="https://pacts.example", **forwarded) == 200
    configured = start_broker(sqlite_url, base_urls=("https://pacts.example/troth",))
    assert _put(configured, Origin="https://pacts.example") == 200


def test_a_refused_change_says_why_and_what_to_set(broker: Broker) -> None:
    answer = broker.client.put(LABEL, headers={"Origin": EVIL})
    assert f"from another site ({EVIL})" in answer.json()["error"]
    assert "cors_origins" in answer.json()["error"]
    assert broker.client.get(LABEL).status_code == 404


def test_reading_is_never_refused_and_never_handed_to_another_site_unasked(broker: Broker) -> None:
    answer = broker.client.get("/pacticipants", headers={"Origin": EVIL, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["vary"] == "Accept"


def _preflight(broker: Broker, origin: str, method: str, path: str = LABEL) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    return broker.client.options(path, headers=headers)


def test_a_named_origin_may_read_and_write(sqlite_url: str, start_broker: StartBroker) -> None:
    users = {"basic_auth_username": "a", "basic_auth_password": "b"}
    broker = start_broker(sqlite_url, cors_origins=(TOOLS,), **users)
    asked = _preflight(broker, TOOLS, "PUT")  # browsers send no credentials with this
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == TOOLS
    assert asked.headers["access-control-allow-methods"] == "GET, OPTIONS, PUT, DELETE"
    assert "Authorization" in asked.headers["access-control-allow-headers"]
    assert asked.headers["vary"] == "Accept, Origin"
    broker.client.auth = ("a", "b")
    _with_shop(broker)
    answer = broker.client.put(LABEL, headers={"Origin": TOOLS, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 201
    assert answer.headers["access-control-allow-origin"] == TOOLS
    assert "Location" in answer.headers["access-control-expose-headers"]
    refused = broker.client.get("/", auth=("a", "wrong"), headers={"Origin": TOOLS})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, TOOLS)


def test_other_origins_get_nothing_and_every_answer_varies_by_origin(
    sqlite_url: str, start_broker: StartBroker
) -> None:
    broker = _with_shop(start_broker(sqlite_url, cors_origins=(TOOLS,)))
    assert "access-control-allow-origin" not in _preflight(broker, EVIL, "PUT").headers
    assert _put(broker, Origin=EVIL) == 403
    assert broker.client.get("/").headers["vary"] == "Accept, Origin"


def test_a_star_lets_every_site_read_and_none_write(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = _with_shop(start_broker(sqlite_url, cors_origins=("*", TOOLS)))
    assert _preflight(broker, EVIL, "GET").headers["access-control-allow-methods"] == "GET, OPTIONS"
    assert broker.client.get("/", headers={"Origin": EVIL}).headers["access-control-allow-origin"] == EVIL
    assert _put(broker, Origin=EVIL) == 403
    assert _put(broker, Origin=TOOLS) == 201


def test_a_preflight_for_nothing_allows_nothing_but_to_look(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, cors_origins=(TOOLS,))
    assert _preflight(broker, TOOLS, "PUT", "/nothing").headers["access-control-allow-methods"] == "GET, OPTIONS"
