"""Many interactions, many threads and hostile pacts: judged in bounded time, and the same by whoever asks."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.schemas.documents import http, pact
from tests.schemas.pairs.pact_openapi import ORDER, answering, api, getting, judged, rules
from troth_schemas.json_body import Document, Json
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs.pact_openapi import PAIR


def test_many_interactions_cost_in_proportion() -> None:
    described = api({f"/r{index}/{{id}}": getting(ORDER, path="x")["x"] for index in range(200)})
    interactions: list[Json] = [
        {**answering({"id": 1, "status": "NEW"}), "description": str(index),
         "request": {"method": "GET", "path": f"/r{index % 200}/{index}"}}
        for index in range(1000)
    ]  # fmt: skip

    def seconds(count: int) -> float:
        contract = pact_of(pact(*interactions[:count]))
        started = time.process_time()
        assert PAIR.judge(contract, described, DEFAULT).judged == count
        return time.process_time() - started

    seconds(200)
    few, many = min(seconds(250) for _ in range(3)), min(seconds(1000) for _ in range(3))
    assert many < 10 * few + 0.05


def test_one_prepared_api_serves_many_threads() -> None:
    described = api(getting(ORDER))
    wrong = pact(answering({"id": "1", "status": "OLD", "x": 1}))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: rules(PAIR.judge(pact_of(wrong), described, DEFAULT)), range(40)))
    assert found == [["response-body-incompatible"] * 3] * 40


@pytest.mark.parametrize(
    "odd",
    [
        {"request": 7, "response": []},
        {"request": {"method": 7, "path": None, "query": 7, "headers": [], "body": {"content": 7}}},
        {"request": {"method": "GET", "path": "/orders?%zz", "query": "%zz&&=", "headers": {"Cookie": ";;="}}},
        {"response": {"status": "200", "headers": {"a": None}, "body": {"a": 1}, "matchingRules": 7}},
        {"response": {"status": 200, "body": 1, "matchingRules": {"body": {"$": {"matchers": [None, 7, {}]}}}}},
        {"response": {"body": "x", "matchingRules": {"body": {"$": {"match": "regex", "regex": "(a+)+$["}}}}},
        {"response": {"body": ["x"], "matchingRules": {"body": {"$": {"match": "type", "min": 10**12}}}}},
        {"request": {"method": "POST", "path": "/orders", "body": {"id": "a" * 100_000},
                     "matchingRules": {"body": {"$.id": {"match": "regex", "regex": "^(a|aa)+$"}}}}},
    ],
)  # fmt: skip
def test_hostile_interactions_end_in_bounded_time(odd: Document) -> None:
    described = api({"/orders": {"get": getting(ORDER)["/orders"]["get"],  # type: ignore[index,call-overload]  # an object
                                 "post": {"requestBody": {"content": {"application/json": {"schema": ORDER}}},
                                          "responses": {"200": {"description": "x"}}}}})  # fmt: skip
    started = time.process_time()
    judged(described, {**http(), **odd})
    assert time.process_time() - started < 5
