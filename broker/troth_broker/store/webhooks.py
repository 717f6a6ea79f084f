"""Webhooks as they are recorded: found by uuid or by whom they watch, made, changed and deleted."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, insert, or_, select, union_all, update

from troth_broker.core.webhooks import Definition, Party, Request, Webhook
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import application, webhook, webhook_event
from troth_broker.store.upsert import insert_new

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
_WATCHING = union_all(*(select(webhook.c.id).where(one, other) for one in _mine for other in _theirs))
"""The webhooks that watch a pair by name, or any with a label, or everybody: asked at every publication."""
_GIVEN = _full().where(webhook.c.id.in_(select(as_id(items_of("webhooks"))))).order_by(*_EVENTS)
_NAMING = union_all(
    _full().where(_mine[0]), _full().where(_theirs[0], or_(_mine[1], webhook.c.consumer_id != bindparam("consumer")))
)
_unlabelled = webhook.c.consumer_label.is_(None), webhook.c.provider_label.is_(None)
_OF_SCOPE = {
    (True, True): _full().where(_mine[0], _theirs[0]),
    (True, False): _full().where(_mine[0], _theirs[1], _unlabelled[1]),
    (False, True): _full().where(_mine[1], _theirs[0], _unlabelled[0]),
}
_WRITTEN = (
    "description",
    "enabled",
    "consumer_id",
    "consumer_label",
    "provider_id",
    "provider_label",
    "method",
    "url",
    "headers",
    "body",
    "username",
    "password",
)


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


_NEW = insert_new(webhook, "uuid")
_SET = (
    update(webhook)
    .where(webhook.c.id == bindparam("key"))
    .values({name: bindparam(f"new_{name}") for name in (*_WRITTEN, "updated_at")})
)
_DELETE = delete(webhook).where(webhook.c.id == bindparam("key"))
_NEW_EVENT = insert(webhook_event)
_DELETE_EVENTS = delete(webhook_event).where(webhook_event.c.webhook_id == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Scope:
    """The ids of the applications that a webhook names."""

    consumer_id: int | None = None
    provider_id: int | None = None


def find(db: Connection, uuid: str) -> Webhook | None:
    """The webhook with that uuid; its password is as it was kept (services.sealing)."""
    return next(iter(_webhooks(db.execute(_BY_UUID, {"uuid": uuid}))), None)


def every(db: Connection) -> tuple[Webhook, ...]:
    """All webhooks, oldest first."""
    return _webhooks(db.execute(_EVERY))


def of_scope(db: Connection, scope: Scope) -> tuple[Webhook, ...]:
    """The webhooks that name exactly these applications, oldest first."""
    statement = _OF_SCOPE[scope.consumer_id is not None, scope.provider_id is not None]
    values = {"consumer": scope.consumer_id, "provider": scope.provider_id}
    return _webhooks(db.execute(statement, {name: value for name, value in values.items() if value is not None}))


def naming(db: Connection, application_id: int) -> tuple[Webhook, ...]:
    """The webhooks that name an application as consumer or provider, oldest first."""
    return _webhooks(db.execute(_NAMING, {"consumer": application_id, "provider": application_id}))


def watching(db: Connection, consumer_id: int, provider_id: int) -> tuple[Webhook, ...]:
    """The webhooks that may watch a pair, oldest first; labels are yet to be matched (core.webhooks.fires)."""
    found = db.execute(_WATCHING, {"consumer": consumer_id, "provider": provider_id}).scalars().all()
    return _webhooks(db.execute(_GIVEN, {"webhooks": listed(found)})) if found else ()


def add(db: Connection, uuid: str, new: Definition, scope: Scope, now: int) -> bool:
    """Make a webhook; False if the uuid is taken. The password comes as it is to be kept (services.sealing)."""
    values = {"uuid": uuid, **_values(new, scope), "created_at": now, "updated_at": now}
    key = _NEW.run(db, values).scalar()
    if key is not None:
        _add_events(db, key, new)
    return key is not None


def replace(db: Connection, webhook_id: int, new: Definition, scope: Scope, now: int) -> None:
    """Overwrite what is said about a webhook."""
    values = {f"new_{name}": value for name, value in {**_values(new, scope), "updated_at": now}.items()}
    db.execute(_SET, {"key": webhook_id, **values})
    db.execute(_DELETE_EVENTS, {"key": webhook_id})
    _add_events(db, webhook_id, new)


def remove(db: Connection, webhook_id: int) -> None:
    """Delete a webhook; what it did stays."""
    db.execute(_DELETE, {"key": webhook_id})


def _add_events(db: Connection, webhook_id: int, new: Definition) -> None:
    for name in new.events:
        db.execute(_NEW_EVENT, {"webhook_id": webhook_id, "name": name})


def _values(new: Definition, scope: Scope) -> dict[str, Any]:
    request, consumer_party, provider_party = new.request, new.consumer or Party(), new.provider or Party()
    return {
        "description": new.description,
        "enabled": new.enabled,
        "consumer_id": scope.consumer_id,
        "consumer_label": consumer_party.label,
        "provider_id": scope.provider_id,
        "provider_label": provider_party.label,
        "method": request.method,
        "url": request.url,
        "headers": json.dumps(dict(request.headers)) if request.headers else None,
        "body": None if request.body is None else json.dumps(request.body),
        "username": request.username,
        "password": request.password,
    }
