"""Calls that are made together: each comes out as it does alone, and is told while others are still waited for."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.verifiers.grpc.serving import ADD, GET, LIST, QUOTE, contract, message, orders, replayed, wild
from troth_verifiers import Contract, Interaction, Outcome, Result, Target, verify
from troth_verifiers.api import Outgoing
from troth_verifiers.grpc import batches

_CALLS: list[dict[str, Any]] = [
    {**GET, "request": {"id": 7}, "response": {"id": 7, "customerName": "Ada"}},
    {**GET, "request": {"id": 7}, "response": {"total": 1}, "rules": {"$.total": {"match": "decimal"}}},
    {**GET, "request": {"id": 7}, "response": {"total": 1, "lines": []}},
    {**GET, "request": {"id": 7}, "response": {"customerName": "x"}, "rules": {"$.gone": {"match": "type"}}},
    {**GET, "request": {"id": 9}, "status": "NOT_FOUND"},
    {**GET, "request": {"id": 9}, "response": {"id": 9}},
    {**GET, "request": {"id": "seven"}, "response": {}},
    {**GET, "request": {"id": 7}},
    {**GET, "method": "Gone", "request": {}, "response": {}},
    {**GET, "request": {"id": 7}, "response": {"id": 7}, "metadata": {"bad name": "x"}},
    {**LIST, "request": {}, "responses": [{"id": 7}], "rules": {"$": {"match": "type", "min": 1}}},
    {**LIST, "request": {}, "responses": []},
    {**ADD, "requests": [{"id": 7, "line": {"article": "cup", "count": 2}}], "response": {"articles": 5}},
    {**QUOTE, "requests": [{"article": "cup", "count": 2}], "responses": [{"article": "cup"}]},
]


def _together(given: Contract, address: str, **members: Any) -> list[Result]:
    return list(verify(given, Target(others={"grpc": address}, **members)).results)


def _said(result: Result) -> Any:
    shown = [(one.protocol, one.sent, one.received, sorted(one.timings)) for one in result.exchanges]
    return result.interaction, result.outcome, result.mismatches, result.cause, shown


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(_CALLS), min_size=1, max_size=150), st.sampled_from([1, 2, 16]), st.booleans())
def test_calls_that_are_made_together_come_out_as_alone(calls: list[Any], at_once: int, broken: bool) -> None:
    with orders(broken=broken) as service:
        wanted = replayed(contract(*calls), service.address)
        found = _together(contract(*calls), service.address, concurrency=at_once)
    event("many" if len(calls) > 16 else "few")
    assert [_said(one) for one in found] == [_said(one) for one in wanted]


@pytest.mark.parametrize(("bound", "most"), [("_HELD", 0), ("_HELD", 100), ("_BATCH", 7)])
def test_more_calls_than_one_batch_are_all_made_in_their_order(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, bound, most)
    calls = [{**GET, "request": {"id": 7}, "response": {"id": 7 + number % 2}} for number in range(600)]
    with orders() as service:
        found = _together(contract(*calls), service.address, concurrency=8)
    assert [result.outcome for result in found] == [Outcome.PASSED, Outcome.FAILED] * 300


def test_a_call_that_has_ended_is_told_while_others_are_waited_for() -> None:
    told = threading.Event()

    def slow(_requests: list[bytes], _context: Any) -> Iterator[bytes]:
        told.wait(60)
        yield message("Order", id=8)

    class Telling:
        def contract_started(self, _contract: Contract, _interactions: Any) -> None:
            """Nothing is to be done."""

        def interaction_done(self, _contract: Contract, result: Result) -> None:
            if result.interaction.index == 1:
                told.set()

    stream = {**LIST, "request": {}, "responses": [{"id": 8}]}
    call = {**GET, "request": {"id": 7}, "response": {"id": 7}}
    answers = {"ListOrders": slow, "GetOrder": lambda requests, _: iter(requests)}
    with wild(**answers) as (address, _):
        target = Target(others={"grpc": address}, concurrency=2, timeout=50)
        report = verify(contract(stream, call, stream), target, progress=Telling())
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3


@pytest.mark.parametrize("at_once", [1, 4])
def test_what_goes_wrong_with_one_call_leaves_the_others(at_once: int) -> None:
    def spoiling(outgoing: Outgoing, interaction: Interaction) -> Outgoing:
        if interaction.index == 70:
            raise RuntimeError("no token")
        return outgoing

    with orders() as service:
        call = {**GET, "request": {"id": 7}, "response": {"id": 7}}
        found = _together(contract(*[call] * 100), service.address, concurrency=at_once, request_filter=spoiling)
    causes = {result.interaction.index: result.cause.kind for result in found if result.cause}
    assert causes == {70: "request-filter"}
    assert sum(result.outcome is Outcome.PASSED for result in found) == 99


def test_a_schema_that_is_not_there_is_said_of_each_call() -> None:
    call = {**GET, "request": {"id": 7}, "response": {"id": 7}}
    found = _together(contract(*[call] * 3, files={}, schema=["gone.proto"]), "127.0.0.1:1", concurrency=2)
    assert {result.cause and result.cause.kind for result in found} == {"contract-unreadable"}


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1:1", "provider-refused"),
        ("nobody.invalid:50051", "provider-name-unknown"),
        ("", "target-incomplete"),
        ("ftp://a:1", "target-incomplete"),
    ],
)
def test_a_provider_that_is_not_there_is_told_of_each_call_as_alone(address: str, kind: str) -> None:
    calls = [{**GET, "request": {"id": 7}, "response": {"id": 7}}, {**GET, "request": {}, "status": "UNAVAILABLE"}]
    found = _together(contract(*calls * 2), address, concurrency=4)
    assert [_said(one) for one in found] == [_said(one) for one in replayed(contract(*calls * 2), address)]
    assert [result.cause and result.cause.kind for result in found] == [kind] * 4
