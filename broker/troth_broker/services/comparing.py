"""Comparing what consumers expect with what providers publish.

Asked for in the transaction that publishes, made outside of any, kept in another.

Heads of branches, what runs somewhere and the newest on each side are compared at once; the rest when somebody asks.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.times import SECOND
from troth_broker.services import contract_events
from troth_broker.services.ports import Moved
from troth_broker.services.world import World
from troth_broker.store import ahead, applications, comparing, evolutions
from troth_broker.store.comparing import Outcome, Pair
from troth_schemas import formats
from troth_schemas.contract import Contract
from troth_schemas.pairs import checker_of, compared

_LEASES: Final = 2
"""How many times the time of a comparison it is held: another one may be under way in the same process."""
_ATTEMPTS: Final = 3
_MOST_AT_ONCE: Final = 50
"""How many comparisons an answer waits for; the others are queued."""
_GIVEN_UP: Final = "the comparison was begun {0} times and never ended; the documents may be too large"
_GONE: Final = "one of the documents is gone"


@dataclass(frozen=True, slots=True)
class Anew:
    """What is made anew: how many comparisons are queued, and how many of providers' own versions the gate has made."""

    queued: int
    evolutions: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A comparison that this worker holds, with the documents that it takes to make it."""

    pair: Pair
    checker: str
    consumer: Contract | None
    provider: Contract | None
    attempt: int = 0


# --- what is to be compared -----------------------------------------------------------------------------------------


def consumer_published(db: Connection, provider_id: int, content_id: int, kind: str, now: int) -> int:
    """Queue a consumer's content with the documents of the provider that count at once; gives how many."""
    if not comparing.provides(db, provider_id):
        return 0
    documents = comparing.provided(db, provider_id)
    return _ask(db, (((content_id, one), kind, its) for one, its in documents), now)


def provider_published(db: Connection, provider_id: int, provider_content_id: int, kind: str, now: int) -> int:
    """Queue a provider's document with the contents of consumers that count at once; gives how many."""
    contents = comparing.expected(db, provider_id)
    return _ask(db, (((one, provider_content_id), its, kind) for one, its in contents), now)


def _ask(db: Connection, found: Iterable[tuple[Pair, str, str]], now: int) -> int:
    """Queue those of the pairs, with both formats, that are compared at all, by the checker that does so."""
    pairs: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair, consumer, provider in found:
        if compared(consumer, provider):
            pairs[checker_of(consumer, provider)].append(pair)
    return sum(comparing.ask(db, its, checker, now) for checker, its in pairs.items())


def recompare(world: World, consumer: str | None = None, provider: str | None = None) -> Anew:
    """Queue all that counts at once and was not compared by this version of the checker. Raises NotFound.

    What could not be compared is forgotten: the rest is tried once more when somebody asks.

    Of providers' own versions, unless a consumer alone is named, what could not be compared is forgotten too, and what
    other versions of the checker said is asked of this one when the gate needs it.
    """
    found = world.store.write(_recompare, consumer, provider, world.clock())
    names = () if not found.evolutions else (provider,) if provider is not None else world.store.read(ahead.providers)
    world.bell.ring(Moved(name) for name in names)
    return found


def _recompare(db: Connection, consumer: str | None, provider: str | None, now: int) -> Anew:
    consumer_id, provider_id = _id(db, consumer), _id(db, provider)
    pairs = [
        pair for pair in comparing.integrations(db) if consumer_id in (None, pair[0]) and provider_id in (None, pair[1])
    ]
    wanted = set(pairs)
    comparing.forget_failed(db, consumer_id, provider_id)
    added = 0
    for one in dict.fromkeys(provider for _, provider in pairs):
        documents = comparing.provided(db, one)
        contents = [
            (content, kind)
            for content, kind in comparing.expected(db, one)
            if (found := comparing.between(db, content)) and (found.consumer_id, one) in wanted
        ]
        met = (((content, document), kind, its) for content, kind in contents for document, its in documents)
        added += _ask(db, met, now)
    if provider_id is None and consumer_id is not None:
        return Anew(added, 0)
    again = evolutions.forget_failed(db, provider_id)
    again += sum(evolutions.ask_again(db, provider_id, kind, formats.checker_of(kind)) for kind in evolutions.kinds(db))
    return Anew(added, again)


def _id(db: Connection, name: str | None) -> int | None:
    if name is None:
        return None
    found = applications.id_of(db, name)
    if found is None:
        raise NotFound(f"There is no application named {name}", named=True)
    return found


