"""A contract of which a part can be observed: the replay of that part is kept and told, and is no yes to the whole."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from redis import Redis
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.support.brokers import Broker, serving
from tests.support.cli import Finished, troth
from tests.support.messaging import REDIS
from tests.support.services import Missing, skip_or_fail
from troth_broker.store.engine import Store
from troth_broker.store.tables import partial_replay


@dataclass
class Orders:
    """A provider that sends an order when it is brought into a state, and says what it did with what it took."""

    broker: str
    channel: str
    url: str = ""
    sends: dict[str, Any] = field(default_factory=lambda: {"id": 1})

    async def state(self, request: Request) -> JSONResponse:
        """Send."""
        if (await request.json()).get("action", "setup") == "setup":
            with Redis.from_url(self.broker) as redis:
                redis.xadd(self.channel, {"payload": json.dumps(self.sends)})
        return JSONResponse({})

    async def outcome(self, _: Request) -> JSONResponse:
        """Say that it was dealt with."""
        return JSONResponse("billed")


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with contextlib.ExitStack() as held:
        try:
            url = held.enter_context(REDIS.running())
        except Missing as missing:
            skip_or_fail(missing)
        yield url


@pytest.fixture
def orders(redis: str) -> Iterator[Orders]:
    running = Orders(redis, f"troth.{uuid4()}")
    routes = [
        Route("/_states", running.state, methods=["POST"]),
        Route("/outcomes", running.outcome, methods=["POST"]),
    ]
    with serving(Starlette(routes=routes)) as url:
        running.url = url
        yield running


@dataclass
class Estate:
    """A consumer's document in a broker, and a provider that is verified against it and deployed."""

    broker: Broker
    orders: Orders

    def publish(self, folder: Path) -> None:
        """Publish what the consumer billing hears of orders and tells them, and where orders run."""
        payload = {"payload": {"type": "object", "required": ["id"]}}
        heard = {"operationId": "hear", "message": {"name": "placed", **payload}}
        told = {"operationId": "tell", "message": {"name": "paid", **payload}}
        channels = {self.orders.channel: {"publish": heard, "subscribe": told}}
        value = {"asyncapi": "2.6.0", "info": {"title": "billing", "version": "1"}, "channels": channels}
        (folder / "billing.json").write_text(json.dumps(value))
        sides = ("--role", "consumer", "--consumer", "billing", "--provider", "orders")
        self.run("publish", str(folder / "billing.json"), *sides, "-a", "1", "--branch", "main", code=0)
        self.run("environment", "create", "--name", "live", "--production", code=0)

    def verify(self, number: str, code: int, *more: str) -> Finished:
        """Verify a version of the provider, publish what comes of it, and deploy it."""
        at = ("--provider-url", f"messages={self.orders.broker}", "--state-change-url", f"{self.orders.url}/_states")
        given = ("--provider", "orders", *at, "--publish", "-a", number, "--provider-branch", "main", *more)
        found = self.run("verify", *given, code=code)
        self.run("record-deployment", "-a", "orders", "-e", number, "--environment", "live", code=0)
        return found

    def observed(self) -> tuple[str, ...]:
        """What lets the whole contract be observed."""
        return ("--provider-url", f"outcomes={self.orders.url}/outcomes")

    def gate(self, code: int, *more: str) -> str:
        """What the gate says about the consumer."""
        return self.run("can-i-deploy", "-a", "billing", "-e", "1", "--to-environment", "live", *more, code=code).out

    def answer(self) -> Any:
        """The same in JSON."""
        return self.broker.read("/can-i-deploy?pacticipant=billing&version=1&environment=live")

    def parts(self) -> list[dict[str, Any]]:
        """The replays of a part that the gate's one row tells."""
        [row] = self.answer()["matrix"]
        return [one for one in row["troth"]["evidence"] if one["kind"] == "partial-replay"]

    def run(self, *arguments: str, code: int) -> Finished:
        """A command against the broker."""
        return troth(*arguments, "-b", self.broker.url, code=code)


