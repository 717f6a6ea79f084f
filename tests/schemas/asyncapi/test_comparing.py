"""A document against its earlier version: what is the same, payloads in other languages, and large and hostile ones."""

import json
import random
import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from troth_schemas.asyncapi import Api
from troth_schemas.asyncapi.format import FORMAT, load
from troth_schemas.evolution import evolve
from troth_schemas.options import DEFAULT
from troth_schemas.report import Report
from troth_schemas.sources import Sources, one

INFO = {"title": "Shop", "version": "1"}


def api(document: Any, **others: Any) -> Api:
    files = {"asyncapi.yaml": yaml.safe_dump(document, sort_keys=False).encode()}
    files |= {name.replace("_", "."): yaml.safe_dump(each).encode() for name, each in others.items()}
    found = load(Sources("asyncapi.yaml", files))
    assert isinstance(found.document, Api)
    return found.document


def report(new: Any, old: Any) -> Report:
    found: Report = FORMAT.compare(api(new), api(old), DEFAULT)
    return found


def document(payload: Any, action: str = "send", **message: Any) -> Any:
    channel = {"address": "orders", "messages": {"placed": {"payload": payload, **message}}}
    operation = {"action": action, "channel": {"$ref": "#/channels/orders"}}
    return {
        "asyncapi": "3.0.0", "info": INFO, "channels": {"orders": channel}, "operations": {"placed": operation}
    }  # fmt: skip


def version_2(payload: Any, word: str = "subscribe") -> Any:
    operation = {"operationId": "placed", "message": {"name": "placed", "payload": payload}}
    return {"asyncapi": "2.6.0", "info": INFO, "channels": {"orders": {word: operation}}}


ORDER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}


def test_another_discriminator_is_not_judged_and_an_equal_one_is_equal() -> None:
    pet = {"type": "object", "required": ["kind", "sort"], "properties": {"kind": {"type": "string"}}}
    old, new = (document({**pet, "discriminator": name}) for name in ("kind", "sort"))
    assert report(old, old).compatible is True
    found = report(new, old)
    assert (found.compatible, [one.rule for one in found.not_covered]) == (None, ["asyncapi/schema-not-covered"])


def test_the_same_message_in_both_versions_of_asyncapi_is_no_change() -> None:
    assert report(document(ORDER), version_2(ORDER)).findings == ()
    assert report(version_2(ORDER, "publish"), document(ORDER, "receive")).compatible is True


def test_a_reference_is_what_it_leads_to() -> None:
    referring = document({"$ref": "#/components/schemas/Order"}) | {"components": {"schemas": {"Order": ORDER}}}
    apart = document({"$ref": "order.yaml"})
    assert report(referring, document(ORDER)).findings == ()
    digests = {FORMAT.digest(api(referring)), FORMAT.digest(api(document(ORDER)))}
    digests.add(FORMAT.digest(api(apart, order_yaml=ORDER)))
    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"contentType": "text/plain"},
        {"headers": {"type": "object"}},
        {"correlationId": {"location": "$message.header#/id"}},
        {"bindings": {"kafka": {"key": {"type": "string"}}}},
        {"payload": {"type": "string"}},
        {"payload": {"schemaFormat": "application/raml+yaml", "schema": "type: string"}},
        {"payload": {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": "long"}},
    ],
)
def test_what_counts_changes_the_digest(change: Any) -> None:
    assert FORMAT.digest(api(document(ORDER))) != FORMAT.digest(api(document(**{"payload": ORDER, **change})))


def test_replies_and_parameters_count_and_names_of_parameters_do_not() -> None:
    def asking(name: str, values: list[str], reply: bool) -> Any:
        made = document(ORDER, "receive")
        made["channels"]["orders"] |= {"address": f"orders/{{{name}}}", "parameters": {name: {"enum": values}}}
        if reply:
            made["operations"]["placed"]["reply"] = {"address": {"location": "$message.header#/to"}}
        return made

    base = FORMAT.digest(api(asking("a", ["x", "y"], reply=True)))
    assert base == FORMAT.digest(api(asking("b", ["y", "x"], reply=True)))
    assert base != FORMAT.digest(api(asking("a", ["x"], reply=True)))
    assert base != FORMAT.digest(api(asking("a", ["x", "y"], reply=False)))
    assert FORMAT.digest(api(version_2(ORDER))) != FORMAT.digest(api(document(ORDER)))


def avro(*names: str) -> Any:
    fields = [{"name": name, "type": "long"} for name in names]
    schema = {"type": "record", "name": "Order", "fields": fields}
    return {"schemaFormat": "application/vnd.apache.avro;version=1.9.0", "schema": schema}


