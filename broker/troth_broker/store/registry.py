"""The schema registry's subjects, versions and schemas."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from troth_broker.core.registry import NewSchema, Reference, Registered
from troth_broker.store.publications import ensure_body
from troth_broker.store.tables import (
    audit,
    body,
    config,
    registry_reference,
    registry_schema,
    registry_subject,
    registry_version,
)
from troth_broker.store.upsert import count_beyond, insert_new, put

_GLOBAL_COMPATIBILITY = "registry.compatibility"
_GLOBAL_MODE = "registry.mode"


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject and what is set for it alone."""

    id: int
    name: str
    compatibility: str | None
    mode: str | None


_version, _schema, _subject = registry_version.c, registry_schema.c, registry_subject.c
_ROWS = (
    select(
        _subject.name.label("subject"),
        _version.version,
        _version.schema_id,
        _schema.format,
        body.c.content,
        _version.deleted_at,
    )
    .select_from(registry_version)
    .join(registry_subject, _subject.id == _version.subject_id)
    .join(registry_schema, _schema.id == _version.schema_id)
    .join(body, body.c.id == _schema.body_id)
)
_OF_SUBJECT = _ROWS.where(_subject.name == bindparam("subject")).order_by(_version.version)
_ONE = _ROWS.where(_subject.name == bindparam("subject"), _version.version == bindparam("version"))
_OF_SCHEMA = _ROWS.where(_version.schema_id == bindparam("schema_id")).order_by(_subject.name, _version.version)
_EVERYTHING = _ROWS.order_by(_subject.name, _version.version)
_SCHEMA = (
    select(_schema.id, _schema.format, body.c.content)
    .join(body, body.c.id == _schema.body_id)
    .where(_schema.id == bindparam("id"))
)
_KNOWN_SCHEMA = (
    select(_schema.id)
    .where(_schema.format == bindparam("format"), _schema.sha == bindparam("sha"))
    .with_for_update(read=True, key_share=True)  # whoever forgets it waits, and finds it in use
)
_HOLD_SCHEMA = select(_schema.id).where(_schema.id == bindparam("id")).with_for_update()
_REFERENCES = (
    select(registry_reference)
    .where(registry_reference.c.schema_id.in_(bindparam("ids", expanding=True)))
    .order_by(registry_reference.c.schema_id, registry_reference.c.position)
)
_REFERENCED_BY = (
    select(registry_reference.c.schema_id)
    .where(
        registry_reference.c.subject == bindparam("subject"),
        registry_reference.c.version == bindparam("version"),
        exists().where(_version.schema_id == registry_reference.c.schema_id, _version.deleted_at.is_(None)),
    )
    .distinct()
    .order_by(registry_reference.c.schema_id)
)
_NAMES = (
    select(
        _subject.name,
        func.count(_version.version).label("all"),
        func.count(_version.deleted_at).label("deleted"),
    )
    .join(registry_version, _version.subject_id == _subject.id)
    .group_by(_subject.name)
    .order_by(_subject.name)
)
_FIND_SUBJECT = select(_subject.id, _subject.name, _subject.compatibility, _subject.mode).where(
    _subject.name == bindparam("subject")
)
_HOLD = select(_subject.id).where(_subject.id == bindparam("id")).with_for_update()
_NEW_SUBJECT = insert_new(registry_subject, "name")
_NEW_SCHEMA = insert_new(registry_schema, "format", "sha")
_SCHEMA_WITH_ID = insert(registry_schema)
_NEW_REFERENCE = insert(registry_reference)
_NEW_VERSION = insert(registry_version)
_LAST_VERSION = select(func.max(_version.version)).where(_version.subject_id == bindparam("subject_id"))
_MARK = (
    update(registry_version)
    .where(
        _version.subject_id == bindparam("subject_id_"),
        _version.version == bindparam("version_"),
        _version.deleted_at.is_(None),
    )
    .values(deleted_at=bindparam("now"))
)
_REMOVE = delete(registry_version).where(
    _version.subject_id == bindparam("subject_id"), _version.version == bindparam("version")
)
_UNUSED = delete(registry_schema).where(
    _schema.id == bindparam("id"), ~exists().where(_version.schema_id == _schema.id)
)
_SET_COMPATIBILITY = (
    update(registry_subject).where(_subject.id == bindparam("id_")).values(compatibility=bindparam("value"))
)
_SET_MODE = update(registry_subject).where(_subject.id == bindparam("id_")).values(mode=bindparam("value"))
_LARGEST_ID = select(func.max(_schema.id))
_SETTING = select(config.c.value).where(config.c.name == bindparam("name"))
_PUT_SETTING = put(config, "name")
_AUDIT = insert(audit)


