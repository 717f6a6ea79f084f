"""Who may read and who may write: the Pact Broker's two users by its own settings, and static tokens beside them."""

from typing import Any

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.pacts import pact, put
from troth_broker.settings import Settings
from troth_broker.web import paths
from troth_broker.web.access import Access, Asked, Unauthenticated

WRITER, READER = ("ada", "s3cret:with-colon"), ("bob", "lesen ü")
USERS: dict[str, Any] = {
    "basic_auth_username": WRITER[0],
    "basic_auth_password": WRITER[1],
    "basic_auth_read_only_username": READER[0],
    "basic_auth_read_only_password": READER[1],
}
TOKENS = {"bearer_token": "write-token", "read_only_bearer_token": "read-token"}
FOR_VERIFICATION = "/pacts/provider/billing/for-verification"

Start = Any


@pytest.fixture
def start(sqlite_url: str, start_broker: StartBroker) -> Start:
    """Start a broker over a store that holds one pact."""
    put(start_broker(sqlite_url), pact("shop", "billing"), "1")
    return lambda **settings: start_broker(sqlite_url, **settings)


def _status(broker: Broker, method: str, path: str, auth: Any = None, token: str | None = None, **more: Any) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return broker.client.request(method, path, auth=auth, headers=headers, **more).status_code


def test_without_credentials_in_the_settings_nobody_is_asked(start: Start) -> None:
    assert _status(start(), "PUT", "/pacticipants/shop/labels/x") == 201