def test_payloads_in_avro_are_judged_by_the_rules_of_avro_in_the_direction_of_the_operation() -> None:
    wide, narrow = avro("id", "total"), avro("id")
    assert report(document(wide), document(narrow)).compatible is True
    [found] = report(document(narrow), document(wide)).breaking
    assert found.rule == "avro/reader-field-missing-default"
    assert found.interaction == "send placed"
    assert found.reader is not None
    assert found.reader.pointer == "/channels/orders/messages/placed/payload/schema"
    assert found.writer is not None
    assert found.writer.pointer == "/channels/orders/messages/placed/payload/schema/fields/1"
    received = report(document(wide, "receive"), document(narrow, "receive"))
    assert [one.rule for one in received.breaking] == ["avro/reader-field-missing-default"]
    assert report(document(narrow, "receive"), document(wide, "receive")).compatible is True


def test_payloads_in_protobuf_are_judged_by_the_rules_of_protobuf() -> None:
    def proto(kind: str) -> Any:
        text = f'syntax = "proto3"; message Order {{ {kind} id = 1; }}'
        return document({"schemaFormat": "application/vnd.google.protobuf;version=3", "schema": text})

    assert report(proto("int32"), proto("int32")).compatible is True
    found = report(proto("string"), proto("int32")).breaking
    assert found
    assert all(one.rule.startswith("protobuf/") and one.interaction == "send placed" for one in found)


def test_an_operation_is_found_again_by_what_it_does_on_its_channel() -> None:
    new = document({"type": "object", "properties": {"id": {"type": "integer"}}})
    new["operations"] = {"orderWasPlaced": new["operations"]["placed"]}
    assert [one.rule for one in report(new, document(ORDER)).findings] == ["asyncapi/sent-payload-widened"]


def socket(**channels: Any) -> Any:
    """Several channels over one web socket, each with a message of its own name and an operation that sends it."""
    made: Any = {"asyncapi": "3.0.0", "info": INFO, "channels": {}, "operations": {}}
    for name, payload in channels.items():
        made["channels"][name] = {"address": "/", "messages": {name.lower(): {"payload": payload}}}
        made["operations"][name] = {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}
    return made


def test_channels_that_share_an_address_are_told_apart_by_name_or_message() -> None:
    both = socket(pong={"type": "string"}, heartbeat={"type": "null"})
    assert report(both, both).findings == ()
    renamed = socket(PONG={"type": "string"}, heartbeat={"type": "null"})
    assert report(renamed, both).findings == ()
    [found] = report(socket(pong={"type": "integer"}, heartbeat={"type": "null"}), both).breaking
    assert found.interaction == "send pong"


def test_a_channel_whose_address_is_only_known_at_run_time_is_found_by_its_name() -> None:
    old, new = document(ORDER), document(ORDER)
    for each in (old, new):
        each["channels"]["orders"]["address"] = None
    assert report(new, old).findings == ()


def test_every_breaking_finding_about_a_schema_has_an_example() -> None:
    found = report(document({"type": "object", "properties": {"id": {"type": "string"}}}), document(ORDER)).breaking
    assert found
    assert all(one.witness is not None for one in found)


def test_modes_of_evolution_swap_the_sides() -> None:
    wide, narrow = api(document(ORDER)), api(document({**ORDER, "required": []}))
    assert evolve(narrow, [wide], "BACKWARD", lambda new, old: FORMAT.compare(new, old, DEFAULT)).compatible is False
    assert evolve(narrow, [wide], "FORWARD", lambda new, old: FORMAT.compare(new, old, DEFAULT)).compatible is True


def test_a_document_without_anything_is_compatible_with_itself() -> None:
    empty = {"asyncapi": "3.0.0", "info": INFO}
    assert report(empty, empty).compatible is True


def shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, list):
        return [shuffled(each, chance) for each in value]
    if not isinstance(value, dict):
        return value
    members = [(key, shuffled(inner, chance)) for key, inner in value.items()]
    chance.shuffle(members)
    return dict(members)


schemas = st.recursive(
    st.sampled_from([{"type": "string"}, {"type": "integer"}, {"enum": ["a", "b"]}, {"type": ["string", "null"]}]),
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items}, inner)
        | st.builds(
            lambda members, required: {"type": "object", "properties": members, "required": sorted(required)},
            st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
            st.sets(st.sampled_from("abc"), max_size=2),
        )
    ),
    max_leaves=5,
)
actions = st.sampled_from(["send", "receive"])


