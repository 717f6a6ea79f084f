"""What a store holds, in numbers.

Small tables are counted. A table that grows is counted to `EXACT` rows; beyond that its size is the span of its ids (no
id is given twice, so rows that were deleted count as well), and shares and distributions are those of its newest
`EXACT` rows. So the cost is bounded whatever the store's size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, exists, func, literal, select

from troth_broker.store.tables import (
    PACT,
    application,
    branch_version,
    content,
    current_deployment,
    current_publication,
    deployment,
    environment,
    integration,
    provider_contract,
    publication,
    release,
    supported_release,
    tag,
    triggered_webhook,
    verification,
    version,
    webhook,
    webhook_execution,
)

EXACT = 25_000


@dataclass(frozen=True, slots=True)
class Sized:
    """How many rows a table has, and whether that is an estimate."""

    count: int
    estimated: bool

    def share(self, of_newest: int) -> int:
        """How many of the table have what so many of its newest rows have."""
        return round(of_newest * self.count / EXACT) if self.estimated else of_newest


def _newest(table: Table, *columns: Any) -> Any:
    return select(*columns).order_by(table.c.id.desc()).limit(bindparam("exact")).subquery()


def _size(table: Table) -> tuple[Select[Any], Select[Any]]:
    some = select(table.c.id).limit(bindparam("exact") + 1).subquery()
    # Two scalar sub-selects: one alone each is answered from the ends of the primary key.
    ends = (select(func.max(table.c.id)).scalar_subquery(), select(func.min(table.c.id)).scalar_subquery())
    return select(func.count()).select_from(some), select(*ends)


_GROWING = (
    version,
    tag,
    publication,
    provider_contract,
    content,
    verification,
    deployment,
    release,
    triggered_webhook,
    webhook_execution,
)
_SIZES = {table.name: _size(table) for table in _GROWING}
_SMALL = {
    table.name: select(func.count()).select_from(table)
    for table in (application, integration, environment, webhook, current_deployment, supported_release)
}
_MAIN_BRANCH_SET = select(func.count()).select_from(application).where(application.c.main_branch.is_not(None))
_ENDS = {
    (table.name, end): select(table.c.happened_at).order_by(order).limit(1)
    for table in (publication, verification)
    for end, order in (("first", table.c.id), ("last", table.c.id.desc()))
}

_versions = _newest(version, version.c.id)


def _with_branch(*where: Any) -> Select[Any]:
    joined = select(literal(1)).where(branch_version.c.version_id == _versions.c.id, *where)
    return select(func.count()).select_from(_versions).where(exists(joined))


_results = _newest(verification, verification.c.success, verification.c.content_id, verification.c.provider_version_id)
_tags = _newest(tag, tag.c.name, tag.c.application_id)
_deployments = _newest(deployment, deployment.c.auto_created)
_publications = _newest(publication, publication.c.consumer_version_id)
_SHARES = {
    "versions with a branch": _with_branch(),
    "versions with a branch from a person": _with_branch(branch_version.c.auto_created.is_(False)),
    "successes": select(func.count()).select_from(_results).where(_results.c.success.is_(True)),
    "distinct results": select(func.count()).select_from(select(_results).distinct().subquery()),
    "distinct tags": select(func.count()).select_from(select(_tags.c.name).distinct().subquery()),
    "distinct tags of applications": select(func.count()).select_from(select(_tags).distinct().subquery()),
    "deployments by a person": select(func.count())
    .select_from(_deployments)
    .where(_deployments.c.auto_created.is_(False)),
}


def _distribution(rows: Any, key: Any) -> Select[Any]:
    each = select(func.count().label("n")).select_from(rows).group_by(key).subquery()
    return select(each.c.n, func.count()).group_by(each.c.n).order_by(each.c.n)


_REVISIONS = _distribution(_publications, _publications.c.consumer_version_id)
_RESULTS = _distribution(_results, _results.c.content_id)
_newest_content = (
    select(current_publication.c.content_id)
    .where(
        current_publication.c.consumer_id == integration.c.consumer_id,
        current_publication.c.provider_id == integration.c.provider_id,
        current_publication.c.format == PACT,
    )
    .order_by(current_publication.c.consumer_version_id.desc())
    .limit(1)
    .correlate(integration)
    .scalar_subquery()
)
_INTERACTIONS = select(
    func.coalesce(func.sum(content.c.interactions), 0), func.coalesce(func.sum(content.c.messages), 0)
).select_from(integration.join(content, content.c.id == _newest_content))
_LAST_IDS = {
    table.name: select(func.max(table.c.id))
    for table in (version, publication, provider_contract, verification, deployment, release)
}


@dataclass(frozen=True, slots=True)
class Numbers:
    """A store in numbers: sizes by table, shares of growing tables by name, and what is newest and oldest."""

    sizes: Mapping[str, Sized]
    shares: Mapping[str, int]
    with_main_branch: int
    moments: Mapping[tuple[str, str], int | None]
    revisions: Sequence[tuple[int, int]]
    results: Sequence[tuple[int, int]]
    interactions: int
    messages: int


def numbers(db: Connection) -> Numbers:
    """Everything that the reference counts, at a cost that does not grow with the store."""
    exact = {"exact": EXACT}
    interactions, messages = db.execute(_INTERACTIONS).one()
    return Numbers(
        sizes={**{name: _sized(db, name) for name in _SIZES}, **small(db)},
        shares={name: db.execute(statement, exact).scalar_one() for name, statement in _SHARES.items()},
        with_main_branch=db.execute(_MAIN_BRANCH_SET).scalar_one(),
        moments={key: db.execute(statement).scalar() for key, statement in _ENDS.items()},
        revisions=[(n, count) for n, count in db.execute(_REVISIONS, exact)],
        results=[(n, count) for n, count in db.execute(_RESULTS, exact)],
        interactions=int(interactions),
        messages=int(messages),
    )


def _sized(db: Connection, name: str) -> Sized:
    some, ends = _SIZES[name]
    count = db.execute(some, {"exact": EXACT}).scalar_one()
    if count <= EXACT:
        return Sized(count, estimated=False)
    last, first = db.execute(ends).one()
    return Sized(last - first + 1, estimated=True)


def small(db: Connection) -> Mapping[str, Sized]:
    """The sizes of the tables that do not grow with time."""
    return {name: Sized(db.execute(statement).scalar_one(), estimated=False) for name, statement in _SMALL.items()}


def recorded(db: Connection) -> Mapping[str, int]:
    """How many facts of each kind were ever recorded: the newest id, as none is given twice."""
    return {name: db.execute(statement).scalar() or 0 for name, statement in _LAST_IDS.items()}
