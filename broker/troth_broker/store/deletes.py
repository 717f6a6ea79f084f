"""Deleting facts for good: what points to them goes by foreign keys, the pointers that they moved are moved back."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, or_, select, union_all, update

from troth_broker.store import pact_deletes, provider_contracts, results_pointers
from troth_broker.store.lists import as_text, items_of, listed
from troth_broker.store.pointers import slot
from troth_broker.store.tables import (
    application,
    branch,
    branch_head_set,
    branch_version,
    content,
    content_file,
    current_deployment,
    deployment,
    proof,
    publication,
    tag,
    undeployment,
    version,
)
from troth_broker.store.upsert import insert_new

_mine = branch.c.application_id == bindparam("application")
_BODIES_OF_APPLICATION = union_all(
    select(publication.c.body_id).where(
        or_(publication.c.consumer_id == bindparam("key"), publication.c.provider_id == bindparam("key"))
    ),
    select(content_file.c.body_id)
    .join(content, content.c.id == content_file.c.content_id)
    .where(or_(content.c.consumer_id == bindparam("key"), content.c.provider_id == bindparam("key"))),
)
_PUBLISHED = select(publication.c.content_id, publication.c.body_id).where(
    publication.c.consumer_version_id == bindparam("version")
)
_HEADED = select(branch.c.id).where(branch.c.head_version_id == bindparam("version")).order_by(branch.c.id)
_SLOTS = (
    select(deployment.c.application_id, deployment.c.environment_id, slot)
    .join(current_deployment, current_deployment.c.deployment_id == deployment.c.id)
    .where(current_deployment.c.version_id == bindparam("version"))
)
_HEADLESS = select(branch.c.id).where(
    _mine,
    branch.c.head_version_id.is_(None),
    exists(select(branch_version.c.id).where(branch_version.c.branch_id == branch.c.id)),
)
_NEWEST_ON_BRANCH = select(func.max(branch_version.c.version_id)).where(branch_version.c.branch_id == bindparam("key"))
# A version that joins at the same moment has set the head already, and keeps it.
_SET_HEAD = (
    update(branch)
    .where(branch.c.id == bindparam("key"), branch.c.head_version_id.is_(None))
    .values(head_version_id=bindparam("version"))
)
_CLEAR_HEAD = (
    update(branch)
    .where(branch.c.id == bindparam("key"), branch.c.head_version_id == bindparam("version"))
    .values(head_version_id=None)
)
_NEW_HEAD = insert(branch_head_set)
_LAST_IN_SLOT = (
    select(deployment.c.id, deployment.c.version_id, undeployment.c.id)
    .outerjoin(undeployment, undeployment.c.deployment_id == deployment.c.id)
    .where(
        deployment.c.environment_id == bindparam("environment"),
        deployment.c.application_id == bindparam("application"),
        slot == bindparam("slot"),
    )
    .order_by(deployment.c.id.desc())
    .limit(1)
)
_FILL_SLOT = insert_new(current_deployment, "application_id", "environment_id", "slot")

_TOLD_BY_VERSION = (provider_contracts.contents_of_version, provider_contracts.bodies_of_version)
_DELETE_APPLICATION = delete(application).where(application.c.id == bindparam("key"))
_HOLD_VERSION = select(version.c.id).where(version.c.id == bindparam("key")).with_for_update()
_DELETE_VERSION = delete(version).where(version.c.id == bindparam("key"))
_DELETE_BRANCH = delete(branch).where(_mine, branch.c.name == bindparam("name"))
_DELETE_TAG = delete(tag).where(tag.c.version_id == bindparam("version"), tag.c.name == bindparam("name"))
_LEAVE = (
    delete(branch_head_set).where(
        branch_head_set.c.branch_id == bindparam("key"), branch_head_set.c.version_id == bindparam("version")
    ),
    delete(branch_version).where(
        branch_version.c.branch_id == bindparam("key"), branch_version.c.version_id == bindparam("version")
    ),
)
_names = select(as_text(items_of("names")))
_DELETE_BRANCHES = delete(branch).where(_mine, branch.c.name.in_(_names))
_DELETE_PROOFS = delete(proof).where(
    proof.c.content_id.in_(select(content.c.id).where(content.c.provider_id == bindparam("application"))),
    proof.c.kind == "branch",
    proof.c.name.in_(_names),
)


def remove_application(db: Connection, application_id: int) -> None:
    """Delete an application with all that names it, and the bodies that nobody else published."""
    bodies = set(db.execute(_BODIES_OF_APPLICATION, {"key": application_id}).scalars())
    bodies |= provider_contracts.bodies_of_provider(db, application_id)
    db.execute(_DELETE_APPLICATION, {"key": application_id})
    pact_deletes.orphans(db, set(), bodies)


def remove_version(db: Connection, version_id: int, now: int) -> None:
    """Delete a version with its pacts, results, tags, deployments and releases; its branches stay."""
    key = {"version": version_id}
    verified = results_pointers.contents_verified_by(db, version_id)
    if db.dialect.name != "sqlite":
        db.execute(_HOLD_VERSION, {"key": version_id})  # whatever joins it now is seen below, or comes too late
    headed = db.execute(_HEADED, key).scalars().all()
    slots = db.execute(_SLOTS, key).all()
    published = db.execute(_PUBLISHED, key).all()
    told, told_bodies = (find(db, version_id) for find in _TOLD_BY_VERSION)
    db.execute(_DELETE_VERSION, {"key": version_id})
    pact_deletes.orphans(db, {row[0] for row in published}, {row[1] for row in published})
    pact_deletes.orphans_of_provider(db, told, told_bodies)
    results_pointers.rebuild(db, verified)
    for branch_id in headed:
        _choose_head(db, branch_id, now)
    for application_id, environment_id, name in slots:
        _refill(db, application_id, environment_id, name)


def mend_heads(db: Connection, application_id: int, now: int) -> None:
    """Give a head to each branch of an application that lost it with its version."""
    for branch_id in db.execute(_HEADLESS, {"application": application_id}).scalars().all():
        _choose_head(db, branch_id, now)


def _choose_head(db: Connection, branch_id: int, now: int) -> None:
    """Let the newest version that is left on a branch be its head."""
    newest = db.execute(_NEWEST_ON_BRANCH, {"key": branch_id}).scalar()
    if newest is not None and db.execute(_SET_HEAD, {"key": branch_id, "version": newest}).rowcount:
        fact = {"branch_id": branch_id, "version_id": newest, "happened_at": now, "recorded_at": now}
        db.execute(_NEW_HEAD, fact)


def _refill(db: Connection, application_id: int, environment_id: int, name: str) -> None:
    """Show in a slot what is left there: a deployment that the empty instance took the place of never ended."""
    keys = {"application_id": application_id, "environment_id": environment_id, "slot": name}
    row = db.execute(
        _LAST_IN_SLOT, {"application": application_id, "environment": environment_id, "slot": name}
    ).first()
    if row is not None and row[2] is None:
        _FILL_SLOT.run(db, {**keys, "deployment_id": row[0], "version_id": row[1]})


def remove_branch(db: Connection, application_id: int, name: str) -> bool:
    """Delete a branch; its versions stay. Whether there was one."""
    results_pointers.hold_provider(db, application_id)
    gone = db.execute(_DELETE_BRANCH, {"application": application_id, "name": name}).rowcount > 0
    if gone:
        results_pointers.line_removed(db, application_id, "branch", name)
    return gone


def remove_branches(db: Connection, application_id: int, names: Collection[str]) -> None:
    """Delete several branches; their versions stay."""
    values = {"application": application_id, "names": listed(sorted(names))}
    results_pointers.hold_provider(db, application_id)
    db.execute(_DELETE_BRANCHES, values)
    db.execute(_DELETE_PROOFS, values)


def leave_branch(db: Connection, branch_id: int, version_id: int, now: int) -> None:
    """Take a version off a branch."""
    keys = {"key": branch_id, "version": version_id}
    verified = results_pointers.contents_verified_by(db, version_id)
    was_head = db.execute(_CLEAR_HEAD, keys).rowcount > 0
    for statement in _LEAVE:
        db.execute(statement, keys)
    if was_head:
        _choose_head(db, branch_id, now)
    results_pointers.rebuild(db, verified)


def remove_tag(db: Connection, version_id: int, name: str) -> bool:
    """Take a tag off a version; whether it carried it."""
    verified = results_pointers.contents_verified_by(db, version_id)
    gone = db.execute(_DELETE_TAG, {"version": version_id, "name": name}).rowcount > 0
    if gone:
        results_pointers.rebuild(db, verified)
    return gone
