"""Writes a realistic fleet into an empty store.

python -m benchmarks.seed --results 50000 --database sqlite:///fleet.db
python -m benchmarks.seed --repeated 5000 --database postgresql://postgres@localhost/repeated
"""

import argparse
import contextlib
import time
from dataclasses import dataclass

from benchmarks.fleet import Fleet
from benchmarks.loading import loading
from benchmarks.shape import Shape, shape
from troth_broker.store.engine import Store

REPEATED = Shape(0, ("clockwork", "metronome"), ((1,), ()), ("production",), ())
"""Two applications, for one content over and over."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """How large a fleet became, and how long it took."""

    results: int
    publications: int
    versions: int
    seconds: float


def today() -> int:
    """The last midnight, UTC, in microseconds: fleets of one day are equal."""
    return int(time.time() // 86_400) * 86_400_000_000


def seed(database: str, results: int, *, number: int = 1, now: int | None = None, repeated: int = 0) -> Seeded:
    """Fill an empty store with a fleet of that many results, or with one content `repeated` times."""
    started = time.perf_counter()
    with contextlib.closing(Store(database)) as store, loading(store) as loader:
        plan = REPEATED if repeated else shape(results, number)
        fleet = Fleet(plan, loader.write, now=today() if now is None else now, seed=number)
        if repeated:
            fleet.repeat(repeated)
        else:
            fleet.run()
    return Seeded(fleet.results, fleet.publications, fleet.versions, time.perf_counter() - started)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed", description="Fill an empty store with a fleet.")
    parser.add_argument("--database", required=True, help="sqlite:///FILE or postgresql://…")
    parser.add_argument("--results", type=int, default=50_000, help="verification results (default 50000)")
    parser.add_argument("--repeated", type=int, default=0, help="instead: one content, published and verified so often")
    parser.add_argument("--seed", type=int, default=1, help="another number makes another fleet (default 1)")
    given = parser.parse_args()
    done = seed(given.database, given.results, number=given.seed, repeated=given.repeated)
    print(
        f"{done.results:,} results, {done.publications:,} publications and {done.versions:,} versions "
        f"in {done.seconds:.1f} s"
    )


if __name__ == "__main__":
    main()
