"""Branches: listed and described, and versions put on them."""

from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pacticipants import check_name
from troth_broker.core.pages import Paged, Window
from troth_broker.services import lines
from troth_broker.services.pacticipants import named
from troth_broker.services.world import World
from troth_broker.store import applications, branches
from troth_broker.store.branches import Branch


@dataclass(frozen=True, slots=True)
class Joined:
    """A version's place on a branch: since when, and whether this request put it there."""

    at: int
    created: bool = False


def every(world: World, name: str, window: Window, part: str | None) -> Paged[Branch]:
    """An application's branches; those whose name holds a part, if one is given. Raises NotFound."""
    return world.store.read(_every, name, window, part)


def _every(db: Connection, name: str, window: Window, part: str | None) -> Paged[Branch]:
    return branches.page(db, named(db, name).id, window, part)


def one(world: World, name: str, branch: str) -> Branch:
    """One branch. Raises NotFound."""
    return world.store.read(_one, name, branch)


def _one(db: Connection, name: str, branch: str) -> Branch:
    owner = applications.id_of(db, name)
    found = branches.find(db, owner, branch) if owner is not None else None
    if found is None:
        raise NotFound
    return found


def membership(world: World, name: str, branch: str, number: str) -> Joined:
    """A version's place on a branch. Raises NotFound."""
    return world.store.read(_membership, name, branch, number)


def _membership(db: Connection, name: str, branch: str, number: str) -> Joined:
    owner = applications.id_of(db, name)
    at = branches.joined_at(db, owner, branch, number) if owner is not None else None
    if at is None:
        raise NotFound
    return Joined(at)


def join(world: World, name: str, branch: str, number: str) -> Joined:
    """Put a version on a branch; application, version and branch are made where they are missing. Raises Invalid."""
    check_name(name, "pacticipant")
    check_name(branch, "branch")
    check_name(number, "version")
    return world.store.write(_join, world, name, branch, number, world.clock())


def _join(db: Connection, world: World, name: str, branch: str, number: str, now: int) -> Joined:
    recorded = lines.record_version(db, name, number, now)
    created = lines.join_branch(db, world, recorded, branch, now)
    return Joined(_membership(db, name, branch, number).at, created)
