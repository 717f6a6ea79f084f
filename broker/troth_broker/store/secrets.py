"""Secrets as they are recorded: names and what is said about them, values only as they were encrypted."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from troth_broker.store.tables import audit, secret


@dataclass(frozen=True, slots=True)
class Secret:
    """What may be told about a secret."""

    id: int
    uuid: str
    name: str
    description: str | None
    created_at: int
    updated_at: int


_COLUMNS = (
    secret.c.id,
    secret.c.uuid,
    secret.c.name,
    secret.c.description,
    secret.c.created_at,
    secret.c.updated_at,
)
_ALL = select(*_COLUMNS).order_by(secret.c.name)
_BY_UUID = select(*_COLUMNS).where(secret.c.uuid == bindparam("uuid"))
_BY_NAME = select(*_COLUMNS).where(secret.c.name == bindparam("name"))
_VALUES = select(secret.c.name, secret.c.value)
_NEW = insert(secret)
_one = secret.c.uuid == bindparam("uuid_")
_CHANGE = (
    update(secret)
    .where(_one)
    .values(description=bindparam("about"), value=bindparam("sealed"), updated_at=bindparam("now"))
)
_DESCRIBE = update(secret).where(_one).values(description=bindparam("about"), updated_at=bindparam("now"))
_DELETE = delete(secret).where(secret.c.uuid == bindparam("uuid"))
_AUDIT = insert(audit)


def everything(db: Connection) -> tuple[Secret, ...]:
    """Every secret, by name."""
    return tuple(Secret(*row) for row in db.execute(_ALL))


def find(db: Connection, uuid: str) -> Secret | None:
    """The secret with that uuid."""
    row = db.execute(_BY_UUID, {"uuid": uuid}).first()
    return Secret(*row) if row else None


def named(db: Connection, name: str) -> Secret | None:
    """The secret with that name."""
    row = db.execute(_BY_NAME, {"name": name}).first()
    return Secret(*row) if row else None


def values(db: Connection) -> dict[str, bytes]:
    """The encrypted value of every secret by name."""
    return {row.name: row.value for row in db.execute(_VALUES)}


def add(db: Connection, uuid: str, name: str, description: str | None, value: bytes, now: int) -> None:
    """Record a new secret."""
    made = {"uuid": uuid, "name": name, "description": description, "value": value}
    db.execute(_NEW, {**made, "created_at": now, "updated_at": now})
    _note(db, name, "created", now)


def change(db: Connection, found: Secret, description: str | None, value: bytes | None, now: int) -> None:
    """Give a secret another description, and another value unless it is to keep its own."""
    if value is None:
        db.execute(_DESCRIBE, {"uuid_": found.uuid, "about": description, "now": now})
    else:
        db.execute(_CHANGE, {"uuid_": found.uuid, "about": description, "sealed": value, "now": now})
    _note(db, found.name, "described" if value is None else "changed", now)


def remove(db: Connection, found: Secret, now: int) -> None:
    """Forget a secret."""
    db.execute(_DELETE, {"uuid": found.uuid})
    _note(db, found.name, "deleted", now)


def _note(db: Connection, name: str, action: str, now: int) -> None:
    db.execute(_AUDIT, {"subject": f"secret {name}", "action": action, "detail": None, "recorded_at": now})
