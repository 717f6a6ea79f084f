"""`troth verify --contract-url`: one contract by its address, of the broker and of any format, or from elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.cli import Finished, troth
from tests.verifiers.providing import Answer, Asked, Provider, providing

MESSAGES = """troth: 1
protocol: message
consumer: web
provider: orders
interactions:
  - {description: an order was placed, contents: {id: 7}}
"""
API = {
    "openapi": "3.0.3",
    "info": {"title": "orders", "version": "1"},
    "paths": {"/orders/1": {"get": {"responses": {"200": {"description": "", "content": {
        "application/json": {"schema": {"$ref": "common.json#/Order"}}}}}}}},
}  # fmt: skip
COMMON = {"Order": {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}}
PACT = pacts.pact("web", "orders", pacts.interaction("an order", "/orders/1"))


@pytest.fixture
def orders() -> Iterator[Provider]:
    """A provider that keeps every contract here, and hands out documents."""
    with providing() as running:
        running.answers["/orders/1"] = Answer(json={"id": 7})
        running.answers["/messages"] = Answer(json={"id": 7})
        yield running


def verify(orders: Provider, url: str, *options: str | Path, code: int, **environment: str) -> Finished:
    at = ("--provider-base-url", orders.url, "--message-url", f"{orders.url}/messages", "--contract-url", url)
    return troth("verify", *at, *options, environment=environment, code=code)


def publish(broker: Broker, folder: Path, *files: str | Path) -> None:
    troth("publish", *files, "-a", "1", "--branch", "main", "-b", broker.url, folder=folder, code=0)


def test_every_address_of_a_consumers_contract_leads_to_it_and_its_results(
    sqlite_broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    (tmp_path / "web.troth.yaml").write_text(MESSAGES)
    publish(sqlite_broker, tmp_path, "web.troth.yaml")
    by_version = f"{sqlite_broker.url}/consumer-contracts/provider/orders/consumer/web/version/1/message-expectations"
    asked = sqlite_broker.client.post("/contracts/provider/orders/for-verification", json={}).json()
    by_content = asked["_embedded"]["contracts"][0]["_links"]["self"]["href"]
    for number, url in enumerate((by_content, by_version, f"{by_version}/document")):
        run = verify(orders, url, "-b", sqlite_broker.url, "--publish", "-a", f"p{number}", code=0)
        assert "✓ an order was placed" in run.out
        assert "results published: " in run.out
        sqlite_broker.client.get(f"/pacticipants/orders/versions/p{number}").raise_for_status()
    orders.answers["/messages"] = Answer(json={"id": 8})
    assert "✗ an order was placed" in verify(orders, by_version, "-b", sqlite_broker.url, code=1).out


def test_what_a_provider_says_about_itself_is_taken_with_its_documents(
    sqlite_broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    (tmp_path / "api.json").write_text(json.dumps(API))
    (tmp_path / "common.json").write_text(json.dumps(COMMON))
    options = ("--role", "provider", "--provider", "orders", "-a", "1", "-b", sqlite_broker.url)
    troth("publish", "api.json", *options, folder=tmp_path, code=0)
    url = f"{sqlite_broker.url}/contracts/provider/orders/version/1/format/oas"
    assert "✓ GET /orders/1" in verify(orders, url, "-b", sqlite_broker.url, code=0).out
    orders.answers["/orders/1"] = Answer(json={"id": "seven"})
    run = verify(orders, f"{url}/document", "-b", sqlite_broker.url, code=1)
    assert "'seven' is not of type 'integer'" in run.out


def test_what_is_no_contract_of_the_broker_is_told(sqlite_broker: Broker, orders: Provider, tmp_path: Path) -> None:
    pacts.write(tmp_path, PACT)
    publish(sqlite_broker, tmp_path, "web-orders.json")
    no_contract = verify(orders, f"{sqlite_broker.url}/pacticipants/web", "-b", sqlite_broker.url, code=2)
    assert "/pacticipants/web is no contract: give the address of one" in no_contract.err
    nothing = f"{sqlite_broker.url}/pacts/provider/orders/consumer/web/version/9"
    assert "orders" in verify(orders, nothing, "-b", sqlite_broker.url, code=2).err


def test_a_brokers_address_by_another_name_is_asked_of_the_broker(
    sqlite_broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    pacts.write(tmp_path, PACT)
    publish(sqlite_broker, tmp_path, "web-orders.json")
    url = "https://broker.example.test/pacts/provider/orders/consumer/web/version/1"
    assert "YES  1 passed" in verify(orders, url, "-b", sqlite_broker.url, code=0).out


def test_documents_anywhere_are_told_by_what_they_say_and_get_no_credentials_of_the_broker(orders: Provider) -> None:
    seen: list[dict[str, str]] = []

    def pact(asked: Asked) -> Answer:
        seen.append(asked.headers)
        return Answer(json=PACT)

    orders.answers |= {
        "/c/web-orders": pact,
        "/c/messages": Answer(body=MESSAGES.encode(), headers={"Content-Type": "application/yaml"}),
        "/c/web.troth.yaml": Answer(body=MESSAGES.encode()),
        "/c/api.json": Answer(json=API),
        "/c/common.json": Answer(json=COMMON),
    }
    broker = ("--broker", "http://127.0.0.1:1", "--broker-token", "t0ken")
    assert "✓ an order" in verify(orders, f"{orders.url}/c/web-orders", *broker, code=0).out
    for path, title in (
        ("web-orders", "an order"),
        ("messages", "an order was placed"),
        ("web.troth.yaml", "an order was placed"),
        ("api.json", "GET /orders/1"),
    ):
        run = verify(orders, f"{orders.url}/c/{path}", code=0, PACT_BROKER_TOKEN="t0ken")
        assert f"✓ {title}" in run.out
    assert [one.get("authorization") for one in seen] == [None, None]


def test_credentials_in_an_address_are_used_and_not_shown(orders: Provider, tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    def pact(asked: Asked) -> Answer:
        seen.append(asked.headers)
        return Answer(json=PACT)

    orders.answers["/c/pact.json"] = pact
    at = orders.url.replace("http://", "http://me:pa55@")
    reports = ("--html", tmp_path / "a.html", "--junit", tmp_path / "a.xml", "--output", "json")
    run = verify(orders, f"{at}/c/pact.json?token=t0ken&a=1", *reports, code=0)
    assert seen[0]["authorization"].startswith("Basic ")
    for told in (run.said, *(file.read_text() for file in tmp_path.iterdir())):
        assert "pa55" not in told
        assert "t0ken" not in told
    broken = verify(orders, "https://me:pa55/word@host/pact.json", code=2)
    assert "https://host/pact.json is no address of a contract" in broken.err
    assert "pa55" not in broken.said


def test_a_schema_elsewhere_is_not_fetched(orders: Provider) -> None:
    orders.answers["/c/web.troth.yaml"] = Answer(body=f"{MESSAGES}schema: {orders.url}/stranger.json\n".encode())
    run = verify(orders, f"{orders.url}/c/web.troth.yaml", code=2)
    assert "stranger.json, which is not in its folder; put it there" in run.out


@pytest.mark.parametrize(
    ("path", "said", "code"),
    [
        ("/nothing", "There is nothing at ", 2),
        ("/secret", "was answered with 401: it wants credentials", 2),
        ("/hangs-up", "cannot be fetched: ", 3),
        ("/alone/api.json", "refers to common.json, and there is nothing at ", 2),
        ("/page", "like HTML or XML; was the right file or address read?", 2),
    ],
)
def test_a_document_that_cannot_be_had_is_told(path: str, said: str, code: int, orders: Provider) -> None:
    orders.answers |= {
        "/secret": Answer(401),
        "/hangs-up": "drop",
        "/alone/api.json": Answer(json=API),
        "/page": Answer(body=b"<html>Sign in</html>"),
    }
    assert said in verify(orders, f"{orders.url}{path}", code=code).said
