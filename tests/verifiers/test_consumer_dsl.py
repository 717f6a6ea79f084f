"""Pacts as the consumer side of the official library writes them, every matcher and generator included."""

import urllib.request
from pathlib import Path
from typing import Any

import pytest
from pact import Pact, match

from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, verify


@pytest.fixture
def pacts(tmp_path: Path) -> Path:
    """A folder with an HTTP, an asynchronous and a synchronous interaction in one pact."""
    over_http = Pact("web", "orders")
    (
        over_http.upon_receiving("a request for an order")
        .given("an order exists", id=1)
        .with_request("GET", "/orders/1")
        .with_generators({"path": {"type": "ProviderState", "expression": "/orders/${id}", "dataType": "STRING"}})
        .will_respond_with(200)
        .with_body({"id": match.int(1), "lines": match.each_like({"sku": match.str("a")}, min=1)}, "application/json")
    )
    with over_http.serve() as server:
        urllib.request.urlopen(f"{server.url}/orders/1").read()
    over_http.write_file(tmp_path)

    one_way = Pact("web", "orders")
    (
        one_way.upon_receiving("an order was created", "Async")
        .with_body({"id": match.int(1)}, "application/json")
        .with_metadata({"topic": "orders"})
    )
    one_way.verify(lambda *_: None, "Async")
    one_way.write_file(tmp_path)

    both_ways = Pact("web", "orders")
    (
        both_ways.upon_receiving("the price of an order", "Sync")
        .with_body({"id": match.int(1)}, "application/json")
        .will_respond_with()
        .with_body({"price": match.number(9.5)}, "application/json")
    )
    both_ways.verify(lambda *_: None, "Sync")
    both_ways.write_file(tmp_path)
    return tmp_path


def test_all_kinds_of_interactions_in_one_pact_are_verified(pacts: Path, provider: Provider) -> None:
    provider.answers["/orders/77"] = Answer(json={"id": 77, "lines": [{"sku": "b"}, {"sku": "c"}]})
    states: dict[str, Any] = {"an order exists": lambda: {"id": 77}}
    messages = {
        "an order was created": {"contents": b'{"id": 5}', "content_type": "application/json",
                                 "metadata": {"topic": "orders"}},
        "the price of an order": lambda request: {"price": 2.5},
    }  # fmt: skip
    report = verify(pacts, provider.url, states=states, messages=messages)
    assert {result.interaction.kind for result in report.results} == {"http", "message", "sync-message"}
    assert report.ok, report.to_text()

    provider.answers["/orders/77"] = Answer(json={"id": 77, "lines": [{"sku": 3}]})
    messages["an order was created"] = {"id": "5"}
    messages["the price of an order"] = {"price": "free"}
    report = verify(pacts, provider.url, states=states, messages=messages)
    assert {result.outcome for result in report.results} == {Outcome.FAILED}, report.to_text()
    places = {result.interaction.kind: [m.place for m in result.mismatches] for result in report.results}
    assert places["http"] == ["$.lines[0].sku"]
    assert places["sync-message"] == ["$.price"]
    assert "$.id" in places["message"]
