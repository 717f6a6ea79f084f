"""Replays of a part on the wire: what is taken for one, what is refused, and what they are read back as."""

import asyncio
import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, func, select, text

from tests.broker.matrix_facts import record
from tests.broker.test_expectations import AT, asked, deploy, files, gate, publish
from tests.support.brokers import Broker
from troth_broker.client import Broker as Client
from troth_broker.client import NotABroker
from troth_broker.client.values import ConsumerContract
from troth_broker.client.verification import BrokerSink
from troth_broker.core.facts import Application, Facts, Integration, Placed, Publication, Result, Version
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, alembic_config, migrate, revision
from troth_broker.store.tables import latest_verification, partial_replay, verification
from troth_verifiers import Contract
from troth_verifiers.api import Verdict

PASSED: dict[str, Any] = {"interactionDescription": "an order is told", "success": True, "outcome": "passed"}
SKIPPED: dict[str, Any] = {
    "interactionDescription": "no order",
    "success": None,
    "outcome": "skipped",
    "exceptions": [{"message": "Nobody\ntells\u202e.", "kind": "nothing-to-replay"}],
}
TESTS = [PASSED, SKIPPED]
FAULT = (
    "is null, which says that a part was replayed: then testResults must hold an outcome for each interaction, "
    '"passed" or "skipped", and each of the two at least once'
)


def link(broker: Broker) -> str:
    content = broker.read(asked(broker)[0]["_links"]["self"]["href"])
    found: str = content["_links"]["pb:publish-partial-replay"]["href"]
    assert found == content["_links"]["pb:publish-verification-results"]["href"]
    return found


@pytest.mark.parametrize("name", ["grpc-expectations", "asyncapi"])
def test_a_contracts_own_page_says_where_parts_and_results_are_published(broker: Broker, name: str) -> None:
    if name == "asyncapi":
        document = {"asyncapi": "2.6.0", "info": {"title": "web", "version": "1"}, "channels": {}}
        body = {"pacticipantVersionNumber": "1", "contract": {"files": files(web_json=json.dumps(document))}}
        broker.client.post(f"{AT}/publish", json=body).raise_for_status()
    else:
        publish(broker)
    [listed] = broker.read("/pacticipants/web/versions/1/contracts")["_embedded"]["contracts"]
    links = broker.read(listed["_links"]["self"]["href"])["_links"]
    for relation in ("pb:publish-partial-replay", "pb:publish-verification-results"):
        sends = {"success": None, "providerApplicationVersion": "5", "testResults": TESTS}
        answer = broker.client.post(links[relation]["href"], json=sends)
        assert (answer.status_code, answer.json()["replayed"]) == (201, 1)


def sent(broker: Broker, tests: Any = TESTS, **more: Any) -> Any:
    """The answer to a replay of a part that was published the way a verifier does it."""
    body = {"success": None, "providerApplicationVersion": "5", "testResults": tests, **more}
    return broker.client.post(link(broker), json=body)


def test_a_part_is_created_and_read_back_as_it_came(broker: Broker) -> None:
    publish(broker)
    tests = {"tests": [*TESTS, {**PASSED, "large": 12345678901234567890123}], "odd": 1}
    answer = sent(broker, tests, buildUrl="http://ci.example.org/1", verifiedBy={"implementation": "Other"})
    assert answer.status_code == 201
    body = answer.json()
    assert answer.headers["Location"] == body["_links"]["self"]["href"]
    assert broker.read(answer.headers["Location"]) == body
    assert (body["success"], body["replayed"], body["skipped"]) == (None, 2, 1)
    assert body["notObserved"] == [{"interaction": "no order", "cause": "Nobody tells"}]
    assert (body["testResults"], body["buildUrl"]) == (tests, "http://ci.example.org/1")
    assert body["verifiedBy"] == {"implementation": "Other"}
    assert (body["providerName"], body["providerApplicationVersion"]) == ("orders", "5")
    assert broker.read("/pacticipants/orders/versions/5")["number"] == "5"
    with contextlib.closing(Store(broker.database_url)) as store:
        assert store.read(_counts) == [0, 0, 1]


