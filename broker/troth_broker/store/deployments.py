"""Deployments: what was put where, what ended, and what runs now."""

from dataclasses import dataclass
from enum import Enum
from itertools import product
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, select

from troth_broker.store.tables import application, current_deployment, deployment, environment, undeployment, version
from troth_broker.store.upsert import insert_new, put
from troth_broker.store.versions import COLUMNS as VERSION_COLUMNS
from troth_broker.store.versions import Version


class Instances(Enum):
    """Which instances are asked for, when it is not one by its name."""

    ALL = "all"
    UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Deployment:
    """One deployment of a version, and what became of it."""

    id: int
    uuid: str
    application: str
    environment_id: int
    instance: str | None
    stands: bool
    happened_at: int
    ended_at: int | None
    version: Version


@dataclass(frozen=True, slots=True)
class Current:
    """What runs in a slot."""

    deployment_id: int
    uuid: str
    version_id: int
    instance: str | None


def _found(source: Any) -> Select[Any]:
    return select(
        deployment.c.id,
        deployment.c.uuid,
        application.c.name,
        deployment.c.environment_id,
        deployment.c.instance,
        current_deployment.c.deployment_id,
        deployment.c.happened_at,
        undeployment.c.happened_at,
        *VERSION_COLUMNS,
    ).select_from(
        source.outerjoin(undeployment, undeployment.c.deployment_id == deployment.c.id)
        .join(application, application.c.id == deployment.c.application_id)
        .join(version, version.c.id == deployment.c.version_id)
    )


_EVER = _found(deployment.outerjoin(current_deployment, current_deployment.c.deployment_id == deployment.c.id))
_NOW = _found(current_deployment.join(deployment, deployment.c.id == current_deployment.c.deployment_id))
_BY_UUID = _EVER.where(deployment.c.uuid == bindparam("uuid"))
_OF_VERSION = _EVER.where(
    deployment.c.version_id == bindparam("version"), deployment.c.environment_id == bindparam("environment")
).order_by(deployment.c.id.desc())

_INSTANCES = {
    Instances.ALL: (),
    Instances.UNNAMED: (deployment.c.instance.is_(None),),
    None: (deployment.c.instance == bindparam("instance"),),
}
_CURRENT = {
    (one_application, instances): _NOW.where(
        current_deployment.c.environment_id == bindparam("environment"),
        *((current_deployment.c.application_id == bindparam("application"),) if one_application else ()),
        *conditions,
    ).order_by(deployment.c.id.desc())
    for one_application, (instances, conditions) in product((False, True), _INSTANCES.items())
}
_SLOT = (
    current_deployment.c.application_id == bindparam("application"),
    current_deployment.c.environment_id == bindparam("environment"),
    current_deployment.c.slot == bindparam("slot"),
)
_IN_SLOT = (
    select(deployment.c.id, deployment.c.uuid, deployment.c.version_id, deployment.c.instance)
    .join(current_deployment, current_deployment.c.deployment_id == deployment.c.id)
    .where(*_SLOT)
)
# The order in which every writer of deployments takes its locks. They let rows be added that point to these.
_LOCKS = (
    select(application.c.id).where(application.c.id == bindparam("application")).with_for_update(key_share=True),
    select(version.c.id).where(version.c.id == bindparam("version")).with_for_update(read=True, key_share=True),
    select(environment.c.id)
    .where(environment.c.id == bindparam("environment"))
    .with_for_update(read=True, key_share=True),
)
_NEW = insert(deployment).returning(deployment.c.id)
_NEW_END = insert_new(undeployment, "deployment_id")
_PUT_CURRENT = put(current_deployment, "application_id", "environment_id", "slot")
_CLEAR = delete(current_deployment).where(current_deployment.c.deployment_id == bindparam("deployment"))
_LOCK_OWNER = (
    select(application.c.id)
    .join(deployment, deployment.c.application_id == application.c.id)
    .where(deployment.c.uuid == bindparam("uuid"))
    .with_for_update(key_share=True, of=application)
)


def _deployment(row: Any) -> Deployment:
    key, uuid, name, environment_id, instance, pointer, happened_at, ended_at, *rest = row
    return Deployment(
        key, uuid, name, environment_id, instance, pointer is not None, happened_at, ended_at, Version(*rest)
    )


def find(db: Connection, uuid: str) -> Deployment | None:
    """The deployment with that uuid."""
    row = db.execute(_BY_UUID, {"uuid": uuid}).first()
    return _deployment(row) if row else None


def of_version(db: Connection, version_id: int, environment_id: int) -> tuple[Deployment, ...]:
    """Every deployment of a version to an environment, newest first."""
    rows = db.execute(_OF_VERSION, {"version": version_id, "environment": environment_id})
    return tuple(_deployment(row) for row in rows)


def current(
    db: Connection, environment_id: int, application_id: int | None = None, instance: str | Instances = Instances.ALL
) -> tuple[Deployment, ...]:
    """What runs in an environment, newest first: of all applications or of one, in all instances or in one."""
    values: dict[str, Any] = {"environment": environment_id}
    if application_id is not None:
        values["application"] = application_id
    kind = instance if isinstance(instance, Instances) else None
    if kind is None:
        values["instance"] = instance
    rows = db.execute(_CURRENT[application_id is not None, kind], values)
    return tuple(_deployment(row) for row in rows)


def lock(db: Connection, application_id: int, version_id: int, environment_id: int) -> bool:
    """Keep other deployments of the application waiting; False if any of the three is gone meanwhile."""
    keys = {"application": application_id, "version": version_id, "environment": environment_id}
    return all(db.execute(statement, keys).first() is not None for statement in _LOCKS)


def lock_owner(db: Connection, uuid: str) -> None:
    """Keep other deployments of the application of a deployment waiting."""
    db.execute(_LOCK_OWNER, {"uuid": uuid})


def in_slot(db: Connection, application_id: int, environment_id: int, slot: str) -> Current | None:
    """What runs in a slot."""
    keys = {"application": application_id, "environment": environment_id, "slot": slot}
    row = db.execute(_IN_SLOT, keys).first()
    return Current(*row) if row else None


def add(
    db: Connection,
    *,
    uuid: str,
    application_id: int,
    version_id: int,
    environment_id: int,
    instance: str | None,
    slot: str,
    auto_created: bool,
    now: int,
) -> None:
    """Append a deployment and let it be what runs in its slot."""
    fact = {"application_id": application_id, "version_id": version_id, "environment_id": environment_id}
    key = db.execute(
        _NEW,
        {
            **fact,
            "uuid": uuid,
            "instance": instance,
            "auto_created": auto_created,
            "happened_at": now,
            "recorded_at": now,
        },
    ).scalar_one()
    _PUT_CURRENT.run(db, {**fact, "slot": slot, "deployment_id": key})


def end(db: Connection, deployment_id: int, now: int, *, replaced: bool) -> bool:
    """Append that a deployment is over, unless it was already; whether it was not."""
    values = {"deployment_id": deployment_id, "replaced": replaced, "happened_at": now, "recorded_at": now}
    return _NEW_END.run(db, values).scalar() is not None


def clear(db: Connection, deployment_id: int) -> None:
    """Leave the slot of a deployment empty, if it still is the one that runs there."""
    db.execute(_CLEAR, {"deployment": deployment_id})
