"""Which versions lie on a branch, carry a tag or stand in an environment: what a matrix question picks versions by.

Each question takes a list of applications and goes by one index per line; what a selector then makes of the lines is
decided in `core.resolve`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, literal, select, union_all

from troth_broker.core.facts import Facts, OnBranch, Placed, Tagged, Version
from troth_broker.core.question import Wanted
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    application,
    branch,
    branch_version,
    current_deployment,
    environment,
    supported_release,
    tag,
    version,
)

_applications = items_of("applications")
_owner = as_id(_applications)
_VERSION = (version.c.id, version.c.application_id, version.c.number)


def _newest(column: ColumnElement[int], *where: ColumnElement[bool]) -> Any:
    return select(func.max(column)).where(*where).correlate(_applications).scalar_subquery()


def _with_versions(*more: Any) -> Select[Any]:
    return select(*_VERSION, *more).select_from(_applications)


_NUMBERED = select(*_VERSION).where(
    among(version.c.application_id, "applications"), version.c.number == bindparam("number")
)
_newer = version.alias("newer")
_LATEST = _with_versions().join(version, version.c.id == _newest(_newer.c.id, _newer.c.application_id == _owner))
_TAGGED = (
    select(*_VERSION)
    .join(tag, tag.c.version_id == version.c.id)
    .where(among(tag.c.application_id, "applications"), tag.c.name == bindparam("tag"))
)
_LATEST_TAGGED = _with_versions().join(
    version,
    version.c.id == _newest(tag.c.version_id, tag.c.application_id == _owner, tag.c.name == bindparam("tag")),
)
_heads = version.c.id == branch.c.head_version_id
_named_branch = among(branch.c.application_id, "applications"), branch.c.name == bindparam("branch")
_main_branch = among(application.c.id, "applications"), branch.c.name == application.c.main_branch


def _members(*joins: tuple[Any, Any]) -> Select[Any]:
    statement = select(*_VERSION, branch.c.name, _heads).select_from(branch)
    for table, condition in joins:
        statement = statement.join(table, condition)
    return statement


_by_head = (version, _heads)
_by_joining = (branch_version, branch_version.c.branch_id == branch.c.id)
_joined = (version, version.c.id == branch_version.c.version_id)
_owned = (application, application.c.id == branch.c.application_id)
_HEAD = _members(_by_head).where(*_named_branch)
_ON_BRANCH = _members(_by_joining, _joined).where(*_named_branch)
_MAIN_HEAD = _members(_owned, _by_head).where(*_main_branch)
_ON_MAIN = _members(_owned, _by_joining, _joined).where(*_main_branch)

_environment_id = select(environment.c.id).where(environment.c.name == bindparam("environment")).scalar_subquery()


def _standing(pointer: Any, slot: Any, *, released: bool) -> Select[Any]:
    return (
        select(*_VERSION, slot, literal(released))
        .join(pointer, pointer.c.version_id == version.c.id)
        .where(pointer.c.environment_id == _environment_id, among(pointer.c.application_id, "applications"))
    )


_PLACED = union_all(
    _standing(current_deployment, current_deployment.c.slot, released=False),
    _standing(supported_release, literal(""), released=True),
)


def storable(name: str | None) -> bool:
    """Whether a name can be in a store: none holds the character NUL, and PostgreSQL does not even look for it."""
    return name is None or "\0" not in name


def lines(db: Connection, applications: Iterable[int], wanted: Wanted) -> Facts:
    """What decides which versions are wanted: the lines that `wanted` names, with their versions."""
    values: dict[str, Any] = {"applications": listed(applications)}
    found = Facts()
    if not all(map(storable, (wanted.version, wanted.tag, wanted.branch, wanted.environment))):
        return found
    narrowed = (
        sum((wanted.version is not None, wanted.tag is not None, wanted.branch is not None, wanted.main_branch)) > 1
    )
    if wanted.version is not None:
        found = _add(found, db.execute(_NUMBERED, {**values, "number": wanted.version}).all())
    if wanted.tag is not None:
        newest = wanted.latest and not narrowed and wanted.environment is None
        rows = db.execute(_LATEST_TAGGED if newest else _TAGGED, {**values, "tag": wanted.tag}).all()
        found = _add(found, rows, tags=tuple(Tagged(row[0], row[1], wanted.tag) for row in rows))
    if wanted.branch is not None:
        found = _add_branches(
            found, db.execute(_HEAD if wanted.latest else _ON_BRANCH, {**values, "branch": wanted.branch})
        )
    if wanted.main_branch:
        found = _add_branches(found, db.execute(_MAIN_HEAD if wanted.latest else _ON_MAIN, values))
    if wanted.environment is not None:
        rows = db.execute(_PLACED, {**values, "environment": wanted.environment}).all()
        placed = (
            Placed(key, owner, wanted.environment, slot or None, bool(released))
            for key, owner, _, slot, released in rows
        )
        found = _add(found, rows, placed=tuple(placed))
    if wanted == Wanted(latest=True):
        found = _add(found, db.execute(_LATEST, values))
    return found


def _add(facts: Facts, rows: Iterable[Sequence[Any]], **more: tuple[object, ...]) -> Facts:
    return facts.with_(versions=tuple(Version(row[0], row[1], row[2]) for row in rows), **more)


def _add_branches(facts: Facts, result: Iterable[Sequence[Any]]) -> Facts:
    rows = list(result)
    return _add(facts, rows, branches=tuple(OnBranch(row[0], row[1], row[3], bool(row[4])) for row in rows))
