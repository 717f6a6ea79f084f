"""Environments with how much stands in each."""

from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.services.world import World
from troth_broker.store import environments, places
from troth_broker.store.environments import Environment


@dataclass(frozen=True, slots=True)
class Counted:
    """An environment, and how many versions are deployed or released there."""

    environment: Environment
    deployed: int
    released: int


def counted(world: World) -> tuple[Counted, ...]:
    """Every environment with how much stands there, production ones first."""

    def find(db: Connection) -> tuple[Counted, ...]:
        deployed, released = places.counts(db)
        every = sorted(environments.every(db), key=lambda one: (not one.production, one.name))
        return tuple(Counted(one, deployed.get(one.id, 0), released.get(one.id, 0)) for one in every)

    return world.store.read(find)
