"""The pointers of verification results: the newest of each (content, provider version), and the proofs of each content.

They move in the transaction that writes their facts, and can be rebuilt from the facts at any time. Whoever moves a
proof holds the provider version's row first, so a result and a branch (or tag) that reach a version at the same moment
see each other. Rows are written in the order of their keys: concurrent writers wait for each other, never in a circle.
Whoever derives pointers anew holds the provider's row before all else: of two that clear the same rows at one moment,
the second would not see what the first had put there.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import (
    Connection,
    Delete,
    Executable,
    Select,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
)

from troth_broker.store import verification_requests
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import (
    application,
    branch,
    branch_version,
    content,
    latest_verification,
    proof,
    tag,
    verification,
    version,
)
from troth_broker.store.upsert import PerDialect

Kind = Literal["branch", "tag"]

_HOLD_PROVIDER = (
    select(application.c.id).where(application.c.id == bindparam("provider")).with_for_update(key_share=True)
)
_PROVIDER_OF = select(version.c.application_id).where(version.c.id == bindparam("version"))
_HOLD_VERSION = select(version.c.id).where(version.c.id == bindparam("version")).with_for_update(key_share=True)
_HOLD_BRANCHES = (
    select(branch.c.id)
    .join(branch_version, branch_version.c.branch_id == branch.c.id)
    .where(branch_version.c.version_id == bindparam("version"))
    .order_by(branch.c.id)
    .with_for_update(read=True, key_share=True, of=branch)
)
_LINES = union_all(
    select(literal("branch").label("kind"), branch.c.name)
    .join(branch_version, branch_version.c.branch_id == branch.c.id)
    .where(branch_version.c.version_id == bindparam("version")),
    select(literal("tag"), tag.c.name).where(tag.c.version_id == bindparam("version")),
)

_LATEST_COLUMNS = tuple(column.name for column in latest_verification.columns)
_PROOF_COLUMNS = tuple(column.name for column in proof.columns)


def _move_latest(insert: Callable[[Table], Any], source: Select[Any] | None = None) -> Executable:
    made = insert(latest_verification)
    if source is not None:
        made = made.from_select(_LATEST_COLUMNS, source)
    new = made.excluded
    moved: Executable = made.on_conflict_do_update(
        index_elements=("content_id", "provider_version_id"),
        set_={name: new[name] for name in ("verification_id", "consumer_id", "provider_id", "success", "happened_at")},
        where=latest_verification.c.verification_id < new.verification_id,
    )
    return moved


def _move_proof(insert: Callable[[Table], Any], source: Select[Any] | None = None) -> Executable:
    made = insert(proof)
    if source is not None:
        made = made.from_select(_PROOF_COLUMNS, source)
    old, new = proof.c, made.excluded

    def earlier(name: str) -> Any:
        return case((or_(old[name].is_(None), new[name] < old[name]), new[name]), else_=old[name])

    def later(name: str) -> Any:
        return case((or_(old[name].is_(None), new[name] > old[name]), new[name]), else_=old[name])

    moved: Executable = made.on_conflict_do_update(
        index_elements=("content_id", "kind", "name"),
        set_={
            "first_success_at": earlier("first_success_at"),
            "first_plain_at": earlier("first_plain_at"),
            "last_plain_at": later("last_plain_at"),
        },
    )
    return moved


_plain_at = case((verification.c.wip.is_(False), verification.c.happened_at))
_TIMES = (func.min(verification.c.happened_at), func.min(_plain_at), func.max(_plain_at))


def _proofs_of_branches(*only: Any) -> Select[Any]:
    return (
        select(verification.c.content_id, literal("branch"), branch.c.name, *_TIMES)
        .join(branch_version, branch_version.c.version_id == verification.c.provider_version_id)
        .join(branch, branch.c.id == branch_version.c.branch_id)
        .where(verification.c.success.is_(True), *only)
        .group_by(verification.c.content_id, branch.c.name)
        .order_by(verification.c.content_id, branch.c.name)
    )


def _proofs_of_tags(*only: Any) -> Select[Any]:
    return (
        select(verification.c.content_id, literal("tag"), tag.c.name, *_TIMES)
        .join(tag, tag.c.version_id == verification.c.provider_version_id)
        .where(verification.c.success.is_(True), *only)
        .group_by(verification.c.content_id, tag.c.name)
        .order_by(verification.c.content_id, tag.c.name)
    )


def _latest(*only: Any) -> Select[Any]:
    newest = (
        select(func.max(verification.c.id))
        .where(*(only or (literal(1) == 1,)))
        .group_by(verification.c.content_id, verification.c.provider_version_id)
    )
    return (
        select(
            verification.c.content_id,
            verification.c.provider_version_id,
            verification.c.id,
            verification.c.consumer_id,
            verification.c.provider_id,
            verification.c.success,
            verification.c.happened_at,
        )
        .where(verification.c.id.in_(newest))
        .order_by(verification.c.content_id, verification.c.provider_version_id)
    )


_PUT_LATEST = PerDialect(_move_latest)
_PUT_PROOF = PerDialect(_move_proof)
_JOIN_LINE = PerDialect(
    lambda insert: _move_proof(
        insert,
        select(verification.c.content_id, bindparam("kind"), bindparam("name"), *_TIMES)
        .where(verification.c.provider_version_id == bindparam("version"), verification.c.success.is_(True))
        .group_by(verification.c.content_id)
        .order_by(verification.c.content_id),
    )
)
_given = select(as_id(items_of("contents")))
_ALL_SOURCES = ((_move_latest, _latest), (_move_proof, _proofs_of_branches), (_move_proof, _proofs_of_tags))


def _rebuild(*only: Any) -> tuple[PerDialect, ...]:
    def built(move: Callable[..., Executable], source: Callable[..., Select[Any]]) -> PerDialect:
        return PerDialect(lambda insert: move(insert, source(*only)))

    return tuple(built(move, source) for move, source in _ALL_SOURCES)


_REBUILD_ALL = _rebuild()
_REBUILD_GIVEN = _rebuild(verification.c.content_id.in_(_given))
_CLEAR_ALL: tuple[Delete, ...] = (delete(latest_verification), delete(proof))
_CLEAR_GIVEN: tuple[Delete, ...] = (
    delete(latest_verification).where(latest_verification.c.content_id.in_(_given)),
    delete(proof).where(proof.c.content_id.in_(_given)),
)
_VERIFIED_BY = select(latest_verification.c.content_id).where(
    latest_verification.c.provider_version_id == bindparam("version")
)
_CLEAR_LINE = delete(proof).where(
    proof.c.content_id.in_(select(content.c.id).where(content.c.provider_id == bindparam("provider"))),
    proof.c.kind == bindparam("kind"),
    proof.c.name == bindparam("name"),
)


def hold_provider(db: Connection, provider_id: int) -> None:
    """Keep others from deriving this provider's pointers anew until the transaction ends; call it before any change."""
    if db.dialect.name != "sqlite":
        db.execute(_HOLD_PROVIDER, {"provider": provider_id})


