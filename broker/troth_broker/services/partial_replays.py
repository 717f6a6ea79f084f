"""Publishing, reading and deleting what was replayed of contracts that nobody could observe as a whole."""

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.partial_results import NewPart
from troth_broker.services.results import Address, content_of
from troth_broker.services.world import World
from troth_broker.store import partial_replays, verification_requests, versions
from troth_broker.store.partial_replays import PartialReplay


def publish(world: World, of: Address, new: NewPart) -> PartialReplay:
    """Append a replay of a part; the provider's version is made if it is not known. Raises NotFound.

    It answers nobody who asked for a verification, and no webhook is told: it is neither a yes nor a no.
    """
    now = world.clock()

    def add(db: Connection) -> PartialReplay:
        content = content_of(db, of)
        verification_requests.hold_with_others(db, content.id)
        version, _ = versions.ensure(db, content.provider_id, new.provider_version, now)
        return _present(partial_replays.find(db, partial_replays.add(db, content, version.id, new, now)))

    return world.store.write(add)


def one(world: World, number: int) -> PartialReplay:
    """The replay of a part with this number. Raises NotFound."""
    return _present(world.store.read(partial_replays.find, number))


def delete(world: World, number: int) -> None:
    """Delete the replay of a part with this number. Raises NotFound."""

    def remove(db: Connection) -> None:
        _present(partial_replays.find(db, number))
        partial_replays.remove(db, number)

    world.store.write(remove)


def _present(found: PartialReplay | None) -> PartialReplay:
    if found is None:
        raise NotFound
    return found
