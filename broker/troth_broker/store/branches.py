"""Branches in lists, and a version's place on one."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select

from troth_broker.core.pages import Paged, Window
from troth_broker.store.pacticipants import like_pattern
from troth_broker.store.tables import branch, branch_version, version


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch of an application."""

    id: int
    application_id: int
    name: str
    created_at: int
    updated_at: int


COLUMNS = tuple(branch.c[name] for name in Branch.__dataclass_fields__)

_mine = branch.c.application_id == bindparam("application")
_like = branch.c.name.ilike(bindparam("pattern"), escape="\\")
_PAGE = (
    select(*COLUMNS)
    .where(_mine)
    .order_by(branch.c.updated_at.desc(), branch.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = select(func.count()).select_from(branch).where(_mine)
_BY_NAME = select(*COLUMNS).where(_mine, branch.c.name == bindparam("name"))
_JOINED = (
    select(branch_version.c.happened_at)
    .join(branch, branch.c.id == branch_version.c.branch_id)
    .join(version, version.c.id == branch_version.c.version_id)
    .where(
        branch.c.application_id == bindparam("application"),
        branch.c.name == bindparam("name"),
        version.c.application_id == bindparam("application"),
        version.c.number == bindparam("number"),
    )
)
_NAMES = select(branch.c.name).where(_mine)

_STATEMENTS = {False: (_PAGE, _COUNT), True: (_PAGE.where(_like), _COUNT.where(_like))}


def page(db: Connection, application_id: int, window: Window, part: str | None = None) -> Paged[Branch]:
    """An application's branches, the most recently joined first; those whose name holds a part, if one is given."""
    values: dict[str, object] = {"application": application_id}
    if part is not None:
        values["pattern"] = like_pattern(part)
    found, count = _STATEMENTS[part is not None]
    rows = db.execute(found, {**values, "limit": window.limit, "offset": window.offset})
    return Paged.of(tuple(Branch(*row) for row in rows), window, lambda: db.execute(count, values).scalar_one())


def find(db: Connection, application_id: int, name: str) -> Branch | None:
    """The branch of that name."""
    row = db.execute(_BY_NAME, {"application": application_id, "name": name}).first()
    return Branch(*row) if row else None


def joined_at(db: Connection, application_id: int, name: str, number: str) -> int | None:
    """When a version joined a branch; None if it is not on it."""
    return db.execute(_JOINED, {"application": application_id, "name": name, "number": number}).scalar()


def names(db: Connection, application_id: int) -> tuple[str, ...]:
    """The names of all branches of an application."""
    return tuple(db.execute(_NAMES, {"application": application_id}).scalars())
