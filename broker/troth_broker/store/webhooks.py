"""Webhooks as they are recorded: found by uuid or by whom they watch, written with an audit line."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union_all

from troth_broker.core.webhooks import Definition, Party, Request, Webhook
from troth_broker.store.tables import application, webhook, webhook_event

consumer = application.alias("consumer")
provider = application.alias("provider")

_COLUMNS = (
    webhook.c.id,
    webhook.c.uuid,
    webhook.c.description,
    webhook.c.enabled,
    consumer.c.name,
    webhook.c.consumer_label,
    provider.c.name,
    webhook.c.provider_label,
    webhook.c.method,
    webhook.c.url,
    webhook.c.headers,
    webhook.c.body,
    webhook.c.username,
    webhook.c.password,
    webhook.c.created_at,
    webhook.c.updated_at,
    webhook_event.c.name,
)


def _full() -> Select[Any]:
    """A row for each event of each webhook."""
    return (
        select(*_COLUMNS)
        .select_from(webhook)
        .outerjoin(consumer, consumer.c.id == webhook.c.consumer_id)
        .outerjoin(provider, provider.c.id == webhook.c.provider_id)
        .join(webhook_event, webhook_event.c.webhook_id == webhook.c.id)
    )


_EVENTS = (webhook.c.id, webhook_event.c.name)
_EVERY = _full().order_by(*_EVENTS)
_BY_UUID = _full().where(webhook.c.uuid == bindparam("uuid")).order_by(*_EVENTS)

# Each combination of "this one" and "any" by one look at the index of (consumer_id, provider_id).
_mine = webhook.c.consumer_id == bindparam("consumer"), webhook.c.consumer_id.is_(None)
_theirs = webhook.c.provider_id == bindparam("provider"), webhook.c.provider_id.is_(None)
_WATCHING = union_all(*(_full().where(one, other) for one in _mine for other in _theirs))
"""The webhooks that watch a pair by name, or any with a label, or everybody."""


def _webhooks(rows: Iterable[Any]) -> tuple[Webhook, ...]:
    found: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row)
    return tuple(_webhook(found[key]) for key in sorted(found))


def _webhook(rows: Sequence[Sequence[Any]]) -> Webhook:
    row = rows[0]
    headers: dict[str, str] = json.loads(row[10]) if row[10] is not None else {}
    request = Request(
        method=row[8],
        url=row[9],
        headers=tuple(headers.items()),
        body=None if row[11] is None else json.loads(row[11]),
        username=row[12],
        password=row[13],
    )
    definition = Definition(
        request=request,
        events=tuple(each[16] for each in rows),
        consumer=_party(row[4], row[5]),
        provider=_party(row[6], row[7]),
        description=row[2],
        enabled=row[3],
    )
    return Webhook(row[0], row[1], definition, row[14], row[15])


def _party(name: str | None, label: str | None) -> Party | None:
    return Party(name, label) if name is not None or label is not None else None


def find(db: Connection, uuid: str) -> Webhook | None:
    """The webhook with that uuid; its password is as it was kept (services.sealing)."""
    return next(iter(_webhooks(db.execute(_BY_UUID, {"uuid": uuid}))), None)


def every(db: Connection) -> tuple[Webhook, ...]:
    """All webhooks, oldest first."""
    return _webhooks(db.execute(_EVERY))


def watching(db: Connection, consumer_id: int, provider_id: int) -> tuple[Webhook, ...]:
    """The webhooks that may watch a pair, oldest first; labels are yet to be matched (core.webhooks.fires)."""
    return _webhooks(db.execute(_WATCHING, {"consumer": consumer_id, "provider": provider_id}))
