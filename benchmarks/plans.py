"""The query plans of the statements that requests really execute; fails if a table that grows is read from end to end.

    python -m benchmarks.plans --results 50000

Statements are caught as the broker executes them on a seeded store, and explained with the parameters that they had:
EXPLAIN QUERY PLAN on SQLite, EXPLAIN on PostgreSQL with the statistics that ANALYZE gathered.
"""

import argparse
import asyncio
import contextlib
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import Engine, event

from benchmarks.load import Answer, Request
from benchmarks.partly import add_parts
from benchmarks.scenarios import READS, WRITES, Asks, learn
from benchmarks.seed import seed
from benchmarks.stores import KINDS, stores
from troth_broker.app import build
from troth_broker.settings import Settings
from troth_broker.store.tables import metadata
from troth_broker.web.frame import Api

BOUNDED = frozenset({"application", "environment", "label", "webhook", "webhook_event", "config", "certificate"}) | {
    "integration",
    "current_deployment",
    "supported_release",
}
"""Tables that grow with the company, not with time: reading one from end to end is no fault."""

_FEW_ROWS = 20_000

GROWING = frozenset(metadata.tables) - BOUNDED


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it was executed."""

    sql: str
    parameters: Any = field(compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """How the database goes about a statement, and the growing tables that it reads from end to end."""

    request: str
    statement: Statement
    lines: tuple[str, ...]
    scanned: tuple[str, ...]


class _InProcess:
    """A client of the broker in this process."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def ask(self, request: Request) -> Answer:
        head, _, body = request.raw.partition(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        method, target, _ = first.split(" ")
        headers = dict(line.split(": ", 1) for line in lines)
        return asyncio.run(self._send(method, target, headers, body))

    async def _send(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self._api), base_url="http://127.0.0.1") as client:
            answer = await client.request(method, target, headers=headers, content=body)
            return Answer(answer.status_code, answer.content)


def of_programs(client: Asks) -> Iterator[tuple[str, Request]]:
    """One request of each kind that programs send."""
    known = learn(client)
    for scenario in (*READS, *WRITES):
        yield scenario.name, next(scenario.requests(known))


Requests = Callable[[Asks], Iterator[tuple[str, Request]]]
"""Looks around in a broker and gives requests with their names."""


def plans(database: str, only: str = "", requests: Requests = of_programs) -> Iterator[Plan]:
    """The plan of every statement that the requests execute on a seeded store."""
    api = build(Settings(database_url=database))
    engine = api.world.store.engine
    large = _large(engine)
    try:
        client = _InProcess(api)
        for name, request in requests(client):
            if only not in name:
                continue
            with _caught(engine) as statements:
                answer = client.ask(request)
            if answer.status >= 300:
                raise RuntimeError(f"{name}: {answer.status} {answer.body[:500]!r}")
            for statement in statements:
                lines, scanned = _explain(engine, statement, large)
                yield Plan(name, statement, lines, scanned)
    finally:
        api.close()
        api.world.store.close()


@contextlib.contextmanager
def _caught(engine: Engine) -> Iterator[dict[Statement, None]]:
    found: dict[Statement, None] = {}

    def catch(_connection: object, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        if sql.split(None, 1)[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
            found.setdefault(Statement(sql, parameters))

    event.listen(engine, "before_cursor_execute", catch)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", catch)


def _large(engine: Engine) -> frozenset[str]:
    """The growing tables that must not be read from end to end; PostgreSQL rightly does so with a few pages."""
    if engine.dialect.name == "sqlite":
        return GROWING
    with contextlib.closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", (_FEW_ROWS,))
        return frozenset(name for (name,) in cursor.fetchall()) & GROWING


def _explain(engine: Engine, statement: Statement, large: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    with contextlib.closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement.sql}", statement.parameters)
            lines = tuple(str(row[3]) for row in cursor.fetchall())
            return lines, tuple(scanned_by_sqlite(statement.sql, lines))
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}", statement.parameters)
        row = cursor.fetchone()
        assert row is not None
        tree = row[0][0]["Plan"]
        connection.rollback()
        return tuple(_told(tree, 0)), tuple(scanned_by_postgres(tree, large))


def scanned_by_sqlite(sql: str, lines: Sequence[str]) -> Iterator[str]:
    """The growing tables in SQLite's plan that are scanned, or that an index is made of on the fly."""
    names = {alias: table for table, alias in re.findall(r"\b(\w+) AS (\w+)", sql)}
    ends_early = "LIMIT" in sql
    for line in lines:
        found = re.match(r"SCAN (\w+)(.*)|SEARCH (\w+) USING AUTOMATIC", line)
        if found is None:
            continue
        table = names.get(found[1] or found[3], found[1] or found[3])
        walks_an_index = found[2] is not None and "INDEX" in found[2] and ends_early
        if table in GROWING and not walks_an_index:
            yield table


def scanned_by_postgres(
    node: dict[str, Any], large: frozenset[str] = GROWING, *, under_limit: bool = False
) -> Iterator[str]:
    """The large tables in PostgreSQL's plan that are scanned, or whose whole index is."""
    limited = under_limit or node["Node Type"] == "Limit"
    whole_index = node["Node Type"] in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node and not limited
    if (node["Node Type"] == "Seq Scan" or whole_index) and node.get("Relation Name") in large:
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from scanned_by_postgres(child, large, under_limit=limited)


def _told(node: dict[str, Any], depth: int) -> Iterator[str]:
    parts = [node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", ""), node.get("Index Cond", "")]
    yield "  " * depth + " ".join(part for part in parts if part)
    for child in node.get("Plans", ()):
        yield from _told(child, depth + 1)


def show(found: Sequence[Plan]) -> bool:
    """Print the plans; whether no growing table is scanned."""
    for request in dict.fromkeys(plan.request for plan in found):
        ours = [plan for plan in found if plan.request == request]
        print(f"\n{request}: {len(ours)} statements")
        for plan in ours:
            print("  " + re.sub(r"\s+", " ", plan.statement.sql)[:150])
            for line in plan.lines:
                print(f"      {line}")
    bad = [plan for plan in found if plan.scanned]
    print()
    for plan in bad:
        print(f"SCANNED  {', '.join(plan.scanned)}, by {plan.request}: {plan.statement.sql[:300]}")
    return not bad


def check(kind: str, results: int, only: str = "") -> bool:
    """Seed a store, print the plans, and tell whether no growing table is scanned."""
    with stores(kind) as new:
        database = new("plans")
        seed(database, results)
        add_parts(database)
        return check_store(database, only)


def check_store(database: str, only: str = "", requests: Requests = of_programs) -> bool:
    """Print the plans on a seeded store, and tell whether no growing table is scanned."""
    print(f"\n== the plans on {database.partition(':')[0]}")
    return show(list(plans(database, only, requests)))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.plans", description="The plans of real statements.")
    parser.add_argument("--results", type=int, default=50_000)
    parser.add_argument("--databases", default=",".join(KINDS))
    parser.add_argument("--only", default="", help="only the kinds of request with this in their name")
    given = parser.parse_args()
    good = [check(kind, given.results, given.only) for kind in given.databases.split(",")]
    print("no table that grows is scanned" if all(good) else "a table that grows is scanned: see above")
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
