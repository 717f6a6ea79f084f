"""No statement of the matrix reads a whole table, whatever is asked: each goes by an index."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from tests.broker.matrix_facts import record, record_evidence
from troth_broker.core.facts import (
    Application,
    Comparison,
    Facts,
    Integration,
    OnBranch,
    Part,
    Placed,
    Provided,
    Publication,
    Result,
    Tagged,
    Version,
)
from troth_broker.core.gate import decide
from troth_broker.core.matrix_query import read_question
from troth_broker.core.policy import Policy, Rules
from troth_broker.core.question import Question, Selector, Wanted
from troth_broker.services import matrix as service
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import matrix
from troth_broker.store.engine import Store
from troth_broker.store.matrix_candidates import with_candidates
from troth_broker.store.migrate import migrate
from troth_broker.store.tables import version

FACTS = Facts(
    (Application(1, "A", "main"), Application(2, "B", "main"), Application(3, "C")),
    (Version(1, 1, "1"), Version(2, 2, "1"), Version(3, 3, "1"), Version(4, 2, "2"), Version(5, 1, "2")),
    (OnBranch(1, 1, "main", head=True), OnBranch(2, 2, "main", head=True)),
    (Tagged(1, 1, "prod"), Tagged(2, 2, "prod")),
    (Placed(2, 2, "live"), Placed(3, 3, "live", released=True)),
    (Integration(1, 2), Integration(3, 1)),
    (Publication(1, 1, 1, 2, 1), Publication(2, 3, 3, 1, 2), Publication(3, 5, 1, 2, 3)),
    (Result(1, 1, 2, success=False), Result(2, 1, 4, success=True), Result(3, 2, 1, success=False)),
    frozenset({"live"}),
)
DOCUMENTED = FACTS.with_(
    provided=(Provided(2, 2, 1), Provided(4, 2, 2), Provided(1, 1, 3)),
    comparisons=(
        Comparison(1, 1, 1, "troth/1", success=False, breaking=1, judged=1),
        Comparison(2, 1, 2, "troth/1", success=True, judged=1),
        Comparison(3, 3, 1, "troth/1", success=None, unjudged=("*",)),
    ),
    policies=(
        Policy(1, Rules(needs=frozenset({"comparison"})), 1, 2),
        Policy(2, Rules(max_age_days=3), environment="live"),
    ),
)
"""The same with provider contracts, comparisons and policies."""
PARTLY = FACTS.with_(parts=(Part(1, 1, 2, 3, 2), Part(2, 3, 2, 1, 1), Part(3, 3, 4, 1, 1)))
"""The same with replays of a part."""
MADE = {"created_at": 0, "updated_at": 0, "recorded_at": 0}
ASKED = (
    "q[][pacticipant]=A&q[][version]=1&environment=live&latestby=cvpv",
    "q[][pacticipant]=A&q[][version]=1&environment=live",
    "q[][pacticipant]=A&q[][tag]=prod&q[][latest]=true&latest=true&tag=prod&latestby=cvp",
    "q[][pacticipant]=A&q[][tag]=prod&tag=prod&latestby=cvp",
    "q[][pacticipant]=A&q[][branch]=main&mainBranch=true&latestby=cvp",
    "q[][pacticipant]=A&q[][branch]=main&q[][latest]=true&latest=true&mainBranch=true",
    "q[][pacticipant]=A&q[][mainBranch]=true&branch=main&latestby=cvp",
    "q[][pacticipant]=A&q[][latest]=true&latest=true&latestby=cvp",
    "q[][pacticipant]=A&q[][environment]=live&environment=live&latestby=cvp",
    "q[][pacticipant]=A&q[][version]=1&q[][pacticipant]=B&q[][version]=1&latestby=cvpv",
    "q[][pacticipant]=A&q[][pacticipant]=B",
    "q[][pacticipant]=A&q[][pacticipant]=B&latestby=cvpv",
    "q[][pacticipant]=A&q[][pacticipant]=B&latestby=cvp",
    "q[][pacticipant]=A&q[][pacticipant]=B&latestby=cp",
    "q[][pacticipant]=A",
    "q[][pacticipant]=A&latestby=cvpv",
    "q[][pacticipant]=A&q[][version]=1",
    "q[][pacticipant]=A&environment=live",
    "q[][pacticipant]=B&q[][version]=1&latestby=cvp",
    "q[][pacticipant]=A&q[][version]=1&q[][pacticipant]=B",
    "q[][pacticipant]=A&q[][version]=1&environment=live&ignore[][pacticipant]=B&ignore[][version]=1",
)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with contextlib.closing(Store(database_url)) as store:
        store.write(record, FACTS)
        yield World(store, Settings(database_url=database_url))


@pytest.fixture(params=[FACTS, DOCUMENTED, PARTLY], ids=["pacts only", "documented", "in part"])
def sqlite_world(sqlite_url: str, request: pytest.FixtureRequest) -> Iterator[World]:
    with contextlib.closing(Store(sqlite_url)) as store:
        store.write(record, request.param)
        yield World(store, Settings(database_url=sqlite_url))


@contextlib.contextmanager
def heard(store: Store) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that the store runs meanwhile, with its parameters."""
    said: list[tuple[str, Any]] = []

    def hear(_db: Connection, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            said.append((statement, parameters))

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)


