"""The pact verifier beside one bare call of the official library, and a bare loop of requests, in the same run.

python -m benchmarks.verifier [--interactions 100,1000] [--sizes 100,1000,5000]

Each interaction is a GET with a query and a header, answered with JSON under seven matching rules; the provider is a
few lines of asyncio in a process of its own, and keeps connections. Our figures include everything: reading the pact,
the preflight, the report. The bare loop asks for the same with httpx, as many at once (one where nothing else is
said), and reads the JSON.
The library takes the square of the number: at 5,000 interactions eight minutes. What takes less than a second or two is
taken several times, in turns, and the best counts; beside the clock stands the time of the processor in this process.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.goals import Took, Verdict, best, tell, timed
from troth_verifiers import Outcome, Target, verify

PROVIDER = """
import asyncio, sys

BODY = (b'{"id": 1, "name": "x", "tags": ["a", "b"], "price": 1.5, "ok": true, "nested": {"a": 1, "b": "x"}}')
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nContent-Length: %d\\r\\n\\r\\n"

class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport
        self.came = b""

    def data_received(self, data):
        self.came += data
        head, end, body = self.came.partition(b"\\r\\n\\r\\n")
        if not end or len(body) < length(head):
            return
        self.came = b""
        body = b"{}" if head.startswith(b"POST") else b"" if head.startswith(b"HEAD") else BODY
        self.transport.write(HEAD % len(body) + body)

def length(head):
    return next((int(line[15:]) for line in head.lower().splitlines() if line.startswith(b"content-length:")), 0)

