"""The registry's modes, imports and contexts."""

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.support.brokers import Broker
from tests.support.registry import ORDER, WITH_NOTE, WITHOUT_DEFAULT, client_of, number, refused, register


@pytest.fixture
def registry(broker: Broker) -> Iterator[httpx.Client]:
    with client_of(broker.url) as client:
        yield client


def test_importing_takes_an_id_and_other_modes_take_none(registry: httpx.Client) -> None:
    registry.put("/mode/orders", json={"mode": "IMPORT"})
    assert refused(register(registry, "orders", ORDER))[1:] == (42205, "Subject orders is not in read-write mode")
    assert number(register(registry, "orders", ORDER, id=70, version=3)) == 70
    assert refused(register(registry, "orders", WITH_NOTE, id=70, version=4))[1] == 42205
    assert refused(register(registry, "orders", ORDER, id=71, version=4))[1] == 42207
    assert number(register(registry, "orders", WITHOUT_DEFAULT, id=80, version=3)) == 80
    assert registry.get("/subjects/orders/versions").json() == [3]
    registry.put("/mode/orders", json={"mode": "READWRITE"})
    assert refused(register(registry, "orders", WITH_NOTE, version=9))[1] == 42201
    assert refused(register(registry, "orders", WITH_NOTE, id=90))[1:] == (
        42205,
        "Subject orders is not in import mode",
    )
    assert number(register(registry, "orders", WITH_NOTE, version=4)) == 81


def test_read_only_for_all_overrides_what_a_subject_says(registry: httpx.Client) -> None:
    registry.put("/mode/orders", json={"mode": "READWRITE"})
    registry.put("/mode", json={"mode": "READONLY"})
    number(register(registry, "orders", ORDER))
    assert refused(register(registry, "others", ORDER))[1] == 42205
    assert refused(registry.put("/config/others", json={"compatibility": "NONE"}))[1] == 42205
    registry.put("/mode", json={"mode": "READONLY_OVERRIDE"})
    assert refused(register(registry, "orders", WITH_NOTE))[1] == 42205
    assert registry.get("/mode/orders").json() == {"mode": "READWRITE"}
    assert registry.get("/mode/orders?defaultToGlobal=true").json() == {"mode": "READONLY_OVERRIDE"}
    assert registry.delete("/mode").json() == {"mode": "READONLY_OVERRIDE"}
    assert registry.get("/mode").json() == {"mode": "READWRITE"}


def test_contexts_keep_names_apart_and_have_settings_of_their_own(registry: httpx.Client) -> None:
    number(register(registry, "orders", ORDER))
    number(register(registry, ":.:orders", WITH_NOTE))
    number(register(registry, ":.shop:orders", WITHOUT_DEFAULT))
    assert registry.get("/contexts").json() == [".", ".shop"]
    assert registry.get("/subjects").json() == [":.shop:orders", "orders"]
    assert registry.get("/subjects?subjectPrefix=:*:or").json() == [":.shop:orders", "orders"]
    assert registry.get("/subjects?subjectPrefix=:.shop:").json() == [":.shop:orders"]
    assert registry.get("/subjects?subjectPrefix=or").json() == ["orders"]
    assert registry.get("/subjects/:.:orders/versions/latest").json()["subject"] == "orders"
    assert [one["subject"] for one in registry.get("/schemas?subjectPrefix=:.shop:").json()] == [":.shop:orders"]
    registry.put("/config/:.shop:", json={"compatibility": "NONE"})
    assert registry.get("/config/:.shop:orders?defaultToGlobal=true").json() == {"compatibilityLevel": "NONE"}
    assert registry.get("/config/orders?defaultToGlobal=true").json() == {"compatibilityLevel": "BACKWARD"}
    number(register(registry, ":.shop:orders", '"string"'))
    assert refused(registry.put("/mode/:.shop:", json={"mode": "IMPORT"}))[1] == 42205
    assert registry.put("/mode/:.empty:", json={"mode": "IMPORT"}).status_code == 200
    assert number(register(registry, ":.empty:orders", '"bytes"', id=500)) == 500


def test_a_reference_leads_into_the_context_of_the_schema_that_has_it(registry: httpx.Client) -> None:
    number(register(registry, ":.shop:money", {"type": "record", "name": "Money", "fields": []}))
    order = {"type": "record", "name": "Order", "fields": [{"name": "price", "type": "Money"}]}
    reference = {"name": "Money", "subject": "money", "version": -1}
    number(register(registry, ":.shop:orders", order, references=[reference]))
    shown = registry.get("/subjects/:.shop:orders/versions/1").json()
    assert shown["references"] == [{"name": "Money", "subject": ":.shop:money", "version": 1}]
    asked = {"schema": json.dumps(order), "references": [reference]}
    assert registry.post("/subjects/:.shop:orders", json=asked).json()["version"] == 1
    assert refused(register(registry, "orders", order, references=[reference]))[1] == 42201


def test_rules_that_would_not_be_kept_are_refused(registry: httpx.Client) -> None:
    rule = {"name": "hide", "kind": "TRANSFORM", "mode": "WRITEREAD", "type": "ENCRYPT"}
    status, code, _ = refused(register(registry, "orders", ORDER, ruleSet={"domainRules": [rule]}))
    assert (status, code) == (422, 42210)
    number(register(registry, "orders", ORDER, ruleSet={"domainRules": []}, metadata={"properties": {"a": "b"}}))
