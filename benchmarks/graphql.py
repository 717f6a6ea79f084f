"""Replaying GraphQL operations beside a bare client loop over the same requests, in the same run.

python -m benchmarks.graphql [--operations 2000]

Each operation has variables and four matching rules. The server is a few lines of asyncio in a process of its own that
answer the same to everything, so that nothing but the client is measured; the bare loop posts with httpx, as many at
once, reads the JSON and looks whether it has errors. Ours includes everything: reading, matching, the report.
"""

import argparse
import asyncio
import json
import subprocess
import sys
from collections import deque
from typing import Any

import httpx

from benchmarks.goals import Verdict, best, tell, timed
from troth_verifiers import Contract, Outcome, Target, verify

SERVER = """
import asyncio

LINES = b'[{"name": "a", "count": 1}, {"name": "b", "count": 2}]'
BODY = b'{"data": {"order": {"id": "7", "total": 9.5, "lines": ' + LINES + b"}}}"
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(BODY)

class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while b"\\r\\n\\r\\n" in self.buffer:
            head, _, rest = self.buffer.partition(b"\\r\\n\\r\\n")
            length = next((int(one[15:]) for one in head.split(b"\\r\\n") if one[:15].lower() == b"content-length:"), 0)
            if len(rest) < length:
                return
            self.buffer = rest[length:]
            self.transport.write(HEAD + BODY)

async def main():
    server = await asyncio.get_running_loop().create_server(Answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
QUERY = "query Order($id: ID!) { order(id: $id) { id total lines { name count } } }"
DATA = {"order": {"id": "1", "total": 1.5, "lines": [{"name": "x", "count": 3}]}}
RULES = {
    "$.data.order.id": {"match": "type"},
    "$.data.order.total": {"match": "decimal"},
    "$.data.order.lines": {"match": "type", "min": 1},
    "$.data.order.lines[*].count": {"match": "integer"},
}
AT_ONCE = 2


def contract(size: int) -> Contract:
    """Expectations of so many operations."""
    one = {"operation": QUERY, "data": DATA, "rules": RULES}
    document = {
        "troth": 1,
        "protocol": "graphql",
        "consumer": "web",
        "provider": "orders",
        "interactions": [{"description": f"order {n}", "variables": {"id": str(n)}, **one} for n in range(size)],
    }
    return Contract("web", "orders", json.dumps(document).encode(), "web.json", format="graphql")


def run(operations: int = 2_000) -> list[Verdict]:
    """Measure and print; gives what the goal is judged by."""
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = f"http://127.0.0.1:{int(server.stdout.readline())}/graphql"
        try:
            rounds = [(timed(lambda: _bare(url, operations)), timed(lambda: _ours(url, operations))) for _ in range(3)]
        finally:
            server.terminate()
    bare, ours = best(one for one, _ in rounds), best(one for _, one in rounds)
    print(f"bare client loop, {operations:5,} operations{'':19}{bare.clock:8.2f} s {operations / bare.clock:6.0f}/s")
    print(f"troth, {operations:5,} operations{'':30}{ours.clock:8.2f} s {operations / ours.clock:6.0f}/s")
    print(f"the processor, ours to bare{'':28}{ours.processor / bare.processor:8.2f} times")
    share = ours.clock / bare.clock
    return [Verdict(f"graphql: time of a bare client loop, {operations:,} operations", share, 1.5, "times")]


def _ours(url: str, size: int) -> None:
    """What Troth does, from the contract to the report."""
    report = verify(contract(size), Target(others={"graphql": url}, concurrency=AT_ONCE))
    assert report.totals[Outcome.PASSED] == size, report.to_text()


def _bare(url: str, size: int) -> None:
    """What a loop of a client does."""
    asyncio.run(_loop(url, size))


async def _loop(url: str, size: int) -> None:
    left = deque(range(size))

    async def work(client: httpx.AsyncClient) -> None:
        while left:
            answer = await client.post(url, json={"query": QUERY, "variables": {"id": str(left.popleft())}})
            value: Any = answer.json()
            assert "errors" not in value

    async with httpx.AsyncClient(trust_env=False) as client:
        await asyncio.gather(*(work(client) for _ in range(AT_ONCE)))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Replaying GraphQL operations beside a bare client loop.")
    parser.add_argument("--operations", type=int, default=2_000)
    raise SystemExit(0 if tell(run(parser.parse_args().operations)) else 1)


if __name__ == "__main__":
    main()
