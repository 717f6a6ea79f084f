"""Labels of applications."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, distinct, func, select

from troth_broker.core.pages import Paged, Window
from troth_broker.store.tables import label
from troth_broker.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Label:
    """One label of an application."""

    name: str
    created_at: int
    updated_at: int


_mine = (label.c.application_id == bindparam("application"), label.c.name == bindparam("label"))
_FIND = select(label.c.name, label.c.created_at, label.c.updated_at).where(*_mine)
_NEW = insert_new(label, "application_id", "name")
_DELETE = delete(label).where(*_mine)
_NAMES = select(label.c.name).distinct().order_by(label.c.name).limit(bindparam("limit")).offset(bindparam("offset"))
_COUNT = select(func.count(distinct(label.c.name)))


def find(db: Connection, application_id: int, name: str) -> Label | None:
    """An application's label of that name."""
    row = db.execute(_FIND, {"application": application_id, "label": name}).first()
    return Label(*row) if row else None


def add(db: Connection, application_id: int, name: str, now: int) -> bool:
    """Label an application; whether the label is new there."""
    values = {"application_id": application_id, "name": name, "created_at": now, "updated_at": now}
    return _NEW.run(db, values).first() is not None


def remove(db: Connection, application_id: int, name: str) -> bool:
    """Take a label off an application; whether it carried it."""
    return db.execute(_DELETE, {"application": application_id, "label": name}).rowcount > 0


def names(db: Connection, window: Window) -> Paged[str]:
    """Every label in use, once, by name."""
    found = tuple(db.execute(_NAMES, {"limit": window.limit, "offset": window.offset}).scalars())
    return Paged.of(found, window, lambda: db.execute(_COUNT).scalar_one())
