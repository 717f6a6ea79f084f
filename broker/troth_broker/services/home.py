"""The integrations as the home page lists them."""

from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, home
from troth_broker.store.home import Standing


def integrations(world: World, window: Window, part: str | None = None) -> Paged[Standing]:
    """Integrations with how they stand, those whose contracts moved last first."""
    return world.store.read(home.page, window, part)


def names(world: World) -> tuple[str, ...]:
    """The names of all applications, for forms that ask for one."""
    return tuple(sorted(world.store.read(applications.all_names)))
