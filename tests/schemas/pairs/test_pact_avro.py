"""The messages of a pact against an Avro schema: binary contents, records by name, several documents, facts of use."""

import base64
import json
from io import BytesIO
from typing import Any

import fastavro
import pytest

from troth_schemas import pairs
from troth_schemas.contract import Contract
from troth_schemas.pairs import judge, judge_all
from troth_schemas.sources import one

ORDER = {
    "type": "record",
    "name": "shop.Order",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "hash", "type": ["null", {"type": "fixed", "name": "Hash", "size": 2}], "default": None},
        {"name": "lines", "type": {"type": "array", "items": {"type": "map", "values": "double"}}},
    ],
}
PAYMENT = {"type": "record", "name": "shop.Payment", "fields": [{"name": "iban", "type": "string"}]}
DATUM = {"id": 7, "hash": b"\xff\x00", "lines": [{"a": 1.5, "b": float("inf")}]}


def written(schema: Any, datum: Any) -> bytes:
    out = BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), datum)
    return out.getvalue()


def avro(schema: Any) -> Contract:
    return Contract("avro", one("schema.avsc", json.dumps(schema).encode()))


def pact(contents: Any, schema: Any = None, **more: Any) -> Contract:
    metadata: Any = {"pactSpecification": {"version": "4.0"}}
    if schema is not None:
        kept = {"k": {"avroSchema": schema if isinstance(schema, str) else json.dumps(schema)}}
        metadata["plugins"] = [{"name": "other"}, {"name": "avro", "version": "0.0.5", "configuration": kept}]
        more["pluginConfiguration"] = {"avro": {"record": "Order", "schemaKey": "k"}}
    message = {"type": "Asynchronous/Messages", "description": "placed", "contents": contents, **more}
    value = {"consumer": {"name": "A"}, "provider": {"name": "B"}, "interactions": [message], "metadata": metadata}
    return Contract("pact", one("pact.json", json.dumps(value).encode()))


def binary(data: bytes, content_type: str = "avro/binary") -> Any:
    return {"contentType": content_type, "encoded": "base64", "content": base64.b64encode(data).decode()}


@pytest.mark.parametrize("frame", [b"", b"\x00\x00\x00\x00\x07", b"\xc3\x01" + bytes(8)])
def test_binary_contents_are_decoded_with_the_providers_schema_whatever_their_frame(frame: bytes) -> None:
    report = judge(pact(binary(frame + written(ORDER, DATUM), "application/vnd.order+avro")), avro(ORDER))
    assert (report.compatible, report.not_covered) == (True, ())


def test_bytes_that_are_left_over_or_no_base64_are_not_covered() -> None:
    assert judge(pact(binary(written(ORDER, DATUM) + b"\x01")), avro(ORDER)).compatible is None
    broken = {"contentType": "avro/binary", "encoded": "base64", "content": "!!"}
    assert judge(pact(broken), avro(ORDER)).compatible is None


def test_bytes_that_claim_to_hold_any_number_of_nothing_are_not_counted_out() -> None:
    nothings = {**ORDER, "fields": [{"name": "all", "type": {"type": "array", "items": "null"}}]}
    claimed = b"\xfe\xff\xff\xff\xff\xff\xff\xff\x7f\x00"
    assert judge(pact(binary(claimed)), avro(nothings)).compatible is None


def test_the_consumers_own_schema_must_read_what_the_provider_writes() -> None:
    status = {"type": "enum", "name": "Status", "symbols": ["NEW"]}
    mine = {"type": "record", "name": "Order", "fields": [{"name": "status", "type": status}]}
    theirs = {**mine, "fields": [{"name": "status", "type": {**status, "symbols": ["NEW", "PAID"]}}]}
    contents = binary(written(mine, {"status": "NEW"}), "avro/binary;record=Order")
    report = judge(pact(contents, mine), avro(theirs))
    assert [(one.rule, one.interaction) for one in report.breaking] == [("avro/missing-enum-symbols", "placed")]
    assert judge(pact(contents, mine), avro(mine)).compatible is True


def test_a_schema_in_the_pact_that_cannot_be_read_leaves_the_providers_own() -> None:
    contents = binary(written(ORDER, DATUM), "avro/binary;record=Order")
    assert judge(pact(contents, "{"), avro(ORDER)).compatible is True
    assert judge(pact(contents, {"protocol": "P"}), avro(ORDER)).compatible is True


def test_a_message_without_a_named_record_may_belong_to_any_document() -> None:
    contents = {"contentType": "application/json", "content": {"iban": "DE"}}
    assert judge(pact(contents), avro(ORDER)).unjudged == ("placed",)
    assert judge_all(pact(contents), [avro(ORDER), avro(PAYMENT)]).compatible is True
    assert judge_all(pact(contents), [avro(ORDER), avro(ORDER)]).compatible is False


def test_every_record_of_a_protocol_is_tried() -> None:
    shop = avro({"protocol": "Shop", "types": [ORDER, PAYMENT]})
    assert judge(pact({"contentType": "application/json", "content": {"iban": "DE"}}), shop).compatible is True
    assert judge(pact({"contentType": "application/json", "content": {"number": 1}}), shop).compatible is False


def test_a_null_message_is_a_datum_of_a_schema_that_allows_it() -> None:
    nothing = pact({"contentType": "application/json", "content": None})
    assert judge(nothing, avro(["null", ORDER])).compatible is True
    assert judge(nothing, avro(ORDER)).compatible is False


def test_avro_in_its_json_encoding_is_json() -> None:
    contents = {"contentType": "avro/json", "content": {"id": 1, "hash": {"shop.Hash": "ab"}}}
    assert judge(pact(contents), avro(ORDER)).compatible is True


def test_what_a_message_has_is_what_the_consumer_uses() -> None:
    pair = pairs.find("pact", "avro")
    assert pair is not None
    assert pair.uses is not None
    contents = {"contentType": "application/json", "content": {"id": 1, "lines": [{"a": 1}], "unknown": {"x": 1}}}
    found = pair.uses(pact(contents).loaded.document, avro(ORDER).loaded.document)
    assert found == {"shop.Order", "shop.Order.id", "shop.Order.lines"}
    hashed = {"contentType": "application/json", "content": {"hash": {"Hash": "ab"}}}
    assert "shop.Hash" in pair.uses(pact(hashed).loaded.document, avro(ORDER).loaded.document)
    assert pair.uses(pact("placed").loaded.document, avro(ORDER).loaded.document) == {"shop.Order"}
