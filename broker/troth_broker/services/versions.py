"""Versions of applications: listed, described, made and changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import Invalid, NotFound
from troth_broker.core.pacticipants import check_name
from troth_broker.core.pages import Paged, Window
from troth_broker.core.texts import fault_of_text
from troth_broker.services import lines
from troth_broker.services.pacticipants import named
from troth_broker.services.world import World
from troth_broker.store import applications, branches, environments, version_lists, version_views, versions
from troth_broker.store.environments import Environment
from troth_broker.store.version_views import VersionView
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class Shown:
    """One version, and every environment that it could be recorded in next."""

    view: VersionView
    environments: tuple[Environment, ...]
    created: bool = False


def one(world: World, name: str, number: str) -> Shown:
    """One version. Raises NotFound."""
    return world.store.read(_one, name, lambda db, owner: versions.find(db, owner, number))


def newest(world: World, name: str, tag: str | None = None) -> Shown:
    """An application's newest version, of all or of those with a tag. Raises NotFound."""
    if tag is None:
        return world.store.read(_one, name, version_lists.newest)
    return world.store.read(_one, name, lambda db, owner: version_lists.newest_with_tag(db, owner, tag))


def head(world: World, name: str, branch: str) -> Shown:
    """The version that joined a branch last. Raises NotFound."""
    return world.store.read(_one, name, lambda db, owner: version_lists.head(db, owner, branch))


def _one(db: Connection, name: str, find: Callable[[Connection, int], Version | None]) -> Shown:
    owner = applications.id_of(db, name)
    found = find(db, owner) if owner is not None else None
    if found is None:
        raise NotFound
    return shown(db, name, found)


def shown(db: Connection, name: str, version: Version, *, created: bool = False) -> Shown:
    """A version with all that its resource says."""
    (view,) = version_views.views(db, name, (version,))
    return Shown(view, environments.every(db), created)


def every(world: World, name: str, window: Window) -> Paged[VersionView]:
    """An application's versions, newest first. Raises NotFound."""
    return world.store.read(_listed, name, lambda db, owner: version_lists.of_application(db, owner, window))


def with_tag(world: World, name: str, tag: str, window: Window) -> Paged[VersionView]:
    """An application's versions with a tag, newest first. Raises NotFound."""
    return world.store.read(_listed, name, lambda db, owner: version_lists.of_tag(db, owner, tag, window))


def on_branch(world: World, name: str, branch: str, window: Window) -> Paged[VersionView]:
    """The versions on a branch, newest first. Raises NotFound."""

    def found(db: Connection, owner: int) -> Paged[Version]:
        line = branches.find(db, owner, branch)
        if line is None:
            raise NotFound
        return version_lists.of_branch(db, line.id, window)

    return world.store.read(_listed, name, found)


def ever_in_environment(world: World, name: str, uuid: str, window: Window) -> Paged[VersionView]:
    """The versions that were ever deployed or released to an environment, newest first. Raises NotFound."""

    def found(db: Connection, owner: int) -> Paged[Version]:
        place = environments.find(db, uuid)
        if place is None:
            raise NotFound
        return version_lists.of_environment(db, owner, place.id, window)

    return world.store.read(_listed, name, found)


def in_environments(world: World, name: str, window: Window) -> Paged[VersionView]:
    """The versions that are deployed, or released and supported, anywhere, newest first. Raises NotFound."""
    return world.store.read(_listed, name, lambda db, owner: version_lists.standing(db, owner, window))


def _listed(db: Connection, name: str, find: Callable[[Connection, int], Paged[Version]]) -> Paged[VersionView]:
    owner = named(db, name)
    return find(db, owner.id).map(lambda found: version_views.views(db, owner.name, found))


def save(world: World, name: str, number: str, body: Mapping[str, Any], *, replace: bool) -> Shown:
    """Record a version as a body describes it; members that are absent stay, or go if it replaces. Raises Invalid."""
    check_name(name, "pacticipant")
    check_name(number, "number")
    fault = fault_of_text(body.get("buildUrl"))
    if fault is not None:
        raise Invalid.at("buildUrl", fault)
    touched = replace or "buildUrl" in body
    return world.store.write(_save, name, number, body.get("buildUrl"), touched, world.clock())


def _save(db: Connection, name: str, number: str, build_url: str | None, touched: bool, now: int) -> Shown:
    recorded = lines.record_version(db, name, number, now, build_url)
    version = recorded.version
    if touched and version.build_url != build_url:
        version = versions.set_build_url(db, version, build_url, now)
    return shown(db, name, version, created=recorded.version_is_new)
