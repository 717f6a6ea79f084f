"""A registered schema is a contract of the application that its subject belongs to."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.registry import ORDER, PROTO, WITH_NOTE, WITHOUT_DEFAULT, client_of, number, refused, register

RULES = ("orders-service.*=orders-service", "*-value={topic}-service", "shop.*=shop")


@pytest.fixture
def mapped(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker whose subjects belong to applications."""
    return start_broker(database_url, registry_applications=RULES)


@pytest.fixture
def registry(mapped: Broker) -> Iterator[httpx.Client]:
    with client_of(mapped.url) as client:
        yield client


def contracts(broker: Broker, application: str, version: str) -> list[Any]:
    found = broker.read(f"/pacticipants/{application}/versions/{version}/contracts")["_embedded"]["contracts"]
    return [(one["role"], one["format"], one.get("name")) for one in found]


def mailer_reads(broker: Broker, schema: object) -> None:
    content = base64.b64encode(json.dumps(schema).encode()).decode()
    contract = {"content": content, "specification": "avro"}
    body = {"pacticipantVersionNumber": "1", "branch": "main", "contract": contract}
    answer = broker.client.post("/consumer-contracts/provider/orders-service/consumer/mailer/publish", json=body)
    assert answer.is_success, answer.text


def deployable(broker: Broker, version: str) -> Any:
    query = "q[][pacticipant]=mailer&q[][version]=1&q[][pacticipant]=orders-service&q[][version]="
    return broker.read(f"/matrix?{query}{version}&latestby=cvpv")["summary"]["deployable"]


def test_each_version_of_a_subject_is_a_version_of_its_application(mapped: Broker, registry: httpx.Client) -> None:
    number(register(registry, "orders-value", ORDER))
    number(register(registry, "orders-value", WITH_NOTE))
    number(register(registry, "elsewhere", ORDER))
    assert contracts(mapped, "orders-service", "orders-value%201") == [("provider", "avro", "orders-value")]
    assert contracts(mapped, "orders-service", "orders-value%202") == [("provider", "avro", "orders-value")]
    names = [one["name"] for one in mapped.read("/pacticipants")["_embedded"]["pacticipants"]]
    assert names == ["orders-service"]


def test_the_gate_compares_consumers_with_registered_schemas(mapped: Broker, registry: httpx.Client) -> None:
    registry.put("/config/orders-value", json={"compatibility": "NONE"})
    number(register(registry, "orders-value", WITHOUT_DEFAULT))
    number(register(registry, "orders-value", ORDER))
    mailer_reads(mapped, WITHOUT_DEFAULT)
    assert deployable(mapped, "orders-value%201") is True
    assert deployable(mapped, "orders-value%202") is False


def test_the_request_may_say_which_version_and_branch_of_the_application_it_is(
    mapped: Broker, registry: httpx.Client
) -> None:
    told = {"X-Application-Version": "5", "X-Application-Branch": "main"}
    first = number(register(registry, "orders-value", ORDER, told=told))
    assert contracts(mapped, "orders-service", "5") == [("provider", "avro", "orders-value")]
    assert mapped.read("/pacticipants/orders-service/branches/main/latest-version")["number"] == "5"
    again = {"X-Application-Version": "6"}
    assert number(register(registry, "orders-value", ORDER, told=again)) == first
    assert number(register(registry, "orders-value", ORDER, told=again)) == first
    assert contracts(mapped, "orders-service", "6") == [("provider", "avro", "orders-value")]
    assert registry.get("/subjects/orders-value/versions").json() == [1]
    assert refused(register(registry, "orders-value", ORDER, told={"X-Application-Version": "x" * 2001}))[1] == 400


def test_what_was_registered_before_a_rule_is_published_when_it_is_registered_again(
    database_url: str, start_broker: StartBroker
) -> None:
    before = start_broker(database_url)
    with client_of(before.url) as client:
        number(register(client, "orders-value", ORDER))
    after = start_broker(database_url, registry_applications=RULES)
    with client_of(after.url) as client:
        number(register(client, "orders-value", ORDER))
    assert contracts(after, "orders-service", "orders-value%201") == [("provider", "avro", "orders-value")]


def test_a_schema_is_published_with_what_it_stands_on(mapped: Broker, registry: httpx.Client) -> None:
    money = 'syntax = "proto3";\npackage money;\nmessage Money { int64 cents = 1; }\n'
    number(register(registry, "money", money, schemaType="PROTOBUF"))
    order = PROTO.replace("package shop;", 'package shop;\nimport "money.proto";').replace(
        "int32 id", "money.Money price"
    )
    references = [{"name": "money.proto", "subject": "money", "version": -1}]
    number(register(registry, "shop.orders", order, schemaType="PROTOBUF", references=references))
    shown = registry.get("/subjects/shop.orders/versions/1").json()
    assert shown["references"] == [{"name": "money.proto", "subject": "money", "version": 1}]
    at = "/contracts/provider/shop/version/shop.orders%201/format/protobuf/documents/money.proto?name=shop.orders"
    assert mapped.client.get(at).text == money


def test_a_consumer_of_one_subject_is_not_held_against_another_one(mapped: Broker, registry: httpx.Client) -> None:
    told = {"X-Application-Version": "5"}
    shipped = {"type": "record", "name": "Shipped", "fields": [{"name": "at", "type": "long"}]}
    number(register(registry, "orders-value", ORDER, told=told))
    number(register(registry, "orders-service.shipped-value", shipped, told=told))
    number(register(registry, "orders-service.orders-key", '"string"', told=told))
    mailer_reads(mapped, ORDER)
    assert len(contracts(mapped, "orders-service", "5")) == 3
    assert deployable(mapped, "5") is True
