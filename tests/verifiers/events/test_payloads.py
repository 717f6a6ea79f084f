"""Payloads of each encoding from a message function: what is decoded, and what cannot be."""

import io
import struct
from collections.abc import Mapping
from typing import Any

import fastavro
import pytest
import yaml
from fastavro.schema import fingerprint, to_parsing_canonical_form

from tests.support.brokers import Broker
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Message, Outcome, Result, Target, verify

READER = (
    b'{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "long"},'
    b' {"name": "note", "type": "string", "default": "none"}]}'
)
WRITER = (
    b'{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "int"},'
    b' {"name": "extra", "type": "double"}]}'
)
STRANGER = b'{"type": "record", "name": "shop.Order", "fields": [{"name": "other", "type": "string"}]}'
PROTO = b"""syntax = "proto3"; package shop; import "google/protobuf/timestamp.proto";
enum Kind { PLAIN = 0; RUSH = 1; }
message Line { string sku = 1; }
message Order { int64 id = 1; float total = 2; Kind kind = 3; repeated Line lines = 4; map<string, int32> counts = 5;
  google.protobuf.Timestamp at = 6; bytes raw = 7; }
"""
JSON_SCHEMA = b'{"type": "object", "required": ["id"], "properties": {"id": {"type": "integer", "maximum": 9}}}'
CHAIN = b'{"type": "record", "name": "N", "fields": [{"name": "next", "type": ["null", "N"]}]}'
FILES = {
    "chain.avsc": CHAIN,
    "order.avsc": READER,
    "old.avsc": WRITER,
    "order.proto": PROTO,
    "order.schema.json": JSON_SCHEMA,
}


def datum(schema: bytes, value: Any) -> bytes:
    target = io.BytesIO()
    fastavro.schemaless_writer(target, fastavro.parse_schema(yaml.safe_load(schema)), value)
    return target.getvalue()


def result(
    came: bytes, files: Mapping[str, bytes] = FILES, others: Mapping[str, str] | None = None, **says: Any
) -> Result:
    """What is said of contents that a function produces, where an interaction says so and so."""
    document = {
        "troth": 1,
        "protocol": "message",
        "consumer": "billing",
        "provider": "orders",
        "schema": sorted(files),
        "interactions": [{"description": "an order", **says}],
    }
    contract = Contract("billing", "orders", yaml.safe_dump(document).encode(), "x.yaml", format="message", files=files)
    (found,) = verify(contract, Target(others=others or {}), messages=lambda: Message(came)).results
    return found


def texts(found: Result) -> str:
    return " ".join(one.text for one in found.mismatches) + (found.cause.text if found.cause else "")


AS_READ = {"id": 7, "note": "none"}
OLD = datum(WRITER, {"id": 7, "extra": 1.5})


def test_bare_avro_is_read_with_the_consumers_schema_against_the_writers() -> None:
    says: dict[str, Any] = {"schemaName": "order.avsc", "writer": "old.avsc", "contents": AS_READ}
    assert result(OLD, **says).outcome is Outcome.PASSED, result(OLD, **says)
    assert result(OLD, **{**says, "contents": {"id": 8}}).mismatches[0].place == "$.id"


def test_bytes_after_the_datum_are_an_error_of_the_message() -> None:
    found = result(OLD + b"!", schemaName="order.avsc", writer="old.avsc", contents=AS_READ)
    assert found.outcome is Outcome.FAILED
    assert "goes on for 1 bytes after its Avro datum" in texts(found)


def test_a_type_can_be_named_instead_of_its_file() -> None:
    contents = datum(READER, {"id": 7, "note": "n"})
    assert result(
        contents, {"a.avsc": READER}, schemaName="shop.Order", encoding="avro", contents={"id": 7}
    ).outcome is (Outcome.PASSED)


def single(schema: bytes, value: Any) -> bytes:
    canonical = to_parsing_canonical_form(fastavro.parse_schema(yaml.safe_load(schema)))
    return b"\xc3\x01" + bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO")) + datum(schema, value)


def test_a_single_object_names_its_writer_by_a_fingerprint() -> None:
    says: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-single-object", "contents": AS_READ}
    assert result(single(WRITER, {"id": 7, "extra": 1.5}), **says).outcome is Outcome.PASSED
    unknown = result(single(STRANGER, {"other": "x"}), **says)
    assert [one.kind for one in unknown.mismatches] == ["schema"]
    assert "No document of the contract is the schema with the fingerprint" in texts(unknown)


