"""A crowd: hundreds of pipelines at once, each publishing, verifying and asking the gate over its own connection.

    python -m benchmarks.crowd --clients 300 --rounds 4 --databases sqlite,postgresql

What must hold: no answer of 500 or more, and nothing that was acknowledged is missing afterwards. What is printed: how
long pipelines waited for each kind of request (50th, 99th percentile and the longest), requests per second, the memory
of the server at its highest. Clients and server share the machine, so waiting times say more about the order of things
than about their size.
"""

import argparse
import asyncio
import base64
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from benchmarks.documents import TEST_RESULTS, body, document
from benchmarks.goals import Verdict, tell
from benchmarks.load import Request
from benchmarks.seed import seed
from benchmarks.server import Server, serving
from benchmarks.stores import KINDS, stores
from tests.support.services import Missing

CONSUMERS, PROVIDERS = 40, 10
MEMORY_GOAL_MB = 300.0


@dataclass(frozen=True, slots=True)
class Pact:
    """One publication that was acknowledged: where it must be found, and the digest that a result was published for."""

    path: str
    sha: str
    verified_by: str


@dataclass(slots=True)
class Seen:
    """What the crowd saw."""

    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    bad: list[str] = field(default_factory=list)
    acknowledged: list[Pact] = field(default_factory=list)


class Connection:
    """One kept-open connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Seen) -> None:
        self._reader, self._writer, self._seen = reader, writer, seen

    @classmethod
    async def to(cls, port: int, seen: Seen) -> "Connection":
        """Connect to the server."""
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=2**24), seen)

    def close(self) -> None:
        self._writer.close()

    async def ask(self, kind: str, method: str, path: str, sent: Any = None) -> Any:
        """Send one request, note how long it took and what came back; the body as JSON, None if it was refused."""
        data = json.dumps(sent).encode() if sent is not None else b""
        began = time.perf_counter()
        self._writer.write(Request.of(method, path, data).raw)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.partition("content-length:")[2].partition("\r\n")[0] or 0)
        got = await self._reader.readexactly(length)
        self._seen.waits[kind].append(time.perf_counter() - began)
        status = int(head[9:12])
        self._seen.statuses[status] += 1
        if status >= 300:
            self._seen.bad.append(f"{status} to {method} {path}: {got[:300]!r}")
            return None
        return json.loads(got)


async def _pipeline(port: int, number: int, rounds: int, seen: Seen) -> None:
    """One team's day: publish a contract, let the provider verify it, ask whether it may go, record that it went."""
    connection = await Connection.to(port, seen)
    consumer, provider = f"crowd-consumer-{number % CONSUMERS}", f"crowd-provider-{number % PROVIDERS}"
    pair = f"/pacts/provider/{provider}/consumer/{consumer}"
    try:
        for turn in range(rounds):
            version, build = f"{number}.{turn}", f"{number}.{turn}-p"
            contract = document(consumer, provider, number * 1_000 + turn, 3)
            if await connection.ask("publish", "POST", "/contracts/publish", _publication(contract, version)) is None:
                continue
            path = f"{pair}/version/{quote(version)}"
            pact = await connection.ask("read a pact", "GET", path)
            await connection.ask(
                "for verification",
                "POST",
                f"/pacts/provider/{provider}/for-verification",
                {"consumerVersionSelectors": [{"mainBranch": True}], "providerVersionBranch": "main"},
            )
            sha = pact["_links"]["pb:pact-version"]["href"].rpartition("/")[2] if pact else ""
            result = {"success": True, "providerApplicationVersion": build, "testResults": json.loads(TEST_RESULTS)}
            done = await connection.ask(
                "publish results", "POST", f"{pair}/pact-version/{sha}/verification-results", result
            )
            seen.acknowledged.append(Pact(path, sha, build if done else ""))
            asked = f"/can-i-deploy?pacticipant={consumer}&version={quote(version)}&environment=production"
            await connection.ask("can-i-deploy", "GET", asked)
            await connection.ask(
                "matrix", "GET", f"/matrix?q[][pacticipant]={consumer}&q[][pacticipant]={provider}&limit=20"
            )
    except (OSError, asyncio.IncompleteReadError) as problem:
        seen.bad.append(f"pipeline {number}: {problem!r}")
    finally:
        connection.close()


