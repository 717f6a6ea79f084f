"""Bringing a store to this version's tables: one look when it is up to date, Alembic under a lock when it is not."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from troth_broker.store.engine import Store
from troth_broker.store.errors import NotAStore, StoreTooNew, StoreTooOld

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0009"
"""The revision that this version's tables stand at; a test compares it with the newest step."""

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x7407
"""The PostgreSQL advisory lock that lets one process migrate at a time."""

_REVISION = text("SELECT version_num FROM alembic_version")


def revision(db: Connection) -> str | None:
    """The revision a store stands at; None for a store that has no tables yet."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(_REVISION).scalar()


def require_current(store: Store) -> None:
    """Raise StoreTooOld unless the store stands at this version's revision."""
    now = store.read(revision)
    if now != HEAD:
        stands = f"is at revision {now}" if now else "has no tables yet"
        raise StoreTooOld(
            f"the store {store.name} {stands}, this Troth needs revision {HEAD}, and auto_migrate_db is off: "
            "run `troth migrate` first"
        )


def migrate(store: Store) -> str | None:
    """Bring the store up to date; returns the revision it stood at before. Refuses a store from a newer Troth."""
    before = store.read(revision)
    if before != HEAD:
        store.reshape(_upgrade)
    return before


def _upgrade(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    now = revision(db)  # again, under the lock: another process may have been first
    if now == HEAD:
        return
    from alembic import command
    from alembic.script import ScriptDirectory

    config = alembic_config(db)
    tables = set(inspect(db).get_table_names())
    if "content" not in tables and (now is not None or (tables and db.dialect.name == "sqlite")):
        raise NotAStore(
            f"{db.engine.url.render_as_string()} is the database of another program "
            f"(it has the table {min(tables - {'alembic_version'}, default='alembic_version')!r}): use another one"
        )
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if now is not None and now not in known:
        raise StoreTooNew(
            f"the store {db.engine.url.render_as_string()} is at revision {now}, which a newer Troth made; "
            f"this one knows revisions up to {HEAD}: upgrade Troth, or use another store"
        )
    command.upgrade(config, "head")


def alembic_config(db: Connection) -> "Config":
    """Alembic's settings for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = db
    return config