@pytest.mark.parametrize(
    ("method", "path", "anybody", "reader", "writer"),
    [
        ("GET", "/", 401, 200, 200),
        ("HEAD", "/pacticipants", 401, 200, 200),
        ("OPTIONS", "/pacticipants", 401, 200, 200),
        ("POST", FOR_VERIFICATION, 401, 200, 200),
        ("PUT", "/pacticipants/shop/labels/x", 401, 401, 201),
        ("DELETE", "/pacticipants/shop/labels/none", 401, 401, 404),
        ("POST", "/contracts/publish", 401, 401, 400),
        ("GET", "/nothing/here", 401, 404, 404),
        ("POST", "/nothing/here", 401, 401, 404),
        ("GET", "/diagnostic/status/heartbeat", 401, 200, 200),
        ("GET", "/ready", 401, 200, 200),
        ("GET", "/openapi.json", 401, 200, 200),
        ("GET", "/metrics", 401, 200, 200),
    ],
)
def test_a_reader_reads_a_writer_does_everything_and_a_stranger_nothing(
    start: Start, method: str, path: str, anybody: int, reader: int, writer: int
) -> None:
    broker = start(**USERS, **TOKENS)
    body: dict[str, Any] = {"json": {}} if method == "POST" else {}
    assert _status(broker, method, path, **body) == anybody
    assert _status(broker, method, path, READER, **body) == reader
    assert _status(broker, method, path, token="read-token", **body) == reader
    assert _status(broker, method, path, WRITER, **body) == writer
    assert _status(broker, method, path, token="write-token", **body) in {writer, 200}


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic !!!",
        "Basic YWRh",  # a name alone
        "Bearer",
        "Bearer s3cret:with-colon",
        "Basic d3JpdGUtdG9rZW4=",  # a token is no name and password
        "Digest username=ada",
        "Bearer \xfc",
    ],
)
def test_credentials_that_cannot_be_read_or_are_wrong_are_refused(start: Start, authorization: str) -> None:
    answer = start(**USERS, **TOKENS).client.get("/", headers={"Authorization": authorization.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Basic realm="Restricted area"'


def test_a_refusal_says_whether_credentials_are_missing_unknown_or_too_weak(start: Start) -> None:
    broker = start(**USERS)
    assert broker.client.get("/").json() == {"error": "this broker asks for credentials"}
    assert "does not know" in broker.client.get("/", auth=("ada", "wrong")).json()["error"]
    weak = broker.client.put("/pacticipants/shop/labels/x", auth=READER)
    assert weak.json() == {"error": "these credentials may read and not change anything"}
    assert weak.headers["www-authenticate"] == 'Basic realm="Restricted area"'
    problem = broker.client.get("/", headers={"Accept": "application/hal+json, application/problem+json"})
    assert problem.json()["status"] == 401


def test_public_read_lets_everybody_read_and_nobody_write(start: Start) -> None:
    broker = start(**USERS, allow_public_read=True)
    assert _status(broker, "GET", "/pacticipants") == 200
    assert _status(broker, "POST", FOR_VERIFICATION, json={}) == 200
    assert _status(broker, "PUT", "/pacticipants/shop/labels/x") == 401
    assert _status(broker, "PUT", "/pacticipants/shop/labels/x", WRITER) == 201


def test_a_public_heartbeat_is_all_that_is_public(start: Start) -> None:
    broker = start(**USERS, public_heartbeat=True)
    assert _status(broker, "GET", "/diagnostic/status/heartbeat") == 200
    assert _status(broker, "GET", "/ready") == 200
    assert _status(broker, "GET", "/diagnostic/status/dependencies") == 401
    assert _status(broker, "GET", "/") == 401


def test_public_badges_are_all_that_is_public() -> None:
    access = Access(Settings(**USERS, enable_public_badge_access=True))
    access.check(Asked(paths.CAN_I_DEPLOY_TO_TAG_BADGE.template_text, reads=True), "")
    for barred in (
        Asked(paths.CAN_I_DEPLOY_TO_TAG.template_text, reads=True),
        Asked(paths.CAN_I_DEPLOY_TO_TAG_BADGE.template_text, reads=False),
        Asked(paths.HEARTBEAT.template_text, reads=True),
    ):
        with pytest.raises(Unauthenticated):
            access.check(barred, "")


def test_what_is_wrong_with_a_path_is_told_to_everybody_and_nothing_else(start: Start) -> None:
    assert _status(start(**USERS), "GET", "/pacticipants/a%0Ab") == 422


def test_the_settings_are_the_pact_brokers_own_variables(serve: StartBroker, sqlite_url: str) -> None:
    environment = {f"PACT_BROKER_{name.upper()}": value for name, value in USERS.items()}
    environment["PACT_BROKER_PUBLIC_HEARTBEAT"] = "true"
    broker = serve(sqlite_url, environment=environment)
    assert _status(broker, "GET", "/") == 401
    assert _status(broker, "GET", "/", READER) == 200
    assert _status(broker, "PUT", "/pacticipants/shop/branches/main/versions/1", READER) == 401
    assert _status(broker, "PUT", "/pacticipants/shop/branches/main/versions/1", WRITER) == 201


def test_the_command_line_says_what_a_401_means_and_works_with_credentials(start: Start) -> None:
    broker = start(**USERS, **TOKENS)
    listing = ("application", "list", "--broker", broker.url)
    assert "asks for credentials" in troth(*listing, code=2).err
    assert "does not know these credentials" in troth(*listing, "--broker-token", "wrong", code=2).err
    assert "shop" in troth(*listing, "-u", READER[0], "-p", READER[1], code=0).out
    assert "shop" in troth(*listing, environment={"PACT_BROKER_TOKEN": "read-token"}, code=0).out
    make = ("environment", "create", "--name", "test", "--broker", broker.url)
    assert "may read and not change" in troth(*make, "--broker-token", "read-token", code=2).err
    users = {"PACT_BROKER_USERNAME": WRITER[0], "PACT_BROKER_PASSWORD": WRITER[1]}
    assert "Created" in troth(*make, environment=users, code=0).out


def test_whoever_can_open_the_database_needs_no_password(sqlite_url: str) -> None:
    environment = {"PACT_BROKER_BASIC_AUTH_USERNAME": "a", "PACT_BROKER_BASIC_AUTH_PASSWORD_FILE": "/nowhere"}
    troth("application", "list", "--broker", sqlite_url, environment=environment, code=0)


def test_an_answer_to_a_stranger_does_not_wait_for_the_body(start: Start) -> None:
    broker = start(**USERS)
    answer = httpx.put(f"{broker.url}/pacticipants/shop", content=b"x" * 10_000_000, trust_env=False)
    assert answer.status_code == 401


def test_a_browser_is_asked_for_the_same_name_and_password(start: Start) -> None:
    broker = start(**USERS)
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    asked = broker.client.get("/", headers=browser)
    assert asked.status_code == 401
    assert asked.headers["content-type"].startswith("text/html")
    assert asked.headers["www-authenticate"] == 'Basic realm="Restricted area"'
    page = broker.client.get("/", headers=browser, auth=READER)
    assert (page.status_code, page.headers["content-type"].partition(";")[0]) == (200, "text/html")