def test_a_container_brings_its_writer() -> None:
    target = io.BytesIO()
    fastavro.writer(target, fastavro.parse_schema(yaml.safe_load(WRITER)), [{"id": 7, "extra": 1.5}])
    says: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-container", "contents": AS_READ}
    assert result(target.getvalue(), **says).outcome is Outcome.PASSED
    assert "is no Avro container" in texts(result(b"Obj\x01nonsense", **says))


def test_a_datum_that_nests_without_end_is_an_error_of_the_message() -> None:
    deep = b"\x02" * 100_000 + b"\0"
    says: dict[str, Any] = {"schemaName": "chain.avsc", "contents": {"next": None}}
    assert "nests more than 100 levels deep" in texts(result(deep, encoding="avro", **says))
    target = io.BytesIO()
    fastavro.writer(target, fastavro.parse_schema(yaml.safe_load(CHAIN)), [])
    begun, size = target.getvalue(), io.BytesIO()
    fastavro.schemaless_writer(size, "long", len(deep))
    container = begun + b"\x02" + size.getvalue() + deep + begun[-16:]
    assert "nests more than 100 levels deep" in texts(result(container, encoding="avro-container", **says))


def framed(identity: int, contents: bytes) -> bytes:
    return struct.pack(">bI", 0, identity) + contents


CONFLUENT: dict[str, Any] = {"schemaName": "order.avsc", "encoding": "avro-confluent", "contents": AS_READ}


def test_confluents_ids_are_resolved_by_a_registry(provider: Provider) -> None:
    provider.answers["/schemas/ids/41"] = Answer(json={"schema": WRITER.decode()})
    others = {"registry": provider.url}
    assert result(framed(41, OLD), others=others, **CONFLUENT).outcome is Outcome.PASSED
    unknown = result(framed(42, OLD), others=others, **CONFLUENT)
    assert unknown.outcome is Outcome.FAILED
    assert [one.kind for one in unknown.mismatches] == ["schema"]
    assert f"The registry {provider.url} knows nothing of the schema id 42." in texts(unknown)
    assert "is not in Confluent's wire format" in texts(result(OLD, others=others, **CONFLUENT))


def test_troths_own_broker_is_such_a_registry(sqlite_broker: Broker) -> None:
    registered = sqlite_broker.client.post(
        "/subjects/orders-value/versions",
        json={"schema": WRITER.decode()},
        headers={"Accept": "application/vnd.schemaregistry.v1+json"},
    )
    identity = registered.json()["id"]
    found = result(framed(identity, OLD), others={"registry": sqlite_broker.url}, **CONFLUENT)
    assert found.outcome is Outcome.PASSED, found
    unknown = result(framed(identity + 1, OLD), others={"registry": sqlite_broker.url}, **CONFLUENT)
    assert [one.kind for one in unknown.mismatches] == ["schema"]


def test_a_registry_that_cannot_be_asked_is_an_error() -> None:
    found = result(framed(1, OLD), others={"registry": "http://127.0.0.1:1"}, **CONFLUENT)
    assert found.outcome is Outcome.ERRORED
    assert found.cause is not None
    assert found.cause.kind == "registry-unreachable"
    assert "no registry is known" in texts(result(framed(1, OLD), **CONFLUENT))


def test_a_schema_of_the_registry_may_refer_to_others(provider: Provider) -> None:
    outer = '{"type": "record", "name": "shop.Order", "fields": [{"name": "id", "type": "shop.Id"}]}'
    inner = '{"type": "enum", "name": "shop.Id", "symbols": ["A", "B"]}'
    references = [{"name": "shop.Id", "subject": "ids", "version": 3}]
    provider.answers["/schemas/ids/5"] = Answer(json={"schema": outer, "references": references})
    provider.answers["/subjects/ids/versions/3"] = Answer(json={"schema": inner})
    files = {"order.avsc": outer.replace('"shop.Id"', inner).encode()}
    found = result(
        framed(5, b"\x02"),
        files,
        {"registry": provider.url},
        schemaName="order.avsc",
        encoding="avro-confluent",
        contents={"id": "B"},
    )
    assert found.outcome is Outcome.PASSED, found


ORDER = bytes.fromhex("0807 150000c03f 1801 2203 0a0161 2a05 0a0178 1002 3204 08c8d003 3a01ff".replace(" ", ""))
AS_TREE = {
    "id": 7,
    "total": 1.5,
    "kind": "RUSH",
    "lines": [{"sku": "a"}],
    "counts": {"x": 2},
    "at": "1970-01-01T16:31:04Z",
    "raw": "/w==",
}


