"""Filling an empty store with a snapshot: every row as it was, under its own id."""

from sqlalchemy import Connection, Table, exists, func, insert, or_, select

from troth_broker.store.snapshot.contents import KEPT
from troth_broker.store.snapshot.export import batches
from troth_broker.store.snapshot.settling import settled
from troth_broker.store.tables import application, environment, registry_subject, webhook

_ANYTHING = select(
    or_(*(exists(select(table.c.id)) for table in (application, environment, webhook, registry_subject)))
)


def is_empty(db: Connection) -> bool:
    """Whether nobody has told a store anything yet."""
    return not db.execute(_ANYTHING).scalar()


def fill(db: Connection, snapshot: Connection) -> dict[str, int]:
    """Copy every row; says how many each table got."""
    return {table.name: _fill(db, snapshot, table) for table in KEPT}


def _fill(db: Connection, snapshot: Connection, table: Table) -> int:
    added = 0
    for rows in batches(snapshot, table):
        db.execute(insert(table), [settled(table, dict(zip(table.columns.keys(), row, strict=True))) for row in rows])
        added += len(rows)
    if added and db.dialect.name == "postgresql" and "id" in table.columns:
        name = func.pg_get_serial_sequence(table.name, "id")
        db.execute(select(func.setval(name, select(func.max(table.c.id)).scalar_subquery())))
    return added
