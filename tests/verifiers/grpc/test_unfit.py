"""Contracts that do not fit their schema, schemas that are not whole, and server reflection."""

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.grpc.serving import FILES, GET, KNOWN, LIST, contract, listening, one, orders, replayed, told, wild
from troth_verifiers import ContractUnreadable, NothingToVerify, Outcome
from troth_verifiers.grpc import schemas
from troth_verifiers.grpc.spec import Documents

CALL = {**GET, "request": {"id": 7}, "response": {"id": 7}}
REGEX = {"match": "regex", "regex": "z+"}


def test_a_method_that_the_provider_lacks_is_its_fault_and_one_that_the_schema_lacks_the_contracts() -> None:
    mistaken = {**CALL, "method": "GetOrders"}
    other = {**CALL, "service": "shop.Order"}
    with wild() as (address, _):
        found = replayed(contract(CALL, mistaken, other), address)
    place = "interactions[1], line 1: the service shop.Orders has no method GetOrders"
    assert [told(result) for result in found] == [
        ["The provider does not serve shop.Orders/GetOrder: it answered UNIMPLEMENTED (Method not found!)."],
        [f"{place}; there are AddLines, GetOrder, ListOrders, Quote."],
        ["interactions[2], line 1: the schema has no service shop.Order; there are shop.Orders."],
    ]
    assert [result.outcome for result in found] == [Outcome.FAILED, Outcome.ERRORED, Outcome.ERRORED]
    assert found[1].cause is not None
    assert found[1].cause.kind == "interaction-unreadable"


@pytest.mark.parametrize(
    ("call", "part"),
    [
        ({**GET, "request": {"number": 7}, "response": {}}, 'Message type "shop.GetOrderRequest" has no field'),
        ({**GET, "request": {"id": "x"}, "response": {}}, "request: Failed to parse id field"),
        ({**GET, "request": [1], "response": {}}, "request: "),
        ({**GET, "request": {}, "response": {"state": "GONE"}}, "response: Failed to parse state field"),
        ({**GET, "request": {}, "response": {"lines": [{"article": 3}]}}, "response: Failed to parse lines field"),
        ({**GET, "requests": [{}], "response": {}}, "shop.Orders/GetOrder is one message, so write request"),
        ({**LIST, "request": {}, "response": {}}, "shop.Orders/ListOrders is a stream, so write responses"),
        ({**CALL, "cancelAfter": 1}, "cancelAfter is about streams of responses"),
        ({**CALL, "rules": {"$.totall": {"match": "decimal"}}}, "the path $.totall leads to no field of shop.Order"),
        ({**CALL, "rules": {"$.lines[*].name": {"match": "type"}}}, "the path $.lines[*].name leads to no field"),
        ({**CALL, "rules": {"$.note": REGEX}}, "The rule $.note leads to nothing that is expected"),
        ({**CALL, "response": {"lines": []}, "rules": {"$.lines[*].count": REGEX}}, "The rule $.lines[*].count leads"),
        ({**GET, "request": {}, "status": "NOT_FOUND", "rules": {"$.id": REGEX}}, "The rule $.id leads to nothing"),
        ({**LIST, "request": {}, "responses": [{}], "rules": {"$[*].id": REGEX}}, "The rule $[*].id leads to nothing"),
        ({**CALL, "headers": {"A": "1"}, "trailers": {"a": "1"}}, "a stands under headers and under trailers"),
        ({**CALL, "rules": {"metadata": {"cost": REGEX}}}, "The rule metadata cost leads to nothing that is expected"),
        ({**CALL, "rules": {"$.id": {"match": "odd"}}}, "rules: No such matching rule is known: odd."),
        ({**CALL, "rules": {"$.id": {"match": "regex", "regex": "("}}}, "regular expression '(' cannot be read"),
        ({**GET, "request": {}}, "It expects nothing, so any answer would pass"),
        ({**CALL, "requests": []}, "Both request and requests are written"),
        ({**CALL, "status": "FINE"}, "'FINE' is no status of gRPC; there are OK, CANCELLED"),
        ({**CALL, "status": 17}, "17 is no status of gRPC"),
        ({**CALL, "status": {"details": [{}]}}, "details is a list of messages, each with its @type"),
        ({**CALL, "metadata": {"key-bin": "no base64!"}}, "key-bin ends in -bin, so its value is base64"),
        ({**CALL, "metadata": {"a b": "x"}}, "metadata: 'a b' cannot be sent: a name has letters of English"),
        ({**CALL, "metadata": {"name": ["x", "Zoë"]}}, "name cannot be sent: 'Zoë' is no printable ASCII"),
        ({**CALL, "status": "NOT_FOUND"}, "with the status NOT_FOUND no response comes"),
        ({**CALL, "metadata": {"grpc-timeout": "1S"}}, "grpc-timeout is gRPC's own"),
        ({**CALL, "respones": {}}, "'respones' is not known here (is 'responses' meant?); there are "),
        ({**CALL, "method": None}, "The call needs a method"),
        ({**CALL, "timeout": -1}, "timeout is a number of seconds above 0"),
        ({**CALL, "cancelAfter": "two"}, "cancelAfter is a number of responses"),
    ],
)  # fmt: skip
def test_a_mistake_in_one_call_is_told_with_its_place_and_the_others_are_made(call: Any, part: str) -> None:
    with orders() as service:
        wrong, right = replayed(contract(call, CALL), service.address)
    assert wrong.cause is not None
    assert wrong.cause.kind == "interaction-unreadable"
    assert "interactions" in wrong.cause.text
    assert part in wrong.cause.text
    assert right.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"\xff", "web.json"),
        (b"[]", "has no `troth` and `interactions`"),
        (b'{"troth": 2, "protocol": "grpc", "consumer": "a", "provider": "b", "interactions": [1]}', "knows 1"),
        (b'{"troth": 1, "protocol": "graphql", "consumer": "a", "provider": "b", "interactions": [{}]}', "is not grpc"),
    ],
)  # fmt: skip
def test_what_is_no_contract_of_grpc_is_refused(content: bytes, part: str) -> None:
    given = contract(CALL)
    with pytest.raises(ContractUnreadable, match=r"web.json cannot be verified") as error:
        replayed(type(given)("a", "b", content, "web.json", format="grpc"), "127.0.0.1:1")
    assert part in error.value.text


