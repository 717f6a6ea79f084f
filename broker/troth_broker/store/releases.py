"""Releases: what was given out where, and whether it is still supported."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select

from troth_broker.store.tables import application, release, release_event, supported_release, version
from troth_broker.store.upsert import insert_new
from troth_broker.store.versions import COLUMNS as VERSION_COLUMNS
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class Release:
    """One release of a version to an environment; `changed_at` is when its support last began or ended."""

    id: int
    uuid: str
    application: str
    environment_id: int
    happened_at: int
    stands: bool
    changed_at: int
    version: Version


_newest_event = (
    select(func.max(release_event.c.id)).where(release_event.c.release_id == release.c.id).correlate(release)
).scalar_subquery()


def _found(source: Any) -> Select[Any]:
    return select(
        release.c.id,
        release.c.uuid,
        application.c.name,
        release.c.environment_id,
        release.c.happened_at,
        release_event.c.supported,
        release_event.c.happened_at,
        *VERSION_COLUMNS,
    ).select_from(
        source.join(release_event, release_event.c.id == _newest_event)
        .join(application, application.c.id == release.c.application_id)
        .join(version, version.c.id == release.c.version_id)
    )


_EVER = _found(release)
_BY_UUID = _EVER.where(release.c.uuid == bindparam("uuid"))
_OF_VERSION = _EVER.where(
    release.c.version_id == bindparam("version"), release.c.environment_id == bindparam("environment")
)
_NOW = _found(supported_release.join(release, release.c.id == supported_release.c.release_id))
_SUPPORTED = {
    (one_application, one_number): _NOW.where(
        supported_release.c.environment_id == bindparam("environment"),
        *((supported_release.c.application_id == bindparam("application"),) if one_application else ()),
        *((version.c.number == bindparam("number"),) if one_number else ()),
    ).order_by(release.c.id.desc())
    for one_application, one_number in product((False, True), repeat=2)
}
_LOCK = select(release.c.id).where(release.c.id == bindparam("key")).with_for_update(key_share=True)
_NEW = insert_new(release, "version_id", "environment_id")
_NEW_EVENT = insert(release_event)
_NEW_POINTER = insert_new(supported_release, "release_id")
_DELETE_POINTER = delete(supported_release).where(supported_release.c.release_id == bindparam("release"))


def _release(row: Any) -> Release:
    key, uuid, name, environment_id, happened_at, supported_now, changed_at, *rest = row
    return Release(key, uuid, name, environment_id, happened_at, supported_now, changed_at, Version(*rest))


def find(db: Connection, uuid: str) -> Release | None:
    """The release with that uuid."""
    row = db.execute(_BY_UUID, {"uuid": uuid}).first()
    return _release(row) if row else None


def of_version(db: Connection, version_id: int, environment_id: int) -> Release | None:
    """The release of a version to an environment."""
    row = db.execute(_OF_VERSION, {"version": version_id, "environment": environment_id}).first()
    return _release(row) if row else None


def supported(
    db: Connection, environment_id: int, application_id: int | None = None, number: str | None = None
) -> tuple[Release, ...]:
    """What is supported in an environment, newest first: of all applications or of one, of all versions or of one."""
    values: dict[str, Any] = {"environment": environment_id, "application": application_id, "number": number}
    asked = {name: value for name, value in values.items() if value is not None}
    rows = db.execute(_SUPPORTED[application_id is not None, number is not None], asked)
    return tuple(_release(row) for row in rows)


def lock(db: Connection, release_id: int) -> None:
    """Keep other changes of a release waiting."""
    db.execute(_LOCK, {"key": release_id})


def add(db: Connection, *, uuid: str, application_id: int, version_id: int, environment_id: int, now: int) -> bool:
    """Append a release whose support begins now; False if the version was released there before."""
    fact = {"application_id": application_id, "version_id": version_id, "environment_id": environment_id}
    key = _NEW.run(db, {**fact, "uuid": uuid, "happened_at": now, "recorded_at": now}).scalar()
    if key is None:
        return False
    begin(db, key, application_id, version_id, environment_id, now)
    return True


def begin(db: Connection, key: int, application_id: int, version_id: int, environment_id: int, now: int) -> None:
    """Append that the support of a release begins."""
    db.execute(_NEW_EVENT, {"release_id": key, "supported": True, "happened_at": now, "recorded_at": now})
    pointer = {
        "release_id": key,
        "application_id": application_id,
        "environment_id": environment_id,
        "version_id": version_id,
    }
    _NEW_POINTER.run(db, pointer)


def end(db: Connection, key: int, now: int) -> None:
    """Append that the support of a release ends."""
    db.execute(_NEW_EVENT, {"release_id": key, "supported": False, "happened_at": now, "recorded_at": now})
    db.execute(_DELETE_POINTER, {"release": key})
