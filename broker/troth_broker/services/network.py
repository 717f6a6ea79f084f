"""The network of applications: as a whole, or around one of them, with how each integration stands."""

from dataclasses import replace

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.network import Network, around, network
from troth_broker.services.world import World
from troth_broker.store import applications, standing
from troth_broker.store.network import pairs


def everything(world: World) -> Network:
    """All applications with a contract; their edges have no status, as there may be very many."""
    return world.store.read(lambda db: network(pairs(db)))


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
        chosen = {pair: keys[pair] for edge in found.edges if (pair := (edge.consumer, edge.provider))}
        statuses = standing.statuses(db, [*chosen.values()])
        edges = tuple(replace(edge, status=statuses.get(chosen[edge.consumer, edge.provider])) for edge in found.edges)
        return replace(found, edges=edges)

    return world.store.read(find)
