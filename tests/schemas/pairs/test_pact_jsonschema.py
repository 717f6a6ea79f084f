"""The messages of a pact against a provider's JSON Schema."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.schemas.documents import V4, http, pact
from tests.schemas.golden_cases import Case, cases
from troth_schemas.contract import Contract
from troth_schemas.json_body import Document, Json
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs.pact_jsonschema import COVERAGE, PAIR
from troth_schemas.report import Report
from troth_schemas.sources import one

ORDER: Document = {
    "$id": "https://example.com/order",
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "integer"}, "lines": {"type": "array", "items": {"properties": {"sku": {}}}}},
}


def described(schema: Json) -> Any:
    return Contract("jsonschema", one("order.json", json.dumps(schema).encode())).loaded.document


def message(contents: Json, **more: Json) -> Document:
    return {"description": "an order", "contents": contents, **more}


def judged(schema: Json, *messages: Json, **members: Json) -> Report:
    return PAIR.judge(pact_of(pact(messages=list(messages), **members)), described(schema), DEFAULT)


def rules(report: Report) -> list[str]:
    return [found.rule.partition("/")[2] for found in (*report.findings, *report.not_covered)]


def test_a_message_that_may_come_is_compatible() -> None:
    report = judged(ORDER, message({"id": 1, "lines": [{"sku": "a"}]}))
    assert (report.compatible, report.scope) == (True, ("an order",))


def test_http_interactions_are_unjudged_by_name() -> None:
    contract = pact_of(pact(http(), messages=[message({"id": 1})]))
    report = PAIR.judge(contract, described(ORDER), DEFAULT)
    assert (report.scope, report.unjudged, report.compatible) == (("an order",), ("a request (GET /orders)",), None)


def test_uses_are_the_places_in_messages() -> None:
    assert PAIR.uses is not None
    contract = pact_of(pact(http(), messages=[message({"id": 1, "lines": [{"sku": "a"}]})]))
    assert PAIR.uses(contract, described(ORDER)) == {"/", "/id", "/lines", "/lines/*", "/lines/*/sku"}


def test_both_sides_of_a_synchronous_message_are_told() -> None:
    def part(content: Json) -> Document:
        return {"contents": {"content": content, "contentType": "application/json"}}

    question: Document = {
        "type": "Synchronous/Messages",
        "description": "q",
        "request": part({}),
        "response": [part({"id": "1"})],
    }
    contract = pact_of(pact(question, metadata=V4))
    report = PAIR.judge(contract, described(ORDER), DEFAULT)
    assert rules(report) == ["message-incompatible", "message-not-covered"]
    assert report.findings[0].reader is not None
    assert report.findings[0].reader.pointer == "/interactions/0/response/0/contents/content/id"


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, []),
        ({"dataschema": "https://example.com/order"}, []),
        ({"schemaId": "https://example.com/customer"}, ["interaction-not-covered"]),
    ],
)
def test_a_message_may_name_its_schema(metadata: Json, expected: list[str]) -> None:
    assert rules(judged(ORDER, message({"id": 1}, metadata=metadata))) == expected


def test_contents_that_cannot_be_read_say_why() -> None:
    broken: Json = {"content": "e2Jyb2tlbg==", "contentType": "application/json", "encoded": "base64"}
    event: Document = {"type": "Asynchronous/Messages", "description": "e", "contents": broken}
    report = PAIR.judge(pact_of(pact(event, metadata=V4)), described(ORDER), DEFAULT)
    assert "cannot be read" in report.not_covered[0].message


CASES = [case for case in cases() if case.rule == "pact-jsonschema/message-incompatible" and case.breaks]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_proof_is_a_message_that_may_come_and_that_the_consumer_does_not_take(case: Case) -> None:
    shape = pact_of(json.loads(case.content["consumer"])).exchanges[0].response.shape
    for found in case.report().breaking:
        assert found.witness is not None
        assert Draft202012Validator(json.loads(case.content["provider"])).is_valid(found.witness.value)
        assert not Draft202012Validator(shape).is_valid(found.witness.value)


def test_every_construct_is_said_to_be_judged_or_why_not() -> None:
    assert len({name for name, _ in COVERAGE}) == len(COVERAGE)
    assert all(how == "judged" or how.startswith("not-covered: ") for _, how in COVERAGE)


def test_a_number_that_two_alternatives_take_never_comes() -> None:
    either: Document = {"oneOf": [{"type": "integer"}, {"type": "number"}]}
    schema: Document = {"type": "object", "properties": {"n": either}}
    assert rules(judged(schema, message({"n": 5}))) == ["message-incompatible"]
    assert rules(judged(schema, message({"n": 5.5}))) == []
    objects: Document = {"oneOf": [{"properties": {"n": {"type": "integer"}}}, {"properties": {"n": {}, "m": {}}}]}
    assert rules(judged(objects, message({"n": 5}))) == ["message-incompatible"]
    objects["oneOf"] = [{"properties": {"n": {"type": "integer"}}, "required": ["m"]}, {"properties": {"n": {}}}]
    assert rules(judged(objects, message({"n": 5}))) == []