def test_protobuf_is_a_tree_of_its_fields() -> None:
    says: dict[str, Any] = {"schemaName": "order.proto#shop.Order", "contents": AS_TREE}
    assert result(ORDER, **says).outcome is Outcome.PASSED, result(ORDER, **says)
    wrong = result(b"\x08\x08" + ORDER[2:], **says)
    assert [one.place for one in wrong.mismatches] == ["$.id"]
    assert "The message is no shop.Order" in texts(result(b"\xff\xff", **says))


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("0a0137", "'id' of shop.Order"),
        ("0807 1a0137", "'kind' of shop.Order"),
        ("0807 22020801", "'sku' of shop.Line"),
    ],
)
def test_a_protobuf_field_that_is_written_as_another_type_is_none(written: str, field: str) -> None:
    says: dict[str, Any] = {
        "schemaName": "order.proto#shop.Order",
        "contents": {"id": 7},
        "rules": {"$": {"match": "type"}},
    }
    good = result(bytes.fromhex("0807 7801"), **says)
    assert good.outcome is Outcome.PASSED, "a field of a number that nobody knows is one of a later version"
    found = result(bytes.fromhex(written), **says)
    assert f"The field {field} is written as another type than the schema's" in texts(found)


def test_a_whole_number_may_stand_for_one_with_decimals_where_a_schema_says_which_it_is() -> None:
    says: dict[str, Any] = {"schemaName": "order.proto#shop.Order", "contents": {"total": 2, "lines": []}}
    assert result(bytes.fromhex("1500000040"), **says).outcome is Outcome.PASSED
    assert [one.place for one in result(bytes.fromhex("150000c03f"), **says).mismatches] == ["$.total"]
    many = b'{"type": "array", "items": "double"}'
    says = {"schemaName": "m.avsc", "encoding": "avro", "contents": [2, 3]}
    assert result(datum(many, [2.0, 3.0]), {"m.avsc": many}, **says).outcome is Outcome.PASSED
    assert [one.place for one in result(datum(many, [2.0, 3.5]), {"m.avsc": many}, **says).mismatches] == ["$[1]"]
    assert result(datum(many, [2.0]), {"m.avsc": many}, **says).outcome is Outcome.FAILED
    assert result(b'{"total": 2.0}', contents={"total": 2}).outcome is Outcome.FAILED, "JSON says it by itself"


def test_protobuf_behind_confluents_frame_names_its_type_by_numbers() -> None:
    says: dict[str, Any] = {
        "schemaName": "order.proto#shop.Order",
        "encoding": "protobuf-confluent",
        "contents": AS_TREE,
    }
    assert result(framed(3, b"\x02\x02" + ORDER), **says).outcome is Outcome.PASSED
    assert "is of the type number [0]" in texts(result(framed(3, b"\x00" + ORDER), **says))
    assert "ends within the numbers of its type" in texts(result(framed(3, b""), **says))


def test_the_numbers_are_those_of_the_producers_own_file(provider: Provider) -> None:
    producers = 'syntax = "proto3"; package shop; message Order { message Part {} int64 id = 1; } message Line {}'
    provider.answers["/schemas/ids/7"] = Answer(json={"schema": producers, "schemaType": "PROTOBUF"})
    says: dict[str, Any] = {
        "schemaName": "order.proto#shop.Order",
        "encoding": "protobuf-confluent",
        "contents": {"id": 7},
    }
    others = {"registry": provider.url}
    assert result(framed(7, b"\x00\x08\x07"), others=others, **says).outcome is Outcome.PASSED
    wrong = texts(result(framed(7, b"\x02\x02\x08\x07"), others=others, **says))
    assert "is of the type number [1] of its file, shop.Line, not shop.Order" in wrong
    assert "[0, 0] of its file, shop.Order.Part" in texts(result(framed(7, b"\x04\x00\x00"), others=others, **says))
    assert "[5] of its file, none" in texts(result(framed(7, b"\x02\x0a"), others=others, **says))


def test_json_is_checked_by_its_schema_where_one_is_stated() -> None:
    says: dict[str, Any] = {
        "schemaName": "order.schema.json",
        "contents": {"id": 7},
        "rules": {"$.id": {"match": "integer"}},
    }
    assert result(b'{"id": 7}', **says).outcome is Outcome.PASSED
    found = result(b'{"id": 12}', **says)
    assert [one.kind for one in found.mismatches] == ["schema"]
    assert "The message breaks its schema: /id: " in texts(found)


