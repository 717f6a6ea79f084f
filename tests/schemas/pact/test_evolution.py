"""A pact against its own past: does every provider that satisfies the old one satisfy the new one?"""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.schemas.documents import V4, http, pact, pacts
from tests.schemas.golden_cases import Case, cases
from troth_schemas.contract import Contract, compare
from troth_schemas.evolution import evolve
from troth_schemas.json_body import Document, Json
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pact.format import FORMAT
from troth_schemas.pact.identity import Section
from troth_schemas.pact.merging import identity
from troth_schemas.pact.shape import opened
from troth_schemas.report import Report
from troth_schemas.sources import one

TYPED: Document = {"body": {"$": {"matchers": [{"match": "type"}]}}}


def compared(reader: Document, writer: Document) -> Report:
    return FORMAT.compare(pact_of(reader), pact_of(writer), DEFAULT)


def rules(report: Report) -> set[str]:
    return {found.rule.partition("/")[2] for found in (*report.findings, *report.not_covered)}


def answering(body: Json, **more: Json) -> Document:
    return http(response={"status": 200, "body": body, **more})


def sync(request: Json, *responses: Json) -> Document:
    def message(content: Json) -> Document:
        return {"contents": {"content": content, "contentType": "application/json"}}

    made: Document = {"type": "Synchronous/Messages", "description": "a question", "request": message(request)}
    return pact({**made, "response": [message(one) for one in responses]}, metadata=V4)


@given(pacts)
def test_a_pact_asks_nothing_beyond_itself(document: Document) -> None:
    report = compared(document, document)
    assert report.findings == ()
    assert report.not_covered == ()


@settings(deadline=None)
@given(pacts, pacts)
def test_any_two_pacts_can_be_compared(reader: Document, writer: Document) -> None:
    assert compared(reader, writer) == compared(reader, writer)


@settings(deadline=None)
@given(pacts, st.randoms())
def test_the_order_of_interactions_and_members_is_no_change(document: Document, random: Any) -> None:
    shuffled = json.loads(json.dumps(document))
    sections: tuple[Section, ...] = ("interactions", "messages")
    for section in sections:
        elements = shuffled.get(section)
        if not isinstance(elements, list):
            continue
        if len({identity(section, one) for one in elements}) == len(
            elements
        ):  # those with one name are told apart by order
            random.shuffle(elements)
    assert compared(dict(reversed(shuffled.items())), document).findings == ()


@pytest.mark.parametrize(("mode", "broken"), [("BACKWARD", False), ("FORWARD", True), ("FULL", True), ("NONE", False)])
def test_an_expectation_that_became_weaker_breaks_only_the_other_way(mode: Any, broken: bool) -> None:
    old, new = pact(answering({"id": 1})), pact(answering({"id": 1}, matchingRules=TYPED))
    assert bool(evolve(new, [old], mode, compared).breaking) is broken


def test_a_synchronous_message_is_asked_and_answered() -> None:
    old = sync({"id": 1}, {"total": 1}, {"total": 2})
    assert rules(compared(sync({"id": 2}, {"total": 1}, {"total": 2}), old)) == {"request-body-changed"}
    assert rules(compared(sync({"id": 1}, {"total": 1}, {"total": "2"}), old)) == {"response-body-narrowed"}


def test_metadata_of_messages_are_judged_as_headers_are() -> None:
    def event(key: str) -> Document:
        return pact(messages=[{"description": "an event", "contents": 1, "metaData": {"key": key}}])

    report = compared(event("b"), event("a"))
    assert rules(report) == {"response-header-changed"}
    assert report.findings[0].reader is not None
    assert report.findings[0].reader.pointer == "/messages/0/metadata"


def test_a_body_that_must_not_come_is_an_expectation() -> None:
    assert rules(compared(pact(answering(None)), pact(http()))) == {"response-body-narrowed"}


def test_an_interaction_of_another_kind_is_another_one() -> None:
    event: Document = {"type": "Asynchronous/Messages", "description": "a thing", "contents": {"content": 1}}
    call: Document = {**http("a thing"), "type": "Synchronous/HTTP"}
    found = rules(compared(pact(event, metadata=V4), pact(call, metadata=V4)))
    assert found == {"interaction-added", "interaction-removed"}


def test_expressions_that_nobody_can_compare_are_not_covered() -> None:
    def ruled(expression: str) -> Document:
        return pact(
            answering("ab", matchingRules={"body": {"$": {"matchers": [{"match": "regex", "regex": expression}]}}})
        )

    assert "contents-not-covered" in rules(compared(ruled("^(?=a).+$"), ruled("^(?=b|a).+$")))


def test_a_finding_names_its_interaction_and_both_places() -> None:
    found = compared(pact(http("a"), http("b", request={"path": "/y"})), pact(http("b"), http("a"))).findings[0]
    assert found.rule == "pact/request-changed"
    assert found.interaction == "b (GET /y)"
    assert found.reader is not None
    assert found.writer is not None
    assert (found.reader.pointer, found.writer.pointer) == ("/interactions/1/request/path", "/interactions/0")


def test_contracts_are_compared_by_their_format() -> None:
    old, new = (
        Contract("pact", one("p.json", json.dumps(pact(*some)).encode()))
        for some in ([http("a")], [http("a"), http("b")])
    )
    assert compare(new, old).compatible is False
    assert compare(old, new).compatible is True


NARROWED = [case for case in cases() if case.rule == "pact/response-body-narrowed" and case.breaks]


@pytest.mark.parametrize("case", NARROWED, ids=str)
def test_a_proof_is_an_answer_that_only_the_old_pact_takes(case: Case) -> None:
    new, old = (pact_of(json.loads(case.content[side])).exchanges[0].response for side in ("reader", "writer"))
    for found in case.report().breaking:
        if found.witness is not None and found.witness.kind == "response":
            assert isinstance(found.witness.value, dict)
            body = found.witness.value["body"]
            assert Draft202012Validator(opened(old.shape)).is_valid(body)  # type: ignore[arg-type]  # a shape is an object
            assert not Draft202012Validator(opened(new.shape)).is_valid(body)  # type: ignore[arg-type]  # as above
