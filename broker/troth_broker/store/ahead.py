"""Which questions about a provider's documents are likely: its newest versions, and where it runs."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select, union

from troth_broker.store.tables import (
    application,
    branch,
    current_deployment,
    current_provider_contract,
    environment,
    provider_content,
    supported_release,
    version,
)

_MOST = 10
_cpc = current_provider_contract.c
_me: Any = bindparam("application")
_VERSIONS = (
    select(version.c.number)
    .where(
        version.c.id.in_(
            union(
                select(_cpc.provider_version_id)
                .join(branch, branch.c.head_version_id == _cpc.provider_version_id)
                .where(branch.c.application_id == _me),
                select(func.max(_cpc.provider_version_id)).where(_cpc.provider_id == _me),
            )
        )
    )
    .order_by(version.c.id.desc())
    .limit(_MOST)
)
_ENVIRONMENTS = (
    select(environment.c.name)
    .where(
        environment.c.id.in_(
            union(
                *(
                    select(placed.c.environment_id).where(placed.c.application_id == _me)
                    for placed in (current_deployment, supported_release)
                )
            )
        )
    )
    .order_by(environment.c.id)
    .limit(_MOST)
)
_PROVIDERS = (
    select(application.c.name)
    .where(application.c.id.in_(select(provider_content.c.provider_id)))
    .order_by(application.c.id)
)


def versions(db: Connection, application_id: int) -> tuple[str, ...]:
    """The newest version that publishes documents, and the heads of branches that do; newest first."""
    return tuple(db.execute(_VERSIONS, {"application": application_id}).scalars())


def environments(db: Connection, application_id: int) -> tuple[str, ...]:
    """Where versions of an application run."""
    return tuple(db.execute(_ENVIRONMENTS, {"application": application_id}).scalars())


def providers(db: Connection) -> tuple[str, ...]:
    """Every application that ever published a document."""
    return tuple(db.execute(_PROVIDERS).scalars())
