"""A provider's question costs look-ups: no statement reads a table that grows, whatever is asked."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from tests.broker.verification_model import Event, Recorder
from troth_broker.core.errors import NotFound
from troth_broker.core.metadata import Metadata
from troth_broker.core.results import NewResult
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import Selector
from troth_broker.http.links import BaseLinks
from troth_broker.services import results
from troth_broker.services.for_verification import pacts_for_verification
from troth_broker.services.results import Address
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.for_verification_heads import heads_since
from troth_broker.store.results_pointers import rebuild, version_joined_line

EVENTS = (
    Event(1, "web", "publish", 1, content=1),
    Event(2, "web", "branch", 1, "main"),
    Event(3, "web", "publish", 2, content=2),
    Event(4, "web", "branch", 2, "feat"),
    Event(5, "web", "tag", 2, "dev"),
    Event(6, "provider", "branch", 1, "main"),
    Event(7, "provider", "tag", 1, "prod"),
    Event(8, "provider", "verify", 1, "web", content=1),
)
EVERY_KIND = (
    Selector(latest=True),
    Selector(main_branch=True),
    Selector(branch="main"),
    Selector(tag="dev", latest=True),
    Selector(tag="dev"),
    Selector(deployed=True, released=True),
)
ASKED = (
    Ask(wip_since=0, branch="main"),
    Ask(wip_since=0, tags=("prod", "other")),
    Ask(),
    Ask(selectors=EVERY_KIND, branch="none"),
    Ask(selectors=(Selector(every_branch=True),), branch="main"),
)
SCAN = re.compile(r"^SCAN (?!CONSTANT ROW)(\w+)")
SMALL = {"names", "contents", "branches", "tag_heads", "tag_names", "tags", "recent", "some", "anon_1", "anon_2"}
"""Lists that came as parameters, and rows that a statement has just made."""


@pytest.fixture
def world(sqlite_url: str) -> Iterator[World]:
    with contextlib.closing(Store(sqlite_url)) as store:
        world = World(store, Settings(use_first_tag_as_branch=False), lambda: 100)
        Recorder(world, "x").record(EVENTS)
        yield world


class Statements:
    """Every statement that a store executes, with its parameters."""

    def __init__(self, store: Store) -> None:
        self.said: list[tuple[str, Any]] = []
        self._store = store
        event.listen(store.engine, "before_cursor_execute", self._note)

    def _note(self, _db: Connection, _cursor: Any, statement: str, parameters: Any, *_more: object) -> None:
        self.said.append((statement, parameters))

    def scans(self) -> set[str]:
        """The tables that any of the statements reads as a whole."""
        event.remove(self._store.engine, "before_cursor_execute", self._note)

        def explain(db: Connection) -> set[str]:
            found = set()
            for statement, parameters in self.said:
                if statement.lstrip().split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "WITH"}:
                    plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
                    found |= {match.group(1) for row in plan if (match := SCAN.match(row[3]))}
            return found

        return self._store.read(explain) - SMALL


@pytest.mark.parametrize("ask", ASKED)
def test_no_question_of_a_provider_reads_a_whole_table(world: World, ask: Ask) -> None:
    statements = Statements(world.store)
    assert pacts_for_verification(world, "x provider", ask)
    assert statements.scans() == set()
    assert len(statements.said) <= 18


def test_many_consumers_ask_no_more_statements_than_one(world: World) -> None:
    ask = Ask(wip_since=0, branch="main")
    few = Statements(world.store)
    pacts_for_verification(world, "x provider", ask)
    few.scans()
    Recorder(world, "x").record(
        Event(9, f"c{n}", what, 1, "main", n) for n in range(40) for what in ("publish", "branch")
    )
    many = Statements(world.store)
    assert len(pacts_for_verification(world, "x provider", ask)) == 42
    assert len(many.said) == len(few.said)


@pytest.mark.parametrize("few", [0, 100])
def test_no_way_to_work_in_progress_reads_a_whole_table(world: World, few: int) -> None:
    statements = Statements(world.store)
    assert world.store.read(lambda db: list(heads_since(db, 2, 0, few=few)) or list(heads_since(db, 1, 0, few=few)))
    assert statements.scans() == set()


def test_publishing_reading_and_deleting_a_result_read_no_whole_table(world: World) -> None:
    of = Address("x provider", "x web", "web-1")
    statements = Statements(world.store)
    made = results.publish_result(world, of, NewResult(True, "1"), Metadata(), BaseLinks(""))
    world.store.write(version_joined_line, 3, "branch", "feat")
    results.latest_result(world, of)
    results.results_of_consumer_version(world, "x web", "1")
    results.delete_result(world, of, made.number)
    world.store.write(rebuild, (1, 2))
    with pytest.raises(NotFound):
        results.result(world, of, made.number)
    assert statements.scans() == set()
