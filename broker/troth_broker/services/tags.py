"""Tags of versions."""

import uuid as uuids
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pacticipants import check_name
from troth_broker.services import lines
from troth_broker.services.deployments import deploy_for_tag
from troth_broker.services.world import World
from troth_broker.store import tags


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag on a version: since when, and whether this request put it there."""

    at: int
    created: bool = False


def one(world: World, name: str, number: str, tag: str) -> Tagged:
    """A version's tag. Raises NotFound."""
    return world.store.read(_one, name, number, tag)


def _one(db: Connection, name: str, number: str, tag: str) -> Tagged:
    at = tags.tagged_at(db, name, number, tag)
    if at is None:
        raise NotFound
    return Tagged(at)


def add(world: World, name: str, number: str, tag: str) -> Tagged:
    """Tag a version; application and version are made where they are missing. Raises Invalid.

    A tag that is called like an environment also deploys the version there, even if it carried the tag before.
    """
    check_name(name, "pacticipant")
    check_name(number, "version")
    check_name(tag, "tag")
    return world.store.write(_add, world, name, number, tag, str(uuids.uuid4()), world.clock())


def _add(db: Connection, world: World, name: str, number: str, tag: str, new_uuid: str, now: int) -> Tagged:
    recorded = lines.record_version(db, name, number, now)
    (created,) = lines.add_tags(db, world, recorded, (tag,), now)
    if world.settings.create_deployed_versions_for_tags:
        deploy_for_tag(db, recorded.version, tag, new_uuid, now)
    return Tagged(_one(db, name, number, tag).at, created)
