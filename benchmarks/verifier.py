"""The pact verifier beside one bare call of the official library on the same file, in the same run.

python -m benchmarks.verifier [--interactions 1000] [--sizes 250,500,1000,4000]

Each interaction is a GET with a query and a header, answered with JSON under seven matching rules; the provider is a
few lines of asyncio in a process of its own. Our figure includes everything: reading, starting the children, the
preflight, the report.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.goals import Verdict, tell
from troth_verifiers import Outcome, Target, verify

PROVIDER = """
import asyncio, sys

BODY = (b'{"id": 1, "name": "x", "tags": ["a", "b"], "price": 1.5, "ok": true, "nested": {"a": 1, "b": "x"}}')
HEAD = b"HTTP/1.1 200 OK\\r\\nContent-Type: application/json\\r\\nConnection: close\\r\\nContent-Length: %d\\r\\n\\r\\n"

class Answer(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data.startswith(b"POST") and b"/states" in data[:20]:
            body = b"{}"
        else:
            body = b"" if data.startswith(b"HEAD") else BODY
        self.transport.write(HEAD % len(body) + body)
        self.transport.close()

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


def run(interactions: int = 1_000, sizes: Sequence[int] = (250, 500, 1_000, 4_000)) -> list[Verdict]:
    """Measure and print; gives what the goals are judged by."""
    with tempfile.TemporaryDirectory(prefix="troth-benchmarks-") as folder, _provider() as provider:
        assert provider.stdout is not None
        port = int(provider.stdout.readline())
        try:
            rates = {size: size / ours(Path(folder), port, size) for size in sizes}
            for size, rate in rates.items():
                print(f"troth, {size:5,} interactions{'':22}{size / rate:8.2f} s {rate:6.0f}/s")
            share = _against_bare(Path(folder), port, interactions, states=False)
            _against_bare(Path(folder), port, interactions, states=True)
        finally:
            provider.terminate()
    flat = rates[sizes[0]] / rates[sizes[-1]]
    return [
        Verdict(f"verifier: share of a bare library call's time, {interactions:,} interactions", share, 0.1, ""),
        Verdict(f"verifier: time an interaction, {sizes[-1]:,} against {sizes[0]:,} interactions", flat, 1.5, "times"),
    ]


def _against_bare(folder: Path, port: int, size: int, *, states: bool) -> float:
    named = f"{size:,} interactions{' with a state' if states else ''}"
    mine, theirs = ours(folder, port, size, states=states), bare(folder, port, size, states=states)
    print(f"bare library, {named:34}{theirs:8.2f} s {size / theirs:6.0f}/s")
    print(f"troth, {named:41}{mine:8.2f} s {size / mine:6.0f}/s   {theirs / mine:.1f} times as fast")
    return mine / theirs


def ours(folder: Path, port: int, size: int, *, states: bool = False) -> float:
    """Seconds that Troth takes, from nothing to the report."""
    file = _written(folder, size, states=states)
    began = time.perf_counter()
    report = verify(file, Target(f"http://127.0.0.1:{port}"), states={"an order": lambda: None})
    took = time.perf_counter() - began
    assert report.totals[Outcome.PASSED] == size, report.to_text()
    return took


def bare(folder: Path, port: int, size: int, *, states: bool = False) -> float:
    """Seconds that one call of the official library takes, in a process of its own, its start not counted."""
    url = f"http://127.0.0.1:{port}/states" if states else ""
    command = [sys.executable, "-c", BARE, str(_written(folder, size, states=states)), str(port), url]
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
    parser.add_argument("--interactions", type=int, default=1_000)
    parser.add_argument("--sizes", default="250,500,1000,4000")
    asked = parser.parse_args()
    found = run(asked.interactions, [int(size) for size in asked.sizes.split(",")])
    raise SystemExit(0 if tell(found) else 1)


if __name__ == "__main__":
    main()
