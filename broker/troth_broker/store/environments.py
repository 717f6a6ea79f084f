"""Environments: where versions are deployed and released to."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from troth_broker.store.tables import environment
from troth_broker.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment as it is recorded; `contacts` is what people sent, as JSON text."""

    id: int
    uuid: str
    name: str
    display_name: str | None
    production: bool
    contacts: str | None
    created_at: int
    updated_at: int

    @property
    def people(self) -> list[Any] | None:
        """The contacts as values."""
        return None if self.contacts is None else list(json.loads(self.contacts))


COLUMNS = tuple(environment.c[name] for name in Environment.__dataclass_fields__)

_shown = func.coalesce(environment.c.display_name, environment.c.name)
_ALL = select(*COLUMNS).order_by(func.lower(_shown), environment.c.name)
_BY_UUID = select(*COLUMNS).where(environment.c.uuid == bindparam("uuid"))
_BY_ID = select(*COLUMNS).where(environment.c.id == bindparam("key"))
_BY_NAME = select(*COLUMNS).where(environment.c.name == bindparam("name"))
_NEW = insert_new(environment, "name")
_SET = (
    update(environment)
    .where(environment.c.id == bindparam("key"))
    .values(
        name=bindparam("new_name"),
        display_name=bindparam("new_display_name"),
        production=bindparam("new_production"),
        contacts=bindparam("new_contacts"),
        updated_at=bindparam("now"),
    )
)
_DELETE = delete(environment).where(environment.c.uuid == bindparam("uuid"))


def every(db: Connection) -> tuple[Environment, ...]:
    """All environments, in the order in which people read them."""
    return tuple(Environment(*row) for row in db.execute(_ALL))


def find(db: Connection, uuid: str) -> Environment | None:
    """The environment with that uuid."""
    row = db.execute(_BY_UUID, {"uuid": uuid}).first()
    return Environment(*row) if row else None


def get(db: Connection, environment_id: int) -> Environment:
    """The environment that a row points to."""
    return Environment(*db.execute(_BY_ID, {"key": environment_id}).one())


def find_by_name(db: Connection, name: str) -> Environment | None:
    """The environment of that name."""
    row = db.execute(_BY_NAME, {"name": name}).first()
    return Environment(*row) if row else None


def add(
    db: Connection,
    *,
    uuid: str,
    name: str,
    display_name: str | None,
    production: bool,
    contacts: str | None,
    now: int,
) -> bool:
    """Make an environment; False if the name is taken."""
    values = {
        "uuid": uuid,
        "name": name,
        "display_name": display_name,
        "production": production,
        "contacts": contacts,
        "created_at": now,
        "updated_at": now,
    }
    return _NEW.run(db, values).scalar() is not None


def change(
    db: Connection,
    environment_id: int,
    *,
    name: str,
    display_name: str | None,
    production: bool,
    contacts: str | None,
    now: int,
) -> None:
    """Overwrite what people say about an environment."""
    values = {
        "key": environment_id,
        "new_name": name,
        "new_display_name": display_name,
        "new_production": production,
        "new_contacts": contacts,
        "now": now,
    }
    db.execute(_SET, values)


def remove(db: Connection, uuid: str) -> bool:
    """Delete an environment with its deployments and releases; whether there was one."""
    return db.execute(_DELETE, {"uuid": uuid}).rowcount > 0
