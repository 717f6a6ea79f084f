"""Recording what runs where, and that it does not any more."""

import uuid as uuids
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.deployments import slot_of
from troth_broker.core.errors import NotFound
from troth_broker.services.environments import present
from troth_broker.services.ports import Moved
from troth_broker.services.world import World
from troth_broker.store import applications, deployments, environments, versions
from troth_broker.store.deployments import Deployment, Instances
from troth_broker.store.environments import Environment
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class Placed:
    """A deployment and the environment that it was made to."""

    deployment: Deployment
    environment: Environment


def version_of(db: Connection, name: str, number: str) -> Version:
    """The version of that application and number. Raises NotFound."""
    owner = applications.id_of(db, name)
    found = versions.find(db, owner, number) if owner is not None else None
    if found is None:
        raise NotFound
    return found


def one(world: World, uuid: str) -> Placed:
    """One deployment. Raises NotFound."""
    return world.store.read(_one, uuid)


def _one(db: Connection, uuid: str) -> Placed:
    found = deployments.find(db, uuid)
    if found is None:
        raise NotFound
    return Placed(found, environments.get(db, found.environment_id))


def of_version(world: World, name: str, number: str, uuid: str) -> tuple[Deployment, ...]:
    """Every deployment of a version to an environment, newest first. Raises NotFound."""
    return world.store.read(_of_version, name, number, uuid)


def _of_version(db: Connection, name: str, number: str, uuid: str) -> tuple[Deployment, ...]:
    version = version_of(db, name, number)
    return deployments.of_version(db, version.id, present(db, uuid).id)


def current(
    world: World, uuid: str, name: str | None = None, instance: str | Instances = Instances.ALL
) -> tuple[Deployment, ...]:
    """What runs in an environment now. Raises NotFound."""
    return world.store.read(_current, uuid, name, instance)


def _current(db: Connection, uuid: str, name: str | None, instance: str | Instances) -> tuple[Deployment, ...]:
    place = present(db, uuid)
    owner = applications.id_of(db, name) if name is not None else None
    if name is not None and owner is None:
        return ()
    return deployments.current(db, place.id, owner, instance)


def record(world: World, name: str, number: str, uuid: str, instance: str | None) -> Placed:
    """Record that a version runs in an environment now, in place of what ran there. Raises NotFound."""
    placed = world.store.write(_record, name, number, uuid, instance, str(uuids.uuid4()), world.clock())
    world.bell.ring((Moved(name, environment=placed.environment.name),))
    return placed


def _record(db: Connection, name: str, number: str, uuid: str, instance: str | None, new_uuid: str, now: int) -> Placed:
    version, place = version_of(db, name, number), present(db, uuid)
    key = deploy(db, version, place, instance, new_uuid, now)
    return _one(db, key)


def deploy(
    db: Connection,
    version: Version,
    place: Environment,
    instance: str | None,
    new_uuid: str,
    now: int,
    *,
    auto_created: bool = False,
) -> str:
    """Let a version be what runs in its slot, unless it already is; the uuid of the deployment that stands then."""
    if not deployments.lock(db, version.application_id, version.id, place.id):
        raise NotFound
    slot = slot_of(instance)
    before = deployments.in_slot(db, version.application_id, place.id, slot)
    if before is not None and before.version_id == version.id and before.instance == instance:
        return before.uuid
    if before is not None and before.instance == instance:
        # The empty instance takes the slot of none without ending what ran there, as the reference has it.
        deployments.end(db, before.deployment_id, now, replaced=True)
    deployments.add(
        db,
        uuid=new_uuid,
        application_id=version.application_id,
        version_id=version.id,
        environment_id=place.id,
        instance=instance,
        slot=slot,
        auto_created=auto_created,
        now=now,
    )
    return new_uuid


def end(world: World, uuid: str) -> Placed:
    """Record that a deployment is over; again is no change. Raises NotFound."""
    return world.store.write(_end, uuid, world.clock())


def _end(db: Connection, uuid: str, now: int) -> Placed:
    deployments.lock_owner(db, uuid)
    found = deployments.find(db, uuid)
    if found is None:
        raise NotFound
    deployments.end(db, found.id, now, replaced=False)
    deployments.clear(db, found.id)
    return _one(db, uuid)


def deploy_for_tag(db: Connection, version: Version, tag: str, new_uuid: str, now: int) -> None:
    """A tag that is called like an environment says that the version runs there (without an instance)."""
    place = environments.find_by_name(db, tag)
    if place is not None:
        deploy(db, version, place, None, new_uuid, now, auto_created=True)
