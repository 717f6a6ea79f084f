"""Replaying gRPC calls beside a bare client loop over the same requests, on one server, in one run.

python -m benchmarks.grpc_calls [--calls 1000] [--rounds 5]

The server is a Python one in a process of its own; the bare loop makes the same unary calls through grpc.aio, as many
at once, with messages that are made and parsed, and compares nothing. Our figure is `verify` on a contract of as many
interactions, each with nine fields under six matching rules, the same for all as calls of one method often have them:
reading the contract, compiling the schema (a child process of protoc), calling, comparing, keeping every exchange. Best
of the rounds, taken in turns. The seconds of the processor that this process took are told beside, because those of the
clock depend on the server, and on who else is at work.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import grpc.aio

from benchmarks.goals import Verdict, tell
from examples.grpc_orders.service import PROTO, schema
from troth_schemas.protobuf.model import Schema
from troth_verifiers import Contract, Target, verify

AT_ONCE = 16
GOAL = 1.5
_ORDER = {
    "id": 7, "customerName": "Ada", "state": "PAID", "total": 19.5, "lines": [{"article": "cup", "count": 2}],
    "placedAt": "2026-11-20T17:30:00Z",
}  # fmt: skip
_RULES = {
    "$.id": {"match": "integer"}, "$.customerName": {"match": "type"}, "$.total": {"match": "decimal"},
    "$.lines": {"match": "type", "min": 1}, "$.lines[*].article": {"match": "regex", "regex": "[a-z]+"},
    "$.placedAt": {"match": "type"},
}  # fmt: skip


@contextlib.contextmanager
def served() -> Iterator[str]:
    """The example's server in a process of its own: its address."""
    command = [sys.executable, "-m", "examples.grpc_orders.service"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as child:
        try:
            assert child.stdout is not None
            yield f"127.0.0.1:{child.stdout.readline().strip()}"
        finally:
            child.terminate()


def contract(calls: int) -> Contract:
    """A contract of so many calls."""
    call = {"service": "shop.Orders", "method": "GetOrder", "request": {"id": 7}, "response": _ORDER, "rules": _RULES}
    document = {
        "troth": 1, "protocol": "grpc", "consumer": "web", "provider": "orders", "schema": [PROTO.name],
        "interactions": [{"description": f"call {number}", **call} for number in range(calls)],
    }  # fmt: skip
    files = {PROTO.name: PROTO.read_bytes()}
    return Contract("web", "orders", json.dumps(document).encode(), "web.json", format="grpc", files=files)


class Took(NamedTuple):
    """Seconds of the clock, and of the processor in this process."""

    clock: float
    processor: float


def timed(work: Callable[[], object]) -> Took:
    """How long something takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


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
            for _ in left:
                answer = await method(request(id=7), timeout=5)
                assert answer.id == 7

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def run(calls: int = 1000, rounds: int = 5) -> Iterator[Verdict]:
    """Print what both take, and judge."""
    known, given = schema(), contract(calls)
    ours: list[Took] = []
    theirs: list[Took] = []
    with served() as address:
        bare(known, calls // 4, address)  # the server warms up
        for _ in range(rounds):
            theirs.append(timed(lambda: bare(known, calls, address)))
            ours.append(timed(lambda: replay(given, address)))
    print(f"{calls} unary calls, {AT_ONCE} at once, best of {rounds}")
    for name, took in (("bare grpc.aio loop", theirs), ("troth verify", ours)):
        each = min(one.processor for one in took) / calls * 1_000_000
        print(f"{name:28}{calls / min(took).clock:8.0f} calls/s {each:8.0f} µs of the processor for each")
    ratio = min(one.processor for one in ours) / min(one.processor for one in theirs)
    print(f"{'the processor, ours to bare':28}{ratio:8.2f} times")
    yield Verdict(
        f"gRPC: {calls} replays against a bare client loop", min(ours).clock / min(theirs).clock, GOAL, "times"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grpc_calls")
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    sys.exit(0 if tell(run(options.calls, options.rounds)) else 1)


if __name__ == "__main__":
    main()
