"""Versions of applications, and the branches and tags that they are on."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import NoResultFound

from troth_broker.store.tables import branch, branch_head_set, branch_version, tag, version
from troth_broker.store.upsert import insert_new


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an application; `id` is also its place in the order of versions."""

    id: int
    application_id: int
    number: str
    build_url: str | None
    created_at: int
    updated_at: int


COLUMNS = tuple(version.c[name] for name in Version.__dataclass_fields__)

_BY_NUMBER = select(*COLUMNS).where(
    version.c.application_id == bindparam("application"), version.c.number == bindparam("number")
)
_NEW = insert_new(version, "application_id", "number")
_HOLD = select(version.c.id).where(version.c.id == bindparam("key")).with_for_update(key_share=True)
_SET_BUILD_URL = (
    update(version)
    .where(version.c.id == bindparam("key"))
    .values(build_url=bindparam("url"), updated_at=bindparam("now"))
)

_BRANCH_ID = select(branch.c.id).where(
    branch.c.application_id == bindparam("application"), branch.c.name == bindparam("name")
)
_NEW_BRANCH = insert_new(branch, "application_id", "name")
_IS_ON_BRANCH = select(branch_version.c.id).where(
    branch_version.c.branch_id == bindparam("branch"), branch_version.c.version_id == bindparam("version")
)
_NEW_ON_BRANCH = insert_new(branch_version, "branch_id", "version_id")
_SET_HEAD = (
    update(branch)
    .where(branch.c.id == bindparam("key"))
    .values(head_version_id=bindparam("version"), updated_at=bindparam("now"))
)
_NEW_HEAD = insert(branch_head_set)
_HAS_BRANCH = select(branch_version.c.id).where(branch_version.c.version_id == bindparam("version")).limit(1)

_TAGS_OF = select(tag.c.name).where(tag.c.version_id == bindparam("version")).order_by(tag.c.id)
_NEW_TAG = insert_new(tag, "version_id", "name")
_HAS_TAG = select(tag.c.id).where(tag.c.version_id == bindparam("version")).limit(1)


def find(db: Connection, application_id: int, number: str) -> Version | None:
    """The version of an application with that number."""
    row = db.execute(_BY_NUMBER, {"application": application_id, "number": number}).first()
    return Version(*row) if row else None


def ensure(
    db: Connection, application_id: int, number: str, now: int, build_url: str | None = None
) -> tuple[Version, bool]:
    """The version with that number, made if there is none; and whether it was made. A build URL is kept or updated."""
    found, made = find(db, application_id, number), False
    if found is None:
        values = {
            "application_id": application_id,
            "number": number,
            "build_url": build_url,
            "created_at": now,
            "updated_at": now,
            "recorded_at": now,
        }
        key = _NEW.run(db, values).scalar()
        if key is not None:
            return Version(key, application_id, number, build_url, now, now), True
        found = find(db, application_id, number)
        if found is None:
            raise NoResultFound(f"the version {number} was deleted while it was being recorded")
    if build_url is not None and build_url != found.build_url:
        found = set_build_url(db, found, build_url, now)
    return found, made


def hold(db: Connection, version_id: int) -> None:
    """Keep whoever else holds this version waiting until this transaction is over; readers of it do not wait.

    A version that was made in this transaction is held by that.
    """
    db.execute(_HOLD, {"key": version_id})


def set_build_url(db: Connection, found: Version, build_url: str | None, now: int) -> Version:
    """Overwrite where a version was built; None forgets it."""
    db.execute(_SET_BUILD_URL, {"key": found.id, "url": build_url, "now": now})
    return Version(found.id, found.application_id, found.number, build_url, found.created_at, now)


def join_branch(
    db: Connection, application_id: int, version_id: int, name: str, now: int, *, auto_created: bool = False
) -> tuple[bool, bool]:
    """Put a version on a branch; it becomes the branch's head. Returns whether the branch, and the membership, is new.

    The head moves before its fact is written: the row's lock makes concurrent writers take turns, so that the newest
    fact is always the one that the pointer shows.
    """
    key, made = db.execute(_BRANCH_ID, {"application": application_id, "name": name}).scalar(), False
    if key is None:
        values = {"application_id": application_id, "name": name, "created_at": now, "updated_at": now}
        made = _NEW_BRANCH.run(db, values).scalar() is not None
        key = db.execute(_BRANCH_ID, {"application": application_id, "name": name}).scalar_one()
    elif db.execute(_IS_ON_BRANCH, {"branch": key, "version": version_id}).scalar() is not None:
        return False, False
    db.execute(_SET_HEAD, {"key": key, "version": version_id, "now": now})
    fact = {"branch_id": key, "version_id": version_id, "happened_at": now, "recorded_at": now}
    joined = _NEW_ON_BRANCH.run(db, {**fact, "auto_created": auto_created}).scalar() is not None
    db.execute(_NEW_HEAD, fact)
    return made, joined


def has_branch(db: Connection, version_id: int) -> bool:
    """Whether a version is on any branch."""
    return db.execute(_HAS_BRANCH, {"version": version_id}).scalar() is not None


def has_tag(db: Connection, version_id: int) -> bool:
    """Whether a version carries any tag."""
    return db.execute(_HAS_TAG, {"version": version_id}).scalar() is not None


def add_tag(db: Connection, application_id: int, version_id: int, name: str, now: int) -> bool:
    """Put a tag on a version; whether it is new there."""
    values = {
        "application_id": application_id,
        "version_id": version_id,
        "name": name,
        "happened_at": now,
        "recorded_at": now,
    }
    return _NEW_TAG.run(db, values).scalar() is not None


def tags_of(db: Connection, version_id: int) -> tuple[str, ...]:
    """The names of a version's tags, oldest first."""
    return tuple(db.execute(_TAGS_OF, {"version": version_id}).scalars())
