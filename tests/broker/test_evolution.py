"""The evolution gate: a provider's new document against those of its versions that run in the target."""

import base64
import contextlib
import json
from typing import Any

import pytest
from sqlalchemy import select

from tests.broker.gate_fleet import Fleet
from tests.support.brokers import Broker
from tests.support.cli import troth
from troth_broker.core.facts import Older
from troth_broker.jobs.comparer import ChildComparer
from troth_broker.services import matrix
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.comparing import Outcome
from troth_broker.store.engine import Store
from troth_broker.store.tables import evolution
from troth_schemas.contract import Contract


def document(*properties: str) -> dict[str, Any]:
    """An OpenAPI document whose one answer has these properties."""
    schema = {
        "type": "object",
        "required": [*properties],
        "properties": {one: {"type": "string"} for one in properties},
    }
    answer = {"description": "The order", "content": {"application/json": {"schema": schema}}}
    get = {"responses": {"200": answer}}
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": {"/orders": {"get": get}}}


@pytest.fixture
def fleet(broker: Broker) -> Fleet:
    """Orders 5 runs in live; 6 drops a property, 7 adds one. No consumer has a contract."""
    fleet = Fleet(broker)
    for version, properties in (("5", ("id", "price")), ("6", ("id",)), ("7", ("id", "price", "note"))):
        provide(fleet, version, document(*properties))
    fleet.deploy("orders", "5", "live")
    return fleet


def provide(fleet: Fleet, version: str, said: dict[str, Any]) -> None:
    content = base64.b64encode(json.dumps(said).encode()).decode()
    body = {"content": content, "contractType": "oas", "contentType": "application/json"}
    fleet.client.put(f"/contracts/provider/orders/version/{version}", json=body).raise_for_status()


def gate(fleet: Fleet, version: str) -> Any:
    return fleet.gate("orders", version, environment="live")["summary"]


def owe(fleet: Fleet, mode: str | None) -> None:
    uuid = fleet.environment("live")
    fleet.client.put(f"/environments/{uuid}/policy", json={"evolution": mode}).raise_for_status()


def test_a_change_that_breaks_what_runs_is_warned_of_without_any_consumer(fleet: Fleet) -> None:
    summary = gate(fleet, "6")
    assert summary["deployable"] is True
    [step] = summary["troth"]["evolution"]
    assert (step["application"], step["version"], step["against"], step["format"]) == ("orders", "6", "5", "openapi")
    assert (step["mode"], step["blocks"], step["success"]) == ("BACKWARD", False, False)
    assert "price" in step["findings"][0]
    [warning] = [one for one in summary["troth"]["warnings"] if one["class"] == "evolution"]
    assert warning["text"] == "What version 6 of orders publishes breaks what version 5 of orders publishes."
    assert gate(fleet, "7")["troth"]["evolution"][0]["success"] is True


def test_a_policy_that_names_a_mode_makes_it_a_no_with_a_way_out(fleet: Fleet) -> None:
    owe(fleet, "BACKWARD")
    summary = gate(fleet, "6")
    assert (summary["deployable"], summary["troth"]["class"]) == (False, "incompatible")
    [reason] = summary["troth"]["reasons"]
    assert (reason["application"], reason["version"], reason["against"]) == ("orders", "6", "5")
    assert reason["text"].startswith("its openapi document breaks BACKWARD compatibility with orders 5: ")
    assert [(one["kind"], one["text"]) for one in summary["troth"]["actions"]] == [
        ("keep-compatible", "publish a contract of orders 6 that keeps what orders 5 offers")
    ]
    assert gate(fleet, "7")["deployable"] is True
    owe(fleet, "NONE")
    assert gate(fleet, "6")["deployable"] is True
    assert "evolution" not in gate(fleet, "6")["troth"]


def test_each_mode_asks_in_its_direction(fleet: Fleet) -> None:
    owe(fleet, "FULL")
    assert gate(fleet, "6")["deployable"] is False
    assert gate(fleet, "7")["deployable"] is False  # the old document does not have what the new one adds
    owe(fleet, "FORWARD")
    assert gate(fleet, "6")["deployable"] is True


def test_the_newest_version_that_runs_counts_and_in_transitive_modes_all_of_them(fleet: Fleet) -> None:
    provide(fleet, "8", document("id"))
    fleet.deploy("orders", "8", "live", "green")
    owe(fleet, "BACKWARD")
    assert gate(fleet, "6")["deployable"] is True
    owe(fleet, "BACKWARD_TRANSITIVE")
    assert gate(fleet, "6")["deployable"] is False


def test_what_cannot_be_read_is_never_a_pass_where_it_counts(fleet: Fleet) -> None:
    owe(fleet, "BACKWARD")
    provide(fleet, "9", {"openapi": "3.0.3", "paths": "none"})
    assert gate(fleet, "9")["deployable"] is not True


def test_the_policy_of_two_cannot_say_it(fleet: Fleet) -> None:
    fleet.version("web", "1")
    answer = fleet.client.put("/integrations/provider/orders/consumer/web/policy", json={"evolution": "FULL"})
    assert answer.status_code == 400
    assert "environment" in answer.json()["errors"]["evolution"][0]


