"""What changed between two pacts: a version's and an earlier one's, or any two contents."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound, TookTooLong
from troth_broker.services.world import World
from troth_broker.store import pacts
from troth_broker.store.pacts import Pact
from troth_schemas.pact import Difference, parse, what_changed

Find = Callable[[Connection, str, str, str], Pact | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """A pact beside the one that it is compared with, and what it promises otherwise.

    Where there is no other (a first version has no previous one), the difference is empty.
    """

    pact: Pact
    other: Pact | None
    difference: Difference


def previous_distinct(world: World, provider: str, consumer: str, number: str) -> Pact:
    """The newest pact of an earlier version that says something else than this version's. Raises NotFound."""
    other = world.store.read(_with_previous, provider, consumer, number)[1]
    if other is None:
        raise NotFound(f"Every earlier pact between {consumer} and {provider} says the same.", named=True)
    return other


def with_previous_distinct(world: World, provider: str, consumer: str, number: str, *, raw: bool = False) -> Compared:
    """A version's pact and the newest earlier one that says something else. Raises NotFound, TookTooLong.

    With `raw`, everything is compared that is written in them, mere examples and metadata too.
    """
    return _compared(world, *world.store.read(_with_previous, provider, consumer, number), raw)


def of_versions(
    world: World, provider: str, consumer: str, number: str, comparison: str, *, raw: bool = False
) -> Compared:
    """A version's pact and another version's. Raises NotFound, TookTooLong."""
    return _compared(world, *_both(world, pacts.of_version, provider, consumer, (number, comparison)), raw)


def of_contents(
    world: World, provider: str, consumer: str, sha: str, comparison: str, *, raw: bool = False
) -> Compared:
    """One content and another between the same two. Raises NotFound, TookTooLong."""
    return _compared(world, *_both(world, pacts.of_content, provider, consumer, (sha, comparison)), raw)


def _with_previous(db: Connection, provider: str, consumer: str, number: str) -> tuple[Pact, Pact | None]:
    found = pacts.of_version(db, provider, consumer, number)
    if found is None:
        raise NotFound
    return found, pacts.previous_distinct(db, found)


def _both(world: World, find: Find, provider: str, consumer: str, names: tuple[str, str]) -> tuple[Pact, Pact]:
    def read(db: Connection) -> tuple[Pact | None, ...]:
        return tuple(find(db, provider, consumer, name) for name in names)

    one, other = world.store.read(read)
    if one is None or other is None:
        missing = names[0] if one is None else names[1]
        raise NotFound(f"No pact between {consumer} and {provider} is known under {missing}", named=True)
    return one, other


def _compared(world: World, pact: Pact, other: Pact | None, raw: bool) -> Compared:
    if other is None:
        return Compared(pact, None, Difference())
    seconds = world.settings.pact_content_diff_timeout
    deadline = world.clock() + seconds * 1_000_000

    def tick() -> None:
        if world.clock() >= deadline:
            raise TookTooLong(
                f"Comparing the two pacts took longer than {seconds} seconds (the setting pact_content_diff_timeout)."
            )

    return Compared(pact, other, what_changed(parse(other.body), parse(pact.body), raw=raw, tick=tick))
