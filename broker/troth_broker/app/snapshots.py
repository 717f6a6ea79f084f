"""Snapshots and backups of the store that the settings name, without a broker over it."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from troth_broker.services import snapshots
from troth_broker.services.snapshots import Exported, Imported
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.errors import StoreUnavailable
from troth_broker.store.migrate import migrate, require_current
from troth_broker.store.snapshot.backup import backup
from troth_broker.store.snapshot.opening import require_snapshot


@contextlib.contextmanager
def _existing(settings: Settings) -> Iterator[Store]:
    """The store, which must be there; asking for a copy of what does not exist makes nothing."""
    if _is_missing(settings.database_url):
        file = settings.database_url.removeprefix("sqlite:///")
        raise StoreUnavailable(f"there is no store at {file}: nothing was ever published there")
    with contextlib.closing(Store(settings.database_url, 2)) as store:
        yield store


def export_to(settings: Settings, target: Path, *, force: bool) -> Exported:
    """Write a snapshot. Raises StoreError."""
    with _existing(settings) as store:
        require_current(store)
        return snapshots.export(store, target, force=force)


def import_from(settings: Settings, file: Path, *, only_try: bool) -> Imported:
    """Load a snapshot into the store, which is made if there is none. Raises StoreError."""
    require_snapshot(file)
    with contextlib.ExitStack() as cleaning:
        address = settings.database_url
        if only_try and _is_missing(address):
            folder = cleaning.enter_context(tempfile.TemporaryDirectory(prefix="troth-import-"))
            address = f"sqlite:///{folder}/empty.db"
        store = cleaning.enter_context(contextlib.closing(Store(address, 2)))
        migrate(store)
        return snapshots.load(store, file, only_try=only_try)


def name_of_store(settings: Settings) -> str:
    """The address that the settings name, without its password."""
    with contextlib.closing(Store(settings.database_url, 1)) as store:
        return store.name


def _is_missing(address: str) -> bool:
    """Whether this is a SQLite file that does not exist yet."""
    return address.startswith("sqlite:///") and not Path(address.removeprefix("sqlite:///")).exists()


def back_up(settings: Settings, target: Path, *, force: bool) -> int:
    """Copy a SQLite store, as it is, to a file; says how many bytes it has. Raises StoreError."""
    with _existing(settings) as store:
        return backup(store, target, force=force)
