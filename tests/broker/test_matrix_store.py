"""What the store narrows the facts to is enough: the decision is the one on all facts."""

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tests.broker.core.fleets import NOW, fleets, gate_questions, questions
from tests.broker.matrix_facts import record
from troth_broker.core.facts import (
    Application,
    Facts,
    Integration,
    Part,
    Placed,
    Publication,
    Result,
    Unobserved,
    Version,
)
from troth_broker.core.gate import decide
from troth_broker.core.plan import plan
from troth_broker.core.question import Ignored, Question, Selector, Wanted
from troth_broker.store import matrix
from troth_broker.store.engine import Store
from troth_broker.store.matrix_candidates import with_candidates
from troth_broker.store.matrix_requests import with_requests


class Undo(Exception):
    """Rolls a transaction back."""


@contextlib.contextmanager
def recorded(store: Store, facts: Facts) -> Iterator[Connection]:
    """A transaction in which the store holds the facts, undone afterwards."""
    with store.engine.connect() as db:
        transaction = db.begin()
        try:
            record(db, facts)
            yield db
        finally:
            transaction.rollback()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with contextlib.closing(Store(database_url)) as store:
        yield store


def narrowed(db: Connection, question: Question) -> Facts:
    names = [s.application for s in question.selectors] + [i.application for i in question.ignored]
    facts = matrix.load(db, question, matrix.named(db, names), NOW)
    return with_requests(db, facts, decide(question, facts))


@given(fleets(), questions)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_decision_on_narrowed_facts_is_the_decision_on_all_facts(
    store: Store, facts: Facts, question: Question
) -> None:
    with recorded(store, facts) as db:
        narrow = narrowed(db, question)
    assert decide(question, narrow) == decide(question, facts)


@given(fleets(), gate_questions)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_plan_on_narrowed_facts_is_the_plan_on_all_facts(store: Store, facts: Facts, question: Question) -> None:
    with recorded(store, facts) as db:
        narrow = narrowed(db, question)
        decision = decide(question, narrow)
        narrow = with_candidates(db, question, narrow, decision)
    assert decide(question, narrow) == decision
    assert plan(question, narrow) == plan(question, facts)


def test_of_replays_of_a_part_the_newest_of_each_version_that_counts_is_read(store: Store) -> None:
    gap = (Unobserved("a call", "nobody sees it"),)
    older, newest = Part(1, 1, 2, 3, 2, gap, 5), Part(2, 1, 2, 4, 1, gap, 6)
    facts = Facts(
        (Application(1, "A"), Application(2, "B")),
        (Version(1, 1, "1"), Version(2, 2, "1"), Version(3, 2, "2"), Version(4, 1, "2")),
        placed=(Placed(2, 2, "live"),),
        integrations=(Integration(1, 2),),
        publications=(Publication(1, 1, 1, 2, 1), Publication(2, 4, 1, 2, 2)),
        environments=frozenset({"live"}),
        parts=(older, newest, Part(3, 1, 3, 1, 1, gap, 7), Part(4, 2, 2, 1, 1, gap, 8)),
    )
    question = Question((Selector("A", Wanted(version="1")),), Wanted(environment="live"), "cvpv")
    with recorded(store, facts) as db:
        narrow = narrowed(db, question)
    assert narrow.parts == (newest,)
    decision = decide(question, narrow)
    assert decision == decide(question, facts)
    assert decision.rows[0].outcome.parts == (newest,)


whole_pairs = st.builds(
    Question,
    st.just((Selector("A"), Selector("B"))),
    latestby=st.sampled_from((None, "cvpv", "cvp")),
    ignored=st.sampled_from(((), (), (Ignored("A"),))),
    limit=st.integers(1, 4),
)


@given(fleets(names=("A", "B"), most_versions=9, most_results=25, most_publications=10), whole_pairs)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whole_pairs_are_counted_in_full_and_cut_to_the_rows_shown(
    store: Store, facts: Facts, question: Question
) -> None:
    with recorded(store, facts) as db:
        narrow = narrowed(db, question)
    assert decide(question, narrow) == decide(question, facts)


def test_of_a_long_history_little_more_than_the_rows_shown_is_read(store: Store) -> None:
    count = 300
    facts = Facts(
        (Application(1, "A"), Application(2, "B")),
        tuple(Version(key, 1 + key % 2, str(key)) for key in range(1, 2 * count + 1)),
        integrations=(Integration(1, 2),),
        publications=tuple(Publication(key, 2 * key, 1, 2, 1) for key in range(1, count + 1)),
        results=tuple(Result(key, 1, 2 * key - 1, key % 3 > 0) for key in range(1, count + 1)),
    )
    question = Question((Selector("A"), Selector("B")), latestby="cvpv", limit=10)
    with recorded(store, facts) as db:
        narrow = narrowed(db, question)
    assert len(narrow.publications) + len(narrow.results) < 50
    decision = decide(question, narrow)
    assert (decision.counts.success, decision.counts.failed) == (200 * count, 100 * count)
    assert len(decision.rows) == 10