def hold_version(db: Connection, version_id: int) -> None:
    """Keep others from moving this version's proofs, and its branches in being, until the transaction ends.

    SQLite has one writer anyway.
    """
    if db.dialect.name != "sqlite":
        db.execute(_HOLD_VERSION, {"version": version_id})
        db.execute(_HOLD_BRANCHES, {"version": version_id})


def lines_of(db: Connection, version_id: int) -> tuple[tuple[str, str], ...]:
    """The branches and tags of a version, as (kind, name), in the order of keys."""
    return tuple(sorted((kind, name) for kind, name in db.execute(_LINES, {"version": version_id})))


def moved_by(db: Connection, result: dict[str, Any], lines: Sequence[tuple[str, str]]) -> None:
    """Move the pointers for a result that was just added, by a version on these branches and tags."""
    _PUT_LATEST.run(db, {name: result[name] for name in _LATEST_COLUMNS})
    if not result["success"] or not lines:
        return
    at = result["happened_at"]
    plain = None if result["wip"] else at
    times = {"first_success_at": at, "first_plain_at": plain, "last_plain_at": plain}
    for kind, name in lines:
        _PUT_PROOF.run(db, {"content_id": result["content_id"], "kind": kind, "name": name, **times})


def version_joined_line(db: Connection, version_id: int, kind: Kind, name: str) -> None:
    """Let what a version has verified count for a branch or tag that it was just given."""
    hold_version(db, version_id)
    _JOIN_LINE.run(db, {"version": version_id, "kind": kind, "name": name})


def contents_verified_by(db: Connection, version_id: int) -> tuple[int, ...]:
    """The contents that a provider version has results for: what to rebuild once it, or a line of it, is gone.

    Its provider and the version are held from here on, so that no result slips in between. Call it before the change.
    """
    if db.dialect.name != "sqlite":
        provider_id = db.execute(_PROVIDER_OF, {"version": version_id}).scalar()
        if provider_id is not None:
            hold_provider(db, provider_id)
    hold_version(db, version_id)
    return tuple(db.execute(_VERIFIED_BY, {"version": version_id}).scalars())


def line_removed(db: Connection, provider_id: int, kind: Kind, name: str) -> None:
    """Forget what was proved on a branch or tag of a provider that is no more."""
    db.execute(_CLEAR_LINE, {"provider": provider_id, "kind": kind, "name": name})


def rebuild(db: Connection, contents: Collection[int]) -> None:
    """Derive the pointers of these contents anew from the facts; needed after facts were deleted."""
    if contents:
        _run(db, _CLEAR_GIVEN, _REBUILD_GIVEN, {"contents": listed(sorted(contents))})
        verification_requests.reopen(db, contents)


def rebuild_pointers(db: Connection) -> None:
    """Derive every pointer of verification results anew from the facts."""
    _run(db, _CLEAR_ALL, _REBUILD_ALL, {})


def _run(db: Connection, clear: Iterable[Delete], build: Iterable[PerDialect], values: dict[str, Any]) -> None:
    for statement in clear:
        db.execute(statement, values)
    for made in build:
        made.run(db, values)