def _counts(db: Connection) -> list[int]:
    tables = (verification, latest_verification, partial_replay)
    return [db.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.mark.parametrize(
    "tests",
    [
        None,
        [],
        "skipped",
        [PASSED],
        [SKIPPED],
        [{**PASSED, "outcome": None}, SKIPPED],
        [*TESTS, {**PASSED, "outcome": ["passed"]}],
        [*TESTS, {**PASSED, "outcome": "failed", "success": False}],
        [*TESTS, {**PASSED, "outcome": "failed", "success": False, "pending": True}],
        [*TESTS, {**PASSED, "outcome": "errored", "success": False}],
        [*TESTS, {"interactionDescription": "of a verifier that tells no outcome", "success": True}],
        {"tests": [PASSED]},
    ],
)
def test_null_without_a_part_is_refused_in_a_sentence(sqlite_broker: Broker, tests: Any) -> None:
    publish(sqlite_broker)
    answer = sent(sqlite_broker, tests)
    assert (answer.status_code, answer.json()["errors"]) == (400, {"success": [FAULT]})
    url = link(sqlite_broker)
    answer = sqlite_broker.client.post(url, json={"providerApplicationVersion": "5", "testResults": TESTS})
    assert answer.json()["errors"] == {"success": ["is missing"]}
    answer = sqlite_broker.client.post(url, json={"success": None, "testResults": TESTS})
    assert answer.json()["errors"] == {"providerApplicationVersion": ["is missing"]}
    assert sqlite_broker.client.get("/partial-replays/1").status_code == 404


@pytest.mark.parametrize("number", ["0", "2", "one", "9" * 30, "1x"])
def test_a_number_that_is_none_is_not_found(sqlite_broker: Broker, number: str) -> None:
    publish(sqlite_broker)
    assert sent(sqlite_broker).status_code == 201
    for accept in ("application/hal+json", "text/html"):
        answer = sqlite_broker.client.get(f"/partial-replays/{number}", headers={"Accept": accept})
        assert answer.status_code == 404
    assert sqlite_broker.client.delete(f"/partial-replays/{number}").status_code == 404
    assert sqlite_broker.client.get("/partial-replays/1").status_code == 200


def test_what_others_wrote_is_told_in_lines_of_bounded_length(sqlite_broker: Broker) -> None:
    publish(sqlite_broker)
    odd = [
        {"outcome": "skipped", "interactionDescription": "x" * 500, "exceptions": [3, {"message": ""}]},
        {"outcome": "skipped", "interactionDescription": 7, "exceptions": "none"},
        *[SKIPPED] * 4,
        PASSED,
    ]
    body = sent(sqlite_broker, odd).json()
    assert (body["replayed"], body["skipped"]) == (1, 6)
    assert body["notObserved"] == [
        {"interaction": f"{'x' * 200}…", "cause": "no cause is told"},
        {"interaction": "an interaction", "cause": "no cause is told"},
        {"interaction": "no order", "cause": "Nobody tells"},
    ]


def test_a_pact_is_replayed_in_part_too(broker: Broker) -> None:
    pact = {"interactions": [{"description": name, "request": {}, "response": {}} for name in "ab"]}
    broker.client.put("/pacts/provider/orders/consumer/web/version/1", json=pact).raise_for_status()
    url = broker.read("/pacts/provider/orders/consumer/web/latest")["_links"]["pb:publish-verification-results"]["href"]
    tests = [
        {**PASSED, "interactionDescription": "a", "interactionProviderState": None},
        {**SKIPPED, "interactionDescription": "b", "interactionProviderState": None},
    ]
    body = {"success": None, "providerApplicationVersion": "5", "testResults": tests}
    found = broker.client.post(url, json=body).raise_for_status().json()
    assert broker.read(found["_links"]["pb:pact-version"]["href"])["interactions"]
    page = broker.client.get(found["_links"]["self"]["href"], headers={"Accept": "text/html"}).text
    assert page.index("not observed") < page.index("passed")
    extended = broker.read("/pacts/provider/orders/consumer/web/latest")
    assert "pb:latest-verification-results" not in extended["_links"]


def contract_of(broker: Broker) -> ConsumerContract:
    """The contract as the client has it."""

    async def fetched() -> ConsumerContract:
        async with Client(broker.url) as client:
            [listed] = await client.contracts_for_verification("orders")
            return await client.consumer_contract(listed.url)

    return asyncio.run(fetched())


def test_a_broker_that_takes_no_part_is_sent_none(sqlite_broker: Broker) -> None:
    publish(sqlite_broker)
    contract = contract_of(sqlite_broker)
    assert contract.partial_replays_url is not None
    elsewhere = replace(contract, partial_replays_url=None)
    sink = BrokerSink(lambda: Client(sqlite_broker.url), "5")

    def published(of: ConsumerContract) -> str | None:
        verdict = Verdict(Contract("web", "orders", b"", "a", ref=of), False, (), tuple(TESTS))
        return asyncio.run(sink.publish_part(verdict))

    assert published(elsewhere) is None
    assert sqlite_broker.client.get("/partial-replays/1").status_code == 404

    async def anyway() -> None:
        async with Client(sqlite_broker.url) as client:
            await client.publish_partial_replay(elsewhere, provider_version="5", test_results=TESTS)

    with pytest.raises(NotABroker, match="no link to publish replays of a part to"):
        asyncio.run(anyway())
    assert published(contract) == f"{sqlite_broker.url}/partial-replays/1"


def test_the_grid_shows_a_part_beside_the_version_that_showed_it(broker: Broker) -> None:
    publish(broker)
    deploy(broker, "orders", "4")
    sent(broker)
    page = broker.client.get("/matrix/provider/orders/consumer/web", headers={"Accept": "text/html"}).text
    assert 'href="/partial-replays/1"' in page
    assert "1 of 2 replayed" in page
    assert gate(broker)["matrix"][0]["troth"]["evidence"] == []  # version 4 has shown nothing
    histories = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")
    [row] = histories["matrix"]
    [told] = row["troth"]["evidence"]
    assert (told["kind"], told["provider_version"], row["verificationResult"]) == ("partial-replay", "5", None)


FACTS = Facts(
    (Application(1, "web"), Application(2, "orders")),
    (Version(1, 1, "1"), Version(2, 2, "5")),
    placed=(Placed(2, 2, "live"),),
    integrations=(Integration(1, 2),),
    publications=(Publication(1, 1, 1, 2, 1, format="asyncapi"),),
    results=(Result(1, 1, 2, success=False, at=5),),
    environments=frozenset({"live"}),
)


def test_a_store_of_the_release_before_keeps_what_it_knew_and_takes_parts(empty_database_url: str) -> None:
    def populate(db: Connection) -> None:
        record(db, FACTS)

    with contextlib.closing(Store(empty_database_url)) as store:
        store.write(lambda db: command.upgrade(alembic_config(db), "0008"))
        store.write(populate)
        assert migrate(store) == "0008"
        assert store.read(revision) == HEAD
        ones = ("content_id", "consumer_id", "replayed", "skipped", "happened_at", "recorded_at")
        row: dict[str, Any] = {"provider_id": 2, "provider_version_id": 2, "unobserved": "[]", "test_results": b"[]"}
        row |= dict.fromkeys(ones, 1)
        marks = ", ".join(f":{name}" for name in row)
        insert = text(f"INSERT INTO partial_replay ({', '.join(row)}) VALUES ({marks})")
        store.write(lambda db: db.execute(insert, row))
        kept = store.read(lambda db: db.execute(select(verification.c.success)).scalars().all())
        assert kept == [False]
        store.write(lambda db: db.execute(text("DELETE FROM version WHERE id = 2")))
        assert store.read(lambda db: db.execute(select(partial_replay.c.id)).all()) == []