@pytest.mark.parametrize("query", ASKED)
def test_every_statement_goes_by_an_index(sqlite_world: World, query: str) -> None:
    with heard(sqlite_world.store) as said:
        service.ask(sqlite_world, read_question(query))
    assert said
    with sqlite_world.store.engine.connect() as db:
        for statement, parameters in said:
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                step = row[3]
                harmless = "VIRTUAL TABLE" in step or "CONSTANT ROW" in step or step.startswith("SCAN (")
                assert "SCAN" not in step or harmless, f"{step}\nin {statement}"
                assert "AUTOMATIC" not in step, f"{step}\nin {statement}"


def test_the_number_of_statements_does_not_depend_on_the_history(world: World) -> None:
    question = read_question(ASKED[0])
    with heard(world.store) as few:
        service.ask(world, question)
    more = [{"id": key, "application_id": 2, "number": str(key), **MADE} for key in range(100, 150)]
    with world.store.engine.begin() as db:
        db.execute(insert(version), more)
    with heard(world.store) as many:
        service.ask(world, question)
    assert len(few) == len(many)
    assert len(many) <= 22


def test_an_answer_takes_few_statements(world: World) -> None:
    question = Question(
        (Selector("C", Wanted(version="1")),), Wanted(environment="live"), "cvpv", ignored=(), limit=100
    )
    with heard(world.store) as said:
        service.ask(world, question)
    assert len(said) <= 17


def test_comparisons_and_policies_cost_a_fixed_number_of_statements(world: World) -> None:
    question = read_question(ASKED[0])
    with heard(world.store) as plain:
        service.ask(world, question)
    with world.store.engine.begin() as db:
        record_evidence(db, DOCUMENTED)
    with heard(world.store) as first:
        service.ask(world, question)
    more = [Provided(4, 2, key, name=f"{key}") for key in range(10, 60)]
    said = [Comparison(key, 1, key, "troth/1", success=False, breaking=1) for key in range(10, 60)]
    with world.store.engine.begin() as db:
        record_evidence(db, FACTS.with_(provided=more, comparisons=said), first=10)
    with heard(world.store) as second:
        service.ask(world, question)
    beside = 1  # where a version publishes several documents, what each says of each interaction is read
    assert len(first) + beside == len(second) <= len(plain) + 13


def test_replays_of_a_part_cost_one_statement_where_there_are_any(sqlite_url: str, other_url: str) -> None:
    said = []
    for url, facts in ((sqlite_url, FACTS), (other_url, PARTLY)):
        with contextlib.closing(Store(url)) as store:
            migrate(store)
            store.write(record, facts)
            with heard(store) as statements:
                service.ask(World(store, Settings(database_url=url)), read_question(ASKED[0]))
        said.append(len(statements))
    assert said[0] + 1 == said[1]


def test_candidates_change_nothing_where_nothing_blocks(world: World) -> None:
    question = read_question("q[][pacticipant]=C&q[][version]=1&q[][pacticipant]=B&q[][version]=1&latestby=cvpv")

    def ask(db: Connection) -> None:
        facts = matrix.load(db, question, matrix.named(db, ["C", "B"]), 0)
        assert with_candidates(db, question, facts, decide(question, facts)) is facts

    world.store.read(ask)
