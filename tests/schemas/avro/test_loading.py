"""Avro documents are read with every problem and its place."""

import json
from typing import Any

import pytest

from troth_schemas.avro import Avro
from troth_schemas.avro.format import load
from troth_schemas.detecting import detect
from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.sources import Sources, one


def loaded(schema: Any, **others: Any) -> Loaded:
    files = {"root.avsc": json.dumps(schema).encode()}
    files |= {f"{name}.avsc": json.dumps(value).encode() for name, value in others.items()}
    return load(Sources("root.avsc", files))


def problems(schema: Any, **others: Any) -> list[str]:
    return [f"{problem.severity} {problem}" for problem in loaded(schema, **others).problems]


def record(*fields: Any, name: str = "Order", **members: Any) -> Any:
    return {"type": "record", "name": name, "fields": list(fields), **members}


def field(kind: Any, **members: Any) -> Any:
    return {"name": "f", "type": kind, **members}


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (3, "/: A schema is a name, an object or an array, not 3."),
        ({}, "/: A schema needs a type."),
        ({"type": 3}, "/: A schema needs a type, not 3."),
        ("array", "/: The type array does not stand by itself; write an object with what belongs to it."),
        ("1a", "/: A type cannot be called '1a'."),
        ("Xyz", "/: No type is called Xyz; give the document that defines it, too."),
        (record(field("Ordre")), "/fields/0/type: No type is called Ordre; did you mean Order?"),
        ({"type": "record", "fields": []}, "/: The record needs a name."),
        ({"type": "record", "name": "A"}, "/: The record A needs fields, an array."),
        (
            record(name="a-b"),
            "/: 'a-b' is no name: letters, digits and _ between dots, no digit first.",
        ),
        (record(name="string"), "/: string is the name of a type of Avro's own."),
        (record(namespace=3), "/namespace: The namespace of Order must be a text."),
        (record(3), "/fields/0: A field of Order needs a name."),
        (record({"name": "f"}), "/fields/0: The field f of Order needs a type."),
        (
            record({"name": "1", "type": "int"}),
            "/fields/0: '1' is no name for a field: letters, digits and _ only, no digit first.",
        ),
        (record(field("int"), field("long")), "/fields/1: Order has the field f twice."),
        (
            record(field("array", items="int")),
            "/fields/0/type: The type array must stand in an object of its own under the field's type.",
        ),
        ({"type": "array"}, "/: An array needs items."),
        ({"type": "map"}, "/: A map needs values."),
        ({"type": "enum", "name": "E"}, "/: The enum E needs symbols, an array of names."),
        ({"type": "enum", "symbols": []}, "/: The enum needs a name."),
        ({"type": "enum", "name": "E", "symbols": ["A", "A"]}, "/symbols/1: E has the symbol A twice."),
        ({"type": "enum", "name": "E", "symbols": ["a b"]}, "/symbols/0: 'a b' is no name for a symbol of E."),
        (
            {"type": "enum", "name": "E", "symbols": ["A"], "default": "B"},
            "/default: The default of E is none of its symbols.",
        ),
        ({"type": "fixed", "name": "F"}, "/: The fixed F needs a size, a whole number of bytes."),
        ({"type": "fixed", "name": "F", "size": True}, "/: The fixed F needs a size, a whole number of bytes."),
        ({"type": "fixed", "size": 1}, "/: The fixed needs a name."),
        (["int", "int"], "/1: The union has int twice."),
        (["int", ["null"]], "/1: A union cannot hold a union directly; write its branches here."),
        ([record(), {"type": "array", "items": "Order"}, record()], "/2: Order is defined a second time"),
        (record(aliases="A"), "/aliases: Aliases are an array of names."),
        (record(aliases=["a b"]), "/aliases/0: the text 'a b' is no name for an alias."),
        ({"protocol": 1}, "/: The protocol needs a name."),
        ({"protocol": "P", "types": 1}, "/types: The types of a protocol are an array."),
        ({"protocol": "P", "messages": 1}, "/messages: The messages of a protocol are an object."),
        (
            {"protocol": "P", "messages": {"a": {}}},
            "/messages/a: The message a needs a request, an array of parameters.",
        ),
        (
            {"protocol": "P", "messages": {"a": {"request": [], "response": "int", "one-way": True}}},
            "/messages/a: The message a is one-way, so that its response must be null.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(schema: Any, problem: str) -> None:
    assert any(found.startswith(f"error {problem}") for found in problems(schema)), problems(schema)


@pytest.mark.parametrize(
    ("kind", "default", "why"),
    [
        ("null", 0, "null is wanted, not 0"),
        ("boolean", 1, "boolean is wanted, not 1"),
        ("int", 2**31, "int is wanted, not 2147483648"),
        ("int", True, "int is wanted, not true"),
        ("long", 1.5, "long is wanted, not 1.5"),
        ("double", "1", "double is wanted, not the text '1'"),
        ("bytes", "\u20ac", "bytes is wanted, not the text '\u20ac'"),
        ("string", None, "string is wanted, not null"),
        ([], None, "an empty union has no values"),
        ({"type": "array", "items": "int"}, {}, "an array is wanted, not an object"),
        ({"type": "array", "items": "int"}, [1, "x"], "int is wanted, not the text 'x'"),
        ({"type": "map", "values": "int"}, [], "an object is wanted, not an array"),
        ({"type": "map", "values": "int"}, {"a": "x"}, "int is wanted, not the text 'x'"),
        ({"type": "enum", "name": "E", "symbols": ["A"]}, "B", "the text 'B' is no symbol of E"),
        ({"type": "fixed", "name": "F", "size": 2}, "abc", "F wants a text of 2 characters up to U+00FF"),
        (record(field("int"), name="R"), {}, "the field f of R is missing"),
        (record(field("int"), name="R"), {"f": "x"}, "f: int is wanted, not the text 'x'"),
        (record(field("int"), name="R"), 3, "an object with the fields of R is wanted, not 3"),
        ("Nobody", 3, "no type is called Nobody"),
    ],
)
def test_a_default_must_be_valid_for_its_type(kind: Any, default: Any, why: str) -> None:
    sentence = f"error /fields/0/default: The default of Order.f is not valid for its type: {why}."
    assert sentence in problems(record(field(kind, default=default)))


@pytest.mark.parametrize(
    ("kind", "default"),
    [
        ("null", None), ("boolean", False), ("int", -(2**31)), ("long", 2**63 - 1), ("float", 1), ("double", 1e300),
        ("bytes", "\u00ff"), ("string", ""), (["null", "int"], None), ({"type": "array", "items": "int"}, [1]),
        ({"type": "map", "values": "int"}, {"a": 1}), ({"type": "enum", "name": "E", "symbols": ["A"]}, "A"),
        ({"type": "fixed", "name": "F", "size": 2}, "ab"), (record(field("int", default=1), name="R"), {}),
        (record(field("int"), name="R"), {"f": 1, "more": 2}),
    ],
)  # fmt: skip
def test_a_valid_default_is_no_problem(kind: Any, default: Any) -> None:
    assert problems(record(field(kind, default=default))) == []


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (
            record(field(["null", "int"], default=1)),
            (
                "/fields/0/default: The default of Order.f fits only a later branch of its union; readers of before "
                "Avro 1.12 demand the first."
            ),
        ),
        (
            record(field({"type": {"type": "array", "items": "int"}})),
            "/fields/0/type: A schema within a schema's type: some readers refuse that; leave out one.",
        ),
        (record(field("int", order="up")), "/fields/0/order: The order of f is one of ascending, descending, ignore."),
        (
            record(field("long", logicalType="timestamp-millis")),
            "/fields/0: The logical type is ignored: logicalType belongs inside the type, not beside it.",
        ),
    ],
)
def test_what_may_be_meant_is_a_warning(schema: Any, problem: str) -> None:
    assert problems(schema) == [f"warning {problem}"]
    assert loaded(schema).usable


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "int", "logicalType": 3}, "logicalType must be a text"),
        ({"type": "int", "logicalType": "timestamp-millis"}, "timestamp-millis belongs on long, not on int"),
        ({"type": "int", "logicalType": "uuid"}, "uuid belongs on string or fixed, not on int"),
        ({"type": "bytes", "logicalType": "decimal"}, "a decimal needs a precision, a whole number above 0"),
        (
            {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3},
            "the scale of a decimal is a whole number from 0 to its precision 2",
        ),
        (
            {"type": "fixed", "name": "F", "size": 2, "logicalType": "decimal", "precision": 5},
            "a fixed of 2 bytes holds 4 digits, fewer than the precision 5",
        ),
        (
            {"type": "fixed", "name": "F", "size": 8, "logicalType": "duration"},
            "duration needs a fixed of 12 bytes, not 8",
        ),
    ],
)
def test_an_invalid_logical_type_is_ignored_and_told(schema: Any, why: str) -> None:
    assert problems(schema) == [f"warning /: The logical type is ignored: {why}."]


