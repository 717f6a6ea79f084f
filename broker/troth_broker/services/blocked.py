"""What is blocked, and who must act: the versions that cannot be, or cannot go, where their application runs."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from troth_broker.core.acting import Obstacle, Turn, obstacles, since, turn
from troth_broker.core.advice import Names
from troth_broker.core.blockers import Class
from troth_broker.core.gate import decide
from troth_broker.core.question import Question, Selector, Wanted
from troth_broker.services.world import World
from troth_broker.store import blocked, environments, matrix
from troth_broker.store.blocked import Candidate
from troth_broker.store.engine import Store
from troth_broker.store.environments import Environment

T = TypeVar("T")
ENVIRONMENTS = 4
"""How many environments the overview looks into."""
EACH = 6
"""How many versions of each it shows."""
_ROUNDS = 5
"""How many times as many are asked for before it gives up: those that the gate says yes about are left out."""
_SHARE = 10
"""An overview that took a second to make is kept for this many, though something has happened meanwhile."""
_LONGEST = 30.0
"""Seconds after which it is made anew in any case: deletes leave no stamp."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A version that the gate says no about, with what stands in the way and who can clear it."""

    application: str
    version: str
    running: bool
    why: Class
    waiting_helps: bool
    obstacles: tuple[Obstacle, ...]
    turn: Turn | None
    """Who can clear the worst of it, and how."""
    since: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """An environment with the first of what is blocked in it, how many those are, and of how many that may be."""

    environment: Environment
    blocked: tuple[Blocked, ...]
    looked_at: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is blocked in the environments that matter most, as of a moment."""

    places: tuple[Place, ...]
    others: int
    """How many environments were not looked into."""
    at: int

    @property
    def total(self) -> int:
        """How many versions are blocked."""
        return sum(place.total for place in self.places)

    @property
    def shown(self) -> int:
        """How many of them were looked at."""
        return sum(place.looked_at for place in self.places)


def in_environment(world: World, environment: Environment, limit: int) -> Place:
    """The first of what is blocked in one environment; kept as long as an overview is."""
    return _memory(world).kept(world, (environment.id, limit), lambda db: _place(db, environment, limit, world.clock()))


def overview(world: World) -> Overview:
    """What is blocked in the environments that matter most: production ones first.

    Finding it takes a while in a large fleet, so that an answer is kept: as long as nothing happened, and otherwise for
    a time that keeps the work in bounds.
    """
    return _memory(world).kept(world, None, lambda db: make(db, world.clock()))


def _memory(world: World) -> "_Memory":
    with _LOCK:
        return _MEMORIES.setdefault(world.store, _Memory())


@dataclass(frozen=True, slots=True)
class _Kept:
    """An answer, what the store's stamp was then, when it was made (monotonic seconds) and how long that took."""

    answer: Any
    stamp: object
    at: float
    cost: float

    def will_do(self, stamp: object) -> bool:
        age = time.monotonic() - self.at
        return age < (_LONGEST if stamp == self.stamp else min(_LONGEST, _SHARE * self.cost))


class _Memory:
    """The newest answers about one store, by what they are about."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._kept: dict[object, _Kept] = {}

    def kept(self, world: World, about: object, make: Callable[[Connection], T]) -> T:
        stamp = world.store.read(blocked.stamp)
        kept = self._kept.get(about)
        if kept is not None and kept.will_do(stamp):
            return cast(T, kept.answer)
        if not self._turn.acquire(blocking=kept is None):
            assert kept is not None  # whoever has the turn is making a new one
            return cast(T, kept.answer)
        try:
            kept = self._kept.get(about)
            if kept is not None and kept.will_do(stamp):
                return cast(T, kept.answer)
            began = time.monotonic()
            made = world.store.read(make)
            self._kept[about] = _Kept(made, stamp, time.monotonic(), time.monotonic() - began)
            return made
        finally:
            self._turn.release()


_LOCK = threading.Lock()
_MEMORIES: WeakKeyDictionary[Store, _Memory] = WeakKeyDictionary()


def make(db: Connection, now: int) -> Overview:
    """The overview as of now, made anew."""
    every = sorted(environments.every(db), key=lambda one: not one.production)
    found = (_place(db, one, EACH, now) for one in every[:ENVIRONMENTS])
    return Overview(tuple(found), max(0, len(every) - ENVIRONMENTS), now)


def _place(db: Connection, environment: Environment, limit: int, now: int) -> Place:
    found: list[Blocked] = []
    asked = fine = 0
    narrowed = blocked.candidates(db, environment.id, limit)
    while narrowed.first and len(found) < limit and asked < _ROUNDS * limit:
        answers = [_blocked(db, one, environment, now) for one in narrowed.first]
        found += [one for one in answers if one is not None]
        asked, fine = asked + len(answers), fine + answers.count(None)
        if asked >= narrowed.total or answers.count(None) == 0:
            break
        narrowed = blocked.candidates(db, environment.id, limit, asked)
    total = max(narrowed.total, asked) - fine
    return Place(environment, tuple(found[:limit]), min(len(found), limit), total)


def _blocked(db: Connection, candidate: Candidate, environment: Environment, now: int) -> Blocked | None:
    """What the gate says about a candidate; None if it says yes."""
    wanted = Selector(candidate.application, Wanted(version=candidate.version))
    question = Question((wanted,), Wanted(environment=environment.name), "cvpv")
    facts = matrix.load(db, question, matrix.named(db, [candidate.application]), now)
    decision = decide(question, facts)
    if decision.why is None:
        return None
    found = obstacles(decision.blockers, Names.of(facts, {}))
    return Blocked(
        candidate.application,
        candidate.version,
        candidate.running,
        decision.why,
        bool(decision.waiting_helps),
        found,
        turn(found[0], environment.name) if found else None,
        since(decision.blockers),
    )
