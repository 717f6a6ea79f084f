"""Recording what was given out where, and that its support ended."""

import uuid as uuids
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.services.deployments import version_of
from troth_broker.services.environments import present
from troth_broker.services.ports import Moved
from troth_broker.services.world import World
from troth_broker.store import applications, deployments, environments, releases
from troth_broker.store.environments import Environment
from troth_broker.store.releases import Release


@dataclass(frozen=True, slots=True)
class Given:
    """A release, the environment that it went to, and whether this request made it."""

    release: Release
    environment: Environment
    created: bool = False


def one(world: World, uuid: str) -> Given:
    """One release. Raises NotFound."""
    return world.store.read(_one, uuid)


def _one(db: Connection, uuid: str) -> Given:
    found = releases.find(db, uuid)
    if found is None:
        raise NotFound
    return Given(found, environments.get(db, found.environment_id))


def of_version(world: World, name: str, number: str, uuid: str) -> tuple[Release, ...]:
    """The release of a version to an environment, if there is one. Raises NotFound."""
    return world.store.read(_of_version, name, number, uuid)


def _of_version(db: Connection, name: str, number: str, uuid: str) -> tuple[Release, ...]:
    version = version_of(db, name, number)
    found = releases.of_version(db, version.id, present(db, uuid).id)
    return (found,) if found else ()


def supported(world: World, uuid: str, name: str | None = None, number: str | None = None) -> tuple[Release, ...]:
    """What is supported in an environment now. Raises NotFound."""
    return world.store.read(_supported, uuid, name, number)


def _supported(db: Connection, uuid: str, name: str | None, number: str | None) -> tuple[Release, ...]:
    place = present(db, uuid)
    owner = applications.id_of(db, name) if name is not None else None
    if name is not None and owner is None:
        return ()
    return releases.supported(db, place.id, owner, number)


def record(world: World, name: str, number: str, uuid: str) -> Given:
    """Record that a version is given out and supported in an environment. Raises NotFound."""
    given = world.store.write(_record, name, number, uuid, str(uuids.uuid4()), world.clock())
    world.bell.ring((Moved(name, environment=given.environment.name),))
    return given


def _record(db: Connection, name: str, number: str, uuid: str, new_uuid: str, now: int) -> Given:
    version, place = version_of(db, name, number), present(db, uuid)
    owner = version.application_id
    if not deployments.lock(db, owner, version.id, place.id):
        raise NotFound
    created = releases.add(
        db, uuid=new_uuid, application_id=owner, version_id=version.id, environment_id=place.id, now=now
    )
    found = releases.of_version(db, version.id, place.id)
    assert found is not None
    if not found.stands:
        releases.begin(db, found.id, owner, version.id, place.id, now)
        found = releases.of_version(db, version.id, place.id)
        assert found is not None
    return Given(found, place, created)


def end(world: World, uuid: str) -> Given:
    """Record that the support of a release is over; again is no change. Raises NotFound."""
    return world.store.write(_end, uuid, world.clock())


def _end(db: Connection, uuid: str, now: int) -> Given:
    key = _one(db, uuid).release.id
    releases.lock(db, key)
    if _one(db, uuid).release.stands:
        releases.end(db, key, now)
    return _one(db, uuid)
