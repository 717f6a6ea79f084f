"""Policies: each version of what counts as proof, between two or in an environment, and the one that counts."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from troth_broker.store.tables import policy


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a policy is about: a consumer and a provider, or an environment, by id."""

    consumer: int | None = None
    provider: int | None = None
    environment: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A version of a policy: its number, its document as JSON text, and since when it holds."""

    version: int
    document: str
    since: int


_COLUMNS = (policy.c.id, policy.c.document, policy.c.happened_at)
_OF_PAIR = (
    select(*_COLUMNS)
    .where(
        policy.c.provider_id == bindparam("provider"),
        policy.c.consumer_id == bindparam("consumer"),
        policy.c.environment_id.is_(None),
    )
    .order_by(policy.c.id.desc())
    .limit(bindparam("limit"))
)
_OF_ENVIRONMENT = (
    select(*_COLUMNS)
    .where(policy.c.environment_id == bindparam("environment"))
    .order_by(policy.c.id.desc())
    .limit(bindparam("limit"))
)
_NEW = insert(policy)


def versions(db: Connection, scope: Scope, limit: int) -> tuple[Recorded, ...]:
    """The versions of a policy, the one that counts first."""
    if scope.environment is not None:
        rows = db.execute(_OF_ENVIRONMENT, {"environment": scope.environment, "limit": limit})
    else:
        rows = db.execute(_OF_PAIR, {"provider": scope.provider, "consumer": scope.consumer, "limit": limit})
    return tuple(Recorded(*row) for row in rows.all())


def add(db: Connection, scope: Scope, document: str, now: int) -> None:
    """Record a new version, which counts from now on."""
    row = {
        "consumer_id": scope.consumer,
        "provider_id": scope.provider,
        "environment_id": scope.environment,
        "document": document,
        "happened_at": now,
        "recorded_at": now,
    }
    db.execute(_NEW, row)