def test_json_behind_confluents_frame_is_checked_by_the_schema_that_it_names(provider: Provider) -> None:
    provider.answers["/schemas/ids/1"] = Answer(json={"schemaType": "JSON", "schema": JSON_SCHEMA.decode()})
    provider.answers["/schemas/ids/2"] = Answer(json={"schema": WRITER.decode()})
    provider.answers["/schemas/ids/3"] = Answer(json={"schemaType": "JSON", "schema": "{"})
    others = {"registry": provider.url}
    says: dict[str, Any] = {
        "encoding": "json-confluent",
        "contents": {"id": 7},
        "rules": {"$.id": {"match": "integer"}},
    }
    assert result(framed(1, b'{"id": 8}'), others=others, **says).outcome is Outcome.PASSED
    wrong = result(framed(1, b'{"id": 12}'), others=others, **says)
    assert wrong.outcome is Outcome.FAILED
    assert "breaks the schema with the id 1 that it names: /id: 12 is greater than" in texts(wrong)
    assert "The schema with the id 2 is AVRO, not JSON." in texts(
        result(framed(2, b'{"id": 8}'), others=others, **says)
    )
    assert "The schema with the id 3 cannot be used: " in texts(result(framed(3, b'{"id": 8}'), others=others, **says))
    assert "knows nothing of the schema id 4" in texts(result(framed(4, b'{"id": 8}'), others=others, **says))
    assert "is no JSON" in texts(result(framed(1, b"{"), others=others, **says))


@pytest.mark.parametrize("reader", ["order.avsc", "old.avsc"])
@pytest.mark.parametrize("came", [OLD[:-8], OLD[:-3], OLD[:-1], b"\x0e\x80\x80"])
def test_a_datum_that_breaks_off_is_told_in_words_though_the_consumer_does_not_look_there(
    reader: str, came: bytes
) -> None:
    found = result(came, schemaName=reader, writer="old.avsc", contents={"id": 7})
    assert texts(found) == "The message is not what its Avro schema says: it ends too early."


def test_a_container_whose_datum_breaks_off_where_the_consumer_does_not_look_fails() -> None:
    target = io.BytesIO()
    fastavro.writer(target, fastavro.parse_schema(yaml.safe_load(WRITER)), [{"id": 7, "extra": 1.5}])
    whole = target.getvalue()
    sync, block = whole[-16:], datum(WRITER, {"id": 7, "extra": 1.5})
    begun = whole[: -16 - len(block) - 2]
    cut = begun + b"\x02" + bytes([2 * (len(block) - 3)]) + block[:-3] + sync
    found = result(cut, schemaName="order.avsc", encoding="avro-container", contents=AS_READ)
    assert texts(found) == "The message is no Avro container that the consumer can read: it ends too early."


def test_lengths_that_lead_nowhere_and_schemas_that_do_not_go_together_are_told_in_words() -> None:
    union = b'{"type": "record", "name": "U", "fields": [{"name": "u", "type": ["null", "long"]}]}'
    beyond = result(b"\x0e", {"u.avsc": union}, schemaName="u.avsc", contents={"u": None})
    assert texts(beyond).endswith("says: a length or a number in it goes beyond what there is.")
    other = (
        b'{"type": "record", "name": "Other", "fields": [{"name": "ids", "type": {"type": "array", "items": "long"}}]}'
    )
    files = {
        "order.avsc": READER,
        "other.avsc": other,
        "u.avsc": union,
        "ids.avsc": other.replace(b'"long"', b'"string"'),
    }
    says: dict[str, Any] = {"files": files, "writer": "other.avsc", "contents": {}}
    named = result(datum(other, {"ids": []}), schemaName="order.avsc", **says)
    assert texts(named).endswith("says: the producer's record Other is not the consumer's record shop.Order.")
    inner = result(datum(other, {"ids": [1]}), schemaName="ids.avsc", **says)
    assert "{" not in texts(inner)
    assert "the producer's array of long is not the consumer's array of string" in texts(inner)