def test_people_are_told_on_the_command_line_and_on_the_page(fleet: Fleet) -> None:
    asked = ("can-i-deploy", "-a", "orders", "-e", "6", "--to-environment", "live")
    where = {"PACT_BROKER_BASE_URL": fleet.broker.url}
    warned = troth(*asked, environment=where, code=0).out
    assert "What version 6 of orders publishes breaks what version 5 of orders publishes." in warned
    owe(fleet, "BACKWARD")
    assert "breaks BACKWARD compatibility with orders 5" in troth(*asked, environment=where, code=1).out
    page = fleet.client.get(
        "/can-i-deploy?pacticipant=orders&version=6&environment=live", headers={"Accept": "text/html"}
    ).text
    assert "breaks BACKWARD compatibility with orders 5" in page


def expects(fleet: Fleet, version: str, *properties: str) -> None:
    """Publish a pact of the web with orders that relies on these properties, and let its version run in live."""
    body = dict.fromkeys(properties, "a")
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": body}
    interaction = {
        "description": "the orders",
        "request": {"method": "GET", "path": "/orders"},
        "response": {**response, "matchingRules": {"$.body": {"match": "type"}}},
    }
    pact = {"interactions": [interaction], "metadata": {"pactSpecification": {"version": "2.0.0"}}}
    where = f"/pacts/provider/orders/consumer/web/version/{version}"
    fleet.client.put(where, json=pact).raise_for_status()
    fleet.deploy("web", version, "live")


def test_a_breaking_change_that_no_known_consumer_uses_is_told_apart(fleet: Fleet) -> None:
    owe(fleet, "BACKWARD")
    expects(fleet, "1", "id")
    summary = gate(fleet, "6")
    [step] = summary["troth"]["evolution"]
    assert (step["success"], step["breaking"], step["unused"], step["coverage"]) == (True, 0, 1, ["web"])
    assert summary["deployable"] is True
    [warning] = summary["troth"]["warnings"]
    assert (warning["class"], warning["version"]) == ("evolution", "6")
    assert warning["text"].endswith("in a place of its openapi document that no known consumer uses.")


def test_a_breaking_change_that_a_consumer_uses_counts(fleet: Fleet) -> None:
    owe(fleet, "BACKWARD")
    expects(fleet, "1", "id", "price")
    [step] = gate(fleet, "6")["troth"]["evolution"]
    assert (step["success"], step["breaking"], "unused" in step) == (False, 1, False)


def test_a_mode_may_be_that_of_one_subject(fleet: Fleet) -> None:
    uuid = fleet.environment("live")
    where = f"/environments/{uuid}/policy"
    fleet.client.put(where, json={"evolution": {"*": "BACKWARD", "orders/openapi": "NONE"}}).raise_for_status()
    assert gate(fleet, "6")["deployable"] is True
    assert "evolution" not in gate(fleet, "6")["troth"]
    fleet.client.put(where, json={"evolution": {"orders/*": "BACKWARD"}}).raise_for_status()
    assert gate(fleet, "6")["deployable"] is False
    fleet.client.put(where, json={"evolution": {"web/*": "BACKWARD"}}).raise_for_status()
    assert gate(fleet, "6")["troth"]["evolution"][0]["blocks"] is False
    for wrong in ({}, {"a": "UP"}, {"a": 3}, ["FULL"], "UP"):
        assert fleet.client.put(where, json={"evolution": wrong}).status_code == 400


def test_modes_by_subject_are_set_on_the_command_line(fleet: Fleet) -> None:
    where = {"PACT_BROKER_BASE_URL": fleet.broker.url}
    set_ = ("policy", "set", "--environment", "live", "--evolution")
    said = troth(*set_, "orders/*=FULL", "--evolution", "*/avro=NONE", environment=where, code=0).out
    assert "evolution:    FULL for orders/*, NONE for */avro" in said
    assert "is none of NONE, BACKWARD" in troth(*set_, "orders=UP", environment=where, code=2).err
    assert "one MODE for all" in troth(*set_, "FULL", "--evolution", "a=FULL", environment=where, code=2).err
    assert "breaking changes are warned of" in troth(*set_, "default", environment=where, code=0).out


class Deleting(ChildComparer):
    """A comparer in whose time the newer document is deleted."""

    def __init__(self, fleet: Fleet) -> None:
        super().__init__()
        self._fleet = fleet

    def evolve(self, reader: Contract, writer: Contract, older: Older = "writer") -> Outcome:
        self._fleet.client.delete("/contracts/provider/orders/version/6").raise_for_status()
        return super().evolve(reader, writer, older)


def test_a_document_that_is_deleted_while_it_is_compared_leaves_nothing(fleet: Fleet) -> None:
    owe(fleet, "BACKWARD")
    comparer = Deleting(fleet)
    with contextlib.closing(Store(fleet.broker.database_url, 2)) as store:
        ours = World(store, Settings(), comparer=comparer)
        answer = matrix.can_i_deploy(ours, "orders", "6", tag=None, environment="live", ignored=())
        assert (answer.decision.deployable, answer.decision.evolution) == (True, ())
        assert store.read(lambda db: db.execute(select(evolution.c.id)).all()) == []
    comparer.close()
