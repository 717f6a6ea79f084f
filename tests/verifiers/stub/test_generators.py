"""What a pact wants generated is generated in a stub's answers; values of a provider state stay the example."""

import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.stub.serving import serving
from troth_verifiers.stub.generating import Making, Unmade

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def answering(body: Any, generators: Any, **response: Any) -> Any:
    one = http("an order", "/orders/7", body=body)
    one["response"] |= {"generators": generators, **response}
    return contract(v4(one))


async def test_every_generator_makes_a_new_value_for_every_answer() -> None:
    body = {"id": 1, "key": "x", "on": "2000-01-01", "owner": 5, "lines": [{"no": 1}, {"no": 2}], "kept": "same"}
    generators = {
        "body": {
            "$.id": {"type": "RandomInt", "min": 10, "max": 10_000_000},
            "$.key": {"type": "Uuid"},
            "$.on": {"type": "Date", "format": "yyyy-MM-dd"},
            "$.owner": {"type": "ProviderState", "expression": "owner"},
            "$.lines[*].no": {"type": "RandomInt", "min": 10, "max": 99},
        },
        "header": {"X-Request": {"type": "RandomHexadecimal", "digits": 8}},
        "status": {"type": "RandomInt", "min": 203, "max": 203},
    }
    given = answering(body, generators, headers={"X-Request": ["0"]})
    async with serving(given, making=Making(random.Random(7), lambda: NOON)) as (stub, client):
        first, second = await client.get("/orders/7"), await client.get("/orders/7")
        assert (first.status_code, first.json()["on"], first.json()["kept"]) == (203, "2026-03-01", "same")
        assert first.json()["owner"] == 5, "a stub has no provider state, so it is the example"
        assert first.json()["id"] != second.json()["id"]
        assert first.json()["key"] != second.json()["key"]
        assert all(10 <= line["no"] <= 99 for line in first.json()["lines"])
        assert re.fullmatch("[0-9A-F]{8}", first.headers["x-request"])
        assert not stub.refused


async def test_the_address_of_the_mock_server_is_the_stubs_own() -> None:
    example = "http://mock:1234/orders/7/lines"
    generators = {"body": {"$.next": {"type": "MockServerURL", "example": example, "regex": r".*(/orders/\d+/lines)$"}}}
    async with serving(answering({"next": example}, generators)) as (stub, client):
        assert (await client.get("/orders/7")).json() == {"next": f"{stub.url}/orders/7/lines"}
        answer = await client.get("/orders/7", headers={"Host": "orders.example:8080"})
        assert answer.json() == {"next": "http://orders.example:8080/orders/7/lines"}


async def test_what_cannot_be_generated_is_told_and_kept() -> None:
    async with serving(answering({"id": 1}, {"body": {"$.id": {"type": "Wish"}}})) as (stub, client):
        answer = await client.get("/orders/7")
        assert answer.status_code == 501
        assert answer.json()["error"] == ("The answer of 'an order' cannot be made. No generator is called 'Wish'.")
        assert len(stub.refused) == 1


def test_a_part_without_generators_is_the_same() -> None:
    part: Any = {"body": {"a": 1}}
    assert Making().made(part) is part
    with pytest.raises(Unmade):
        Making().made({"body": {"a": 1}, "generators": {"body": {"$.a": {"type": "RandomInt", "min": 2, "max": 1}}}})