def versions(db: Connection, subject: str) -> tuple[Registered, ...]:
    """Every version of a subject, deleted ones too, in order."""
    return _registered(db, db.execute(_OF_SUBJECT, {"subject": subject}).all())


def version(db: Connection, subject: str, number: int) -> Registered | None:
    """One version of a subject, be it deleted or not."""
    return next(iter(_registered(db, db.execute(_ONE, {"subject": subject, "version": number}).all())), None)


def versions_of_schema(db: Connection, schema_id: int) -> tuple[Registered, ...]:
    """Where a schema is registered, by subject and version."""
    return _registered(db, db.execute(_OF_SCHEMA, {"schema_id": schema_id}).all())


def everything(db: Connection) -> tuple[Registered, ...]:
    """Every version of every subject."""
    return _registered(db, db.execute(_EVERYTHING).all())


def schema(db: Connection, number: int) -> NewSchema | None:
    """The schema with that id."""
    row = db.execute(_SCHEMA, {"id": number}).first()
    if row is None:
        return None
    return NewSchema(row.format, row.content.decode(), _references(db, [number])[number], number)


def id_of(db: Connection, new: NewSchema) -> int | None:
    """The id of an equal schema, if there is one."""
    found = db.execute(_KNOWN_SCHEMA, {"format": new.format, "sha": sha_of(new)}).scalar()
    return None if found is None else int(found)


def subjects(db: Connection) -> tuple[tuple[str, bool, bool], ...]:
    """The name of every subject with a version; whether one is alive, whether one is deleted."""
    return tuple((row.name, row.all > row.deleted, row.deleted > 0) for row in db.execute(_NAMES))


def subject(db: Connection, name: str) -> Subject | None:
    """A subject that was registered or configured."""
    row = db.execute(_FIND_SUBJECT, {"subject": name}).first()
    return Subject(*row) if row else None


def make_subject(db: Connection, name: str, now: int, application: int | None = None) -> Subject:
    """The subject of that name, new if need be."""
    values = {"name": name, "application_id": application, "compatibility": None, "mode": None}
    _NEW_SUBJECT.run(db, {**values, "created_at": now, "updated_at": now})
    found = subject(db, name)
    assert found is not None
    return found


def hold(db: Connection, names: Iterable[str]) -> None:
    """Let everybody else who holds one of these subjects wait until the transaction ends."""
    for found in sorted(one.id for name in set(names) if (one := subject(db, name)) is not None):
        db.execute(_HOLD, {"id": found})


def put_schema(db: Connection, new: NewSchema, now: int) -> int:
    """The id of a schema, recorded unless an equal one is there. ``new.id`` is taken where it is given."""
    sha, known = sha_of(new), id_of(db, new)
    if known is not None:
        return known
    values = {"format": new.format, "sha": sha, "body_id": ensure_body(db, new.text.encode()), "created_at": now}
    if new.id is not None:
        db.execute(_SCHEMA_WITH_ID, {"id": new.id, **values})
        count_beyond(db, registry_schema, new.id)
        made = new.id
    else:
        row = _NEW_SCHEMA.run(db, values).first()
        made = int(row[0] if row else db.execute(_KNOWN_SCHEMA, {"format": new.format, "sha": sha}).scalar_one())
    if new.references:
        db.execute(
            _NEW_REFERENCE,
            [
                {"schema_id": made, "position": at, "name": one.name, "subject": one.subject, "version": one.version}
                for at, one in enumerate(new.references)
            ],
        )
    return made


