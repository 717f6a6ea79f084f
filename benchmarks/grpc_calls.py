"""Replaying gRPC calls beside a bare client loop over the same requests, on one server, in one run.

python -m benchmarks.grpc_calls [--calls 1000 5000] [--rounds 9]

The server is a Python one in a process of its own; the bare loop makes the same unary calls through grpc.aio, as many
at once, with messages that are made and parsed, and compares nothing. Our figures are `verify` on a contract of as many
interactions, each about another order, with nine fields under six matching rules, the rules being the same for all as
calls of one method often have them: reading the contract, compiling the schema (a child process of protoc), calling,
comparing, keeping every exchange. They are taken twice: with examples that are just what comes, and with examples whose
values differ from what comes wherever the rules let them; for few calls, where the compiling counts, and for many.
Rounds are taken in turns, and the best are judged. The middle one of the ratios of neighbours is told beside, as a
machine is seldom quiet for long, and the seconds of the processor that this process took, because those of the clock
depend on the server, and on who else is at work.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import grpc
import grpc.aio

from benchmarks.goals import Took, Verdict, beside, best, tell, timed
from examples.grpc_orders.service import PROTO, Orders, schema, serve
from troth_schemas.protobuf.model import Schema
from troth_verifiers import Contract, Target, verify

AT_ONCE = 16
GOAL = 1.5
_ORDER = {"state": "PAID", "total": 19.5, "lines": [{"article": "cup", "count": 2}], "placedAt": "2026-11-20T17:30:00Z"}
_OTHER = {"total": 0.5, "lines": [{"article": "pot", "count": 2}], "placedAt": "2025-01-31T08:00:00Z"}
_RULES = {
    "$.id": {"match": "integer"}, "$.customerName": {"match": "type"}, "$.total": {"match": "decimal"},
    "$.lines": {"match": "type", "min": 1}, "$.lines[*].article": {"match": "regex", "regex": "[a-z]+"},
    "$.placedAt": {"match": "type"},
}  # fmt: skip


def serve_orders(count: int) -> None:
    """Be the example's server with so many orders; prints the port."""
    known = schema()
    orders = Orders(known)
    orders.orders |= {number: f"customer {number}" for number in range(count)}
    _, port = serve(orders, known)
    print(port, flush=True)
    threading.Event().wait()


@contextlib.contextmanager
def served(count: int = 1000) -> Iterator[str]:
    """The same in a process of its own: its address."""
    command = [sys.executable, "-m", "benchmarks.grpc_calls", "--serve", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as child:
        try:
            assert child.stdout is not None
            yield f"127.0.0.1:{child.stdout.readline().strip()}"
        finally:
            child.terminate()


def contract(calls: int, *, differing: bool = False) -> Contract:
    """A contract of so many calls; with examples that differ from what comes where the rules let them."""
    interactions = [
        {
            "description": f"the order {number}",
            "service": "shop.Orders",
            "method": "GetOrder",
            "request": {"id": number},
            "response": {"id": number + differing, "customerName": f"customer {number}", **_ORDER}
            | ({"customerName": "anybody", **_OTHER} if differing else {}),
            "rules": _RULES,
        }
        for number in range(calls)
    ]
    document = {
        "troth": 1, "protocol": "grpc", "consumer": "web", "provider": "orders", "schema": [PROTO.name],
        "interactions": interactions,
    }  # fmt: skip
    files = {PROTO.name: PROTO.read_bytes()}
    return Contract("web", "orders", json.dumps(document).encode(), "web.json", format="grpc", files=files)


def replay(given: Contract, address: str) -> None:
    """What we do."""
    verify(given, Target(others={"grpc": address}, concurrency=AT_ONCE)).check()


def bare(known: Schema, calls: int, address: str) -> None:
    """What a bare client does."""
    asyncio.run(_bare(known, calls, address))


async def _bare(known: Schema, calls: int, address: str) -> None:
    request, response = type(known.pool.new("shop.GetOrderRequest")), type(known.pool.new("shop.Order"))
    async with grpc.aio.insecure_channel(address) as channel:
        method: Any = channel.unary_unary(
            "/shop.Orders/GetOrder",
            request_serializer=request.SerializeToString,
            response_deserializer=response.FromString,
        )
        left = iter(range(calls))

        async def work() -> None:
            for number in left:
                answer = await method(request(id=number), timeout=5)
                assert answer.id == number

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def run(numbers: Sequence[int] = (1000, 5000), rounds: int = 9) -> Iterator[Verdict]:
    """Print what both take for each number of calls, and judge."""
    known = schema()
    with served(max(numbers)) as address:
        bare(known, min(250, *numbers), address)  # the server warms up
        for calls in numbers:
            yield _compared(known, calls, rounds, address)


def _compared(known: Schema, calls: int, rounds: int, address: str) -> Verdict:
    given, other = contract(calls), contract(calls, differing=True)
    work: dict[str, Callable[[], None]] = {
        "bare grpc.aio loop": lambda: bare(known, calls, address),
        "troth verify": lambda: replay(given, address),
        "troth, other values": lambda: replay(other, address),
    }
    took: dict[str, list[Took]] = {}
    for _ in range(rounds):
        for name, one in work.items():
            took.setdefault(name, []).append(timed(one))
    print(f"{calls} unary calls, {AT_ONCE} at once, best of {rounds}")
    for name, found in took.items():
        least = best(found)
        each = least.processor / calls * 1_000_000
        print(f"{name:28}{calls / least.clock:8.0f} calls/s {each:8.0f} µs of the processor for each")
    theirs, *mine = took.values()
    times = [beside(ours, theirs) for ours in mine]
    print(f"{'the processor, ours to bare':28}{max(one.processor for one in times):8.2f} times")
    print(f"{'the clock, middle round':28}{max(one.clock for one in times):8.2f} times")
    ratio = max(best(ours).clock for ours in mine) / best(theirs).clock
    return Verdict(f"gRPC: {calls} replays against a bare client loop", ratio, GOAL, "times")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grpc_calls")
    parser.add_argument("--calls", type=int, nargs="+", default=[1000, 5000])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--serve", type=int, metavar="ORDERS", help="be the server, and nothing else")
    options = parser.parse_args(arguments)
    if options.serve is not None:
        serve_orders(options.serve)
    sys.exit(0 if tell(run(options.calls, options.rounds)) else 1)


if __name__ == "__main__":
    main()
