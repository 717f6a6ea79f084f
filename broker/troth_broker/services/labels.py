"""Labels of applications."""

from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pacticipants import check_name
from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, labels
from troth_broker.store.labels import Label


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label on an application, and whether this request put it there."""

    label: Label
    created: bool = False


def _owner(db: Connection, name: str) -> int:
    owner = applications.id_of(db, name)
    if owner is None:
        raise NotFound
    return owner


def one(world: World, name: str, label: str) -> Labelled:
    """An application's label. Raises NotFound."""
    return world.store.read(_one, name, label)


def _one(db: Connection, name: str, label: str) -> Labelled:
    found = labels.find(db, _owner(db, name), label)
    if found is None:
        raise NotFound
    return Labelled(found)


def add(world: World, name: str, label: str) -> Labelled:
    """Label an application. Raises NotFound, Invalid."""
    check_name(label, "label")
    return world.store.write(_add, name, label, world.clock())


def _add(db: Connection, name: str, label: str, now: int) -> Labelled:
    created = labels.add(db, _owner(db, name), label, now)
    return Labelled(_one(db, name, label).label, created)


def remove(world: World, name: str, label: str) -> None:
    """Take a label off an application. Raises NotFound."""
    world.store.write(_remove, name, label)


def _remove(db: Connection, name: str, label: str) -> None:
    if not labels.remove(db, _owner(db, name), label):
        raise NotFound


def names(world: World, window: Window) -> Paged[str]:
    """Every label in use, by name."""
    return world.store.read(labels.names, window)
