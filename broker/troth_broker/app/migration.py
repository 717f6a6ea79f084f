"""A store brought to this version's tables, without a broker over it."""

import contextlib
from dataclasses import dataclass

from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, migrate


@dataclass(frozen=True, slots=True)
class Migrated:
    """A store, and the revisions that it stood and stands at; it stood at none if it was empty."""

    store: str
    before: str | None
    now: str


def bring_up_to_date(settings: Settings) -> Migrated:
    """Migrate the store if that is due. Raises StoreError."""
    with contextlib.closing(Store(settings.database_url, 1)) as store:
        return Migrated(store.name, migrate(store), HEAD)
