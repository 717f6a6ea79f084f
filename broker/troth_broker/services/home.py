"""The integrations as the home page and an application's page list them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.evidence import Static
from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, home, standing
from troth_broker.store.home import Standing
from troth_broker.store.matrix_evidence import comparisons
from troth_broker.store.standing import Called
from troth_broker.store.tables import PACT

_MOST = Window(500)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of integrations, and how the webhooks that watch them did, by the integration's id.

    Beside what was replayed stands what comparing the newest contract said, by its content.
    """

    found: Paged[Standing]
    called: Mapping[int, Called]
    compared: Mapping[int, Static]


@dataclass(frozen=True, slots=True)
class Around:
    """The integrations of one application: in which it provides, and in which it consumes."""

    consumers: tuple[Standing, ...]
    providers: tuple[Standing, ...]
    compared: Mapping[int, Static]
    """What comparing the newest contracts said, by their contents."""


def integrations(world: World, window: Window, part: str | None = None) -> Listed:
    """Integrations with how they stand, those whose contracts moved last first."""

    def find(db: Connection) -> Listed:
        found = home.page(db, window, part)
        called = standing.called(db, [one.id for one in found.entries])
        return Listed(found, called, _compared(db, found.entries))

    return world.store.read(find)


def around(world: World, name: str) -> Around:
    """The integrations of an application, the 500 that moved last of each kind. Raises NotFound."""

    def find(db: Connection) -> Around:
        key = applications.id_of(db, name)
        if key is None:
            raise NotFound(f"There is no application named {name}", named=True)
        consumers, providers = home.consumers(db, key, _MOST), home.providers(db, key, _MOST)
        return Around(consumers, providers, _compared(db, (*consumers, *providers)))

    return world.store.read(find)


def _compared(db: Connection, found: Iterable[Standing]) -> Mapping[int, Static]:
    spoken = {
        one.content: (one.spoke, one.format or PACT)
        for one in found
        if one.content is not None and one.spoke is not None
    }
    if not spoken:
        return {}
    known = comparisons(db, spoken, {version for version, _ in spoken.values()})
    statics = {content: known.of(content, *asked) for content, asked in spoken.items()}
    return {content: static for content, static in statics.items() if static is not None and static.comparisons}


def names(world: World) -> tuple[str, ...]:
    """The names of all applications, for forms that ask for one."""
    return tuple(sorted(world.store.read(applications.all_names)))
