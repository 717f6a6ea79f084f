"""Contracts of other formats on the command line: published, verified against a provider that runs, and judged."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.providers import Provider, provider
from tests.verifiers.graphql.conftest import CATALOGUE, example
from troth_broker import client
from troth_broker.client.verification import source
from troth_verifiers import verify

MESSAGES = """troth: 1
protocol: message
consumer: web
provider: orders
interactions:
  - {description: an order was placed, contents: {id: 7}}
"""
AVRO = b'{"type": "record", "name": "Placed", "fields": [{"name": "id", "type": "string"}]}'
PACT = pacts.pact("web", "orders", pacts.interaction("an order", "/orders/1"))


@pytest.fixture(scope="module")
def catalogues() -> Iterator[tuple[str, str]]:
    with example("service") as sound, example("next_service") as broken:
        yield sound, broken


@pytest.fixture
def orders() -> Iterator[Provider]:
    with provider() as found:
        yield found


def published(broker: Broker, folder: Path, *files: str | Path) -> str:
    return troth("publish", *files, "-a", "1", "--branch", "main", "-b", broker.url, folder=folder, code=0).out


def test_expectations_are_published_verified_and_decide_the_gate(
    broker: Broker, catalogues: tuple[str, str], tmp_path: Path
) -> None:
    out = published(broker, CATALOGUE, "web-catalogue.troth.yaml")
    assert "web → catalogue: web-catalogue.troth.yaml (graphql-expectations, with 1 further document)" in out
    assert "Consumer contract (graphql-expectations) published for web version 1 and provider catalogue" in out
    troth("environment", "create", "--name", "live", "--production", "-b", broker.url, code=0)

    def run(url: str, number: str, code: int) -> str:
        at = ("--provider-base-url", url, "--state-change-url", f"{url}/_states", "-b", broker.url)
        return troth("verify", "--provider", "catalogue", *at, "--publish", "-a", number, code=code).out

    def gate(number: str, code: int) -> str:
        troth("record-deployment", "-a", "catalogue", "-e", number, "--environment", "live", "-b", broker.url, code=0)
        asked = ("-a", "web", "-e", "1", "--to-environment", "live", "-b", broker.url)
        return troth("can-i-deploy", *asked, code=code).out

    sound, broken = catalogues
    assert "results published: " in run(sound, "5", 0)
    assert "web 1 → catalogue 5 (graphql-expectations)  replay" in gate("5", 0)
    assert "✗" in run(broken, "6", 1)
    assert "web 1 → catalogue 6 (graphql-expectations)" in gate("6", 1)
    table = troth("matrix", "--pacticipant", "web", "--pacticipant", "catalogue", "-b", broker.url, code=0).out
    assert "| SUCCESS? | CONTRACT" in table
    assert {line.split()[-1] for line in table.splitlines()[2:]} == {"graphql-expectations"}
    [row] = [row for row in rows(broker) if row["provider"]["version"]["number"] == "6"]
    assert [(one["kind"], one["success"]) for one in row["troth"]["evidence"]] == [("replay", False)]


def rows(broker: Broker) -> list[dict[str, Any]]:
    answer = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=catalogue")
    found: list[dict[str, Any]] = answer["matrix"]
    return found


def test_pacts_and_expectations_in_one_folder_are_published_at_once(broker: Broker, tmp_path: Path) -> None:
    pacts.write(tmp_path / "contracts", PACT)
    (tmp_path / "contracts" / "web.troth.yaml").write_text(MESSAGES)
    (tmp_path / "contracts" / "calls.troth.yaml").write_text(MESSAGES.replace("message", "grpc"))
    published(broker, tmp_path, "contracts")
    listed = broker.read("/pacticipants/web/versions/1/contracts")["_embedded"]["contracts"]
    assert [one["format"] for one in listed] == ["grpc-expectations", "message-expectations", "pact"]


def test_several_files_of_one_pair_and_protocol_are_one_contract_that_is_verified_as_one(
    sqlite_broker: Broker, tmp_path: Path
) -> None:
    contracts = tmp_path / "contracts"
    contracts.mkdir()
    (contracts / "a.troth.yaml").write_text(MESSAGES)
    other = MESSAGES.replace("an order was placed", "an order was sent").replace("id: 7", "id: 8")
    (contracts / "b.troth.yaml").write_text(f"{other}  - {{description: an order was placed, contents: {{id: 7}}}}\n")
    out = published(sqlite_broker, tmp_path, "contracts")
    assert "web → orders: contracts/a.troth.yaml, contracts/b.troth.yaml (message-expectations)" in out
    listed = sqlite_broker.read("/pacticipants/web/versions/1/contracts")["_embedded"]["contracts"]
    assert [one["format"] for one in listed] == ["message-expectations"]
    again = ("publish", "contracts", "-a", "1", "--merge", "-b", sqlite_broker.url)
    assert "--merge adds to pacts: " in troth(*again, folder=tmp_path, code=2).err
    messages = {"an order was placed": {"id": 7}, "an order was sent": {"id": 9}}
    report = verify(sqlite_broker.url, provider="orders", messages=messages)
    assert [(one.interaction.description, one.outcome.value) for one in report.results] == [
        ("an order was placed", "passed"),
        ("an order was sent", "failed"),
    ]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (
            {"a": MESSAGES, "b": MESSAGES.replace("id: 7", "id: 8")},
            "the interaction 'an order was placed' of b.troth.yaml differs from the one of the same description and",
        ),
        (
            {"a": f"{MESSAGES}settings: {{a: 1}}", "b": f"{MESSAGES}settings: {{a: 2}}"},
            "the setting 'a' of b.troth.yaml differs from that in a.troth.yaml",
        ),
        (
            {"a": f"{MESSAGES}schema: s.json", "b/c": MESSAGES, "s.json": "{}"},
            "a.troth.yaml, b/c.troth.yaml become one contract, and refer to schemas from different folders",
        ),
        ({"a": MESSAGES.replace("consumer: web\n", "")}, "it does not name its consumer and its provider"),
        ({"a": "troth: 1\ninteractions: []\nconsumer: ["}, "a.troth.yaml"),
    ],
)
def test_expectations_that_cannot_be_published_leave_nothing_behind(
    files: dict[str, str], words: str, sqlite_broker: Broker, tmp_path: Path
) -> None:
    for name, text in files.items():
        path = tmp_path / (name if "." in name else f"{name}.troth.yaml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    run = troth("publish", ".", "-a", "1", "-b", sqlite_broker.url, folder=tmp_path, code=2)
    assert words in run.err
    assert sqlite_broker.read("/pacticipants")["_embedded"]["pacticipants"] == []


def test_what_nothing_installed_can_replay_is_told_and_neither_passes_nor_fails(
    broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    (tmp_path / "placed.avsc").write_bytes(AVRO)
    side = ("--role", "consumer", "--consumer", "web", "--provider", "orders")
    troth("publish", "placed.avsc", *side, "-a", "1", "-b", broker.url, folder=tmp_path, code=0)
    at = ("--provider", "orders", "--provider-base-url", orders.url, "-b", broker.url)
    alone = troth("verify", *at, code=2)
    assert "There are no contracts to verify. web 1 → orders (avro): not verified. No installed plug-in" in alone.err
    pacts.write(tmp_path, PACT)
    published(broker, tmp_path, "web-orders.json")
    run = troth("verify", *at, "--publish", "-a", "5", code=0)
    assert "–  web 1 → orders (avro): not verified. No installed plug-in verifies" in run.out
    assert run.out.splitlines()[-1].startswith("YES  1 passed")
    report = json.loads(troth("verify", *at, "-o", "json", code=0).out)
    assert [one["text"].partition(". ")[0] for one in report["notVerified"]] == ["web 1 → orders (avro): not verified"]
    [result] = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvp")["matrix"][:1]
    assert result["provider"] is not None


def test_expectations_that_nothing_replays_are_a_problem_because_nothing_else_judges_them(
    sqlite_broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    (tmp_path / "web.troth.yaml").write_text(MESSAGES.replace("protocol: message", "protocol: pigeon"))
    published(sqlite_broker, tmp_path, "web.troth.yaml")
    run = troth("verify", "--provider", "orders", "--provider-base-url", orders.url, "-b", sqlite_broker.url, code=2)
    assert "verifies contracts of the format 'pigeon'" in run.out


def test_contracts_that_cannot_be_read_are_told_and_the_rest_is_verified_and_published(
    sqlite_broker: Broker, orders: Provider, tmp_path: Path
) -> None:
    call = "{description: a call, service: a.B, method: C, request: {}, response: {}}"
    unread = {
        "seven": ("message", "interactions: 7"),
        "torn": ("grpc", f"schema: gone.proto\ninteractions: [{call}]"),
    }

    async def publish() -> None:
        async with client.Broker(sqlite_broker.url) as broker:
            for consumer, (protocol, rest) in unread.items():
                text = f"troth: 1\nprotocol: {protocol}\nconsumer: {consumer}\nprovider: orders\n{rest}\n"
                files = client.ContractFiles(f"{protocol}-expectations", {"a.troth.yaml": text.encode()})
                await broker.publish_contract(files, provider="orders", consumer=consumer, version="1", branch="main")

    asyncio.run(publish())
    pacts.write(tmp_path, PACT)
    published(sqlite_broker, tmp_path, "web-orders.json")
    at = ("--provider", "orders", "--provider-base-url", orders.url, "-b", sqlite_broker.url)
    run = troth("verify", *at, "--publish", "-a", "5", code=3)
    assert "There is no interaction; write a list of at least one." in run.out
    assert "the schema gone.proto is not there" in run.out
    assert run.out.count("results published: ") == 1
    assert run.out.count("results not published: it could not be ") == 2
    assert "Nothing was published" not in run.out
    rows = sqlite_broker.read("/matrix?q[][pacticipant]=orders&q[][version]=5&latestby=cvp")["matrix"]
    verified = [row for row in rows if row["verificationResult"] is not None]
    assert [row["consumer"]["name"] for row in verified] == ["web"]


def test_a_contract_of_the_broker_is_verified_from_python(sqlite_broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "web.troth.yaml").write_text(MESSAGES)
    published(sqlite_broker, tmp_path, "web.troth.yaml")
    report = verify(sqlite_broker.url, provider="orders", messages={"an order was placed": lambda: {"id": 7}})
    assert report.check().contracts[0].contract.format == "message"
    report = verify(source(sqlite_broker.url, provider="orders"), messages={"an order was placed": lambda: {"id": 8}})
    assert report.exit_code == 1


def test_a_broker_that_knows_pacts_alone_is_asked_for_nothing_else(sqlite_broker: Broker) -> None:
    async def asked() -> tuple[client.PactLink, ...]:
        async with client.Broker(sqlite_broker.url) as broker:
            index = dict(await broker.wire.index())
            links = {name: link for name, link in index["_links"].items() if "contracts-for" not in name}
            broker.wire._index = {**index, "_links": links}
            return await broker.contracts_for_verification("nobody")

    assert asyncio.run(asked()) == ()
