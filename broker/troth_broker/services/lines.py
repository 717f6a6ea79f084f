"""Recording a version with its branch and tags, with all that follows by itself. Shared by every use case that does."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.lines import LineRules, becomes_main_branch, tag_becomes_branch
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import applications, results, versions
from troth_broker.store.applications import Application
from troth_broker.store.versions import Version


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version as it stands, and what was new about it."""

    application: Application
    version: Version
    version_is_new: bool


def rules(settings: Settings) -> LineRules:
    """The rules that these settings make."""
    return LineRules(
        settings.auto_detect_main_branch,
        settings.main_branch_candidates,
        settings.use_first_tag_as_branch,
        settings.use_first_tag_as_branch_time_limit,
    )


def record_version(db: Connection, application: str, number: str, now: int, build_url: str | None = None) -> Recorded:
    """The version with that number, its application and it made where they are missing."""
    owner, _ = applications.ensure(db, application, now)
    version, new = versions.ensure(db, owner.id, number, now, build_url)
    return Recorded(owner, version, new)


def _detect_main_branch(db: Connection, world: World, application_id: int, name: str, line: str, now: int) -> None:
    current = applications.find(db, name)
    assert current is not None
    if becomes_main_branch(rules(world.settings), line, current.main_branch):
        applications.set_main_branch(db, application_id, line, now, if_none=True)


def join_branch(db: Connection, world: World, recorded: Recorded, branch: str, now: int, *, auto: bool = False) -> bool:
    """Put a recorded version on a branch; whether it was not there before."""
    owner = recorded.application
    new_branch, joined = versions.join_branch(db, owner.id, recorded.version.id, branch, now, auto_created=auto)
    if new_branch:
        _detect_main_branch(db, world, owner.id, owner.name, branch, now)
    if joined and not recorded.version_is_new:
        results.on_version_joined_line(db, recorded.version.id, "branch", branch)
    return joined


def add_tags(db: Connection, world: World, recorded: Recorded, tags: Iterable[str], now: int) -> tuple[bool, ...]:
    """Tag a recorded version; for each tag whether it is new there."""
    owner, version = recorded.application, recorded.version
    added = []
    for tag in tags:
        first = not versions.has_tag(db, version.id)
        new = versions.add_tag(db, owner.id, version.id, tag, now)
        added.append(new)
        if not new:
            continue
        if not recorded.version_is_new:
            results.on_version_joined_line(db, version.id, "tag", tag)
        if tag_becomes_branch(
            rules(world.settings),
            first=first,
            has_branch=versions.has_branch(db, version.id),
            version_created_at=version.created_at,
            now=now,
        ):
            join_branch(db, world, recorded, tag, now, auto=True)
        _detect_main_branch(db, world, owner.id, owner.name, tag, now)
    return tuple(added)
