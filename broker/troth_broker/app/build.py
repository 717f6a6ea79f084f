"""Settings in, the broker as one ASGI application out."""

from troth_broker.app.world import world_of
from troth_broker.http.table import ROUTES
from troth_broker.pages.table import PAGES
from troth_broker.settings import Settings
from troth_broker.store.migrate import migrate, require_current
from troth_broker.store.snapshot.opening import opened
from troth_broker.web.frame import Api


def build(settings: Settings) -> Api:
    """The broker over its store, which is migrated when that is due and allowed. Raises StoreError."""
    store = opened(settings.database_url, settings.database_max_connections)
    (migrate if settings.auto_migrate_db else require_current)(store)
    return Api(world_of(store, settings), ROUTES, PAGES)
