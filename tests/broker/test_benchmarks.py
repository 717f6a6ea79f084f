"""The benchmarks run, at tiny sizes: so they cannot rot, and a seeded store is what a broker's own store would be."""

import contextlib
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Table, func, select

from benchmarks import crowd, http, pages, plans, repeated, startup
from benchmarks.compared import add_comparisons
from benchmarks.goals import Verdict, tell
from benchmarks.scenarios import READS, WRITES
from benchmarks.seed import seed
from troth_broker.services import lines
from troth_broker.store import pointers
from troth_broker.store.engine import Store
from troth_broker.store.tables import comparison, metadata, publication, verification

NOW = 1_790_000_000_000_000
SIZE = 400


@pytest.fixture
def fleet(empty_database_url: str) -> Iterator[Store]:
    """A small seeded fleet."""
    seed(empty_database_url, SIZE, now=NOW)
    with contextlib.closing(Store(empty_database_url)) as store:
        yield store


def rows(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Everything in a store."""
    tables = metadata.sorted_tables
    return store.read(
        lambda db: {table.name: sorted(map(tuple, db.execute(select(table)).all()), key=str) for table in tables}
    )


def count(db: Connection, table: Table) -> tuple[int, ...]:
    """The rows of a table, and the contents that they are about."""
    return tuple(db.execute(select(func.count(), func.count(table.c.content_id.distinct())).select_from(table)).one())


def test_a_seeded_store_has_the_pointers_that_its_facts_make(fleet: Store) -> None:
    assert fleet.write(pointers.differences) == ()


def test_a_seeded_store_takes_new_facts_after_its_own(fleet: Store) -> None:
    versions = fleet.read(lambda db: db.execute(select(func.max(metadata.tables["version"].c.id))).scalar_one())
    made = fleet.write(lambda db: lines.record_version(db, "storefront", "next", NOW))
    assert made.version.id == versions + 1


def test_equal_arguments_seed_equal_stores(sqlite_url: str) -> None:
    twice = [sqlite_url, f"{sqlite_url}-2"]
    for url in twice:
        seed(url, SIZE, now=NOW)
    with contextlib.closing(Store(twice[0])) as one, contextlib.closing(Store(twice[1])) as other:
        assert rows(one) == rows(other)


def test_a_store_that_is_not_empty_is_not_seeded(sqlite_url: str) -> None:
    seed(sqlite_url, SIZE, now=NOW)
    with pytest.raises(SystemExit, match="not empty"):
        seed(sqlite_url, SIZE, now=NOW)


def test_one_content_is_published_and_verified_as_often_as_asked(empty_database_url: str) -> None:
    seed(empty_database_url, 0, now=NOW, repeated=40)
    with contextlib.closing(Store(empty_database_url)) as store:
        assert store.write(pointers.differences) == ()
        for table in (publication, verification):
            assert store.read(count, table) == (40, 1)


def test_every_kind_of_request_is_measured_on_a_real_server(capsys: pytest.CaptureFixture[str]) -> None:
    shown: list[Verdict] = []
    found = http.measure(
        "sqlite", [SIZE], requests=10, clients=2, then=lambda it: shown.extend(pages.measure(it, requests=4, clients=2))
    )
    assert "sqlite: page result, 99th percentile with 2 clients" in {verdict.what for verdict in shown}
    assert [one.scenario.name for one in found[0].measured] == [one.name for one in (*READS, *WRITES)]
    assert all(one.run.cpu_ms > 0 and one.run.size > 0 for one in found[0].measured)
    assert "sqlite: can-i-deploy, at most" in {verdict.what for verdict in http.verdicts(found)}


def test_a_crowd_loses_nothing_and_sees_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    found = list(crowd.measure("sqlite", SIZE, clients=12, rounds=2))
    assert [verdict.met for verdict in found] == [True] * 3
    assert "12 clients at once: 144 requests" in capsys.readouterr().out


def test_one_content_over_and_over_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert all(verdict.value > 0 for verdict in repeated.measure("sqlite", 60, requests=10, clients=2))


def test_no_statement_reads_a_growing_table_from_end_to_end(fleet: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert plans.check_store(fleet.url.render_as_string(hide_password=False))
    assert "can-i-deploy: " in capsys.readouterr().out


def test_every_page_is_measured_and_reads_no_growing_table_from_end_to_end(
    fleet: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {one.what: one for one in pages.measure(fleet.url.render_as_string(False), requests=4, clients=2)}
    kind = "sqlite" if fleet.is_sqlite else "postgresql"
    assert f"{kind}: page network, 99th percentile with 2 clients" in found
    assert found[f"{kind}: page home, at most"].value > 0
    assert found[f"{kind}: pages' statements that read a growing table from end to end"].met


def test_comparisons_are_added_as_workers_leave_them(fleet: Store, capsys: pytest.CaptureFixture[str]) -> None:
    address = fleet.url.render_as_string(False)
    added = add_comparisons(address)
    assert min(added.versions, added.documents, added.comparisons) > 0
    assert fleet.write(pointers.differences) == ()
    assert fleet.read(count, comparison)[0] == added.comparisons
    found = {one.what: one for one in pages.measure(address, requests=4, clients=2, only="home")}
    kind = "sqlite" if fleet.is_sqlite else "postgresql"
    assert found[f"{kind}: pages' statements that read a growing table from end to end"].met
    assert pages.overview_ms(address) > 0


@pytest.mark.parametrize(
    ("sql", "line", "scanned"),
    [
        ("SELECT 1 FROM publication", "SCAN publication", ["publication"]),
        ("SELECT 1 FROM publication AS later", "SCAN later", ["publication"]),
        ("SELECT 1 FROM publication", "SCAN publication USING INDEX ix_publication_body_id", ["publication"]),
        ("SELECT 1 FROM publication ORDER BY id LIMIT 1", "SCAN publication USING INDEX ix", []),
        ("SELECT 1 FROM publication", "SEARCH publication USING AUTOMATIC COVERING INDEX (x=?)", ["publication"]),
        ("SELECT 1 FROM publication", "SEARCH publication USING INDEX ix_publication_body_id (body_id=?)", []),
        ("SELECT 1 FROM environment", "SCAN environment", []),
        ("SELECT 1", "SCAN contents VIRTUAL TABLE INDEX 1:", []),
    ],
)
def test_a_scan_is_seen_in_a_plan_of_sqlite(sql: str, line: str, scanned: list[str]) -> None:
    assert list(plans.scanned_by_sqlite(sql, [line])) == scanned


def test_a_scan_is_seen_in_a_plan_of_postgresql() -> None:
    scan = {"Node Type": "Seq Scan", "Relation Name": "publication"}
    whole = {"Node Type": "Index Scan", "Relation Name": "tag"}
    assert list(plans.scanned_by_postgres({"Node Type": "Sort", "Plans": [scan, whole]})) == ["publication", "tag"]
    assert list(plans.scanned_by_postgres({"Node Type": "Limit", "Plans": [whole]})) == []
    assert list(plans.scanned_by_postgres({**whole, "Index Cond": "x = 1"})) == []
    assert list(plans.scanned_by_postgres(scan, large=frozenset())) == []


def test_the_start_of_commands_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert [verdict.value > 0 for verdict in startup.run(1)] == [True] * 3
    assert "times python -c pass" in capsys.readouterr().out


def test_goals_are_told_met_or_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert not tell([Verdict("fast", 1, 2, "ms"), Verdict("slow", 3, 2, "ms")])
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [["met", "fast"], ["MISSED", "slow"]]