@pytest.mark.parametrize(
    ("says", "sentence"),
    [
        ({"contents": 1, "encoding": "xml"}, "'xml' is not an encoding"),
        ({"contents": 1, "schemaName": "gone.avsc"}, "'gone.avsc' is not among the documents"),
        ({"contents": 1, "schemaName": "gone.json"}, "'gone.json' is not among the documents"),
        ({"contents": 1, "schemaName": "shop.Order"}, "state the `encoding` where it is the name of a type"),
        ({"contents": 1, "schemaName": "order.proto#shop.Gone"}, "is not among the documents"),
        ({"contents": 1, "metadata": ["type"]}, "`metadata` is an object"),
        ({"contents": 1, "key": ["k"]}, "`key` is a text"),
        ({"contents": 1, "states": 5}, "A state is its name, or an object"),
        ({"contents": 1, "timeout": "soon"}, "A timeout is in seconds, more than 0"),
        ({"contents": 1, "delivery": {"exactly": "twice"}}, "can only be `once`"),
        ({"contents": 1, "delivery": {"ordered": True}}, "is the path of what must not go back"),
        ({"contents": 1, "delivery": {"often": 2}}, "not often"),
        ({"contents": 1, "outcomeRules": ["type"]}, "`outcomeRules` is an object, from paths to rules"),
        ({"contents": 1, "outcomeRules": {"$.a": "type"}}, "`outcomeRules` is an object, from paths to rules"),
        (
            {"contents": 1, "outcomeRules": {"a[..": {"match": "type"}}},
            "`outcomeRules` is an object, from paths to rules",
        ),
        ({"contentType": "text/plain"}, "any message would pass"),
        ({"outcome": {"billed": 7}}, "any message would pass"),
    ],
)
def test_what_cannot_be_replayed_is_an_error_that_says_why(says: dict[str, Any], sentence: str) -> None:
    found = result(b"1", **says)
    assert found.outcome is Outcome.ERRORED
    assert sentence in texts(found)


def test_texts_and_bytes_are_compared_as_they_are() -> None:
    assert result(b"hello", contentType="text/plain", contents="hello").outcome is Outcome.PASSED
    assert result(b"\xff", contentType="text/plain", contents="hello").outcome is Outcome.FAILED
    assert result(b"\xff", encoding="bytes", contents="/w==").outcome is Outcome.PASSED


TYPE = {"match": "type"}
LINED: dict[str, Any] = {"contents": {"id": 7, "lines": [{"sku": "a"}]}}


@pytest.mark.parametrize(
    ("says", "said"),
    [
        (
            {**LINED, "rules": {"$.total": {"match": "regex", "regex": "zzz"}}},
            "The rule $.total leads to nothing that is expected; write an example of it.",
        ),
        ({**LINED, "rules": {"body": {"$.lines[*].name": TYPE}}}, "The rule $.lines[*].name leads to nothing"),
        ({"contents": {"lines": []}, "rules": {"$.lines[*].sku": TYPE}}, "The rule $.lines[*].sku leads to nothing"),
        ({**LINED, "rules": {"$.id": {"match": "tpye"}}}, "No such matching rule is known: tpye."),
        (
            {**LINED, "metadata": {"type": "a"}, "rules": {"metadata": {"Type": TYPE}}},
            "The rule of the metadata 'Type' leads to nothing that is expected; write an example of it.",
        ),
        ({**LINED, "rules": {"metadata": {"key": TYPE}}}, "The rule of the metadata 'key' leads to nothing"),
        (
            {**LINED, "key": "a", "rules": {"metadata": {"key": {"match": "tpye"}}}},
            "No such matching rule is known: tpye.",
        ),
        (
            {**LINED, "rules": {"header": {"type": TYPE}}},
            "Rules of messages are about places of the contents, which begin with `$`, and about `metadata`.",
        ),
        (
            {"schemaName": "order.schema.json", "rules": {"$": TYPE}},
            "Rules of the contents need `contents`, an example of them.",
        ),
        ({**LINED, "outcome": {"a": 1}, "outcomeRules": {"$.b": TYPE}}, "The rule $.b leads to nothing"),
        ({**LINED, "outcomeRules": {"$": TYPE}}, "`outcomeRules` need an `outcome`, an example of it."),
    ],
)
def test_a_rule_that_leads_to_nothing_that_is_expected_is_told(says: Mapping[str, Any], said: str) -> None:
    found = result(b'{"id": 7, "total": "abc", "lines": [{"sku": "a"}]}', **says)
    assert found.outcome is Outcome.ERRORED, found
    assert said in texts(found)


def test_a_rule_may_lead_anywhere_in_what_is_expected() -> None:
    says: dict[str, Any] = {
        **LINED,
        "contentType": "application/json",
        "key": "a",
        "metadata": {"type": "a"},
        "outcome": {"a": [1]},
        "outcomeRules": {"$.a[*]": TYPE},
    }
    rules = {
        "$": TYPE,
        "$.lines[3].sku": TYPE,
        "$.*": TYPE,
        "metadata": dict.fromkeys(("type", "key", "contentType"), TYPE),
    }
    assert result(b"{}", **says, rules=rules).outcome is Outcome.FAILED
    assert result(b"", contents=None, rules={"$.id": TYPE}).outcome is Outcome.PASSED
