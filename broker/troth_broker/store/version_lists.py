"""Versions in lists, newest first, and the newest of a list."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, union

from troth_broker.core.pages import Paged, Window
from troth_broker.store.tables import (
    branch,
    branch_version,
    current_deployment,
    deployment,
    release,
    supported_release,
    tag,
    version,
)
from troth_broker.store.versions import COLUMNS, Version

_newest_first = version.c.id.desc()
_mine = version.c.application_id == bindparam("application")
_on_branch = (
    version.join(branch_version, branch_version.c.version_id == version.c.id),
    branch_version.c.branch_id == bindparam("branch"),
)
_tagged = (
    version.join(tag, tag.c.version_id == version.c.id),
    tag.c.application_id == bindparam("application"),
    tag.c.name == bindparam("tag"),
)
_ever_placed = union(
    *(
        select(fact.c.version_id.label("id")).where(
            fact.c.environment_id == bindparam("environment"), fact.c.application_id == bindparam("application")
        )
        for fact in (deployment, release)
    )
).subquery()


_standing = union(
    *(
        select(pointer.c.version_id.label("id")).where(pointer.c.application_id == bindparam("application"))
        for pointer in (current_deployment, supported_release)
    )
).subquery()


class _List:
    """A collection of versions: its page and its size, both built once."""

    def __init__(self, source: Any, *where: Any, order: Any = _newest_first) -> None:
        found: Select[Any] = select(*COLUMNS).select_from(source).where(*where)
        self._page = found.order_by(order).limit(bindparam("limit")).offset(bindparam("offset"))
        self._count = select(func.count()).select_from(source).where(*where)

    def page(self, db: Connection, window: Window, **key: Any) -> Paged[Version]:
        """The versions in that window, and how many there are."""
        values: Mapping[str, Any] = {**key, "limit": window.limit, "offset": window.offset}
        rows = tuple(Version(*row) for row in db.execute(self._page, values))
        return Paged.of(rows, window, lambda: db.execute(self._count, key).scalar_one())

    def newest(self, db: Connection, **key: Any) -> Version | None:
        """The newest version of the collection."""
        row = db.execute(self._page, {**key, "limit": 1, "offset": 0}).first()
        return Version(*row) if row else None


_OF_APPLICATION = _List(version, _mine)
_OF_BRANCH = _List(_on_branch[0], *_on_branch[1:], order=branch_version.c.version_id.desc())
_OF_TAG = _List(_tagged[0], *_tagged[1:], order=tag.c.version_id.desc())
_OF_ENVIRONMENT = _List(version.join(_ever_placed, _ever_placed.c.id == version.c.id))
_STANDING = _List(version.join(_standing, _standing.c.id == version.c.id))
_HEAD = (
    select(*COLUMNS)
    .join(branch, branch.c.head_version_id == version.c.id)
    .where(branch.c.application_id == bindparam("application"), branch.c.name == bindparam("name"))
)


def of_application(db: Connection, application_id: int, window: Window) -> Paged[Version]:
    """An application's versions."""
    return _OF_APPLICATION.page(db, window, application=application_id)


def of_branch(db: Connection, branch_id: int, window: Window) -> Paged[Version]:
    """The versions on a branch."""
    return _OF_BRANCH.page(db, window, branch=branch_id)


def of_tag(db: Connection, application_id: int, name: str, window: Window) -> Paged[Version]:
    """An application's versions with a tag."""
    return _OF_TAG.page(db, window, application=application_id, tag=name)


def of_environment(db: Connection, application_id: int, environment_id: int, window: Window) -> Paged[Version]:
    """An application's versions that were ever deployed or released to an environment."""
    return _OF_ENVIRONMENT.page(db, window, application=application_id, environment=environment_id)


def newest(db: Connection, application_id: int) -> Version | None:
    """An application's newest version."""
    return _OF_APPLICATION.newest(db, application=application_id)


def newest_with_tag(db: Connection, application_id: int, name: str) -> Version | None:
    """An application's newest version with a tag, by the order of versions."""
    return _OF_TAG.newest(db, application=application_id, tag=name)


def head(db: Connection, application_id: int, branch_name: str) -> Version | None:
    """The version that joined a branch last."""
    row = db.execute(_HEAD, {"application": application_id, "name": branch_name}).first()
    return Version(*row) if row else None


def standing(db: Connection, application_id: int, window: Window) -> Paged[Version]:
    """An application's versions that are deployed, or released and supported, in any environment."""
    return _STANDING.page(db, window, application=application_id)
