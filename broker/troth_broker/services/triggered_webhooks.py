"""What webhooks did: for a pact, for a result, between two, and each call with its log."""

from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.services.results import Address, find_result
from troth_broker.services.webhooks import known
from troth_broker.services.world import World
from troth_broker.store import applications, publications, triggered_webhooks, versions
from troth_broker.store.triggered_webhooks import Execution, TriggeredWebhook


@dataclass(frozen=True, slots=True)
class Logged:
    """A call that a webhook was to make, with every attempt."""

    triggered: TriggeredWebhook
    executions: tuple[Execution, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """How the webhooks between two fared the last time that each was triggered, newest first."""

    latest: tuple[TriggeredWebhook, ...]

    def count(self, status: str) -> int:
        """How many are in that state."""
        return sum(1 for one in self.latest if one.status == status)


def logs(world: World, uuid: str) -> Logged:
    """A triggered webhook with its attempts. Raises NotFound."""

    def find(db: Connection) -> Logged:
        found = triggered_webhooks.find(db, uuid)
        if found is None:
            raise NotFound
        return Logged(found, triggered_webhooks.executions(db, found.id))

    return world.store.read(find)


def of_pact(world: World, provider: str, consumer: str, number: str) -> tuple[TriggeredWebhook, ...]:
    """What the publication of a version's pact triggered, every revision of it. Raises NotFound."""

    def find(db: Connection) -> tuple[TriggeredWebhook, ...]:
        owner, other = applications.id_of(db, consumer), applications.id_of(db, provider)
        version = versions.find(db, owner, number) if owner is not None else None
        if version is None or other is None or publications.current(db, version.id, other) is None:
            raise NotFound
        return triggered_webhooks.of_pact(db, version.id, other)

    return world.store.read(find)


def of_result(world: World, of: Address, number: int) -> tuple[TriggeredWebhook, ...]:
    """What the publication of a verification result triggered. Raises NotFound."""

    def find(db: Connection) -> tuple[TriggeredWebhook, ...]:
        return triggered_webhooks.of_result(db, find_result(db, of, number).number)

    return world.store.read(find)


def of_webhook(world: World, uuid: str, limit: int) -> tuple[TriggeredWebhook, ...]:
    """The last times that a webhook was triggered, newest first."""
    return world.store.read(triggered_webhooks.newest_of_webhook, uuid, limit)


def status_between(world: World, provider: str, consumer: str) -> Status:
    """How the webhooks between two fare. Raises NotFound for a name that nobody uses."""

    def find(db: Connection) -> Status:
        other, owner = known(db, provider), known(db, consumer)
        return Status(triggered_webhooks.newest_between(db, owner, other))

    return world.store.read(find)
