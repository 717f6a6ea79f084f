"""Every benchmark, and at the end which goals are met.

    make bench
    python -m benchmarks --quick
    python -m benchmarks --sizes 5000,50000,500000,5000000

Figures compare within one run. The machine should have nothing else to do: what runs beside a benchmark spoils the
caches of the processor and shows as processor time.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence

from benchmarks import comparing, crowd, graphql, grpc_calls, http, pages, plans, repeated, startup, verifier
from benchmarks.goals import Verdict, tell
from benchmarks.stores import KINDS
from tests.support.services import Missing

_QUICK_SIZES = (1_000, 5_000)


def _visit(good: list[bool], shown: list[Verdict], requests: int, clients: int) -> http.Visit:
    def visit(database: str) -> None:
        good.append(plans.check_store(database))
        shown.extend(pages.measure(database, requests=requests, clients=clients))

    return visit


def run(kinds: Sequence[str], sizes: Sequence[int], *, quick: bool, clients: int) -> Iterator[Verdict]:
    """Run everything; prints as it goes."""
    print("== start-up", flush=True)
    yield from startup.run(3 if quick else 7)
    for kind in kinds:
        unscanned: list[bool] = []
        shown: list[Verdict] = []
        requests = 100 if quick else 1_000
        try:
            found = http.measure(
                kind,
                sizes,
                requests=requests,
                clients=clients,
                then=_visit(unscanned, shown, requests // 5, clients),
            )
            yield from http.verdicts(found)
            yield Verdict(f"{kind}: statements that read a growing table from end to end", 1 - unscanned[0], 0, "")
            yield from shown
            yield from repeated.measure(kind, 200 if quick else 5_000, requests=requests // 3, clients=clients)
            yield from crowd.measure(kind, sizes[0], 20 if quick else 300, 1 if quick else 4)
        except Missing as missing:
            print(f"\nskipped: {missing}")
    print("\n== the pact verifier")
    yield from verifier.run((100,), (50, 100)) if quick else verifier.run()
    print("\n== GraphQL")
    yield from graphql.run(100 if quick else 2_000)
    print("\n== the gRPC verifier")
    yield from grpc_calls.run((100,), 1) if quick else grpc_calls.run()
    if not quick:  # the other checkers come from the registries
        print("\n== comparing contracts, beside other checkers")
        yield from comparing.run(3)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Every benchmark, and the goals.")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that everything runs, proves nothing")
    parser.add_argument("--sizes", help="results in each store (default 5000,50000,500000)")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--clients", type=int, default=8, help="clients at once")
    given = parser.parse_args()
    sizes: tuple[int, ...] = _QUICK_SIZES if given.quick else http.SIZES
    if given.sizes:
        sizes = tuple(int(size) for size in given.sizes.split(","))
    began = time.monotonic()
    found = list(run(given.databases.split(","), sizes, quick=given.quick, clients=given.clients))
    print(f"\n== goals (this run took {time.monotonic() - began:.0f} s)")
    sys.exit(0 if tell(found) or given.quick else 1)


if __name__ == "__main__":
    main()
