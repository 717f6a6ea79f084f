"""Contracts of every format, of either side: listed, read, and compared with their own other versions."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import unified_diff
from typing import Final, TypeAlias

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.services.deployments import version_of
from troth_broker.services.pacticipants import named
from troth_broker.services.results import Address
from troth_broker.services.world import World
from troth_broker.store import comparing, contracts, results, webhook_facts
from troth_broker.store.comparing import Outcome
from troth_broker.store.contracts import Stated
from troth_broker.store.tables import PACT
from troth_schemas.contract import Contract
from troth_schemas.sources import Sources

_MOST_LINES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Whole:
    """A contract with its documents."""

    stated: Stated
    sources: Sources


@dataclass(frozen=True, slots=True)
class Content:
    """What a consumer expects of a provider, whichever of its versions published it."""

    of: Address
    sources: Sources
    version: str | None
    """The newest version of the consumer that published it."""
    verified: bool
    """Whether there is a result for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A contract beside another version's: its documents line by line, and what the new one breaks for the old one."""

    new: Whole
    old: Whole
    lines: tuple[str, ...]
    more_lines: int
    """How many lines are not among them."""
    outcome: Outcome


Find: TypeAlias = Callable[[Connection, str], Stated]
"""Finds the contract of the version with that number. Raises NotFound."""


def expected(consumer: str, provider: str, format_name: str) -> Find:
    """What versions of a consumer expect of a provider, in a format."""

    def find(db: Connection, number: str) -> Stated:
        found = contracts.expected(db, version_of(db, consumer, number).id, provider, format_name)
        if found is None or format_name == "pact":
            raise NotFound(
                f"{consumer} version {number} has published no {format_name} contract with {provider}", named=True
            )
        return found

    return find


def said(provider: str, format_name: str, name: str) -> Find:
    """What versions of a provider say about themselves, in a format and under a name."""

    def find(db: Connection, number: str) -> Stated:
        found = contracts.said(db, version_of(db, provider, number).id, format_name, name)
        if found is None:
            called = f" named {name}" if name else ""
            raise NotFound(f"{provider} version {number} has published no {format_name} contract{called}", named=True)
        return found

    return find


def one(world: World, find: Find, number: str) -> Whole:
    """A contract with its documents. Raises NotFound."""
    return world.store.read(_whole, find, number)


def _whole(db: Connection, find: Find, number: str) -> Whole:
    stated = find(db, number)
    read = comparing.provider_sources if stated.consumer is None else comparing.consumer_sources
    found = read(db, stated.content_id)
    assert found is not None  # documents go with the last version that publishes them
    return Whole(stated, found[1])


def content(world: World, of: Address) -> Content:
    """A consumer's contract of another format than pact, by its content. Raises NotFound."""
    return world.store.read(_content, of)


def _content(db: Connection, of: Address) -> Content:
    found = results.find_content(db, of.provider, of.consumer, of.sha, of.format)
    sources = comparing.consumer_sources(db, found.id) if found is not None and of.format != PACT else None
    if found is None or sources is None:
        raise NotFound
    publisher = webhook_facts.publisher_of(db, found.id)
    return Content(
        of,
        sources[1],
        publisher.number if publisher is not None else None,
        results.latest_of_content(db, found.id) is not None,
    )


def of_version(world: World, application: str, number: str) -> tuple[Stated, ...]:
    """Every contract of a version, whichever side it is on. Raises NotFound."""
    return world.store.read(lambda db: contracts.of_version(db, version_of(db, application, number).id))


def of_consumer_version(world: World, consumer: str, provider: str, number: str) -> tuple[Stated, ...]:
    """What a consumer's version expects of a provider, in every format but pact. Raises NotFound."""
    return world.store.read(
        lambda db: contracts.with_provider(db, version_of(db, consumer, number).id, named(db, provider).name)
    )


def of_pair(world: World, consumer: str, provider: str, window: Window) -> Paged[Stated]:
    """What a consumer expects of a provider, in every format but pact, newest first. Raises NotFound."""
    return world.store.read(
        lambda db: contracts.of_pair(db, named(db, consumer).name, named(db, provider).name, window)
    )


def difference(world: World, find: Find, number: str, other: str) -> Difference:
    """What changed since another version. Raises NotFound."""
    new, old = world.store.read(lambda db: (_whole(db, find, number), _whole(db, find, other)))
    lines = _lines(new.sources, old.sources)
    assert world.comparer is not None
    outcome = world.comparer.evolve(Contract(new.stated.format, new.sources), Contract(old.stated.format, old.sources))
    return Difference(new, old, tuple(lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES), outcome)


def _lines(new: Sources, old: Sources) -> list[str]:
    found: list[str] = []
    for name in sorted({*new.files, *old.files}):
        before, after = (_text(side.files.get(name)) for side in (old, new))
        found += unified_diff(before, after, name, name, lineterm="")
    return found


def _text(exact: bytes | None) -> list[str]:
    return [] if exact is None else exact.decode("utf-8", "replace").splitlines()