async def main():
    server = await asyncio.get_running_loop().create_server(Answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""

BARE = """
import sys, time
from pact import Verifier

file, port, states = sys.argv[1:]
verifier = Verifier("orders", host="127.0.0.1").add_transport(url=f"http://127.0.0.1:{port}").add_source(file)
if states:
    verifier.state_handler(states, body=True)
began = time.perf_counter()
verifier.verify()
took = time.perf_counter() - began
assert all(row["result"] == "OK" for row in verifier.results["interactionResults"])
print(took, file=sys.stderr)
"""

AT_ONCE = 16
RULES = ("$.id", "$.name", "$.tags", "$.price", "$.ok", "$.nested.a", "$.nested.b")


def pact(size: int, *, states: bool = False) -> str:
    """A pact with so many interactions, as JSON."""
    given = {"providerStates": [{"name": "an order", "params": {"id": 1}}]} if states else {}
    return json.dumps(
        {
            "consumer": {"name": "web"},
            "provider": {"name": "orders"},
            "interactions": [{**_interaction(number), **given} for number in range(size)],
            "metadata": {"pactSpecification": {"version": "4.0"}},
        }
    )


def _interaction(number: int) -> dict[str, object]:
    example = {"id": 7, "name": "y", "tags": ["c"], "price": 2.5, "ok": False, "nested": {"a": 2, "b": "y"}}
    return {
        "type": "Synchronous/HTTP",
        "description": f"a request for order {number}",
        "request": {
            "method": "GET",
            "path": f"/orders/{number}",
            "query": {"full": ["yes"]},
            "headers": {"Accept": ["application/json"]},
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": ["application/json"]},
            "body": {"content": example, "contentType": "application/json", "encoded": False},
            "matchingRules": {"body": {rule: {"combine": "AND", "matchers": [{"match": "type"}]} for rule in RULES}},
        },
    }


def run(interactions: Sequence[int] = (100, 1_000), sizes: Sequence[int] = (100, 1_000, 5_000)) -> list[Verdict]:
    """Measure and print; gives what the goals are judged by."""
    with tempfile.TemporaryDirectory(prefix="troth-benchmarks-") as folder, _provider() as provider:
        assert provider.stdout is not None
        port = int(provider.stdout.readline())
        try:
            rates, loops, costs = {}, {}, {}
            for size in sizes:
                mine, loop = _beside_a_loop(Path(folder), port, size)
                rates[size], loops[size] = size / mine.clock, mine.clock / loop.clock
                costs[size] = mine.processor / size
                _told(size, mine, loop)
            crowded = sorted(sizes)[len(sizes) // 2]
            mine, loop = _beside_a_loop(Path(folder), port, crowded, AT_ONCE)
            _told(crowded, mine, loop, f", {AT_ONCE} at once")
            shares = [_against_bare(Path(folder), port, size) for size in interactions]
            _against_bare(Path(folder), port, interactions[0], states=True)
        finally:
            provider.terminate()
    flat = rates[sizes[0]] / rates[sizes[-1]]
    dearer = mine.processor / crowded / costs[crowded]
    most = sizes[-1]
    return [
        Verdict(f"verifier: share of a bare library call's time, {interactions[0]:,} interactions", shares[0], 0.2, ""),
        Verdict(f"verifier: time an interaction, {most:,} against {sizes[0]:,} interactions", flat, 1.5, "times"),
        Verdict(f"verifier: time of a bare loop of {most:,} requests", loops[most], 1.5, "times"),
        Verdict(f"verifier: processor time an interaction, {AT_ONCE} at once against one", dearer, 1.2, "times"),
    ]


def _rounds(size: int) -> int:
    return 5 if size <= 100 else 3 if size <= 1_000 else 1


def _beside_a_loop(folder: Path, port: int, size: int, at_once: int = 1) -> tuple[Took, Took]:
    """The best that Troth takes, and that a bare loop takes."""
    file = _written(folder, size, states=False)
    rounds = [
        (
            timed(lambda: ours(file, port, size, workers=at_once)),
            timed(lambda: asyncio.run(requests(port, size, at_once))),
        )
        for _ in range(_rounds(size))
    ]
    return best(one for one, _ in rounds), best(one for _, one in rounds)


def _told(size: int, mine: Took, loop: Took, how: str = "") -> None:
    print(f"{f'bare loop, {size:5,} requests{how}':47}{loop.clock:8.2f} s {size / loop.clock:6.0f}/s")
    print(
        f"{f'troth, {size:5,} interactions{how}':47}{mine.clock:8.2f} s {size / mine.clock:6.0f}/s   "
        f"{mine.clock / loop.clock:.2f} times, {mine.processor / loop.processor:.2f} of the processor"
    )


def _against_bare(folder: Path, port: int, size: int, *, states: bool = False) -> float:
    named = f"{size:,} interactions{' with a state' if states else ''}"
    file = _written(folder, size, states=states)
    rounds = [(ours(file, port, size), bare(file, port, states=states)) for _ in range(_rounds(size))]
    mine, theirs = min(one for one, _ in rounds), min(one for _, one in rounds)
    print(f"bare library, {named:34}{theirs:8.2f} s {size / theirs:6.0f}/s")
    print(f"troth, {named:41}{mine:8.2f} s {size / mine:6.0f}/s   {theirs / mine:.1f} times as fast")
    return mine / theirs


def ours(file: Path, port: int, size: int, *, workers: int = 4) -> float:
    """Seconds that Troth takes, from a pact's file to the report."""
    began = time.perf_counter()
    target = Target(f"http://127.0.0.1:{port}", engine="troth", concurrency=workers)
    report = verify(file, target, states={"an order": lambda: None})
    took = time.perf_counter() - began
    assert report.totals[Outcome.PASSED] == size, report.to_text()
    return took


async def requests(port: int, size: int, at_once: int = 1) -> float:
    """Seconds that the same requests take without any verifier."""
    began = time.perf_counter()
    left = deque(range(size))

    async def work(client: httpx.AsyncClient) -> None:
        while left:
            answer = await client.get(
                f"/orders/{left.popleft()}", params={"full": "yes"}, headers={"Accept": "application/json"}
            )
            assert answer.json()["id"] == 1

    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        await asyncio.gather(*(work(client) for _ in range(at_once)))
    return time.perf_counter() - began


def bare(file: Path, port: int, *, states: bool = False) -> float:
    """Seconds that one call of the official library takes, in a process of its own, its start not counted."""
    url = f"http://127.0.0.1:{port}/states" if states else ""
    command = [sys.executable, "-c", BARE, str(file), str(port), url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stderr.split()[-1])


def _written(folder: Path, size: int, *, states: bool) -> Path:
    file = folder / f"{size}-{states}.json"
    file.write_text(pact(size, states=states))
    return file


def _provider() -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", PROVIDER], stdout=subprocess.PIPE, text=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="The pact verifier beside one bare call of the official library.")
    parser.add_argument("--interactions", default="100,1000", help="where the library is run as well")
    parser.add_argument("--sizes", default="100,1000,5000")
    asked = parser.parse_args()
    found = run(*([int(size) for size in text.split(",")] for text in (asked.interactions, asked.sizes)))
    raise SystemExit(0 if tell(found) else 1)


if __name__ == "__main__":
    main()