@pytest.fixture
def estate(broker: Broker, orders: Orders, tmp_path: Path) -> Estate:
    found = Estate(broker, orders)
    found.publish(tmp_path)
    return found


def test_what_could_be_observed_is_published_and_the_gate_names_the_rest(estate: Estate) -> None:
    ran = estate.verify("7", 0)
    assert "results published: http" in ran.out
    assert " (replayed in part, 1 of 2: that is no yes to the whole)" in ran.out
    said = estate.gate(1)
    assert (
        "billing 1 → orders 7 (asyncapi)  not-covered  partial-replay  "
        "replayed in part: 1 of 2 interactions passed, 1 could not be observed (tell sends paid)"
    ) in said
    assert "Shortest way to yes: 1) verify orders 7 against the whole contract of billing 1" in said
    assert "Not observed when orders 7 was verified: tell sends paid (Not replayed: the document describes no" in said
    assert "make the rest observable, or publish a contract of orders 7 that a comparison can judge all" in said
    answer = estate.answer()
    assert (answer["summary"]["deployable"], answer["summary"]["unknown"]) == (None, 1)
    [row] = answer["matrix"]
    assert (row["verificationResult"], row["provider"]["version"]) == (None, None)
    [part] = estate.parts()
    assert (part["success"], part["replayed"], part["skipped"], part["provider_version"]) == (None, 1, 1, "7")
    [gap] = part["not_observed"]
    assert gap["interaction"] == "tell sends paid"
    [evidence] = answer["summary"]["troth"]["evidence"]
    assert (evidence["kind"], evidence["url"]) == ("partial-replay", part["url"])


def test_a_part_is_a_resource_with_a_page_of_every_interaction(estate: Estate) -> None:
    estate.verify("7", 0)
    url = estate.parts()[0]["url"]
    found = estate.broker.read(url)
    assert (found["success"], found["replayed"], found["skipped"]) == (None, 1, 1)
    assert [one["outcome"] for one in found["testResults"]] == ["passed", "skipped"]
    assert found["verifiedBy"]["implementation"] == "Troth"
    assert found["_links"]["self"]["href"] == url
    assert estate.broker.read(found["_links"]["pb:consumer-contract"]["href"])["format"] == "asyncapi"
    page = {"Accept": "text/html"}
    shown = estate.broker.client.get(url, headers=page).text
    assert "was seen to keep a part of its contract with billing" in shown
    assert "tell sends paid" in shown
    assert "not observed" in shown
    address = url.removeprefix(estate.broker.url)
    for path in (
        "/matrix/provider/orders/consumer/billing",
        "/matrix?q[][pacticipant]=billing&q[][pacticipant]=orders&latestby=cvpv",
        "/can-i-deploy?pacticipant=billing&version=1&environment=live",
    ):
        assert f'href="{address}"' in estate.broker.client.get(path, headers=page).text, path
    table = estate.run("matrix", "-a", "billing", "-a", "orders", code=0).out
    row = [cell.strip() for cell in table.splitlines()[-1].split("|")]
    assert row == ["billing", "1", "orders", "7", "???", "asyncapi", "1 of 2 replayed", ""]
    asked = ("can-i-deploy", "-a", "billing", "-e", "1", "-a", "orders", "-e", "7")
    assert "billing 1 → orders 7 (asyncapi)" in estate.run(*asked, code=1).out


