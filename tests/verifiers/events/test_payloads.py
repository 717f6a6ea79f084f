"""Payloads of each encoding from a message function: what is decoded, and what cannot be."""

import io
from typing import Any

import fastavro
import pytest
import yaml
from fastavro.schema import fingerprint, to_parsing_canonical_form

from tests.verifiers.events.produced import AS_READ, AS_TREE, CHAIN, OLD, ORDER, READER, WRITER, datum, result, texts
from troth_verifiers import Outcome

STRANGER = b'{"type": "record", "name": "shop.Order", "fields": [{"name": "other", "type": "string"}]}'


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
