"""The broker in numbers."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.services.world import World
from troth_broker.store import metrics
from troth_broker.store.metrics import Numbers


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is cheap enough to be asked every few seconds: sizes of small tables, and facts ever recorded."""

    sizes: Mapping[str, int]
    recorded: Mapping[str, int]


def numbers(world: World) -> Numbers:
    """The store in numbers."""
    return world.store.read(metrics.numbers)


def gauges(world: World) -> Gauges:
    """The store in a few numbers."""
    return world.store.read(_gauges)


def _gauges(db: Connection) -> Gauges:
    sizes = {name: sized.count for name, sized in metrics.small(db).items()}
    return Gauges(sizes, metrics.recorded(db))