def _publication(contract: dict[str, Any], version: str) -> dict[str, Any]:
    consumer, provider = contract["consumer"]["name"], contract["provider"]["name"]
    return {
        "pacticipantName": consumer,
        "pacticipantVersionNumber": version,
        "branch": "main",
        "contracts": [
            {
                "consumerName": consumer,
                "providerName": provider,
                "specification": "pact",
                "contentType": "application/json",
                "content": base64.b64encode(body(contract)).decode(),
            }
        ],
    }


async def _crowd(port: int, clients: int, rounds: int) -> Seen:
    seen = Seen()
    setup = await Connection.to(port, Seen())
    await setup.ask("set up", "POST", "/environments", {"name": "production", "production": True})
    setup.close()
    await asyncio.gather(*(_pipeline(port, number, rounds, seen) for number in range(clients)))
    return seen


async def _missing(port: int, acknowledged: Sequence[Pact]) -> list[str]:
    """What was acknowledged and cannot be read back: a pact, its content, or its result."""
    found: list[str] = []
    connection = await Connection.to(port, Seen())
    for pact in acknowledged:
        stored = await connection.ask("", "GET", pact.path)
        if stored is None or stored["_links"]["pb:pact-version"]["href"].rpartition("/")[2] != pact.sha:
            found.append(pact.path)
            continue
        if pact.verified_by:
            result = await connection.ask("", "GET", f"{pact.path}/verification-results/latest")
            if result is None or result["providerApplicationVersion"] != pact.verified_by:
                found.append(f"{pact.path}: the result of {pact.verified_by}")
    connection.close()
    return found


async def _highest(server: Server, highest: list[float]) -> None:
    while True:
        highest[0] = max(highest[0], server.memory_mb())
        await asyncio.sleep(0.1)


async def _measure(server: Server, clients: int, rounds: int) -> tuple[Seen, float, float, list[str]]:
    highest = [0.0]
    watching = asyncio.create_task(_highest(server, highest))
    began = time.perf_counter()
    seen = await _crowd(server.port, clients, rounds)
    seconds = time.perf_counter() - began
    watching.cancel()
    return seen, seconds, highest[0], await _missing(server.port, seen.acknowledged)


def measure(kind: str, size: int, clients: int, rounds: int) -> Iterator[Verdict]:
    """Let a crowd loose on a seeded store of one kind. Prints as it goes."""
    with stores(kind) as new:
        database = new(f"crowd_{size}")
        seed(database, size)
        with serving(database) as server:
            seen, seconds, highest, missing = asyncio.run(_measure(server, clients, rounds))
    total = sum(seen.statuses.values())
    print(f"\n{kind}, {size:,} results, {clients} clients at once: {total:,} requests, {total / seconds:,.0f} a second")
    print(f"{'':24}{'requests':>10}{'p50 ms':>10}{'p99 ms':>10}{'max ms':>10}")
    for name, waits in seen.waits.items():
        waits.sort()
        shown = (waits[len(waits) // 2], waits[int(len(waits) * 0.99)], waits[-1])
        print(f"{name:24}{len(waits):>10,}" + "".join(f"{one * 1000:>10.0f}" for one in shown))
    print(f"answers {dict(sorted(seen.statuses.items()))}, memory {highest:.0f} MB at its highest", flush=True)
    for text in (*seen.bad[:3], *missing[:3]):
        print("  " + text)
    yield Verdict(f"{kind}: answers to {clients} clients that were no success", len(seen.bad), 0, "")
    yield Verdict(f"{kind}: acknowledged writes that are missing", len(missing), 0, "")
    yield Verdict(f"{kind}: memory under {clients} clients", highest, MEMORY_GOAL_MB, "MB")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crowd", description="Hundreds of clients at once.")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--size", type=int, default=50_000, help="results in the store beforehand (default 50000)")
    parser.add_argument("--clients", type=int, default=300, help="clients at once (default 300)")
    parser.add_argument("--rounds", type=int, default=4, help="publications of each client (default 4)")
    given = parser.parse_args()
    found: list[Verdict] = []
    for kind in given.databases.split(","):
        try:
            found += measure(kind, given.size, given.clients, given.rounds)
        except Missing as missing:
            print(f"\nskipped: {missing}")
    print("\n== goals")
    sys.exit(0 if tell(found) else 1)


if __name__ == "__main__":
    main()