def test_a_contract_without_calls_verifies_nothing() -> None:
    with pytest.raises(NothingToVerify):
        replayed(contract(), "127.0.0.1:1")


def test_a_schema_that_does_not_compile_is_told_for_every_call() -> None:
    files = {"orders.proto": b'syntax = "proto3";\nmessage A { strin g = 1; }'}
    with orders() as service:
        found = replayed(contract(CALL, CALL, files=files), service.address)
    assert [result.cause and result.cause.kind for result in found] == ["interaction-unreadable"] * 2
    assert "orders.proto" in told(found[0])[0]
    assert "line 2" in told(found[0])[0]


def test_a_schema_that_is_not_there_is_named() -> None:
    with orders() as service:
        (result,) = replayed(contract(CALL, files={}, schema=["gone.proto"]), service.address)
    assert told(result) == ["web.json cannot be verified: the schema gone.proto is not there"]


def test_calls_with_types_that_a_descriptor_set_lacks_are_errors_and_the_others_are_made() -> None:
    set_of = KNOWN.descriptors.__class__()
    set_of.file.add().CopyFrom(KNOWN.all_files[-1].proto)
    lines = set_of.file.add(name="lines.proto", package="shop", syntax="proto3", dependency=["gone.proto"])
    service = lines.service.add(name="Lines")
    service.method.add(name="Get", input_type=".shop.Gone", output_type=".shop.Gone")
    whole = KNOWN.descriptors.__class__()
    whole.CopyFrom(KNOWN.descriptors)
    whole.file.add().CopyFrom(lines)
    with orders() as running:
        found = replayed(
            contract({"service": "shop.Lines", "method": "Get", "request": {}, "response": {}}, CALL,
                     files={"all.binpb": whole.SerializeToString()}),
            running.address,
        )  # fmt: skip
    assert found[1].outcome is Outcome.PASSED
    assert found[0].cause is not None
    assert "the schema lacks the message shop.Gone" in found[0].cause.text
    assert "gone.proto" in found[0].cause.text


def test_reflection_takes_the_place_of_a_schema() -> None:
    with orders() as service:
        result = one(CALL, service.address, files={})
        absent = one({**CALL, "service": "shop.Shop"}, service.address, files={})
    assert result.outcome is Outcome.PASSED, told(result)
    (sentence,) = told(absent)
    assert "the service shop.Shop, which the provider's reflection does not know" in sentence
    assert sentence.endswith("; it lists grpc.reflection.v1alpha.ServerReflection, shop.Orders.")


def test_without_schema_and_reflection_nothing_can_be_said() -> None:
    with wild() as (address, _):
        result = one(CALL, address, files={})
    assert result.cause is not None
    assert result.cause.kind == "not-replayable"
    with listening(lambda connection: connection.close()) as address:
        result = one(CALL, address, files={})
    assert result.cause is not None
    assert result.cause.kind == "provider-not-grpc"


def test_a_contracts_schema_is_compiled_once_for_all_of_its_calls() -> None:
    async def twice() -> tuple[schemas.Known, schemas.Known]:
        kept = schemas.Schemas()
        documents = Documents("web.json", tuple(FILES), FILES)
        made = [await kept.of(documents, lambda: schemas.compiled(documents)) for _ in range(2)]
        return made[0], made[1]

    first, second = asyncio.run(twice())
    assert first is second
    assert "shop.Orders" in first.schema.services


def test_a_compiler_that_waits_is_taken_once_and_ended_where_nobody_takes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    compilers = schemas.Compilers()
    compilers.start()
    compilers.start()
    first, second = compilers.take(), compilers.take()
    assert first is not second
    for one_of_them in (first, second):
        assert one_of_them.run({"a.proto": b'syntax = "proto3";'}, ["a.proto"], "a.proto").made
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    compilers.start()
    assert len(list(tmp_path.iterdir())) == 1
    compilers.close()
    compilers.close()
    assert not list(tmp_path.iterdir())
