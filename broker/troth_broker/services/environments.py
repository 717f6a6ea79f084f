"""Environments: listed, described, made, changed and deleted."""

import uuid as uuids
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.environments import DescribedEnvironment, name_taken, read_environment
from troth_broker.core.errors import NotFound
from troth_broker.services.world import World
from troth_broker.store import environments
from troth_broker.store.environments import Environment


def every(world: World, name: str | None = None) -> tuple[Environment, ...]:
    """All environments, or the one of that name."""
    return world.store.read(_every, name)


def _every(db: Connection, name: str | None) -> tuple[Environment, ...]:
    if name is None:
        return environments.every(db)
    found = environments.find_by_name(db, name)
    return (found,) if found else ()


def one(world: World, uuid: str) -> Environment:
    """One environment. Raises NotFound."""
    return world.store.read(present, uuid)


def present(db: Connection, uuid: str) -> Environment:
    """The environment with that uuid. Raises NotFound."""
    found = environments.find(db, uuid)
    if found is None:
        raise NotFound
    return found


def create(world: World, body: Mapping[str, Any]) -> Environment:
    """Make an environment as a body describes it. Raises Invalid."""
    return world.store.write(_create, str(uuids.uuid4()), read_environment(body), world.clock())


def _create(db: Connection, uuid: str, new: DescribedEnvironment, now: int) -> Environment:
    made = environments.add(
        db,
        uuid=uuid,
        name=new.name,
        display_name=new.display_name,
        production=new.production,
        contacts=new.contacts,
        now=now,
    )
    if not made:
        raise name_taken(new.name)
    return present(db, uuid)


def replace(world: World, uuid: str, body: Mapping[str, Any]) -> Environment:
    """Change an environment to what a body says. Raises NotFound, Invalid."""
    one(world, uuid)  # an environment that is not there comes before a body that is wrong
    return world.store.write(_replace, uuid, read_environment(body), world.clock())


def _replace(db: Connection, uuid: str, new: DescribedEnvironment, now: int) -> Environment:
    before = present(db, uuid)
    other = environments.find_by_name(db, new.name)
    if other is not None and other.id != before.id:
        raise name_taken(new.name)
    environments.change(
        db,
        before.id,
        name=new.name,
        display_name=new.display_name,
        production=new.production,
        contacts=new.contacts,
        now=now,
    )
    return present(db, uuid)


def delete(world: World, uuid: str) -> None:
    """Delete an environment with every deployment and release in it. Raises NotFound."""
    if not world.store.write(environments.remove, uuid):
        raise NotFound
