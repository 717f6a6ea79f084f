"""The integrations as the home page and an application's page list them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, home, standing
from troth_broker.store.home import Standing
from troth_broker.store.standing import Called

_MOST = Window(500)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of integrations, and how the webhooks that watch them did, by the integration's id."""

    found: Paged[Standing]
    called: Mapping[int, Called]


@dataclass(frozen=True, slots=True)
class Around:
    """The integrations of one application: in which it provides, and in which it consumes."""

    consumers: tuple[Standing, ...]
    providers: tuple[Standing, ...]


def integrations(world: World, window: Window, part: str | None = None) -> Listed:
    """Integrations with how they stand, those whose contracts moved last first."""

    def find(db: Connection) -> Listed:
        found = home.page(db, window, part)
        return Listed(found, standing.called(db, [one.id for one in found.entries]))

    return world.store.read(find)


def around(world: World, name: str) -> Around:
    """The integrations of an application, the 500 that moved last of each kind. Raises NotFound."""

    def find(db: Connection) -> Around:
        key = applications.id_of(db, name)
        if key is None:
            raise NotFound(f"There is no application named {name}", named=True)
        return Around(home.consumers(db, key, _MOST), home.providers(db, key, _MOST))

    return world.store.read(find)


def names(world: World) -> tuple[str, ...]:
    """The names of all applications, for forms that ask for one."""
    return tuple(sorted(world.store.read(applications.all_names)))
