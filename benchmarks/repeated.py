"""One content, published 5,000 times and verified 5,000 times, beside the same published and verified 50 times.

    python -m benchmarks.repeated --times 5000

Its raw matrix would have millions of rows (each publication beside each result); nobody may have to look at them.
"""

import argparse
import contextlib
import itertools
import json
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from benchmarks.fleet import MAIN
from benchmarks.goals import Verdict, tell
from benchmarks.load import Client, Request, Run, run
from benchmarks.seed import REPEATED, seed
from benchmarks.server import Server, serving
from benchmarks.stores import KINDS, stores

FEW = 50
RATIO_GOAL = 1.5
CONSUMER, PROVIDER = REPEATED.names


def measure(kind: str, times: int, *, requests: int, clients: int) -> list[Verdict]:
    """Seed both stores and ask the same of both."""
    found: list[dict[str, Run]] = []
    with stores(kind) as new:
        for often in (FEW, times):
            database = new(f"repeated_{often}")
            seed(database, 0, repeated=often)
            with serving(database) as server:
                print(f"\n{kind}, one content published and verified {often:,} times")
                found.append(dict(_drive(server, requests, clients)))
    few, many = found
    return [
        Verdict(
            f"{kind}: {name}, {times:,} times to {FEW} times", many[name].cpu_ms / few[name].cpu_ms, RATIO_GOAL, "x"
        )
        for name in few
    ]


def _drive(server: Server, requests: int, clients: int) -> Iterator[tuple[str, Run]]:
    with contextlib.closing(Client(server.port)) as client:
        head = json.loads(client.ask(Request.of("GET", _HEAD)).body)["number"]
    for name, request in _questions(quote(head, safe="")):
        run(server, [request] * max(20, requests // 10), clients=clients)
        done = run(server, list(itertools.repeat(request, requests)), clients=clients)
        print(
            f"{name:32}{done.per_second:8.0f} req/s  p50 {done.percentile(0.5):8.2f} ms  "
            f"p99 {done.percentile(0.99):8.2f} ms  CPU {done.cpu_ms:7.3f} ms  {done.size:7} bytes",
            flush=True,
        )
        yield name, done


_HEAD = f"/pacticipants/{CONSUMER}/branches/{MAIN}/latest-version"


def _questions(version: str) -> Iterator[tuple[str, Request]]:
    pair = f"q[][pacticipant]={CONSUMER}&q[][pacticipant]={PROVIDER}"
    selectors = {"consumerVersionSelectors": [{"mainBranch": True}], "includePendingStatus": True}
    body = json.dumps({**selectors, "providerVersionBranch": MAIN}).encode()
    yield "latest pact", Request.of("GET", f"/pacts/provider/{PROVIDER}/consumer/{CONSUMER}/latest")
    yield "pacts for verification", Request.of("POST", f"/pacts/provider/{PROVIDER}/for-verification", body)
    asked = f"pacticipant={CONSUMER}&version={version}&environment=production"
    yield "can-i-deploy", Request.of("GET", f"/can-i-deploy?{asked}")
    yield "matrix, 10 rows", Request.of("GET", f"/matrix?{pair}&limit=10")
    yield "matrix by versions, 10 rows", Request.of("GET", f"/matrix?{pair}&latestby=cvpv&limit=10")


def show(kinds: Sequence[str], times: int, *, requests: int, clients: int) -> list[Verdict]:
    """Measure on each kind of database."""
    return [verdict for kind in kinds for verdict in measure(kind, times, requests=requests, clients=clients)]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.repeated", description="One content over and over.")
    parser.add_argument("--times", type=int, default=5_000)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--clients", type=int, default=8)
    given = parser.parse_args()
    found = show(given.databases.split(","), given.times, requests=given.requests, clients=given.clients)
    print()
    sys.exit(0 if tell(found) else 1)


if __name__ == "__main__":
    main()