def test_a_logical_type_that_nobody_knows_is_simply_ignored() -> None:
    assert problems({"type": "int", "logicalType": "moon-phase"}) == []


def test_types_are_found_in_all_documents_in_whatever_order() -> None:
    order = record(field("shop.Customer"), name="Order", namespace="shop")
    customer = record(
        {"name": "orders", "type": {"type": "array", "items": "Order"}}, name="Customer", namespace="shop"
    )
    found = loaded(order, customer=customer)
    assert found.problems == ()
    assert isinstance(found.document, Avro)
    assert set(found.document.types) == {"shop.Order", "shop.Customer"}
    assert found.document.name == "shop.Order"


def test_a_mention_finds_a_type_without_a_namespace_where_its_own_has_none() -> None:
    assert problems(record(field("Money"), name="shop.Order"), money=record(name="Money")) == []


def test_a_type_that_two_documents_define_alike_is_a_warning_and_unlike_an_error() -> None:
    order = record(field(record(name="Money")))
    assert problems(order, money=record(name="Money")) == [
        "warning /: Money is defined in root.avsc, too, in the same words."
    ]
    [found] = loaded(order, money=record(field("int"), name="Money")).problems
    assert (found.severity, found.document, found.line) == ("error", "money.avsc", 1)
    assert found.sentence == "Money is defined a second time; the first is at root.avsc:1 /fields/0/type."


