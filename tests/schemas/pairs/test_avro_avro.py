"""A consumer's Avro schema meets the provider's type of its name, wherever that stands."""

import json
from typing import Any

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.pairs import judge, judge_all
from troth_schemas.sources import one


def contract(schema: Any) -> Contract:
    return Contract("avro", one("schema.avsc", json.dumps(schema).encode()))


def record(name: str, **fields: Any) -> Any:
    return {"type": "record", "name": name, "fields": [{"name": key, "type": kind} for key, kind in fields.items()]}


ORDER = record("shop.Order", id="long", total="long")


def test_the_consumer_reads_what_the_provider_writes() -> None:
    assert judge(contract(record("Order", id="long")), contract(ORDER)).compatible is True
    assert judge(contract(record("Order", paid="boolean")), contract(ORDER)).compatible is False
    assert judge(contract("long"), contract("int")).compatible is True


def test_the_type_is_found_inside_a_union_another_record_or_a_protocol() -> None:
    consumer = contract(record("Order", id="long"))
    holders = [
        record("Envelope", body=ORDER),
        [record("Other"), ORDER],
        {"protocol": "Shop", "types": [ORDER]},
    ]
    for holder in holders:
        report = judge(consumer, contract(holder))
        assert (report.compatible, report.scope) == (True, ("Order",)), holder


def test_a_schema_of_another_name_breaks_unless_another_document_has_the_right_one() -> None:
    consumer, other = contract(record("Order", id="long")), contract(record("Payment", id="long"))
    report = judge(consumer, other)
    assert ([one.rule for one in report.findings], report.unjudged) == (["avro/name-mismatch"], ("Order",))
    assert judge_all(consumer, [other]).compatible is False
    assert judge_all(consumer, [other, contract(ORDER)]).compatible is True
    assert judge_all(consumer, [other, other]).compatible is False


def test_a_union_or_a_schema_that_a_protocol_lacks_is_not_guessed_at() -> None:
    shop = contract({"protocol": "Shop", "types": [ORDER]})
    assert judge(contract(["null", "long"]), shop).compatible is None
    assert judge(contract(record("Payment")), shop).compatible is None


def test_a_client_of_a_protocol_is_answered_by_its_server() -> None:
    def protocol(*names: str) -> Contract:
        messages = {name: {"request": [], "response": "null"} for name in names}
        return contract({"protocol": "Shop", "messages": messages})

    assert judge(protocol("pay"), protocol("pay", "cancel")).compatible is True
    assert judge(protocol("pay", "cancel"), protocol("pay")).compatible is False


def test_what_a_consumer_uses_is_what_it_reads() -> None:
    pair = pairs.find("avro", "avro")
    assert pair is not None
    assert pair.uses is not None
    state = {"type": "enum", "name": "State", "symbols": ["NEW"]}
    provider = contract(record("shop.Order", id="long", total="long", state=state)).loaded.document
    consumer = contract(record("Order", id="long", state=state)).loaded.document
    assert pair.uses(consumer, provider) == {
        "shop.Order", "shop.Order.id", "shop.Order.state", "shop.State"
    }  # fmt: skip
    client = {"protocol": "Shop", "messages": {"pay": {"request": [], "response": "null"}}}
    assert pair.uses(contract(client).loaded.document, provider) == {"pay"}
