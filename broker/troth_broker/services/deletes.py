"""Deleting applications, versions, branches and tags, with all that hangs on them."""

from collections.abc import Collection

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.services.deployments import version_of
from troth_broker.services.webhooks import record
from troth_broker.services.world import World
from troth_broker.store import applications, branches, deletes, webhooks


def delete_application(world: World, name: str) -> None:
    """Delete an application with its versions, labels, branches, contracts and webhooks. Raises NotFound."""
    world.store.write(_delete_application, name, world.clock())


def _delete_application(db: Connection, name: str, now: int) -> None:
    owner = applications.id_of(db, name)
    if owner is None:
        raise NotFound
    for webhook in webhooks.naming(db, owner):
        record(db, "deleted", webhook, now)
    deletes.remove_application(db, owner)


def delete_version(world: World, name: str, number: str) -> None:
    """Delete a version with its contracts, results, tags, deployments and releases. Raises NotFound."""
    world.store.write(_delete_version, name, number, world.clock())


def _delete_version(db: Connection, name: str, number: str, now: int) -> None:
    deletes.remove_version(db, version_of(db, name, number).id, now)


def delete_branch(world: World, name: str, branch: str) -> None:
    """Delete a branch; its versions and their contracts stay, and so does the main branch's name. Raises NotFound."""
    world.store.write(_delete_branch, name, branch)


def _delete_branch(db: Connection, name: str, branch: str) -> None:
    owner = applications.id_of(db, name)
    if owner is None or not deletes.remove_branch(db, owner, branch):
        raise NotFound


def delete_branches(world: World, name: str, but: Collection[str]) -> int:
    """Delete all branches of an application but these and the main branch; how many there were. Raises NotFound."""
    return world.store.write(_delete_branches, name, frozenset(but))


def _delete_branches(db: Connection, name: str, but: frozenset[str]) -> int:
    owner = applications.find(db, name)
    if owner is None:
        raise NotFound
    doomed = set(branches.names(db, owner.id)) - but - {owner.main_branch}
    deletes.remove_branches(db, owner.id, doomed)
    return len(doomed)


def leave_branch(world: World, name: str, branch: str, number: str) -> None:
    """Take a version off a branch. Raises NotFound."""
    world.store.write(_leave_branch, name, branch, number, world.clock())


def _leave_branch(db: Connection, name: str, branch: str, number: str, now: int) -> None:
    version = version_of(db, name, number)
    line = branches.find(db, version.application_id, branch)
    if line is None or branches.joined_at(db, version.application_id, branch, number) is None:
        raise NotFound
    deletes.leave_branch(db, line.id, version.id, now)


def delete_tag(world: World, name: str, number: str, tag: str) -> None:
    """Take a tag off a version; what it deployed stays deployed. Raises NotFound."""
    world.store.write(_delete_tag, name, number, tag)


def _delete_tag(db: Connection, name: str, number: str, tag: str) -> None:
    if not deletes.remove_tag(db, version_of(db, name, number).id, tag):
        raise NotFound
