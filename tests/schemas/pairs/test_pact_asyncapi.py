"""The messages of a pact against an AsyncAPI document: which operation is meant, several documents, facts of use."""

import json
from typing import Any

import yaml

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.pairs import judge, judge_all
from troth_schemas.sources import one


def message(description: str, content: Any = None, operation: str | None = None, **more: Any) -> Any:
    made = {"type": "Asynchronous/Messages", "description": description, **more}
    if content is not None:
        made["contents"] = {"contentType": "application/json", "encoded": False, "content": content}
    if operation is not None:
        made["comments"] = {"references": {"AsyncAPI": {"operationId": operation}}}
    return made


def pact(*interactions: Any) -> Contract:
    metadata = {"pactSpecification": {"version": "4.0"}}
    value = {"consumer": {"name": "A"}, "provider": {"name": "B"}, "interactions": list(interactions)}
    return Contract("pact", one("pact.json", json.dumps({**value, "metadata": metadata}).encode()))


def document(**payloads: Any) -> Contract:
    channels, operations = {}, {}
    for name, payload in payloads.items():
        members = {"payload": payload, "headers": {"type": "object", "properties": {"by": {"type": "string"}}}}
        channels[name] = {"address": f"{name}s", "messages": {name: members}}
        operations[name] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    servers = {"prod": {"host": "x", "protocol": "nats"}}
    value = {"asyncapi": "3.0.0", "info": {"title": "a", "version": "1"}, "servers": servers}
    text = yaml.safe_dump({**value, "channels": channels, "operations": operations})
    return Contract("asyncapi", one("asyncapi.yaml", text.encode()))


def schema(**members: str) -> Any:
    return {"type": "object", "properties": {name: {"type": kind} for name, kind in members.items()}}


SHOP = document(order=schema(id="integer", total="number"), bill=schema(number="string"))


def test_the_operation_is_found_by_what_the_message_holds() -> None:
    report = judge(pact(message("a", {"number": "A-7"}), message("b", {"id": 1})), SHOP)
    assert (report.compatible, report.scope, report.judged) == (True, ("a", "b"), 2)


def test_a_named_operation_is_the_one_whatever_fits_elsewhere() -> None:
    report = judge(pact(message("a", {"number": "A-7"}, "order")), SHOP)
    assert [(each.rule, each.element) for each in report.breaking] == [
        ("pact-asyncapi/payload-incompatible", "operation send order /number")
    ]
    assert report.unjudged == ()


def test_a_message_may_belong_to_another_document() -> None:
    interactions = pact(message("a", {"iban": "DE"}))
    assert judge(interactions, SHOP).unjudged == ("a",)
    assert judge_all(interactions, [SHOP, document(payment=schema(iban="string"))]).compatible is True
    named = pact(message("a", {"iban": "DE"}, "payment"))
    assert judge_all(named, [SHOP, document(payment=schema(iban="string"))]).compatible is True
    assert judge_all(named, [SHOP, SHOP]).compatible is False


def test_what_a_discriminator_tells_apart_is_not_judged_and_no_pass() -> None:
    told_apart = document(pet={**schema(kind="string", id="integer"), "discriminator": "kind"})
    found = judge(pact(message("a", {"kind": "Nobody", "id": 1})), told_apart)
    assert (found.compatible, [each.rule for each in found.not_covered]) == (
        None,
        ["pact-asyncapi/payload-not-covered"],
    )
    wrong = judge(pact(message("a", {"kind": "Cat", "id": "x"}, "pet")), told_apart)
    assert [each.element for each in wrong.breaking] == ["operation send pet /id"]


def test_interactions_over_http_are_left_to_other_documents() -> None:
    request = {
        "type": "Synchronous/HTTP",
        "description": "r",
        "request": {"method": "GET", "path": "/"},
        "response": {},
    }
    report = judge(pact(request, message("a", {"id": 1})), SHOP)
    assert (report.compatible, report.scope, report.unjudged) == (None, ("a",), ("r (GET /)",))


def test_findings_about_metadata_stand_in_the_metadata() -> None:
    report = judge(pact(message("a", {"id": 1}, "order", metadata={"by": 7})), SHOP)
    [found] = report.breaking
    assert found.rule == "pact-asyncapi/headers-incompatible"
    assert found.reader is not None
    assert found.reader.pointer == "/interactions/0/metadata/by"
    assert found.element == "operation send order headers /by"


def test_metadata_that_no_header_describes_are_no_promise() -> None:
    assert judge(pact(message("a", {"id": 1}, metadata={"topic": "orders"})), SHOP).compatible is True


def test_a_message_without_contents_relies_on_nothing() -> None:
    assert judge(pact(message("a", None, "order")), SHOP).compatible is True


def test_a_schema_that_cannot_be_followed_is_not_covered() -> None:
    broken = document(order={"$ref": "#/components/schemas/None"})
    report = judge(pact(message("a", {"id": 1})), broken)
    assert (report.compatible, len(report.not_covered)) == (None, 1)


def test_what_a_pact_uses_is_what_its_messages_hold() -> None:
    pair = pairs.find("pact", "asyncapi")
    assert pair is not None
    assert pair.uses is not None
    contents = {"id": 1, "lines": [{"sku": "A"}]}
    used = pair.uses(
        pact(message("a", contents, "order"), message("b", {"x": 1})).loaded.document, SHOP.loaded.document
    )
    assert {
        "server prod", "channel orders", "operation send order", "operation send order /id",
        "operation send order /lines", "operation send order /lines/*", "operation send order /lines/*/sku",
        "operation send order /lines/*/{}",
    } <= used  # fmt: skip
    assert not any(element.startswith(("operation send bill", "channel bill")) for element in used)


def test_a_number_that_two_alternatives_take_never_comes() -> None:
    either = {"oneOf": [{"type": "integer"}, {"type": "number"}]}
    described = document(order={"type": "object", "properties": {"n": either}})
    (found,) = judge(pact(message("a", {"n": 5}, "order")), described).breaking
    assert found.rule == "pact-asyncapi/payload-incompatible"
    assert judge(pact(message("a", {"n": 5.5}, "order")), described).compatible is True
