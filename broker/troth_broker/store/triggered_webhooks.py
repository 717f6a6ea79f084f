"""What webhooks did: each time one was triggered, the call that is due for it, and how each attempt went."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, insert, select

from troth_broker.core.webhooks import host_of
from troth_broker.store.tables import (
    PACT,
    application,
    delivery,
    publication,
    triggered_webhook,
    webhook,
    webhook_execution,
)

consumer = application.alias("consumer")
provider = application.alias("provider")


@dataclass(frozen=True, slots=True)
class About:
    """The rows that an event is about."""

    consumer_id: int | None
    """None for what a provider says to all."""
    provider_id: int
    content_id: int | None
    publication_id: int | None = None
    verification_id: int | None = None


@dataclass(frozen=True, slots=True)
class TriggeredWebhook:
    """One call that a webhook was to make: when and why, and how far it got."""

    id: int
    uuid: str
    webhook_uuid: str
    event: str
    context: str
    trigger_type: str
    status: str
    happened_at: int
    consumer: str | None
    provider: str | None
    attempts: int
    description: str | None
    method: str | None
    url: str | None

    @property
    def webhook_name(self) -> str:
        """What people call the webhook; one that was deleted has its uuid left."""
        if self.method is None or self.url is None:
            return self.webhook_uuid
        return self.description or f"{self.method} {host_of(self.url)}"


@dataclass(frozen=True, slots=True)
class Execution:
    """One attempt to make a call."""

    success: bool
    logs: str
    happened_at: int


_NEW = insert(triggered_webhook).returning(triggered_webhook.c.id)
_NEW_DELIVERY = insert(delivery)
_attempts = (
    select(func.count())
    .select_from(webhook_execution)
    .where(webhook_execution.c.triggered_webhook_id == triggered_webhook.c.id)
    .scalar_subquery()
)
_FULL: Select[Any] = (
    select(
        triggered_webhook.c.id,
        triggered_webhook.c.uuid,
        triggered_webhook.c.webhook_uuid,
        triggered_webhook.c.event_name,
        triggered_webhook.c.event_context,
        triggered_webhook.c.trigger_type,
        triggered_webhook.c.status,
        triggered_webhook.c.happened_at,
        consumer.c.name,
        provider.c.name,
        _attempts,
        webhook.c.description,
        webhook.c.method,
        webhook.c.url,
    )
    .outerjoin(consumer, consumer.c.id == triggered_webhook.c.consumer_id)
    .outerjoin(provider, provider.c.id == triggered_webhook.c.provider_id)
    .outerjoin(webhook, webhook.c.uuid == triggered_webhook.c.webhook_uuid)
)
_BY_UUID = _FULL.where(triggered_webhook.c.uuid == bindparam("uuid"))
_OF_PACT = (
    _FULL.join(publication, publication.c.id == triggered_webhook.c.publication_id)
    .where(
        publication.c.consumer_version_id == bindparam("version"),
        publication.c.provider_id == bindparam("provider"),
        publication.c.format == PACT,
        triggered_webhook.c.verification_id.is_(None),
    )
    .order_by(triggered_webhook.c.id)
)
_OF_RESULT = _FULL.where(triggered_webhook.c.verification_id == bindparam("result")).order_by(triggered_webhook.c.id)
_newest = (
    select(func.max(triggered_webhook.c.id))
    .where(
        triggered_webhook.c.consumer_id == bindparam("consumer"),
        triggered_webhook.c.provider_id == bindparam("provider"),
    )
    .group_by(triggered_webhook.c.webhook_uuid, triggered_webhook.c.event_name)
)
_NEWEST_OF_PAIR = _FULL.where(triggered_webhook.c.id.in_(_newest)).order_by(triggered_webhook.c.id.desc())
_NEWEST_OF_WEBHOOK = (
    _FULL.where(triggered_webhook.c.webhook_uuid == bindparam("webhook"))
    .order_by(triggered_webhook.c.id.desc())
    .limit(bindparam("limit"))
)
_CONTEXT = select(triggered_webhook.c.event_context).where(triggered_webhook.c.id == bindparam("triggered"))
_EXECUTIONS = (
    select(webhook_execution.c.success, webhook_execution.c.logs, webhook_execution.c.happened_at)
    .where(webhook_execution.c.triggered_webhook_id == bindparam("triggered"))
    .order_by(webhook_execution.c.id)
)


def add(
    db: Connection,
    uuid: str,
    webhook_uuid: str,
    event: str,
    context: str,
    about: About,
    now: int,
    *,
    trigger_type: str = "resource_creation",
) -> int:
    """Record that a webhook was triggered, with the call that is due for it; returns its id."""
    fact = {
        "uuid": uuid,
        "webhook_uuid": webhook_uuid,
        "event_name": event,
        "event_context": context,
        "trigger_type": trigger_type,
        "status": "not_run",
        "publication_id": about.publication_id,
        "verification_id": about.verification_id,
        "consumer_id": about.consumer_id,
        "provider_id": about.provider_id,
        "happened_at": now,
        "recorded_at": now,
    }
    key: int = db.execute(_NEW, fact).scalar_one()
    db.execute(_NEW_DELIVERY, {"triggered_webhook_id": key, "attempts": 0, "due_at": now})
    return key


def find(db: Connection, uuid: str) -> TriggeredWebhook | None:
    """The triggered webhook with that uuid."""
    row = db.execute(_BY_UUID, {"uuid": uuid}).first()
    return TriggeredWebhook(*row) if row else None


def context_of(db: Connection, triggered_id: int) -> str | None:
    """What a triggered webhook tells."""
    found: str | None = db.execute(_CONTEXT, {"triggered": triggered_id}).scalar()
    return found


def executions(db: Connection, triggered_id: int) -> tuple[Execution, ...]:
    """The attempts that were made for a triggered webhook, oldest first."""
    return tuple(Execution(*row) for row in db.execute(_EXECUTIONS, {"triggered": triggered_id}))


def of_pact(db: Connection, consumer_version_id: int, provider_id: int) -> tuple[TriggeredWebhook, ...]:
    """What the publication of a pact triggered, each revision of it, oldest first."""
    rows = db.execute(_OF_PACT, {"version": consumer_version_id, "provider": provider_id})
    return tuple(TriggeredWebhook(*row) for row in rows)


def of_result(db: Connection, number: int) -> tuple[TriggeredWebhook, ...]:
    """What the publication of a verification result triggered, oldest first."""
    return tuple(TriggeredWebhook(*row) for row in db.execute(_OF_RESULT, {"result": number}))


def newest_between(db: Connection, consumer_id: int, provider_id: int) -> tuple[TriggeredWebhook, ...]:
    """The last time that each webhook was triggered by each event between two, newest first."""
    rows = db.execute(_NEWEST_OF_PAIR, {"consumer": consumer_id, "provider": provider_id})
    return tuple(TriggeredWebhook(*row) for row in rows)


def newest_of_webhook(db: Connection, webhook_uuid: str, limit: int) -> tuple[TriggeredWebhook, ...]:
    """The last times that a webhook was triggered, newest first."""
    rows = db.execute(_NEWEST_OF_WEBHOOK, {"webhook": webhook_uuid, "limit": limit})
    return tuple(TriggeredWebhook(*row) for row in rows)