@given(schemas, schemas, actions, st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_order_comments_and_notation_change_neither_digest_nor_findings(
    new: Any, old: Any, action: str, seed: int
) -> None:
    first, second = document(new, action), document(old, action)
    chance = random.Random(seed)
    other = [shuffled({**each, "info": {**INFO, "description": "words"}}, chance) for each in (first, second)]
    assert FORMAT.digest(api(first)) == FORMAT.digest(load(one("x.json", json.dumps(other[0]).encode())).document)
    found, again = report(first, second), report(*other)
    assert {each.fingerprint for each in found.findings} == {each.fingerprint for each in again.findings}
    assert found.compatible == again.compatible


@given(schemas, schemas, actions)
@settings(max_examples=60, deadline=None)
def test_an_example_is_what_the_one_side_may_send_and_the_other_refuses(new: Any, old: Any, action: str) -> None:
    writes, reads = (new, old) if action == "send" else (old, new)
    for found in report(document(new, action), document(old, action)).breaking:
        assert found.witness is not None
        assert Draft7Validator(writes).is_valid(found.witness.value)
        assert not Draft7Validator(reads).is_valid(found.witness.value)


@given(schemas, actions)
@settings(max_examples=50, deadline=None)
def test_a_document_breaks_nobody_who_keeps_to_it(payload: Any, action: str) -> None:
    found = report(document(payload, action), document(payload, action))
    assert (found.findings, found.not_covered, found.compatible) == ((), (), True)


def test_a_large_document_is_compared_in_seconds() -> None:
    members = {f"field_{number}": {"type": "string", "maxLength": 80} for number in range(40)}
    channels, operations = {}, {}
    for number in range(400):
        payload = {"type": "object", "properties": members, "required": sorted(members)[:20]}
        channels[f"c{number}"] = {"address": f"orders/{number}", "messages": {"placed": {"payload": payload}}}
        operations[f"o{number}"] = {"action": "send", "channel": {"$ref": f"#/channels/c{number}"}}
    text = json.dumps({"asyncapi": "3.0.0", "info": INFO, "channels": channels, "operations": operations}).encode()
    new, old = (load(one("asyncapi.json", text)).document for _ in range(2))
    started = time.process_time()
    assert FORMAT.compare(new, old, DEFAULT).compatible is True
    assert time.process_time() - started < 8


def test_schemas_that_refer_to_themselves_end() -> None:
    tree = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Tree"}}}
    made = document({"$ref": "#/components/schemas/Tree"}) | {"components": {"schemas": {"Tree": tree}}}
    assert report(made, made).compatible is True


@pytest.mark.parametrize(
    "payload", [{"type": "no such type"}, {"pattern": "("}, {"$ref": "#/components/none"}, {"allOf": 3}]
)
def test_a_schema_that_makes_no_sense_breaks_no_comparison(payload: Any) -> None:
    found = report(document(payload), document(ORDER))
    assert found.compatible in (None, False)


def test_what_nests_too_deeply_or_refers_to_nothing_inside_is_not_covered() -> None:
    doubling = {
        f"S{number}": {"properties": {name: {"$ref": f"#/components/schemas/S{number + 1}"} for name in "ab"}}
        for number in range(40)
    }

    def made(leaf: str) -> Any:
        schemas = {**doubling, "S40": {"type": leaf}}
        return document({"$ref": "#/components/schemas/S0"}) | {"components": {"schemas": schemas}}

    found = report(made("string"), made("integer"))
    assert (found.compatible, [one.rule for one in found.not_covered]) == (None, ["asyncapi/schema-not-covered"])
    broken = {"properties": {"id": {"$ref": "#/nowhere"}}}
    assert report(document(broken), document(ORDER)).compatible is False
    assert report(document(ORDER), document(broken)).compatible is None
    assert report(document(ORDER, contentType="x/y"), document(broken, contentType="x/z")).compatible is False


def test_headers_that_only_traits_bring_are_headers() -> None:
    trait = {"headers": {"type": "object", "properties": {"by": {"type": "string"}}}}
    described = document(ORDER, traits=[trait])
    assert report(document(ORDER), described).compatible is True
    assert [one.rule for one in report(document(ORDER), described).findings] == ["asyncapi/schema-gone"]
    assert report(described, document(ORDER)).findings == ()


def test_a_message_without_a_payload_has_a_digest_of_its_own() -> None:
    bare, full = document(ORDER), document(ORDER)
    del bare["channels"]["orders"]["messages"]["placed"]["payload"]
    assert FORMAT.digest(api(bare)) != FORMAT.digest(api(full))
    one_parameter = version_2(ORDER)
    one_parameter["channels"]["orders"]["parameters"] = {"id": {"schema": {"type": "string"}}}
    assert FORMAT.digest(api(one_parameter)) != FORMAT.digest(api(version_2(ORDER)))
