"""Selection, pending and work in progress from index look-ups equal what the specification says about all events."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from tests.broker.verification_model import SETTINGS, Event, Found, History, Recorder
from troth_broker.core.descriptions import short
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import Selector
from troth_broker.core.times import DAY
from troth_broker.services.for_verification import ToVerify, pacts_for_verification
from troth_broker.services.world import World
from troth_broker.store import applications
from troth_broker.store.engine import Store
from troth_broker.store.for_verification_heads import heads_since
from troth_broker.store.results_pointers import rebuild_pointers
from troth_broker.store.tables import latest_verification, proof

_PREFIXES = itertools.count()
CONSUMERS = ("ann", "bob")
LINES = st.sampled_from(("main", "feat"))
VERSIONS = st.integers(1, 3)
START = 1_000 * DAY

moments = st.sampled_from((1, 1, 1, DAY, 12 * DAY, 31 * DAY))
of_consumer = st.builds(
    Event,
    at=moments,
    who=st.sampled_from(CONSUMERS),
    what=st.sampled_from(("publish", "publish", "branch", "branch", "tag", "tag", "deploy", "release")),
    version=VERSIONS,
    name=LINES,
    content=st.integers(1, 2),
)
of_provider = st.builds(
    Event, at=moments, who=st.just("provider"), what=st.sampled_from(("branch", "tag")), version=VERSIONS, name=LINES
)
verifies = st.builds(
    Event,
    at=moments,
    who=st.just("provider"),
    what=st.just("verify"),
    version=VERSIONS,
    name=st.sampled_from(CONSUMERS),
    content=st.integers(1, 2),
    success=st.sampled_from((True, True, True, False)),
    wip=st.sampled_from((False, False, True)),
)


def _beginning(published: tuple[str, int, int, str, str]) -> list[Event]:
    who, version, content, what, name = published
    return [Event(1, who, "publish", version, content=content), Event(1, who, what, version, name)]


beginnings = st.tuples(
    st.sampled_from(CONSUMERS), VERSIONS, st.integers(1, 2), st.sampled_from(("branch", "tag")), LINES
).map(_beginning)
histories = st.tuples(
    st.lists(beginnings, min_size=1, max_size=4).map(lambda lists: [event for one in lists for event in one]),
    st.lists(of_provider | verifies, min_size=2, max_size=10),
    st.lists(of_consumer | of_provider | verifies, max_size=10),
).map(lambda parts: [event for part in parts for event in part])
who = st.sampled_from((None, None, *CONSUMERS, "nobody"))
selectors = st.one_of(
    st.builds(Selector, consumer=who, latest=st.just(True)),
    st.builds(Selector, consumer=who, main_branch=st.just(True)),
    st.builds(Selector, consumer=who, every_branch=st.just(True)),
    st.builds(Selector, consumer=who, branch=LINES, matching=st.just(True)),
    st.builds(Selector, consumer=who, branch=LINES | st.just("none"), fallback_branch=st.none() | LINES),
    st.builds(Selector, consumer=who, tag=LINES),
    st.builds(
        Selector, consumer=who, tag=LINES | st.just("none"), latest=st.just(True), fallback_tag=st.none() | LINES
    ),
    st.builds(Selector, consumer=who, deployed=st.booleans(), released=st.booleans(), environment=st.none() | LINES),
)
asks = st.builds(
    Ask,
    selectors=st.lists(selectors, max_size=2).map(tuple),
    branch=st.sampled_from((None, "main", "feat", "unknown")),
    tags=st.lists(st.sampled_from(("main", "feat", "unknown")), max_size=2, unique=True).map(tuple),
    pending=st.sampled_from((True, True, False)),
    wip_since=st.sampled_from((None, 0, 0, START + 13 * DAY)),
)
LAWS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


def happened(steps: list[Event]) -> list[Event]:
    """The events with the moments that their steps add up to; a result needs a content that was published before."""
    events: list[Event] = []
    at = START
    for step in steps:
        at += step.at
        known = {(e.who, e.content) for e in events if e.what == "publish"}
        if step.what != "verify" or (step.name, step.content) in known:
            events.append(replace(step, at=at))
    return _without_repeats(events)


def _without_repeats(events: list[Event]) -> list[Event]:
    """A version joins a branch or gets a tag only once: doing it again changes nothing."""
    kept: dict[object, Event] = {}
    for event in events:
        once = event.what in {"branch", "tag"}
        key: object = (event.who, event.what, event.version, event.name) if once else id(event)
        kept.setdefault(key, event)
    return list(kept.values())


def in_store(recorder: Recorder, ask: Ask) -> Ask:
    """The same request in the names that the recorder gave."""
    renamed = (
        replace(
            one,
            consumer=recorder.name(one.consumer) if one.consumer else None,
            environment=recorder.name(one.environment) if one.environment else None,
        )
        for one in ask.selectors
    )
    return replace(ask, selectors=tuple(renamed))


def as_found(recorder: Recorder, one: ToVerify) -> Found:
    """What the store answered, in the model's words."""
    content = int(one.pact.sha.rpartition("-")[2])
    why = frozenset(short(reason).replace(f"{recorder.prefix} ", "") for reason in one.reasons)
    pending = one.pending.pending if one.pending else None
    consumer = one.pact.consumer.removeprefix(f"{recorder.prefix} ")
    return consumer, int(one.pact.version), content, why, pending, bool(one.wip)


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    store = Store(database_url)
    with contextlib.closing(store):
        yield World(store, SETTINGS, lambda: 0)


@LAWS
@given(steps=histories, questions=st.lists(asks, min_size=3, max_size=6))
def test_the_answer_by_look_ups_equals_the_answer_from_all_events(
    world: World, steps: list[Event], questions: list[Ask]
) -> None:
    history = History(happened(steps))
    recorder = Recorder(world, f"w{next(_PREFIXES)}")
    recorder.record(history.events)
    now = max(event.at for event in history.events) + DAY
    then = World(world.store, world.settings, lambda: now)
    for ask in questions:
        found = pacts_for_verification(then, recorder.name("provider"), in_store(recorder, ask))
        assert [as_found(recorder, one) for one in found] == history.to_verify(ask, now), ask


@LAWS
@given(steps=histories)
def test_pointers_that_moved_with_the_facts_equal_pointers_rebuilt_from_them(world: World, steps: list[Event]) -> None:
    recorder = Recorder(world, f"w{next(_PREFIXES)}")
    recorder.record(happened(steps))
    moved = world.store.read(pointers)
    world.store.write(rebuild_pointers)
    assert moved == world.store.read(pointers)


def pointers(db: Connection) -> list[set[tuple[object, ...]]]:
    """Every row of the two pointer tables."""
    return [{tuple(row) for row in db.execute(select(table))} for table in (latest_verification, proof)]


@LAWS
@given(steps=histories, since=st.sampled_from((0, START + 2, START + 13 * DAY)))
def test_heads_found_from_recent_publications_are_those_found_from_all_heads(
    world: World, steps: list[Event], since: int
) -> None:
    recorder = Recorder(world, f"w{next(_PREFIXES)}")
    recorder.record(happened(steps))
    provider_id = world.store.read(applications.id_of, recorder.name("provider"))
    assert provider_id is not None
    by_publications, by_heads = (
        world.store.read(lambda db, few: set(heads_since(db, provider_id, since, few=few)), few) for few in (10**6, 0)
    )
    assert by_publications == by_heads
