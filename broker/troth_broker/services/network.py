"""The network of applications: as a whole, or around one of them, with how each integration stands."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.network import Edge, Network, around, best_joined, network
from troth_broker.services import standing
from troth_broker.services.world import World
from troth_broker.store import applications
from troth_broker.store.network import pairs


def everything(world: World) -> Network:
    """All applications with a contract; their edges have no status, as there may be very many."""
    return world.store.read(lambda db: network(pairs(db)))


def busiest(world: World, most: int | None = None) -> Network:
    """The applications with the most integrations, and how each integration between them stands."""
    limit = most or world.settings.network_diagram_max_pacticipants

    def find(db: Connection) -> Network:
        keys = pairs(db)
        found = best_joined(keys, limit)
        return replace(found, edges=_with_status(db, found, keys))

    return world.store.read(find)


def neighbourhood(world: World, name: str, most: int | None = None) -> Network:
    """The applications around one with how each integration stands, the nearest if there are more than `most`.

    Raises NotFound for a name that nobody uses.
    """
    limit = most or world.settings.network_diagram_max_pacticipants

    def find(db: Connection) -> Network:
        if applications.id_of(db, name) is None:
            raise NotFound(f"No pacticipant named {name} is known to this broker", named=True)
        keys = pairs(db)
        found = around(keys, name, limit)
        return replace(found, edges=_with_status(db, found, keys))

    return world.store.read(find)


def _with_status(db: Connection, found: Network, keys: Mapping[tuple[str, str], int]) -> tuple[Edge, ...]:
    chosen = {pair: keys[pair] for edge in found.edges if (pair := (edge.consumer, edge.provider))}
    statuses = standing.statuses(db, [*chosen.values()])
    return tuple(replace(edge, status=statuses.get(chosen[edge.consumer, edge.provider])) for edge in found.edges)
