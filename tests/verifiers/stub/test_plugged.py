"""A stub reads what it is asked in Avro and Protobuf with the schemas that Pact's plug-ins kept in the pact."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.verifiers.stub.serving import serving
from tests.verifiers.test_plugged_contents import AVRO, PROTOBUF, RULES, encoded, pact
from troth_verifiers.errors import InteractionUnreadable

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize(("plugin", "kind", "made"), [AVRO, PROTOBUF])]
BY_STATE = {"body": {"$.id": {"type": "ProviderState", "expression": "${id}", "dataType": "INTEGER"}}}
BY_CHANCE = {"body": {"$.id": {"type": "RandomInt"}}}


def placed(kind: str, made: Callable[..., bytes], answer: Any = None, **request: Any) -> dict[str, Any]:
    body = encoded(made(id=7, customer_name="Ada"), kind)
    return {
        "type": "Synchronous/HTTP",
        "request": {"method": "POST", "path": "/orders", "body": body, **request},
        "response": {"status": 200, "body": body, **(answer or {})},
    }


async def test_a_body_is_compared_field_by_field_under_the_rules(
    plugin: str, kind: str, made: Callable[..., bytes]
) -> None:
    headers = {"Content-Type": kind}
    async with serving(pact(plugin, placed(kind, made, matchingRules=RULES))) as (stub, client):
        answer = await client.post("/orders", content=made(id=8, customer_name="Bob"), headers=headers)
        assert (answer.status_code, answer.content) == (200, made(id=7, customer_name="Ada"))
        refused = await client.post("/orders", content=made(id=8, customer_name="bob"), headers=headers)
        assert refused.status_code == 501
        assert "$.customer_name: Expected a text that matches '[A-Z][a-z]+'" in refused.json()["error"]
        refused = await client.post("/orders", content=b"\xff\xff\x01", headers=headers)
        assert "3 bytes cannot be read as such" in refused.json()["error"]
        assert len(stub.refused) == 2


async def test_values_of_the_provider_state_stay_the_example(
    plugin: str, kind: str, made: Callable[..., bytes]
) -> None:
    async with serving(pact(plugin, placed(kind, made, {"generators": BY_STATE}, generators=BY_STATE))) as (_, client):
        example = made(id=7, customer_name="Ada")
        answer = await client.post("/orders", content=example, headers={"Content-Type": kind})
        assert (answer.status_code, answer.content) == (200, example)
        refused = await client.post("/orders", content=made(id=8, customer_name="Ada"), headers={"Content-Type": kind})
        assert "$.id: Expected it to be equal to 7 (integer), but it is 8 (integer)." in refused.json()["error"]


async def test_other_generated_values_are_refused_with_the_reason(
    plugin: str, kind: str, made: Callable[..., bytes]
) -> None:
    async with serving(pact(plugin, placed(kind, made, {"generators": BY_CHANCE}))) as (_, client):
        example = made(id=7, customer_name="Ada")
        refused = await client.post("/orders", content=example, headers={"Content-Type": kind})
        assert refused.status_code == 501
        assert "cannot be made. Nothing can be generated at $.id" in refused.json()["error"]


async def test_a_schema_that_cannot_be_used_is_told_as_the_stub_begins(
    plugin: str, kind: str, made: Callable[..., bytes]
) -> None:
    broken = {"avroSchema": "{", "protoDescriptors": "####"}
    with pytest.raises(InteractionUnreadable, match=r"'0' cannot be served: .* kept cannot be used"):
        async with serving(pact(plugin, placed(kind, made), kept=broken)):
            pass
