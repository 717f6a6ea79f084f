"""A consumer's AsyncAPI document against its provider's."""

from typing import Any

import yaml

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.pairs import judge, judge_all
from troth_schemas.sources import one


def contract(value: Any) -> Contract:
    return Contract("asyncapi", one("asyncapi.yaml", yaml.safe_dump(value).encode()))


def schema(*required: str, **members: str) -> Any:
    properties = {name: {"type": kind} for name, kind in members.items()}
    return {"type": "object", "properties": properties, "required": list(required)}


def document(action: str, address: str = "orders", reply: Any = None, **payloads: Any) -> Any:
    channels: Any = {
        "here": {"address": address, "messages": {name: {"payload": one} for name, one in payloads.items()}}
    }
    operation: Any = {"action": action, "channel": {"$ref": "#/channels/here"}}
    if reply is not None:
        channels["back"] = {"address": "replies", "messages": {"answer": {"payload": reply}}}
        operation["reply"] = {"channel": {"$ref": "#/channels/back"}}
    info = {"title": "a", "version": "1"}
    return {"asyncapi": "3.0.0", "info": info, "channels": channels, "operations": {"order": operation}}


ORDER = schema("id", id="integer", total="number")


def found(consumer: Any, provider: Any) -> list[tuple[str, str]]:
    report = judge(contract(consumer), contract(provider))
    return [(each.rule, each.severity) for each in report.findings]


def test_the_consumer_receives_what_the_provider_sends() -> None:
    assert found(document("receive", placed=schema("id", id="integer")), document("send", placed=ORDER)) == []
    missing = found(document("receive", placed=schema("total", total="number")), document("send", placed=ORDER))
    assert missing == [("asyncapi/sent-payload-widened", "breaking")]


def test_the_provider_receives_what_the_consumer_sends() -> None:
    assert found(document("send", placed=ORDER), document("receive", placed=schema("id", id="integer"))) == []
    assert found(document("send", placed=schema(id="integer")), document("receive", placed=ORDER)) == [
        ("asyncapi/received-payload-narrowed", "breaking")
    ]


def test_reader_and_writer_are_who_they_are_in_each_direction() -> None:
    consumer, provider = (
        contract(document("receive", a=schema("x"))),
        contract(document("send", a=schema(), b=schema())),
    )
    [missing] = judge(consumer, contract(document("send", a=schema()))).breaking
    assert missing.reader is not None
    assert missing.interaction == "receive order"
    assert judge(consumer, provider).compatible is False


def test_messages_are_known_by_name_or_by_what_they_hold() -> None:
    consumer = document("receive", placed=schema("id", id="integer"), cancelled=schema("why", why="string"))
    provider = document("send", orderPlaced=schema("id", id="integer"), orderCancelled=schema("why", why="string"))
    assert found(consumer, provider) == []
    assert ("asyncapi/sent-message-removed", "breaking") in found(
        consumer, document("send", orderPlaced=schema("id", id="integer"), other=schema())
    )
    more = document("send", placed=schema("id", id="integer"), cancelled=schema("why", why="string"), extra=schema("x"))
    assert found(consumer, more) == [("asyncapi/sent-message-added", "risky")]


def test_a_question_is_answered() -> None:
    asking = document("send", reply=schema("ok", ok="boolean"), place=ORDER)
    assert found(asking, document("receive", reply=schema("ok", ok="boolean"), place=ORDER)) == []
    assert found(asking, document("receive", place=ORDER)) == [("asyncapi/reply-removed", "breaking")]
    assert found(asking, document("receive", reply=schema(ok="boolean"), place=ORDER)) == [
        ("asyncapi/sent-payload-widened", "breaking")
    ]


def test_an_address_may_stand_in_another_document() -> None:
    consumer = contract(document("receive", placed=ORDER))
    elsewhere, here = contract(document("send", "bills", billed=ORDER)), contract(document("send", placed=ORDER))
    report = judge(consumer, elsewhere)
    assert (report.compatible, report.unjudged) == (False, ("receive order",))
    assert judge_all(consumer, [elsewhere, here]).compatible is True
    assert judge_all(consumer, [elsewhere, elsewhere]).compatible is False


def test_several_operations_at_one_address_count_as_one() -> None:
    provider = document("send", placed=schema("id", id="integer"), cancelled=schema("why", why="string"))
    messages = [{"$ref": "#/channels/here/messages/placed"}], [{"$ref": "#/channels/here/messages/cancelled"}]
    base = provider["operations"]["order"]
    provider["operations"] = {"a": {**base, "messages": messages[0]}, "b": {**base, "messages": messages[1]}}
    consumer = document("receive", placed=schema("id", id="integer"), cancelled=schema("why", why="string"))
    assert found(consumer, provider) == []


def test_operations_over_one_web_socket_do_not_disturb_one_another() -> None:
    def socket(action: str, **payloads: Any) -> Any:
        made = document(action, "/", **payloads)
        base = made["operations"]["order"]
        made["operations"] = {
            name: {**base, "messages": [{"$ref": f"#/channels/here/messages/{name}"}]} for name in payloads
        }
        return made

    both = {"ping": schema("n", n="integer"), "status": schema("s", s="string")}
    assert found(socket("receive", **both), socket("send", **both)) == []
    assert found(socket("receive", ping=both["ping"]), socket("send", **both)) == [
        ("asyncapi/sent-message-added", "risky")
    ]


def test_what_a_consumer_uses_is_what_it_describes() -> None:
    pair = pairs.find("asyncapi", "asyncapi")
    assert pair is not None
    assert pair.uses is not None
    lines = {"type": "array", "items": {"anyOf": [schema(sku="string"), {"$ref": "#/nowhere"}]}}
    mine = {"type": "object", "properties": {"id": {"type": "integer"}, "lines": lines}}
    consumer = contract(document("receive", placed=mine)).loaded.document
    provider = contract(document("send", placed=ORDER)).loaded.document
    assert pair.uses(consumer, provider) == {
        "channel orders", "operation send order", "operation send order /id", "operation send order /lines",
        "operation send order /lines/*", "operation send order /lines/*/sku",
    }  # fmt: skip
    maps = {"additionalProperties": schema(a="string"), "patternProperties": {"^x": {"type": "null"}}}
    by_name = contract(document("receive", placed=maps)).loaded.document
    assert "operation send order /{}/a" in pair.uses(by_name, provider)
    tree = {"$ref": "#/components/schemas/Tree"}
    recursive = document("receive", reply=schema(ok="boolean"), placed=tree)
    recursive["components"] = {"schemas": {"Tree": {"type": "object", "properties": {"next": tree}}}}
    found_in = pair.uses(contract(recursive).loaded.document, provider)
    assert "operation send order /next/next" in found_in
    assert "operation send order /ok" in found_in


def test_messages_under_other_names_that_cannot_be_compared_are_taken_for_others() -> None:
    raml = {"schemaFormat": "application/raml+yaml", "schema": "type: string"}
    broken = {"properties": {"a": {"$ref": "#/nowhere"}}}
    consumer = document("receive", placed=raml, cancelled=broken)
    provider = document("send", other=raml, another=broken)
    assert {rule for rule, _ in found(consumer, provider)} == {
        "asyncapi/sent-message-removed", "asyncapi/sent-message-added"
    }  # fmt: skip