def test_no_client_of_the_pact_wire_can_take_a_part_for_a_result(estate: Estate) -> None:
    query = {"includePendingStatus": True, "providerVersionBranch": "main"}

    def wire() -> list[Any]:
        asked = estate.broker.client.post("/contracts/provider/orders/for-verification", json=query).json()
        [listed] = asked["_embedded"]["contracts"]
        content = estate.broker.read(listed["_links"]["self"]["href"])
        latest = f"{listed['_links']['self']['href'].partition('/metadata')[0]}/verification-results/latest"
        integrations = estate.broker.read("/integrations")["_embedded"]["integrations"]
        return [
            listed["verificationProperties"]["pending"],
            "pb:latest-verification-results" in content["_links"],
            estate.broker.client.get(latest).status_code,
            estate.broker.read("/verification-results/consumer/billing/version/1/latest")["success"],
            [one["verificationStatus"] for one in integrations],
            [estate.answer()["summary"][name] for name in ("deployable", "success", "failed", "unknown", "reason")],
        ]

    estate.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "live", code=2)
    estate.broker.client.put("/pacticipants/orders/branches/main/versions/7", json={}).raise_for_status()
    estate.run("record-deployment", "-a", "orders", "-e", "7", "--environment", "live", code=0)
    before = wire()
    estate.verify("7", 0)
    assert estate.parts()
    assert wire() == before
    assert before[:4] == [True, False, 404, False]


def test_a_policy_that_needs_a_replay_is_not_content_with_a_part(estate: Estate) -> None:
    estate.run("policy", "set", "--environment", "live", "--needs", "replay", code=0)
    estate.verify("7", 0)
    said = estate.gate(1)
    assert "replayed in part: 1 of 2 interactions passed" in said
    assert "make the rest observable." in said
    estate.verify("7", 0, *estate.observed())
    assert "YES" in estate.gate(0)


def test_a_replay_of_the_whole_takes_its_place_and_a_later_part_changes_nothing(estate: Estate) -> None:
    estate.verify("7", 0)
    estate.verify("7", 0, *estate.observed())
    assert "YES" in estate.gate(0)
    assert estate.parts() == []
    estate.verify("7", 0)
    assert "YES" in estate.gate(0)
    [part] = estate.parts()
    assert part["replayed"] == 1
    estate.orders.sends = {"no": "id"}
    assert "1 failed" in estate.verify("7", 1).out
    assert "incompatible" in estate.gate(1)
    assert estate.parts() == []


def test_a_part_goes_with_the_version_that_showed_it_and_alone(estate: Estate) -> None:
    estate.verify("7", 0)
    url = estate.parts()[0]["url"]
    assert estate.broker.client.delete(url).status_code == 204
    assert estate.parts() == []
    assert (estate.broker.client.get(url).status_code, estate.broker.client.delete(url).status_code) == (404, 404)
    estate.verify("7", 0)
    later = estate.parts()[0]["url"]
    assert later != url
    estate.broker.client.delete("/pacticipants/orders/versions/7").raise_for_status()
    assert estate.broker.client.get(later).status_code == 404


def test_it_goes_with_its_consumer(estate: Estate) -> None:
    estate.verify("7", 0)
    url = estate.parts()[0]["url"]
    estate.broker.client.delete("/pacticipants/billing").raise_for_status()
    assert estate.broker.client.get(url).status_code == 404


def test_the_report_says_how_much_was_replayed(estate: Estate) -> None:
    told = json.loads(estate.verify("7", 0, "--output", "json").out)
    [contract] = told["contracts"]
    assert (contract["replayedInPart"], contract["published"]) == ("1 of 2", estate.parts()[0]["url"])


def test_a_snapshot_holds_it_and_another_store_takes_it_in(estate: Estate, other_url: str, tmp_path: Path) -> None:
    estate.verify("7", 0)
    file = tmp_path / "snapshot.db"
    troth("export", str(file), "--database", estate.broker.database_url, code=0)
    troth("migrate", "--database", other_url, code=0)
    troth("environment", "create", "--name", "elsewhere", "-b", other_url, code=0)  # a store that lives is merged with
    for _ in range(2):
        troth("import", str(file), "--database", other_url, code=0)
    for store in (str(file), other_url):
        found = troth("can-i-deploy", "-a", "billing", "-e", "1", "--to-environment", "live", "-b", store)
        assert "replayed in part: 1 of 2 interactions passed" in found.out, found.said
    with contextlib.closing(Store(other_url)) as other:
        assert len(other.read(lambda db: db.execute(select(partial_replay.c.id)).all())) == 1