# --- making them ----------------------------------------------------------------------------------------------------


def ensure_compared(world: World, pairs: Iterable[Pair]) -> bool:
    """Make the comparisons that an answer lacks; whether any is known now. Too many for one answer are queued."""
    missing = list(dict.fromkeys(pairs))
    if not missing or world.comparer is None or world.store.is_snapshot:
        return False
    made = False
    for pair in missing[:_MOST_AT_ONCE]:
        taken, known = world.store.read(_wanted, pair)
        if not known and _comparable(taken):
            outcome = make(world, taken)
            finish(world, taken, outcome)
            known = not outcome.fleeting  # by whomever: a worker may have been faster
        made = known or made
    if len(missing) > _MOST_AT_ONCE:
        world.store.write(_ask_later, missing[_MOST_AT_ONCE:], world.clock())
        world.bell.ring()
    return made


def _ask_later(db: Connection, pairs: Iterable[Pair], now: int) -> int:
    return _ask(db, ((pair, *found) for pair in pairs if (found := comparing.formats(db, pair)) is not None), now)


def _wanted(db: Connection, pair: Pair) -> tuple[Taken, bool]:
    """The documents of a pair, and whether somebody compared them since the answer was looked for."""
    taken = _documents(db, pair)
    return taken, comparing.known(db, pair, taken.checker)


def _comparable(taken: Taken) -> bool:
    consumer, provider = taken.consumer, taken.provider
    return consumer is not None and provider is not None and compared(consumer.format, provider.format)


def make_due(world: World) -> int:
    """Make every comparison that is due; gives how many were made."""
    made = 0
    while make_next(world) is not None:
        made += 1
    return made


def make_next(world: World) -> Outcome | None:
    """Make the comparison that has been due for longest, as commands over a file do; None if none is due."""
    taken = None if world.comparer is None or world.store.is_snapshot else take(world)
    if taken is None:
        return None
    outcome = make(world, taken)
    finish(world, taken, outcome)
    return outcome


def next_due(world: World) -> int | None:
    """When the next comparison is to be made; None if none is."""
    return world.store.read(comparing.next_due)


def take(world: World) -> Taken | None:
    """Take the comparison that has been due for longest; None if none is due that nobody else is taking."""
    return world.store.write(_take, world.clock(), _LEASES * world.settings.comparison_timeout * SECOND)


def _take(db: Connection, now: int, lease: int) -> Taken | None:
    while asked := comparing.first_due(db, now):
        pair = asked.content, asked.provider_content
        if asked.held and asked.attempts >= _ATTEMPTS:
            error = _GIVEN_UP.format(asked.attempts)
            comparing.finish(db, pair, asked.checker, Outcome(None, error=error), now)
            continue
        comparing.hold(db, asked, asked.attempts + 1, now + lease)
        return replace(_documents(db, pair), checker=asked.checker, attempt=asked.attempts + 1)
    return None


def _documents(db: Connection, pair: Pair) -> Taken:
    consumer, provider = comparing.consumer_sources(db, pair[0]), comparing.provider_sources(db, pair[1])
    return Taken(
        pair,
        checker_of(consumer[0] if consumer else "", provider[0] if provider else ""),
        None if consumer is None else Contract(*consumer),
        None if provider is None else Contract(*provider),
    )


def make(world: World, taken: Taken) -> Outcome:
    """Make a comparison, in bounded time and memory."""
    if taken.consumer is None or taken.provider is None:
        return Outcome(None, error=_GONE)
    assert world.comparer is not None
    return world.comparer.compare(taken.consumer, taken.provider)


def finish(world: World, taken: Taken, outcome: Outcome) -> int | None:
    """Keep what came of a comparison; its number, None if another worker was faster."""
    number = world.store.write(_finish, taken, outcome, world)
    world.bell.ring()
    return number


def _finish(db: Connection, taken: Taken, outcome: Outcome, world: World) -> int | None:
    if not comparing.still_there(db, taken.pair):
        return None
    if outcome.fleeting and taken.attempt < _ATTEMPTS:
        comparing.ask(db, [taken.pair], taken.checker, world.clock())  # a queued one is due again when its hold ends
        return None
    now = world.clock()
    number = comparing.finish(db, taken.pair, taken.checker, outcome, now)
    if number is not None:
        contract_events.tell_of_comparison(db, world, taken.pair, number, outcome, now)
    return number
