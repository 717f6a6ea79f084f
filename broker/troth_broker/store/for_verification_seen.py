"""What the successful verifications of contents say to a provider's branch or tag, by look-ups of the `proof` pointer.

Only one question needs the verifications themselves: when another branch last verified a content before this one began.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, null, select

from troth_broker.core.pending import Line, Seen
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import (
    PACT,
    application,
    branch,
    branch_version,
    current_publication,
    proof,
    tag,
    verification,
    version,
)

_FAR = 2**62
"""Later than anything: the beginning of a line that does not exist yet."""

_first_version_at = (
    select(version.c.created_at)
    .join(branch_version, branch_version.c.version_id == version.c.id)
    .where(branch_version.c.branch_id == branch.c.id)
    .order_by(branch_version.c.version_id)
    .limit(1)
    .scalar_subquery()
)
_PROVIDER_AND_BRANCH = (
    select(application.c.id, branch.c.id, branch.c.created_at, _first_version_at)
    .outerjoin(branch, and_(branch.c.application_id == application.c.id, branch.c.name == bindparam("branch")))
    .where(application.c.name == bindparam("provider"))
)
_TAG_BEGAN = select(func.min(tag.c.happened_at)).where(
    tag.c.application_id == bindparam("application"), tag.c.name == bindparam("name")
)

_contents = items_of("contents")
_content = as_id(_contents)
_elsewhere = proof.alias("elsewhere")


def _first_elsewhere(column: ColumnElement[int], *more: ColumnElement[bool]) -> ColumnElement[Any]:
    found = (
        select(column)
        .where(
            _elsewhere.c.content_id == _content,
            _elsewhere.c.kind == bindparam("kind"),
            _elsewhere.c.name != bindparam("name"),
            *more,
        )
        .order_by(column)
        .limit(1)
    )
    return found.scalar_subquery()


_on_another_branch = exists(
    select(branch_version.c.id).where(
        branch_version.c.version_id == verification.c.provider_version_id,
        branch_version.c.branch_id != bindparam("branch"),
    )
)
_last_on_another_branch = (
    select(verification.c.happened_at)
    .where(
        verification.c.content_id == _content,
        verification.c.success.is_(True),
        verification.c.wip.is_(False),
        verification.c.happened_at >= bindparam("since"),
        verification.c.happened_at < bindparam("before"),
        _on_another_branch,
    )
    .order_by(verification.c.happened_at.desc())
    .limit(1)
    .scalar_subquery()
)
_first_with_another_tag = _first_elsewhere(
    _elsewhere.c.first_plain_at, _elsewhere.c.first_plain_at < bindparam("before")
)


def _seen(first_elsewhere: ColumnElement[Any], plain_elsewhere: ColumnElement[Any]) -> Select[Any]:
    here = and_(proof.c.content_id == _content, proof.c.kind == bindparam("kind"), proof.c.name == bindparam("name"))
    return select(
        _content, proof.c.content_id.is_not(None), first_elsewhere, proof.c.last_plain_at, plain_elsewhere
    ).select_from(_contents.outerjoin(proof, here))


_first = _first_elsewhere(_elsewhere.c.first_success_at)
_SEEN = _seen(_first, null())
_SEEN_WITH_NEWNESS_TO_BRANCH = _seen(_first, _last_on_another_branch)
_SEEN_WITH_NEWNESS_TO_TAG = _seen(_first, _first_with_another_tag)
_EVER = select(_content).where(
    exists(select(verification.c.id).where(verification.c.content_id == _content, verification.c.success.is_(True)))
)
_UNVERIFIED_SINCE = select(current_publication.c.happened_at).where(
    current_publication.c.provider_id == bindparam("provider"),
    current_publication.c.happened_at >= bindparam("since"),
    current_publication.c.format == bindparam("format"),
    ~exists(
        select(verification.c.id).where(
            verification.c.content_id == current_publication.c.content_id, verification.c.success.is_(True)
        )
    ),
)


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A provider's branch or tag as decisions see it; a branch's id, 0 if it does not exist yet."""

    line: Line
    branch_id: int = 0


def provider_and_branch(db: Connection, provider: str, name: str) -> tuple[int, KnownLine] | None:
    """The provider's id and its branch of that name; None if nobody knows the provider."""
    row = db.execute(_PROVIDER_AND_BRANCH, {"provider": provider, "branch": name}).first()
    return (row[0], KnownLine(Line("branch", name, row[2], row[3]), row[1] or 0)) if row else None


def tag_line(db: Connection, provider_id: int, name: str) -> KnownLine:
    """The provider's tag of that name."""
    began_at = db.execute(_TAG_BEGAN, {"application": provider_id, "name": name}).scalar()
    return KnownLine(Line("tag", name, began_at))


def seen(db: Connection, known: KnownLine, contents: Collection[int], since: int | None) -> dict[int, Seen]:
    """What the successes of each content say to a line about being pending.

    With `since` also about being work in progress; for a branch, what was verified before does not count.
    """
    if not contents:
        return {}
    line = known.line
    values: dict[str, Any] = {"contents": listed(contents), "kind": line.kind, "name": line.name}
    statement = _SEEN
    if since is not None and line.kind == "branch":
        before = _FAR if line.first_version_at is None else line.first_version_at
        statement, more = _SEEN_WITH_NEWNESS_TO_BRANCH, {"branch": known.branch_id, "since": since, "before": before}
        values |= more
    elif since is not None:
        statement = _SEEN_WITH_NEWNESS_TO_TAG
        values["before"] = _FAR if line.began_at is None else line.began_at
    rows: Iterable[Sequence[Any]] = db.execute(statement, values).all()
    return {row[0]: Seen(bool(row[1]), row[2], row[3], row[4]) for row in rows}


def ever_verified(db: Connection, contents: Collection[int]) -> frozenset[int]:
    """Those of the contents that any version of the provider has verified successfully."""
    return frozenset(db.execute(_EVER, {"contents": listed(contents)}).scalars())


def unverified_since(db: Connection, provider_id: int, since: int, format_name: str = PACT) -> Iterator[int]:
    """When contracts with the provider that nobody verified successfully were published, as far back as `since`."""
    asked = {"provider": provider_id, "since": since, "format": format_name}
    yield from db.execute(_UNVERIFIED_SINCE, asked).scalars()