def add_version(db: Connection, found: Subject, number: int | None, schema_id: int, now: int) -> int:
    """Record a version of a subject: the next one, or the one that is given."""
    if number is None:
        number = int(db.execute(_LAST_VERSION, {"subject_id": found.id}).scalar() or 0) + 1
    values = {"subject_id": found.id, "version": number, "schema_id": schema_id, "deleted_at": None}
    db.execute(_NEW_VERSION, {**values, "happened_at": now, "recorded_at": now})
    return number


def mark_deleted(db: Connection, found: Subject, numbers: Iterable[int], now: int) -> None:
    """Take versions away; they can still be read by who asks for deleted ones."""
    for number in numbers:
        db.execute(_MARK, {"subject_id_": found.id, "version_": number, "now": now})
        _note(db, f"{found.name} version {number}", "deleted", now)


def remove(db: Connection, found: Subject, gone: Sequence[Registered], now: int) -> None:
    """Forget versions for good, and schemas that nothing has any more."""
    for one in gone:
        db.execute(_REMOVE, {"subject_id": found.id, "version": one.version})
        db.execute(_HOLD_SCHEMA, {"id": one.id})
        db.execute(_UNUSED, {"id": one.id})
        _note(db, f"{found.name} version {one.version}", "deleted permanently", now)


def referenced_by(db: Connection, name: str, number: int) -> tuple[int, ...]:
    """The ids of schemas that stand on a version of a subject."""
    return tuple(db.execute(_REFERENCED_BY, {"subject": name, "version": number}).scalars())


def set_compatibility(db: Connection, found: Subject | None, level: str | None, now: int) -> None:
    """Set the level of a subject, or of all that have none of their own."""
    if found is None:
        _PUT_SETTING.run(db, {"name": _GLOBAL_COMPATIBILITY, "value": level})
    else:
        db.execute(_SET_COMPATIBILITY, {"id_": found.id, "value": level})
    _note(db, found.name if found else "all subjects", f"compatibility {level}", now)


def set_mode(db: Connection, found: Subject | None, mode: str | None, now: int) -> None:
    """Set the mode of a subject, or of all that have none of their own."""
    if found is None:
        _PUT_SETTING.run(db, {"name": _GLOBAL_MODE, "value": mode})
    else:
        db.execute(_SET_MODE, {"id_": found.id, "value": mode})
    _note(db, found.name if found else "all subjects", f"mode {mode}", now)


def compatibility(db: Connection) -> str | None:
    """The level of all subjects that have none of their own; None if it was never set."""
    return _setting(db, _GLOBAL_COMPATIBILITY)


def mode(db: Connection) -> str | None:
    """The mode of all subjects that have none of their own; None if it was never set."""
    return _setting(db, _GLOBAL_MODE)


def largest_id(db: Connection) -> int:
    """The largest id of a schema."""
    return int(db.execute(_LARGEST_ID).scalar() or 0)


def sha_of(new: NewSchema) -> str:
    """What makes two schemas one: their text and what they stand on."""
    parts = [new.text, *(part for one in new.references for part in (one.name, one.subject, str(one.version)))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _registered(db: Connection, rows: Sequence[Any]) -> tuple[Registered, ...]:
    references = _references(db, {row.schema_id for row in rows})
    return tuple(
        Registered(
            row.subject,
            row.version,
            row.schema_id,
            row.format,
            row.content.decode(),
            references[row.schema_id],
            row.deleted_at is not None,
        )
        for row in rows
    )


def _references(db: Connection, ids: Iterable[int]) -> defaultdict[int, tuple[Reference, ...]]:
    found: defaultdict[int, tuple[Reference, ...]] = defaultdict(tuple)
    wanted = sorted(ids)
    for at in range(0, len(wanted), 500):
        for row in db.execute(_REFERENCES, {"ids": wanted[at : at + 500]}):
            found[row.schema_id] = (*found[row.schema_id], Reference(row.name, row.subject, row.version))
    return found


def _setting(db: Connection, name: str) -> str | None:
    found = db.execute(_SETTING, {"name": name}).scalar()
    return None if found is None else str(found)


def _note(db: Connection, name: str, action: str, now: int) -> None:
    db.execute(_AUDIT, {"subject": f"registry {name}", "action": action, "detail": None, "recorded_at": now})
