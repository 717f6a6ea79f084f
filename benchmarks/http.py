"""The server over HTTP: what each request costs on stores of several sizes, on both databases.

    python -m benchmarks.http --sizes 5000,50000,500000 --databases sqlite,postgresql --clients 8

The columns: requests per second, the 50th and 99th percentile of what a client waits, the processor time of the
server's process per request, the answer's bytes. PostgreSQL's own processor time is not counted. Figures compare
within one run.
"""

import argparse
import contextlib
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.goals import Verdict, tell
from benchmarks.load import Client, Run, run
from benchmarks.scenarios import READS, WRITES, Known, Scenario, learn
from benchmarks.seed import seed
from benchmarks.server import Server, serving
from benchmarks.stores import KINDS, stores

SIZES = (5_000, 50_000, 500_000)
RATIO_GOAL = 1.5
MEMORY_GOAL_MB, MEMORY_GOAL_OF_LARGEST_MB = 100.0, 300.0
START_GOAL_SECONDS = 1.0
_LARGEST = 5_000_000


Visit = Callable[[str], object]
"""Looks at the store at an address."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One scenario on one store."""

    scenario: Scenario
    size: int
    run: Run


@dataclass(frozen=True, slots=True)
class Store:
    """All that was measured on one store."""

    kind: str
    size: int
    measured: tuple[Measured, ...]
    start_seconds: float
    memory_mb: float


def measure(
    kind: str, sizes: Sequence[int], *, requests: int, clients: int, only: str = "", then: Visit | None = None
) -> list[Store]:
    """Seed a store of each size, serve it and drive it; `then` visits the last one. Prints as it goes."""
    measured = []
    with stores(kind) as new:
        for size in sizes:
            database = new(f"fleet_{size}")
            seeded = seed(database, size)
            with serving(database) as server:
                print(
                    f"\n{kind}, {seeded.results:,} results, {seeded.publications:,} publications "
                    f"(seeded in {seeded.seconds:.0f} s; first answer after {server.start_seconds:.2f} s)"
                )
                found = tuple(_drive(server, size, requests, clients, only))
                measured.append(Store(kind, size, found, server.start_seconds, server.memory_mb()))
                print(f"{'memory':32}{measured[-1].memory_mb:8.0f} MB")
                print(f"{'yardstick':50}{yardstick():15.3f} ms", flush=True)
        if then is not None:
            then(database)
    return measured


def _drive(server: Server, size: int, requests: int, clients: int, only: str) -> Iterator[Measured]:
    with contextlib.closing(Client(server.port)) as client:
        known = learn(client)
    print(f"{'':32}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'bytes':>9}")
    for scenario in (*READS, *WRITES):
        if only not in scenario.name:
            continue
        _check(scenario, server, known)
        ready = scenario.requests(known)
        run(server, list(itertools.islice(ready, max(20, requests // 10))), clients=clients)
        done = run(server, list(itertools.islice(ready, requests)), clients=clients)
        print(
            f"{scenario.name:32}{done.per_second:8.0f}{done.percentile(0.5):9.2f}{done.percentile(0.99):9.2f}"
            f"{done.cpu_ms:9.3f}{done.size:9}",
            flush=True,
        )
        yield Measured(scenario, size, done)


def yardstick() -> float:
    """The processor time in milliseconds that a fixed piece of Python takes now: how far two runs can be compared."""
    value = {str(number): list(range(20)) for number in range(100)}
    began = time.process_time()
    for _ in range(200):
        json.loads(json.dumps(value))
    return (time.process_time() - began) / 200 * 1000


def _check(scenario: Scenario, server: Server, known: Known) -> None:
    with contextlib.closing(Client(server.port)) as client:
        answer = client.ask(next(scenario.requests(known)))
    if not scenario.answers_well(json.loads(answer.body)):
        raise RuntimeError(f"{scenario.name}: {answer.status} {answer.body[:2000]!r}")


def verdicts(measured: Iterable[Store]) -> Iterator[Verdict]:
    """Each goal, held against the run."""
    by_kind: dict[str, list[Store]] = {}
    for store in measured:
        by_kind.setdefault(store.kind, []).append(store)
    for kind, found in by_kind.items():
        for ones in zip(*(store.measured for store in found), strict=True):
            name, costs = ones[0].scenario.name, [one.run.cpu_ms for one in ones]
            goal = ones[0].scenario.goals[KINDS.index(kind)]
            if goal is not None:
                yield Verdict(f"{kind}: {name}, at most", max(costs), goal, "ms CPU")
            if len(costs) > 1:
                yield Verdict(f"{kind}: {name}, largest to smallest store", costs[-1] / costs[0], RATIO_GOAL, "x")
        yield Verdict(f"{kind}: start-up", max(store.start_seconds for store in found), START_GOAL_SECONDS, "s")
        goal = MEMORY_GOAL_MB if found[-1].size < _LARGEST else MEMORY_GOAL_OF_LARGEST_MB
        yield Verdict(f"{kind}: memory", max(store.memory_mb for store in found), goal, "MB")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.http", description="What requests cost the server.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="results in each store")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--requests", type=int, default=1_000, help="requests of each kind on each store")
    parser.add_argument("--clients", type=int, default=8, help="clients at once")
    parser.add_argument("--only", default="", help="only the kinds of request with this in their name")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    found = []
    for kind in given.databases.split(","):
        found += measure(kind, sizes, requests=given.requests, clients=given.clients, only=given.only)
    print()
    sys.exit(0 if tell(verdicts(found)) else 1)


if __name__ == "__main__":
    main()
