"""Every pointer of the store, derived anew from the facts, and compared with what stands there.

A pointer is only ever written in the transaction that writes its facts, so the two never differ; `differences` is how
that is shown, and `rebuild` mends a store whose facts were changed by other means than Troth's own.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, func, insert, select, update

from troth_broker.core.deployments import NO_INSTANCE
from troth_broker.store import results_pointers, verification_requests
from troth_broker.store.tables import (
    application,
    branch,
    branch_head_set,
    current_deployment,
    current_provider_contract,
    current_publication,
    deployment,
    latest_verification,
    main_branch_set,
    open_request,
    proof,
    provider_contract,
    publication,
    release,
    release_event,
    supported_release,
    undeployment,
)

slot: ColumnElement[str] = func.coalesce(deployment.c.instance, NO_INSTANCE)
"""The place that a deployment takes in its environment (core.deployments.slot_of)."""


def _newest(fact: Table, of: Any, value: Any, owner: Table) -> Any:
    return select(value).where(of == owner.c.id).order_by(fact.c.id.desc()).limit(1).correlate(owner).scalar_subquery()


_HEADS = update(branch).values(
    head_version_id=_newest(branch_head_set, branch_head_set.c.branch_id, branch_head_set.c.version_id, branch)
)
_MAIN_BRANCHES = update(application).values(
    main_branch=_newest(main_branch_set, main_branch_set.c.application_id, main_branch_set.c.branch, application)
)


def _current_publications() -> Select[Any]:
    highest = (
        select(
            publication.c.consumer_version_id,
            publication.c.provider_id,
            publication.c.format,
            func.max(publication.c.revision).label("r"),
        )
        .group_by(publication.c.consumer_version_id, publication.c.provider_id, publication.c.format)
        .subquery()
    )
    return select(
        publication.c.consumer_version_id,
        publication.c.provider_id,
        publication.c.consumer_id,
        publication.c.format,
        publication.c.id,
        publication.c.revision,
        publication.c.content_id,
        publication.c.body_id,
        publication.c.happened_at,
    ).join(
        highest,
        (highest.c.consumer_version_id == publication.c.consumer_version_id)
        & (highest.c.provider_id == publication.c.provider_id)
        & (highest.c.format == publication.c.format)
        & (highest.c.r == publication.c.revision),
    )


def _current_provider_contracts() -> Select[Any]:
    of = (provider_contract.c.provider_version_id, provider_contract.c.format, provider_contract.c.name)
    highest = select(*of, func.max(provider_contract.c.revision).label("r")).group_by(*of).subquery()
    return select(
        *of, provider_contract.c.id, provider_contract.c.provider_content_id, provider_contract.c.provider_id
    ).join(
        highest,
        (highest.c.provider_version_id == provider_contract.c.provider_version_id)
        & (highest.c.format == provider_contract.c.format)
        & (highest.c.name == provider_contract.c.name)
        & (highest.c.r == provider_contract.c.revision),
    )


def _current_deployments() -> Select[Any]:
    newest = select(func.max(deployment.c.id)).group_by(deployment.c.application_id, deployment.c.environment_id, slot)
    return (
        select(
            deployment.c.application_id,
            deployment.c.environment_id,
            slot,
            deployment.c.id,
            deployment.c.version_id,
        )
        .outerjoin(undeployment, undeployment.c.deployment_id == deployment.c.id)
        .where(deployment.c.id.in_(newest), undeployment.c.id.is_(None))
    )


def _supported_releases() -> Select[Any]:
    newest = select(func.max(release_event.c.id)).group_by(release_event.c.release_id)
    return (
        select(release.c.id, release.c.application_id, release.c.environment_id, release.c.version_id)
        .join(release_event, release_event.c.release_id == release.c.id)
        .where(release_event.c.id.in_(newest), release_event.c.supported.is_(True))
    )


_DERIVED = {
    current_publication: _current_publications(),
    current_provider_contract: _current_provider_contracts(),
    current_deployment: _current_deployments(),
    supported_release: _supported_releases(),
}
_REBUILD = (
    _MAIN_BRANCHES,
    _HEADS,
    *(delete(table) for table in _DERIVED),
    *(insert(table).from_select([column.name for column in table.columns], of) for table, of in _DERIVED.items()),
)
_SHOWN: Mapping[str, Select[Any]] = {
    "main branch": select(application.c.id, application.c.main_branch),
    "branch head": select(branch.c.id, branch.c.head_version_id),
    # When to ask again is a plan, not a fact.
    "open request": select(*(column for column in open_request.columns if column.name != "ask_again_at")),
    **{table.name: select(table) for table in (latest_verification, proof, *_DERIVED)},
}


def rebuild(db: Connection) -> None:
    """Derive every pointer anew from the facts."""
    for statement in _REBUILD:
        db.execute(statement)
    results_pointers.rebuild_pointers(db)
    verification_requests.rebuild(db)


def differences(db: Connection) -> tuple[str, ...]:
    """Where the pointers are not what the facts say, one line each; changes nothing, but needs a write transaction."""
    stands = _rows(db)
    attempt = db.begin_nested()
    rebuild(db)
    derived = _rows(db)
    attempt.rollback()
    found = []
    for name, rows in stands.items():
        found += [f"{name}: {row} stands, the facts do not say so" for row in sorted(rows - derived[name], key=str)]
        found += [f"{name}: {row} is what the facts say" for row in sorted(derived[name] - rows, key=str)]
    return tuple(found)


def _rows(db: Connection) -> dict[str, set[tuple[Any, ...]]]:
    return {name: {tuple(row) for row in db.execute(statement)} for name, statement in _SHOWN.items()}
