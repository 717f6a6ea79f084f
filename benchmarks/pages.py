"""The pages over HTTP, as browsers ask for them: what each costs on the largest store, on both databases.

    python -m benchmarks.pages --size 500000 --databases sqlite,postgresql --clients 8
    python -m benchmarks.pages --compared --only home

`--compared` measures once more when providers publish descriptions that were compared with what is expected of them,
and how long it takes to find what is blocked, which the home page does anew when something has happened.

The columns are those of `benchmarks.http`. Under them stand the plans of every statement that the pages execute; a page
that reads a table that grows from end to end misses its goal however fast it is today.
"""

import argparse
import contextlib
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from benchmarks import plans
from benchmarks.compared import add_comparisons
from benchmarks.goals import Verdict, tell
from benchmarks.load import Client, Request, run
from benchmarks.scenarios import CONSUMER, Asks, learn
from benchmarks.seed import seed
from benchmarks.server import serving
from benchmarks.shape import ASKED
from benchmarks.stores import KINDS, stores
from tests.support.services import Missing
from troth_broker.services import blocked
from troth_broker.store.engine import Store

P99_GOAL_MS = 100.0
HOME_GOALS_MS = (8.0, 13.3)
"""Of the server's processor time: on SQLite; on PostgreSQL a twentieth of the 266 ms that the Pact Broker takes."""
_BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True)
class Page:
    """One page, and a text that stands on it."""

    name: str
    path: str
    says: str

    @property
    def request(self) -> Request:
        """The request as a browser sends it."""
        return Request.of("GET", self.path, accept=_BROWSER)


def pages(client: Asks) -> tuple[Page, ...]:
    """One page of each kind in a seeded store."""
    known = learn(client)
    pair = f"/pacts/provider/{ASKED}/consumer/{CONSUMER}"
    both = f"q[][pacticipant]={CONSUMER}&q[][pacticipant]={ASKED}"
    (judged,) = _read(client, f"/matrix?{both}&success[]=true&limit=1")["matrix"]
    result = judged["verificationResult"]["_links"]["self"]["href"]
    places = _read(client, "/environments")["_embedded"]["environments"]
    uuid = next(place["uuid"] for place in places if place["name"] == "production")
    gate = f"/can-i-deploy?pacticipant={ASKED}&version={known.version}&environment=production"
    return (
        Page("home", "/", "integrations"),
        Page("home, filtered", "/?q=service-01", "service-01"),
        Page("home, page 20", "/?page=20", "integrations"),
        Page("integration with its matrix", f"/matrix/provider/{ASKED}/consumer/{CONSUMER}", ASKED),
        Page("contract with what changed", f"{pair}/latest", "interaction"),
        Page("result", urlsplit(result).path, "its contract with"),
        Page("gate, the form", "/can-i-deploy", "Can I deploy?"),
        Page("gate, an answer", gate, "YES"),
        Page("matrix, 100 rows", f"/matrix?{both}&latestby=cvpv&limit=100", CONSUMER),
        Page("environments", "/environments", "production"),
        Page("environment", f"/environments/{uuid}", "What runs here"),
        Page("applications", "/pacticipants", "service-0"),
        Page("application", f"/pacticipants/{ASKED}", "Used by"),
        Page("versions", f"/pacticipants/{ASKED}/versions", ASKED),
        Page("version", f"/pacticipants/{ASKED}/versions/{known.version}", "production"),
        Page("network", "/network", "svg"),
        Page("network around one", f"/pacticipants/{ASKED}/network", ASKED),
        Page("webhooks", "/webhooks", "webhook"),
    )


def _read(client: Asks, path: str) -> Any:
    answer = client.ask(Request.of("GET", path))
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {answer.body[:500]!r}")
    return json.loads(answer.body)


def _requests(client: Asks) -> Iterator[tuple[str, Request]]:
    for page in pages(client):
        yield page.name, page.request


def measure(database: str, *, requests: int, clients: int, only: str = "") -> Iterator[Verdict]:
    """Serve a seeded store, ask for each page, and look at the plans. Prints as it goes."""
    kind = database.partition(":")[0].partition("+")[0]
    with serving(database) as server:
        with contextlib.closing(Client(server.port)) as client:
            found = [page for page in pages(client) if only in page.name]
            for page in found:
                answer = client.ask(page.request)
                if answer.status != 200 or page.says.encode() not in answer.body:
                    raise RuntimeError(f"{page.name}: {answer.status} {answer.body[:2000]!r}")
        print(f"\n{kind}, pages\n{'':32}{'req/s':>8}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'bytes':>9}")
        for page in found:
            run(server, [page.request] * max(8, requests // 10), clients=clients)
            done = run(server, list(itertools.repeat(page.request, requests)), clients=clients)
            print(
                f"{page.name:32}{done.per_second:8.0f}{done.percentile(0.5):9.2f}{done.percentile(0.99):9.2f}"
                f"{done.cpu_ms:9.3f}{done.size:9}",
                flush=True,
            )
            what = f"{kind}: page {page.name}"
            yield Verdict(f"{what}, 99th percentile with {clients} clients", done.percentile(0.99), P99_GOAL_MS, "ms")
            if page.name == "home":
                yield Verdict(f"{what}, at most", done.cpu_ms, HOME_GOALS_MS[KINDS.index(kind)], "ms CPU")
    good = plans.check_store(database, only, _requests)
    yield Verdict(f"{kind}: pages' statements that read a growing table from end to end", 1 - good, 0, "")


def measure_both(database: str, *, requests: int, clients: int, only: str, compared: bool) -> Iterator[Verdict]:
    """The pages of a store without comparisons, and of the same with them."""
    yield from measure(database, requests=requests, clients=clients, only=only)
    if not compared:
        return
    print(f"\nfinding what is blocked took {overview_ms(database):.0f} ms CPU without comparisons")
    added = add_comparisons(database)
    print(f"{added.comparisons:,} comparisons, {added.documents:,} documents of {added.versions:,} versions")
    yield from measure(database, requests=requests, clients=clients, only=only)
    print(f"\nfinding what is blocked took {overview_ms(database):.0f} ms CPU with comparisons")


def overview_ms(database: str) -> float:
    """The processor time of finding what is blocked, the second time, in milliseconds."""
    with contextlib.closing(Store(database)) as store:
        for _ in range(2):
            began = time.thread_time()
            store.read(blocked.make, int(time.time() * 1_000_000))
        return (time.thread_time() - began) * 1000


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description="What pages cost the server.")
    parser.add_argument("--size", type=int, default=500_000, help="results in the store (default 500000)")
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--store", help="a seeded store's address, instead of new ones")
    parser.add_argument("--requests", type=int, default=300, help="requests for each page")
    parser.add_argument("--clients", type=int, default=8, help="clients at once")
    parser.add_argument("--only", default="", help="only the pages with this in their name")
    parser.add_argument("--compared", action="store_true", help="once more, with comparisons added to the store")
    given = parser.parse_args()
    found: list[Verdict] = []
    how = {"requests": given.requests, "clients": given.clients, "only": given.only, "compared": given.compared}
    if given.store:
        found += measure_both(given.store, **how)
    for kind in given.databases.split(",") if not given.store else ():
        try:
            with stores(kind) as new:
                database = new(f"pages_{given.size}")
                seed(database, given.size)
                found += measure_both(database, **how)
        except Missing as missing:
            print(f"\nskipped: {missing}")
    print()
    sys.exit(0 if tell(found) else 1)


if __name__ == "__main__":
    main()
