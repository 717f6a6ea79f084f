"""Which versions cannot be where they are, or cannot go where their application runs: narrowed by what is not proved.

A statement only narrows: it finds versions with a contract in an environment that neither a result nor a comparison
proves, and those of which a policy may ask for more. What the gate says about each of them is decided by the gate.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)

from troth_broker.store.tables import (
    Id,
    application,
    branch,
    branch_head_set,
    comparison,
    current_deployment,
    current_provider_contract,
    current_publication,
    deployment,
    integration,
    latest_verification,
    main_branch_set,
    policy,
    provider_contract,
    publication,
    release_event,
    supported_release,
    undeployment,
    verification,
    version,
)
from troth_broker.store.within import within


@dataclass(frozen=True, slots=True)
class Candidate:
    """A version with something unproved in an environment; `running` if it is there already."""

    application: str
    version: str
    running: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The first candidates of an environment, and how many there are."""

    first: tuple[Candidate, ...]
    total: int


def _placed() -> Any:
    return union(
        *(
            select(table.c.application_id, table.c.version_id).where(table.c.environment_id == bindparam("environment"))
            for table in (current_deployment, supported_release)
        )
    ).cte("placed")


_GOVERNED_HERE = exists(select(policy.c.id).where(policy.c.environment_id == bindparam("environment")))


def _governed(consumer: Any, provider: Any) -> Any:
    """Whether there ever was a policy of two."""
    return exists(select(policy.c.id).where(policy.c.consumer_id == consumer, policy.c.provider_id == provider))


def _compared(content: Any, prover: Any) -> Any:
    """Whether comparisons alone say that a provider's version keeps a content, and none says anything else."""
    said = (
        select(comparison.c.id)
        .join(
            current_provider_contract,
            current_provider_contract.c.provider_content_id == comparison.c.provider_content_id,
        )
        .where(comparison.c.content_id == content, current_provider_contract.c.provider_version_id == prover)
    )
    return and_(
        exists(said.where(comparison.c.success.is_(True))),
        ~exists(said.where(or_(comparison.c.success.is_(None), comparison.c.success.is_(False)))),
    )


def _statement() -> Select[Any]:
    placed = _placed()
    heads = (
        select(branch.c.application_id, branch.c.head_version_id.label("version_id"))
        .join(
            application, and_(application.c.id == branch.c.application_id, application.c.main_branch == branch.c.name)
        )
        .where(
            branch.c.head_version_id.is_not(None),
            branch.c.application_id.in_(select(placed.c.application_id)),
            branch.c.head_version_id.not_in(select(placed.c.version_id)),
        )
        .cte("heads")
    )
    subjects = union_all(
        select(placed.c.application_id, placed.c.version_id, literal(1).label("running")),
        select(heads.c.application_id, heads.c.version_id, literal(0).label("running")),
    ).subquery("subjects")
    beside = placed.alias("beside")
    as_consumer = (
        select(
            subjects.c.application_id,
            subjects.c.version_id,
            subjects.c.running,
            current_publication.c.content_id,
            beside.c.version_id.label("prover"),
            current_publication.c.consumer_id,
            current_publication.c.provider_id,
        )
        .join(current_publication, current_publication.c.consumer_version_id == subjects.c.version_id)
        .outerjoin(beside, beside.c.application_id == current_publication.c.provider_id)
        .where(
            or_(
                within(current_publication.c.consumer_version_id, select(placed.c.version_id)),
                within(current_publication.c.consumer_version_id, select(heads.c.version_id)),
            )
        )
    )
    as_provider = (
        select(
            heads.c.application_id,
            heads.c.version_id,
            literal(0),
            current_publication.c.content_id,
            heads.c.version_id.label("prover"),
            current_publication.c.consumer_id,
            current_publication.c.provider_id,
        )
        .join(integration, integration.c.provider_id == heads.c.application_id)
        .join(beside, beside.c.application_id == integration.c.consumer_id)
        .join(
            current_publication,
            and_(
                current_publication.c.consumer_version_id == beside.c.version_id,
                current_publication.c.provider_id == heads.c.application_id,
            ),
        )
        .where(within(current_publication.c.consumer_version_id, select(placed.c.version_id)))
    )
    as_itself = select(
        heads.c.application_id, heads.c.version_id, literal(0), *(cast(null(), Id) for _ in range(4))
    ).where(_GOVERNED_HERE)  # whatever others expect of it: a policy may tell what it owes to its own past
    pairs = union_all(as_consumer, as_provider, as_itself).subquery("pairs")
    silent = latest_verification.c.success.is_(None)
    unproved = (
        select(pairs.c.application_id, pairs.c.version_id, func.max(pairs.c.running).label("running"))
        .outerjoin(
            latest_verification,
            and_(
                latest_verification.c.content_id == pairs.c.content_id,
                latest_verification.c.provider_version_id == pairs.c.prover,
            ),
        )
        .where(
            or_(
                latest_verification.c.success.is_(False),
                and_(silent, ~_compared(pairs.c.content_id, pairs.c.prover)),
                _GOVERNED_HERE,
                _governed(pairs.c.consumer_id, pairs.c.provider_id),
            )
        )
        .group_by(pairs.c.application_id, pairs.c.version_id)
        .subquery("unproved")
    )
    return (
        select(application.c.name, version.c.number, unproved.c.running, func.count().over())
        .join(application, application.c.id == unproved.c.application_id)
        .join(version, version.c.id == unproved.c.version_id)
        .order_by(unproved.c.running.desc(), unproved.c.version_id.desc())
        .limit(bindparam("limit"))
        .offset(bindparam("offset"))
    )


_UNPROVED = _statement()
_STAMP = select(
    *(
        select(func.max(table.c.id)).scalar_subquery()
        for table in (
            verification,
            publication,
            deployment,
            undeployment,
            release_event,
            branch_head_set,
            main_branch_set,
            provider_contract,
            comparison,
            policy,
        )
    )
)


def candidates(db: Connection, environment_id: int, limit: int, offset: int = 0) -> Narrowed:
    """The versions with something unproved in an environment: those that run there first, then the newest."""
    rows = db.execute(_UNPROVED, {"environment": environment_id, "limit": limit, "offset": offset}).all()
    return Narrowed(tuple(Candidate(row[0], row[1], bool(row[2])) for row in rows), rows[0][3] if rows else 0)


def stamp(db: Connection) -> tuple[int | None, ...]:
    """A value that changes whenever something happens that can block a version or clear its way."""
    return tuple(db.execute(_STAMP).one())
