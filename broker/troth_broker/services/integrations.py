"""Integrations: listed, and deleted with all that they left behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.core.standing import Status
from troth_broker.services.standing import statuses
from troth_broker.services.world import World
from troth_broker.store import applications, integrations, standing
from troth_broker.store.integrations import Integration
from troth_broker.store.standing import Called


@dataclass(frozen=True, slots=True)
class Standing:
    """An integration, how its newest contract stands, and what its webhooks did last."""

    integration: Integration
    status: Status
    called: Called


def every(world: World, window: Window, part: str | None = None) -> Paged[Standing]:
    """Integrations with how they stand, those whose contracts moved last first."""

    def find(db: Connection) -> Paged[Standing]:
        return integrations.page(db, window, part).map(lambda found: _standing(db, found))

    return world.store.read(find)


def _standing(db: Connection, found: Sequence[Integration]) -> tuple[Standing, ...]:
    keys = [each.id for each in found]
    how, called = statuses(db, keys), standing.called(db, keys)
    return tuple(Standing(each, how.get(each.id, Status.NEVER), called.get(each.id, Called())) for each in found)


def names(world: World, window: Window, part: str | None = None) -> Paged[Integration]:
    """Integrations by their names alone, in the same order."""
    return world.store.read(integrations.page, window, part)


def remove(world: World, consumer: str, provider: str) -> None:
    """Delete an integration: its contracts, results and webhooks, and what is left with nothing attached.

    Raises NotFound if either of the two is unknown.
    """
    world.store.write(_remove, consumer, provider, world.clock())


def _remove(db: Connection, consumer: str, provider: str, now: int) -> None:
    consumer_id, provider_id = applications.id_of(db, consumer), applications.id_of(db, provider)
    if consumer_id is None or provider_id is None:
        raise NotFound
    integrations.remove(db, consumer_id, provider_id)
    _orphans(db, (consumer_id, provider_id), now)


def remove_all(world: World) -> None:
    """Delete every integration."""
    world.store.write(_remove_all, world.clock())


def _remove_all(db: Connection, now: int) -> None:
    pairs = integrations.pairs(db)
    for consumer_id, provider_id in pairs:
        integrations.remove(db, consumer_id, provider_id)
    _orphans(db, (key for pair in pairs for key in pair), now)


def _orphans(db: Connection, application_ids: Iterable[int], now: int) -> None:
    for application_id in sorted(set(application_ids)):
        integrations.remove_orphans(db, application_id, now)