def test_a_problem_has_its_line() -> None:
    text = b'{"type": "record", "name": "Order",\n "fields": [\n  {"name": "by",\n   "type": "Custmer"}]}'
    [found] = load(one("order.avsc", text)).problems
    assert (found.line, found.pointer, found.document) == (4, "/fields/0/type", "")


def test_a_protocol_gives_its_types_and_messages() -> None:
    protocol = {
        "protocol": "Shop",
        "namespace": "shop",
        "types": [record(field("int")), {"type": "error", "name": "Refused", "fields": []}],
        "messages": {"pay": {"request": [field("Order")], "response": "null", "errors": ["Refused"]}},
    }
    found = loaded(protocol)
    assert found.problems == ()
    assert set(found.document.types) == {"shop.Order", "shop.Refused"}
    assert [len(found.document.messages["pay"].errors.branches), found.document.name] == [2, "the protocol"]


@pytest.mark.parametrize(
    "value",
    [
        "string",
        ["null", "int"],
        {"type": "enum", "name": "E", "symbols": []},
        {"protocol": "P", "types": []},
        {"protocol": "P", "messages": {}},
    ],
)
def test_avro_is_told_from_other_formats(value: Any) -> None:
    assert detect("contract.json", json.dumps(value).encode()) == "avro"


@pytest.mark.parametrize("text", [b'"string"', b"string", b'["null", "int"]', b'{"type": "long"}'])
def test_a_schema_may_be_a_name_or_a_union(text: bytes) -> None:
    assert load(one("x.avsc", text)).problems == ()


def test_avro_idl_is_refused_with_what_to_do() -> None:
    with pytest.raises(ContractUnreadable, match=r"is Avro IDL.*avro-tools idl"):
        load(one("shop.avdl", b"protocol Shop {}"))


@pytest.mark.parametrize("text", [b"", b"{", b'{"type": "record"', b"\xff", b"[" * 100_000])
def test_what_cannot_be_read_says_so(text: bytes) -> None:
    with pytest.raises(ContractUnreadable, match=r"x\.avsc"):
        load(one("x.avsc", text))


def test_a_document_full_of_problems_is_told_up_to_a_limit() -> None:
    found = problems([{"type": number} for number in range(3000)])
    assert len(found) == 1000
    assert found[-1].endswith("There are more problems than anybody reads; these are the first.")
