"""A Protobuf document's past, asked in every direction: the gate, `troth diff` and the schema registry say the same."""

from pathlib import Path

import httpx
import pytest

from tests.broker.gate_fleet import Fleet
from tests.broker.test_contracts import say, single
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.registry import client_of

FIRST = 'syntax = "proto3"; message Order { string id = 1; int64 price = 2; }'
WIDER = 'syntax = "proto3"; message Order { string id = 1; int64 price = 2; string note = 3; }'
OTHER = 'syntax = "proto3"; message Order { string id = 1; bytes price = 2; }'
TYPE = {"schemaType": "PROTOBUF"}


def gate(fleet: Fleet, mode: str, *past: str, new: str) -> bool:
    """What the gate says of a document beside older ones that run, the newest last."""
    for number, proto in enumerate((*past, new), 1):
        said = single(proto.encode(), contractType="protobuf", contentType="application/x-protobuf")
        say(fleet.broker, said, str(number), branch="main")
        if number <= len(past):
            fleet.deploy("orders", str(number), "live", f"instance {number}")
    where = f"/environments/{fleet.environment('live')}/policy"
    fleet.client.put(where, json={"evolution": mode}).raise_for_status()
    summary = fleet.gate("orders", str(len(past) + 1), environment="live")["summary"]
    verdicts = {step["success"] for step in summary["troth"]["evolution"]}
    assert summary["deployable"] is (verdicts == {True})
    return bool(summary["deployable"])


def diff(folder: Path, mode: str, *past: str, new: str) -> bool:
    """What `troth diff` says of the same."""
    for number, proto in enumerate((*past, new)):
        (folder / f"{number}.proto").write_text(proto)
    files = [f"{number}.proto" for number in range(len(past) + 1)]
    asked = troth("diff", *files, "--mode", mode.lower().replace("_", "-"), folder=folder)
    assert asked.code in (0, 1), asked.said
    return asked.code == 0


def registry(client: httpx.Client, mode: str, *past: str, new: str) -> bool:
    """What the schema registry says of the same."""
    subject = "orders-value"
    client.put(f"/config/{subject}", json={"compatibility": "NONE"}).raise_for_status()
    for proto in past:
        client.post(f"/subjects/{subject}/versions", json={**TYPE, "schema": proto}).raise_for_status()
    client.put(f"/config/{subject}", json={"compatibility": mode}).raise_for_status()
    asked = client.post(f"/compatibility/subjects/{subject}/versions", json={**TYPE, "schema": new})
    return bool(asked.json()["is_compatible"])


@pytest.mark.parametrize(
    ("mode", "past", "new", "verdict"),
    [
        pytest.param("FORWARD", [FIRST], WIDER, True, id="a field is new"),
        pytest.param("FULL", [FIRST], WIDER, True, id="a field is new, both ways"),
        pytest.param("FORWARD", [FIRST], OTHER, False, id="a field has another type"),
        pytest.param("FORWARD_TRANSITIVE", [FIRST, WIDER], f"{WIDER} // as it was", True, id="a long past"),
        pytest.param("FULL_TRANSITIVE", [FIRST, FIRST + " "], WIDER, True, id="a long past, both ways"),
        pytest.param("FORWARD_TRANSITIVE", [OTHER, FIRST], WIDER, False, id="another type long ago"),
    ],
)
def test_the_gate_agrees_with_diff_and_with_the_registry(
    sqlite_broker: Broker, tmp_path: Path, mode: str, past: list[str], new: str, verdict: bool
) -> None:
    with client_of(sqlite_broker.url) as client:
        said = registry(client, mode, *past, new=new)
    found = gate(Fleet(sqlite_broker), mode, *past, new=new), diff(tmp_path, mode, *past, new=new), said
    assert found == (verdict, verdict, verdict)


def test_an_old_reader_does_not_miss_a_message_that_is_new(broker: Broker, tmp_path: Path) -> None:
    wider = f"{FIRST} message Line {{}}"
    assert diff(tmp_path, "FORWARD", FIRST, new=wider)
    assert gate(Fleet(broker), "FORWARD", FIRST, new=wider)


def test_going_back_to_what_ran_before_is_another_question(sqlite_broker: Broker) -> None:
    """The same two documents, with the other one as the older: what is gone is missed."""
    fleet = Fleet(sqlite_broker)
    assert gate(fleet, "FORWARD", FIRST, new=WIDER)
    fleet.deploy("orders", "2", "live", "instance 1")
    assert fleet.gate("orders", "1", environment="live")["summary"]["deployable"] is False
