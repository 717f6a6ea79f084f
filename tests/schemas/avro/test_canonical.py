"""The canonical forms of schemas: the specification's against fastavro's, and the one that keeps what matters."""

import json
import random
from typing import Any

import fastavro
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.schemas.avro.random_schemas import Schemas, pair
from troth_schemas.avro import Avro, canonical, digest, fingerprint, parsing_canonical_form
from troth_schemas.avro.format import compare, load
from troth_schemas.options import DEFAULT
from troth_schemas.sources import Sources, one

seeds = st.integers(0, 10**6)


def avro(schema: Any, **others: Any) -> Avro:
    files = {"root.avsc": json.dumps(schema).encode()}
    files |= {f"{name}.avsc": json.dumps(value).encode() for name, value in others.items()}
    found = load(Sources("root.avsc", files)).document
    assert isinstance(found, Avro)
    return found


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same JSON with its members in another order, and documentation that says nothing."""
    if isinstance(value, list):
        return [shuffled(one, chance) for one in value]
    if not isinstance(value, dict):
        return value
    members = [(key, shuffled(inner, chance) if key != "default" else inner) for key, inner in value.items()]
    chance.shuffle(members)
    return {"doc": "words", **dict(members)} if "name" in value else dict(members)


@given(seeds)
@settings(max_examples=150, deadline=None)
def test_the_parsing_canonical_form_and_its_fingerprints_are_as_fastavro_makes_them(seed: int) -> None:
    schema = Schemas(random.Random(seed)).record()
    form = parsing_canonical_form(avro(schema))
    assert form == fastavro.schema.to_parsing_canonical_form(schema)
    for algorithm in ("CRC-64-AVRO", "MD5", "SHA-256"):
        assert fingerprint(avro(schema), algorithm) == fastavro.schema.fingerprint(form, algorithm)


def test_the_parsing_canonical_form_completes_names_and_drops_what_reading_does_not_need() -> None:
    schema = {
        "type": "record", "name": "Order", "namespace": "shop", "doc": "x", "aliases": ["O"],
        "fields": [
            {"name": "hash", "type": {"type": "fixed", "size": 16, "name": "Hash"}, "default": "\u00e9" * 16},
            {"name": "state", "type": {"type": "enum", "name": "other.State", "symbols": ["A"]}},
            {"name": "again", "type": {"type": "map", "values": "Hash"}},
            {"name": "id", "type": {"type": "string", "logicalType": "uuid"}},
        ],
    }  # fmt: skip
    assert parsing_canonical_form(avro(schema)) == (
        '{"name":"shop.Order","type":"record","fields":[{"name":"hash","type":{"name":"shop.Hash","type":"fixed",'
        '"size":16}},{"name":"state","type":{"name":"other.State","type":"enum","symbols":["A"]}},{"name":"again",'
        '"type":{"type":"map","values":"shop.Hash"}},{"name":"id","type":"string"}]}'
    )
    assert fingerprint(avro("int")) == "8f5c393f1ad57572"
    assert parsing_canonical_form(avro({"protocol": "P"})) == ""
    assert parsing_canonical_form(avro(["null", "Nobody"])) == '["null","Nobody"]'


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_order_of_members_and_documentation_change_neither_digest_nor_findings(seed: int) -> None:
    reader, writer = pair(seed)
    chance = random.Random(seed)
    other_reader, other_writer = shuffled(reader, chance), shuffled(writer, chance)
    assert canonical(avro(reader)) == canonical(avro(other_reader))
    assert digest(avro(reader)) == digest(avro(other_reader))
    first, second = (
        compare(avro(reader), avro(writer), DEFAULT),
        compare(avro(other_reader), avro(other_writer), DEFAULT),
    )
    assert [(found.rule, found.message, found.fingerprint) for found in first.findings] == [
        (found.rule, found.message, found.fingerprint) for found in second.findings
    ]


@given(seeds)
@example(6969)  # a union of float before long
@settings(max_examples=60, deadline=None)
def test_a_schema_reads_what_it_wrote_itself(seed: int) -> None:
    schema = Schemas(random.Random(seed)).record()
    report = compare(avro(schema), avro(schema), DEFAULT)
    assert report.findings == report.not_covered == ()
    assert report.compatible is True


def test_where_a_type_is_defined_makes_no_difference() -> None:
    money = {"type": "record", "name": "Money", "fields": [{"name": "cents", "type": "long"}]}
    inline = {"type": "record", "name": "Order", "fields": [{"name": "total", "type": money}]}
    apart = {"type": "record", "name": "Order", "fields": [{"name": "total", "type": "Money"}]}
    assert digest(avro(inline)) == digest(avro(apart, money=money))


@pytest.mark.parametrize(
    "change",
    [
        {"aliases": ["Purchase"]},
        {"fields": [{"name": "id", "type": "long", "default": 1}]},
        {"fields": [{"name": "id", "type": "long", "aliases": ["number"]}]},
        {"fields": [{"name": "id", "type": {"type": "long", "logicalType": "timestamp-millis"}}]},
        {"fields": [{"name": "id", "type": {"type": "enum", "name": "E", "symbols": ["A"], "default": "A"}}]},
        {"fields": [{"name": "id", "type": {"type": "fixed", "name": "F", "size": 3}}]},
        {"fields": [{"name": "id", "type": {"type": "bytes", "logicalType": "decimal", "precision": 3}}]},
        {"fields": [{"name": "id", "type": ["null", {"type": "array", "items": "Nobody"}]}]},
        {"fields": [{"name": "id", "type": {"type": "map", "values": {"type": "array"}}}]},
    ],
)
def test_what_resolution_needs_changes_the_digest(change: dict[str, Any]) -> None:
    plain = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}
    assert digest(avro(plain)) != digest(avro({**plain, **change}))


def test_the_order_of_aliases_makes_no_difference() -> None:
    plain = {"type": "record", "name": "Order", "fields": []}
    first, second = ({**plain, "aliases": names} for names in (["A", "B"], ["B", "A", "A"]))
    assert digest(avro(first)) == digest(avro(second))


def test_the_messages_of_a_protocol_belong_to_what_it_says() -> None:
    def protocol(response: str) -> Any:
        return {"protocol": "P", "messages": {"a": {"request": [{"name": "x", "type": "int"}], "response": response}}}

    assert digest(avro(protocol("int"))) == digest(
        load(one("p.avpr", json.dumps(protocol("int"), indent=3).encode())).document
    )
    assert digest(avro(protocol("int"))) != digest(avro(protocol("long")))
