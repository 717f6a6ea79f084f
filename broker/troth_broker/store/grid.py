"""The grid of an integration: contracts of consumer versions beside provider versions, with the newest results."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select, union

from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    content,
    current_deployment,
    current_provider_contract,
    current_publication,
    latest_verification,
    partial_replay,
    supported_release,
)


@dataclass(frozen=True, slots=True)
class Published:
    """A consumer version's contract."""

    version: int
    content: int
    sha: str
    at: int
    format: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The newest result of a provider version about a content."""

    number: int
    success: bool
    at: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Some of the contracts between two, newest first, beside some provider versions, newest first."""

    published: tuple[Published, ...]
    provers: tuple[int, ...]
    cells: Mapping[tuple[int, int], Cell]
    total: int
    """How many consumer versions have a contract."""


_of_pair = and_(
    current_publication.c.consumer_id == bindparam("consumer"),
    current_publication.c.provider_id == bindparam("provider"),
)


def _published(*where: Any) -> Any:
    return (
        select(
            current_publication.c.consumer_version_id,
            current_publication.c.content_id,
            content.c.sha,
            current_publication.c.happened_at,
            current_publication.c.format,
        )
        .join(content, content.c.id == current_publication.c.content_id)
        .where(_of_pair, *where)
        .order_by(current_publication.c.consumer_version_id.desc())
    )


def _standing(application: str) -> Any:
    return union(
        *(
            select(table.c.version_id).where(table.c.application_id == bindparam(application))
            for table in (current_deployment, supported_release)
        )
    )


_PUBLISHED = _published().limit(bindparam("limit")).offset(bindparam("offset"))
_PUBLISHED_AND_STANDING = _published(current_publication.c.consumer_version_id.in_(_standing("consumer"))).limit(
    bindparam("limit")
)
_COUNT = select(func.count()).select_from(current_publication).where(_of_pair)
_with_results = and_(
    latest_verification.c.consumer_id == bindparam("consumer"),
    latest_verification.c.provider_id == bindparam("provider"),
)
_PROVERS = (
    select(latest_verification.c.provider_version_id)
    .where(_with_results)
    .group_by(latest_verification.c.provider_version_id)
    .order_by(latest_verification.c.provider_version_id.desc())
    .limit(bindparam("limit"))
)
_PARTLY = (
    select(partial_replay.c.provider_version_id)
    .where(partial_replay.c.consumer_id == bindparam("consumer"), partial_replay.c.provider_id == bindparam("provider"))
    .group_by(partial_replay.c.provider_version_id)
    .order_by(partial_replay.c.provider_version_id.desc())
    .limit(bindparam("limit"))
)
_SPEAKERS = (
    select(current_provider_contract.c.provider_version_id)
    .where(current_provider_contract.c.provider_id == bindparam("provider"))
    .group_by(current_provider_contract.c.provider_version_id)
    .order_by(current_provider_contract.c.provider_version_id.desc())
    .limit(bindparam("limit"))
)
_STANDING = select(_standing("provider").subquery("standing")).limit(bindparam("limit"))
_CELLS = select(
    latest_verification.c.content_id,
    latest_verification.c.provider_version_id,
    latest_verification.c.verification_id,
    latest_verification.c.success,
    latest_verification.c.happened_at,
).where(
    among(latest_verification.c.content_id, "contents"), among(latest_verification.c.provider_version_id, "provers")
)


def grid(db: Connection, consumer_id: int, provider_id: int, *, limit: int, offset: int, provers: int) -> Grid:
    """A page of contracts beside the newest provider versions that were verified or publish contracts.

    What stands in environments is always among them.
    """
    pair = {"consumer": consumer_id, "provider": provider_id}
    rows = [*db.execute(_PUBLISHED, {**pair, "limit": limit, "offset": offset})]
    if not offset:
        rows += db.execute(_PUBLISHED_AND_STANDING, {**pair, "limit": limit})
    published = {(row[0], row[1]): Published(*row) for row in rows}
    proved = {row[0] for row in db.execute(_PROVERS, {**pair, "limit": provers})}
    spoke = {row[0] for row in db.execute(_SPEAKERS, {"provider": provider_id, "limit": provers})}
    partly = {row[0] for row in db.execute(_PARTLY, {**pair, "limit": provers})}
    newest = sorted(proved | spoke | partly, reverse=True)[:provers]
    standing = [row[0] for row in db.execute(_STANDING, {"provider": provider_id, "limit": provers})]
    chosen = sorted({*newest, *standing}, reverse=True)
    found = db.execute(
        _CELLS, {"contents": listed({one.content for one in published.values()}), "provers": listed(chosen)}
    )
    return Grid(
        tuple(published[key] for key in sorted(published, reverse=True)),
        tuple(chosen),
        {(row[0], row[1]): Cell(*row[2:]) for row in found},
        db.execute(_COUNT, pair).scalar_one(),
    )
