"""Schemas that mean harm, or are merely enormous: an answer in bounded time, and never a wrong one."""

import json
from time import process_time
from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask, at
from troth_schemas.contract import Contract, compare
from troth_schemas.jsonschema import sample
from troth_schemas.pairs import judge
from troth_schemas.sources import one


def contract(schema: Any) -> Contract:
    return Contract("jsonschema", one("schema.json", json.dumps(schema).encode()))


def doubling(depth: int, leaf: Any) -> dict[str, Any]:
    """Each schema refers to the next one twice: two to the power of ``depth`` ways to the leaf."""
    definitions = {
        str(level): {"type": "object", "properties": {name: {"$ref": f"#/$defs/{level + 1}"} for name in ("a", "b")}}
        for level in range(depth)
    }
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(depth): leaf}}


def product(width: int, depth: int) -> dict[str, Any]:
    alternatives = [
        {"anyOf": [{"properties": {f"p{level}": {"const": choice}}} for choice in range(width)]}
        for level in range(depth)
    ]
    return {"type": "object", "allOf": alternatives}


def chain(length: int, leaf: Any) -> dict[str, Any]:
    definitions = {str(at): {"properties": {"next": {"$ref": f"#/$defs/{at + 1}"}}} for at in range(length)}
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(length): leaf}}


def in_place(length: int) -> dict[str, Any]:
    definitions = {str(at): {"$ref": f"#/$defs/{at + 1}"} for at in range(length)}
    return {"$ref": "#/$defs/0", "$defs": {**definitions, str(length): {"type": "string"}}}


HOSTILE: list[tuple[str, Any, Any, bool | None]] = [
    ("two to the power of 60 ways", doubling(60, {"type": "number"}), doubling(60, {"type": "integer"}), None),
    ("a product of alternatives", product(4, 40), product(4, 40), True),
    ("another product of alternatives", {**product(4, 40), "maxProperties": 39}, product(4, 40), False),
    ("a chain of thousands", chain(5000, {"type": "string"}), chain(5000, {"type": "integer"}), None),
    ("a chain in place", in_place(3000), in_place(3000), True),
    ("a schema that is itself", {"$ref": "#"}, {"$ref": "#", "type": "string"}, None),
    ("a schema that is its own alternative", {"anyOf": [{"$ref": "#"}, {"type": "string"}]}, {"type": "string"}, True),
    ("an expression that explodes", {"pattern": "^(a+)+$"}, {"type": "string", "pattern": "^(a|aa)+$"}, True),
    ("an expression that looks around and explodes", {"pattern": "^(?=(a+)+$)b"}, {"enum": ["a" * 200 + "c"]}, False),
    ("a large repetition", {"pattern": "^(a{1,900}){1,900}$"}, {"type": "string", "pattern": "^a$"}, None),
    ("a length of millions", {"maxLength": 10**9}, {"type": "string", "minLength": 10**8}, False),
    ("a number of hundreds of digits", {"maximum": 10**300}, {"type": "integer", "minimum": 10**300}, False),
    ("an enum of thousands", {"enum": [f"v{n}" for n in range(5000)]}, {"enum": [f"v{n}" for n in range(5001)]}, False),
    ("alternatives of hundreds", {"oneOf": [{"type": "object", "properties": {"k": {"const": n}}, "required": ["k"]}
                                            for n in range(150)]},
     {"oneOf": [{"type": "object", "properties": {"k": {"const": n}}, "required": ["k"]} for n in range(151)]}, False),
]  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE, ids=[case[0] for case in HOSTILE])
def test_an_answer_comes_in_bounded_time(case: Any) -> None:
    _, reader, writer, expected = case
    begin = process_time()
    answer = ask(reader, writer)
    assert process_time() - begin < 20
    assert answer.contained is expected, answer


def test_a_document_of_thousands_of_schemas_is_compared_in_seconds() -> None:
    def large(kind: str) -> dict[str, Any]:
        records = {
            f"record{n}": {
                "type": "object",
                "properties": {
                    **{f"field{m}": {"type": "string", "maxLength": m + 1} for m in range(10)},
                    "next": {"$ref": f"#/$defs/record{(n * 7 + 1) % 1500}"},
                    **({"changed": {"type": kind}} if n % 100 == 0 else {}),
                },
                "required": ["field0"],
            }
            for n in range(1500)
        }
        every = {f"use{n}": {"$ref": f"#/$defs/record{n}"} for n in range(1500)}
        return {"type": "object", "properties": every, "$defs": records}

    begin = process_time()
    report = compare(contract(large("integer")), contract(large("number")))
    assert {finding.rule for finding in report.breaking} == {"jsonschema/type-narrowed"}
    assert process_time() - begin < 20


def test_examples_of_recursive_schemas_end() -> None:
    tree: Any = {"type": "object", "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}, "minProperties": 1}
    assert sample(at(tree)) is not None
    endless: Any = {"type": "object", "properties": {"next": {"$ref": "#"}}, "required": ["next"]}
    assert sample(at(endless)) is None


def test_the_facts_of_use_of_schemas_that_refer_to_each_other_end() -> None:
    found = judge(contract(doubling(40, {"type": "string"})), contract(doubling(40, {"type": "string"})))
    assert found.compatible is True
