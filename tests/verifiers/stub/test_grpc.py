"""A stub of gRPC: the calls of expectations and pacts, calls made up from descriptors, faults and refusals."""

import asyncio
import cProfile
import importlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest

from tests.verifiers.grpc.serving import FILES, message
from tests.verifiers.grpc.test_pact_calls import call, pact, part
from tests.verifiers.stub.serving import EXAMPLES, channel_to, serving
from troth_schemas.documents import read
from troth_schemas.matching import match_tree
from troth_schemas.protobuf.loading import load
from troth_schemas.sources import Sources
from troth_verifiers import Contract, ContractUnreadable, Outcome, Target, verify_async
from troth_verifiers.pact.read import interactions
from troth_verifiers.stub import Fault, Refused, Station
from troth_verifiers.stub.generating import Making
from troth_verifiers.stub.grpc.book import GrpcBook
from troth_verifiers.stub.grpc.pages import Call
from troth_verifiers.stub.grpc.reading import expected_pages, pact_pages

pytestmark = pytest.mark.anyio
EXPECTATIONS = EXAMPLES / "grpc_orders" / "web.troth.yaml"
PROTO = EXAMPLES / "grpc_orders" / "orders.proto"


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """The client's code as grpcio-tools write it: the messages, and the stubs of services."""
    folder = tmp_path_factory.mktemp("generated")
    written = folder / "troth_stubbed.proto"
    written.write_bytes(FILES["orders.proto"])
    out = [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{folder}", *out, written.name]
    subprocess.run(command, check=True, capture_output=True)
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("troth_stubbed_pb2"), importlib.import_module("troth_stubbed_pb2_grpc")
    finally:
        sys.path.remove(str(folder))


def written_down() -> Any:
    """The example's expectations, to be changed."""
    return read(EXPECTATIONS.name, EXPECTATIONS.read_bytes()).value


@asynccontextmanager
async def client_of(stub: Station, generated: tuple[Any, Any]) -> AsyncIterator[Any]:
    async with channel_to(stub) as channel:
        yield generated[1].OrdersStub(channel)


async def ended(awaited: Any) -> tuple[str, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await awaited
    return caught.value.code().name, caught.value.details() or ""


async def drained(stream: Any) -> list[Any]:
    return [one async for one in stream]


async def test_a_stub_keeps_the_contract_that_it_is_made_of() -> None:
    async with serving(EXPECTATIONS) as (stub, _):
        report = await verify_async(EXPECTATIONS, Target(f"grpc://{stub.grpc}"), ignore_missing_states=True)
        assert [(one.outcome, one.mismatches, one.cause) for one in report.results] == [(Outcome.PASSED, (), None)] * 5
        assert not stub.refused


async def test_its_services_are_told_by_server_reflection() -> None:
    written = written_down()
    del written["schema"]
    content = json.dumps(written).encode()
    bare = Contract("web", "orders", content, "web.troth.yaml", format="grpc")
    async with serving(EXPECTATIONS) as (stub, _):
        report = await verify_async(bare, Target(f"grpc://{stub.grpc}"), ignore_missing_states=True)
        assert {one.outcome for one in report.results} == {Outcome.PASSED}
        assert not stub.refused, "to ask for the schema is no call"


async def test_a_call_whose_requests_never_end_is_refused(generated: tuple[Any, Any]) -> None:
    messages, _ = generated
    line = messages.Line(article="x" * 8 * 1024 * 1024)
    over = asyncio.Event()  # held here: what waits for an event that nobody holds may be collected while it waits

    async def endless() -> AsyncIterator[Any]:
        for _ in range(8):
            yield line
        await over.wait()  # one more might not get through, and the client would tell that instead

    async with serving(PROTO) as (stub, _), client_of(stub, generated) as client:
        code, why = await ended(client.AddLines(endless(), timeout=120))
        over.set()
        assert (code, why[:55]) == ("RESOURCE_EXHAUSTED", "The requests of the call are more than a stub keeps: 64")
        (refused,) = stub.refused
        assert (refused.why, refused.asked.target) == (why, "/shop.Orders/AddLines")
        few = [messages.Line(article="cup", count=2)] * 3
        assert (await client.AddLines(iter(few))).lines


async def test_a_generated_client_is_answered_all_four_kinds_of_calls(generated: tuple[Any, Any]) -> None:
    messages, _ = generated
    cup, pot = messages.Line(article="cup", count=2), messages.Line(article="pot", count=1)
    async with serving(EXPECTATIONS) as (stub, _), client_of(stub, generated) as client:
        order = await client.GetOrder(messages.GetOrderRequest(id=7))
        assert (order.customer_name, order.state, order.HasField("note")) == ("Ada", messages.PAID, False)
        listing = client.ListOrders(messages.ListOrdersRequest(customer="Ada"))
        assert [one.id async for one in listing] == [7]
        assert ("order-count", "1") in list(await listing.trailing_metadata())
        assert (await client.AddLines(iter([cup, pot]))).articles == 3
        quote = client.Quote(metadata=(("currency", "EUR"),))
        for line, amount in ((cup, 9.0), (pot, 20.0)):  # an answer to each before the next is asked
            await quote.write(line)
            assert (await quote.read()).amount == amount
        await quote.done_writing()
        assert (await quote.read(), await quote.code()) == (grpc.aio.EOF, grpc.StatusCode.OK)
        assert ("currency", "EUR") in list(await quote.initial_metadata())
        assert [one.reply.status for one in stub.answered] == [0, 0, 0, 0]
        assert json.loads(stub.answered[2].asked.content)[1] == {"article": "pot", "count": 1}


async def test_an_error_comes_with_its_details(generated: tuple[Any, Any]) -> None:
    async with serving(EXPECTATIONS) as (stub, _), client_of(stub, generated) as client:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await client.GetOrder(generated[0].GetOrderRequest(id=404))
        assert (caught.value.code().name, caught.value.details()) == ("NOT_FOUND", "there is no order 404")
        assert b"NO_SUCH_ORDER" in dict(caught.value.trailing_metadata() or ())["grpc-status-details-bin"]


async def test_what_the_contract_does_not_know_is_refused_and_kept(generated: tuple[Any, Any]) -> None:
    messages, _ = generated
    async with serving(EXPECTATIONS) as (stub, http), client_of(stub, generated) as client:
        code, text = await ended(client.GetOrder(messages.GetOrderRequest(id=9)))
        assert code == "UNIMPLEMENTED"
        assert text.startswith("No contract knows shop.Orders/GetOrder.\n  an order is told (given an order exists):\n")
        assert "request.id: Expected it to be equal to 7 (integer), but it is 9 (integer)." in text
        code, text = await ended(client.AddLines(iter([messages.Line(article="cup", count=2)])))
        assert (code, "Expected 2 requests, but the number that came is 1." in text) == ("UNIMPLEMENTED", True)
        code, text = await ended(drained(client.Quote(iter([messages.Line(article="cup", count=2)]))))
        assert "metadata currency: The metadata 'currency' is missing." in text
        async with channel_to(stub) as channel:
            code, text = await ended(channel.unary_unary("/shop.Orders/GetOrdr")(b""))
            assert (code, "similar are shop.Orders/GetOrder" in text) == ("UNIMPLEMENTED", True)
            code, text = await ended(channel.unary_unary("/shop.Orders/GetOrder")(b"\xff"))
            assert "What was sent is no shop.GetOrderRequest" in text
        told = (await http.get("/_troth/requests")).json()
        assert [one["target"].rpartition("/")[2] for one in told["refused"]] == [
            "GetOrder", "AddLines", "Quote", "GetOrdr", "GetOrder",
        ]  # fmt: skip
        assert not stub.answered


async def test_calls_are_made_up_from_descriptors(generated: tuple[Any, Any]) -> None:
    messages, _ = generated
    async with serving(PROTO) as (stub, _), client_of(stub, generated) as client:
        order = await client.GetOrder(messages.GetOrderRequest(id=9))
        assert (order.id, order.customer_name, order.state, order.total) == (9, "customer_name", messages.PAID, 1.5)
        assert [(one.article, one.count) for one in order.lines] == [("article", 1)]
        assert order.placed_at.ToJsonString() == "2024-01-31T12:30:00Z"
        assert await client.GetOrder(messages.GetOrderRequest(id=9)) == order
        assert len([one async for one in client.ListOrders(messages.ListOrdersRequest())]) == 1
        assert (await client.AddLines(iter([]))).lines == 1
        quote = client.Quote()
        for article in ("cup", "pot"):
            await quote.write(messages.Line(article=article))
            assert (await quote.read()).article == article
        await quote.done_writing()
        assert await quote.code() == grpc.StatusCode.OK


RECURSIVE = b"""syntax = "proto3"; package t; import "google/protobuf/struct.proto"; import "google/protobuf/any.proto";
message Tree { Tree left = 1; repeated Tree right = 2; map<string, Tree> named = 3; string name = 4;
  oneof one { bytes raw = 5; int32 number = 6; } google.protobuf.Value value = 7; google.protobuf.Any any = 8;
  map<int32, bool> flags = 9; repeated double values = 10; Level level = 11; }
enum Level { LEVEL_UNSPECIFIED = 0; } service Trees { rpc Grow(Tree) returns (Tree); }"""


async def test_a_message_is_made_up_whatever_its_fields_are(tmp_path: Path) -> None:
    (tmp_path / "tree.proto").write_bytes(RECURSIVE)
    schema: Any = load(Sources("tree.proto", {"tree.proto": RECURSIVE})).document
    async with serving(tmp_path / "tree.proto") as (stub, _), channel_to(stub) as channel:
        made = schema.pool.new("t.Tree")
        made.ParseFromString(await channel.unary_unary("/t.Trees/Grow")(b""))
        assert (made.name, made.raw, dict(made.flags), list(made.values)) == ("name", b"raw", {1: True}, [1.5])
        assert (made.value.string_value, made.HasField("left"), len(made.right)) == ("value", False, 0)


async def test_a_descriptor_set_and_imports_beside_the_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "money.proto").write_text('syntax = "proto3"; package t; message Money { int64 cents = 1; }')
    text = 'syntax = "proto3"; package t; import "money.proto"; service Till { rpc Pay(Money) returns (Money); }'
    (tmp_path / "till.proto").write_text(text)
    files = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    schema: Any = load(Sources("till.proto", files)).document
    (tmp_path / "till.binpb").write_bytes(schema.descriptors.SerializeToString())
    for name in ("till.proto", "till.binpb"):
        async with serving(tmp_path / name) as (stub, _), channel_to(stub) as channel:
            assert await channel.unary_unary("/t.Till/Pay")(b"\x08\x07") == b"\x08\x07"
    with pytest.raises(ContractUnreadable, match="it has no service"):
        async with serving(tmp_path / "money.proto"):
            pass


async def test_a_pacts_calls_are_answered_under_its_rules_and_generators() -> None:
    answer = part("Order", message("Order", id=7, customer_name="Ada"), metadata={"order-count": "1"})
    answer["generators"] = {
        "body": {"$.total": {"type": "RandomInt"}, "$.id": {"type": "RandomInt", "min": 50, "max": 60}}
    }
    rules = {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
    gone = part("Order", metadata={"grpc-status": "NOT_FOUND", "grpc-message": "there is none"})
    line = {**call(b"", gone, service=".shop.Orders/AddLines"), "request": part("Line", message("Line", article="cup"))}
    contract = pact(call(b"\x08\x07", answer, request={"matchingRules": rules}), line)
    schema: Any = load(Sources("orders.proto", FILES)).document
    async with serving(contract) as (stub, _), channel_to(stub) as channel:
        asked = channel.unary_unary("/shop.Orders/GetOrder")(message("GetOrderRequest", id=99))
        order = schema.pool.new("shop.Order")
        order.ParseFromString(await asked)
        assert (50 <= order.id <= 60, order.customer_name) == (True, "Ada")
        assert ("order-count", "1") in list(await asked.initial_metadata())
        added = channel.stream_unary("/shop.Orders/AddLines")(iter([message("Line", article="cup")]))
        assert await ended(added) == ("NOT_FOUND", "there is none")
        code, _ = await ended(channel.stream_unary("/shop.Orders/AddLines")(iter([message("Line", article="pot")])))
        assert code == "UNIMPLEMENTED"


async def test_faults_are_statuses_delays_and_streams_that_break_off(generated: tuple[Any, Any]) -> None:
    messages, _ = generated
    order, all_orders = messages.GetOrderRequest(id=7), messages.ListOrdersRequest(customer="Ada")
    async with serving(EXPECTATIONS, fault=Fault(status=503)) as (stub, _), client_of(stub, generated) as client:

        def asked(fault: str) -> Any:
            return client.GetOrder(order, metadata=(("x-troth-fault", fault),))

        assert await ended(client.GetOrder(order)) == ("UNAVAILABLE", "a fault that was asked for")
        assert (await ended(asked("code=aborted")))[0] == "ABORTED"
        code, text = await ended(asked("code=wrong"))
        assert (code, text[:66]) == (
            "INVALID_ARGUMENT",
            "x-troth-fault: 'WRONG' is no status of gRPC; there are OK, CANCELL",
        )
        stub.fault = Fault()
        assert await ended(asked("reset")) == ("UNAVAILABLE", "Connection reset")
        async with channel_to(stub) as channel:
            plain = channel.unary_unary("/shop.Orders/GetOrder")
            assert len(await plain(order.SerializeToString(), metadata=(("x-troth-fault", "truncate=4"),))) == 4
        began = time.monotonic()
        assert (await asked("latency=80, drip=10000")).id == 7
        assert time.monotonic() - began >= 0.08
        listing = client.ListOrders(all_orders, metadata=(("x-troth-fault", "truncate=0"),))
        assert (await ended(drained(listing)))[0] == "UNAVAILABLE"
        late = client.GetOrder(order, metadata=(("x-troth-fault", "latency=60000"),), timeout=0.2)
        assert (await ended(late))[0] == "DEADLINE_EXCEEDED"


async def test_a_state_chooses_among_calls_that_differ_by_nothing_else(generated: tuple[Any, Any]) -> None:
    written = written_down()
    gone = {**written["interactions"][1], "request": {"id": 7}, "states": [{"name": "it is gone"}]}
    written["interactions"].append(gone)
    content = json.dumps(written).encode()
    contract = Contract("web", "orders", content, "web.troth.yaml", format="grpc", files=FILES)
    asked = generated[0].GetOrderRequest(id=7)
    async with serving(contract) as (stub, _), client_of(stub, generated) as client:
        assert (await client.GetOrder(asked)).id == 7
        assert (await ended(client.GetOrder(asked, metadata=(("x-troth-state", "it is gone"),))))[0] == "NOT_FOUND"
        code, text = await ended(client.GetOrder(asked, metadata=(("x-troth-state", "it is lost"),)))
        assert code == "UNIMPLEMENTED"
        assert "    Given 'it is gone', and x-troth-state asks for 'it is lost'." in text


async def test_a_schema_given_beside_serves_expectations_that_name_none(tmp_path: Path) -> None:
    written = written_down()
    del written["schema"]
    (tmp_path / "web.troth.yaml").write_text(json.dumps(written))
    with pytest.raises(ContractUnreadable, match=r"it names no schema, .* give its \.proto file too"):
        async with serving(tmp_path / "web.troth.yaml"):
            pass
    async with serving(tmp_path / "web.troth.yaml", PROTO) as (stub, http):
        assert len((await http.get("/_troth")).json()["grpc"]["interactions"]) == 5
        assert "No contract of this stub speaks HTTP" in (await http.get("/")).json()["error"]
        assert stub.refused


async def test_what_is_expected_of_a_method_is_answered_and_not_what_a_file_given_before_makes_up(
    generated: tuple[Any, Any],
) -> None:
    async with serving(PROTO, EXPECTATIONS) as (stub, _), client_of(stub, generated) as client:
        assert (await client.GetOrder(generated[0].GetOrderRequest(id=7))).customer_name == "Ada"
        code, _ = await ended(client.GetOrder(generated[0].GetOrderRequest(id=9)))
        assert code == "UNIMPLEMENTED"


async def test_many_calls_at_once_are_kept_apart() -> None:
    async with serving(PROTO) as (stub, _), channel_to(stub) as channel:
        ask = channel.unary_unary("/shop.Orders/GetOrder")
        found = await asyncio.gather(*(ask(message("GetOrderRequest", id=number)) for number in range(1, 60)))
        assert [one[:2] for one in found] == [bytes((8, number)) for number in range(1, 60)]
        assert len(stub.answered) == 59


def book_of(contract: Contract) -> GrpcBook:
    return GrpcBook(list(pact_pages(interactions(contract), Making())))


def asking(number: int) -> Call:
    return Call("shop.Orders/GetOrder", (), (message("GetOrderRequest", id=number),))


def compared(book: GrpcBook, call: Call) -> tuple[str, int]:
    """What a book says, and how many trees it compared."""
    profile = cProfile.Profile()
    found = profile.runcall(book.look_up, call)
    count = sum(each.callcount for each in profile.getstats() if each.code is match_tree.__code__)
    return found.text if isinstance(found, Refused) else found[1].interaction, count


def an_order(number: int, **request: Any) -> Any:
    return call(message("GetOrderRequest", id=number), part("Order", message("Order", id=number)), request=request)


ANY_NUMBER = {"matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "integer"}]}}}}


def test_of_many_calls_only_the_one_that_is_meant_and_the_nearest_are_compared() -> None:
    book = book_of(pact(*(an_order(number) for number in range(1, 1001))))
    assert compared(book, asking(777)) == ("call 776", 1)
    text, count = compared(book, asking(5000))
    assert text.startswith(
        "No contract knows shop.Orders/GetOrder.\n  call 0:\n    request.id: Expected it to be equal to 1"
    )
    assert count < 50


def test_of_several_calls_that_fit_the_first_answers_whether_rules_speak_of_it_or_not() -> None:
    orders = pact(an_order(7), an_order(9, **ANY_NUMBER), an_order(8), an_order(7))
    for number, title in ((7, "call 0"), (8, "call 1"), (9, "call 1")):
        assert compared(book_of(orders), asking(number))[0] == title


def test_a_call_of_which_a_field_differs_that_no_rule_speaks_of_is_not_compared() -> None:
    def placed(number: int) -> Any:
        line = message("Line", article=f"article {number}", count=1)
        rules = {"body": {"$.count": {"combine": "AND", "matchers": [{"match": "integer"}]}}}
        return {
            **call(b"", part("Summary"), service=".shop.Orders/AddLines"),
            "request": {**part("Line", line), "matchingRules": rules},
        }

    book = book_of(pact(*map(placed, range(300))))
    lines = Call("shop.Orders/AddLines", (), (message("Line", article="article 222", count=9),))
    assert compared(book, lines) == ("call 222", 1)
    text, _ = compared(book, lines.and_then(b""))
    assert "Expected 1 request, but the number that came is 2." in text


async def test_calls_are_looked_up_beside_the_event_loop() -> None:
    threads: list[str] = []

    def now() -> datetime:
        threads.append(threading.current_thread().name)
        return datetime(2026, 3, 1, 12, tzinfo=UTC)

    answer = {
        **part("Order", message("Order", customer_name="Ada")),
        "generators": {"body": {"$.customer_name": {"type": "Date"}}},
    }
    async with (
        serving(pact(call(b"\x08\x07", answer)), making=Making(now=now)) as (stub, _),
        channel_to(stub) as channel,
    ):
        assert b"2026-03-01" in await channel.unary_unary("/shop.Orders/GetOrder")(b"\x08\x07")
    assert threads == ["troth-stub-grpc"]


async def test_calls_of_one_contract_share_one_compiled_schema() -> None:
    files = {PROTO.name: PROTO.read_bytes()}
    written = EXPECTATIONS.read_bytes()
    contract = Contract("web", "orders", written, EXPECTATIONS.name, format="grpc", files=files)
    pages = await expected_pages(contract, ())
    assert len(pages) > 2
    assert len({id(page.schema) for page in pages}) == 1
