"""Pending and work in progress hang on when things happened: cases at the edges, with a clock of their own."""

import contextlib
import itertools
from collections.abc import Iterator

import pytest

from tests.broker.verification_model import SETTINGS, Event, History, Recorder
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import Selector
from troth_broker.core.times import DAY
from troth_broker.services.for_verification import pacts_for_verification
from troth_broker.services.world import World
from troth_broker.store.engine import Store

_PREFIXES = itertools.count()
NOTHING = Selector(branch="none")
WANTED = (Event(1, "web", "publish", 1, content=1), Event(2, "web", "branch", 1, "feat"))
"""web's branch feat has a pact that no selector of these questions chooses."""


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with contextlib.closing(Store(database_url)) as store:
        yield World(store, SETTINGS)


def verify(at: int, version: int, *, wip: bool = False, success: bool = True) -> Event:
    return Event(at, "provider", "verify", version, "web", 1, success, wip)


def on(at: int, what: str, version: int, name: str) -> Event:
    return Event(at, "provider", what, version, name)


BRANCH = Ask((NOTHING,), branch="mine", wip_since=0)
TAG = Ask((NOTHING,), tags=("mine",), wip_since=0)


@pytest.mark.parametrize(
    ("ask", "events", "now", "in_progress"),
    [
        pytest.param(BRANCH, (), 100, True, id="nobody verified it"),
        pytest.param(BRANCH, (on(10, "branch", 1, "mine"), verify(20, 1)), 100, False, id="this branch did"),
        pytest.param(BRANCH, (on(10, "branch", 1, "mine"), verify(20, 1, wip=True)), 100, True, id="as such only"),
        pytest.param(BRANCH, (on(10, "branch", 1, "mine"), verify(20, 1, success=False)), 100, True, id="in vain"),
        pytest.param(BRANCH, (verify(20, 1), on(30, "branch", 1, "mine")), 100, False, id="its version joined later"),
        pytest.param(BRANCH, (on(10, "branch", 1, "mine"), verify(20, 1)), 20 + 30 * DAY, False, id="thirty days ago"),
        pytest.param(BRANCH, (on(10, "branch", 1, "mine"), verify(20, 1)), 21 + 30 * DAY, True, id="longer ago"),
        pytest.param(
            BRANCH,
            (on(10, "branch", 1, "other"), verify(20, 1), on(30, "branch", 2, "mine")),
            100,
            False,
            id="another branch did before this one's first version",
        ),
        pytest.param(
            BRANCH,
            (on(10, "branch", 2, "side"), on(11, "branch", 1, "other"), verify(20, 1), on(30, "branch", 2, "mine")),
            100,
            True,
            id="another branch did after this one's first version was made, before it joined",
        ),
        pytest.param(
            BRANCH,
            (on(10, "branch", 2, "mine"), on(11, "branch", 1, "other"), verify(20, 1)),
            100,
            True,
            id="another branch did after this one began",
        ),
        pytest.param(BRANCH, (on(10, "branch", 1, "other"), verify(20, 1)), 100, False, id="another, and this is new"),
        pytest.param(
            BRANCH, (on(10, "branch", 1, "other"), verify(20, 1)), 21 + 30 * DAY, True, id="another, too long ago"
        ),
        pytest.param(BRANCH, (verify(20, 1),), 100, True, id="a version without any branch did"),
        pytest.param(TAG, (on(10, "tag", 1, "mine"), verify(20, 1)), 100 * DAY, False, id="this tag did, long ago"),
        pytest.param(
            TAG,
            (on(10, "tag", 1, "other"), verify(20, 1), on(30, "tag", 2, "mine")),
            100,
            False,
            id="another tag did before this one's first use",
        ),
        pytest.param(
            TAG,
            (on(10, "tag", 2, "mine"), on(11, "tag", 1, "other"), verify(20, 1)),
            100,
            True,
            id="another tag did after this one's first use",
        ),
        pytest.param(TAG, (on(10, "branch", 1, "mine"), verify(20, 1)), 100, True, id="a branch of that name did"),
    ],
)
def test_work_in_progress_ends_when_the_right_line_proved_it_at_the_right_time(
    world: World, ask: Ask, events: tuple[Event, ...], now: int, in_progress: bool
) -> None:
    history = History([*WANTED, *events])
    recorder = Recorder(world, f"w{next(_PREFIXES)}")
    recorder.record(history.events)
    then = World(world.store, world.settings, lambda: now)
    found = pacts_for_verification(then, recorder.name("provider"), ask)
    assert bool(found) is in_progress
    assert bool(history.to_verify(ask, now)) is in_progress


@pytest.mark.parametrize(
    ("events", "pending"),
    [
        pytest.param((on(10, "branch", 1, "other"), verify(20, 1), on(30, "branch", 2, "mine")), False, id="before"),
        pytest.param((on(10, "branch", 2, "mine"), on(11, "branch", 1, "other"), verify(20, 1)), True, id="after"),
        pytest.param(
            (on(10, "branch", 2, "side"), on(11, "branch", 1, "other"), verify(20, 1), on(30, "branch", 2, "mine")),
            False,
            id="before the branch was seen, after its version was made",
        ),
        pytest.param((on(10, "branch", 1, "other"), verify(20, 1, wip=True)), False, id="as work in progress"),
        pytest.param((verify(20, 1),), True, id="by a version without any branch"),
    ],
)
def test_pending_ends_with_another_branchs_success_from_before_this_branch_was_seen(
    world: World, events: tuple[Event, ...], pending: bool
) -> None:
    history = History([*WANTED, *events])
    recorder = Recorder(world, f"w{next(_PREFIXES)}")
    recorder.record(history.events)
    ask = Ask((Selector(branch="feat"),), branch="mine")
    (found,) = pacts_for_verification(world, recorder.name("provider"), ask)
    assert found.pending is not None
    assert found.pending.pending is pending
    assert history.to_verify(ask, 100)[0][4] is pending
