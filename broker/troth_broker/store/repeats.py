"""Requests for verifications that nobody answered: which are to be repeated now, and what was done to ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, select, update

from troth_broker.store.tables import open_request, triggered_webhook, verification_request
from troth_broker.store.triggered_webhooks import About

REPEAT = "repeat"
"""The trigger type of a call that asks again."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A request that is to be repeated; `triggered_id` is the call that asked the last time."""

    content_id: int
    slot: int
    provider_version_id: int | None
    triggered_id: int | None


@dataclass(frozen=True, slots=True)
class Asking:
    """A call that asked: which webhook's, and all that it takes to make it again."""

    webhook_uuid: str
    event: str
    context: str
    about: About


_one = open_request.c.content_id == bindparam("content"), open_request.c.slot == bindparam("slot")
_is_due = open_request.c.ask_again_at <= bindparam("now")
_FIRST = (
    select(open_request.c.content_id, open_request.c.slot).where(_is_due).order_by(open_request.c.ask_again_at).limit(1)
)
_STILL_DUE = (
    select(
        open_request.c.content_id,
        open_request.c.slot,
        open_request.c.provider_version_id,
        verification_request.c.triggered_webhook_id,
    )
    .join(verification_request, verification_request.c.id == open_request.c.request_id)
    .where(*_one, _is_due)
)
_REPEATS = (
    select(func.count())
    .select_from(verification_request)
    .join(triggered_webhook, triggered_webhook.c.id == verification_request.c.triggered_webhook_id)
    .where(
        verification_request.c.content_id == bindparam("content"),
        func.coalesce(verification_request.c.provider_version_id, 0) == bindparam("slot"),
        triggered_webhook.c.trigger_type == REPEAT,
    )
)
_GIVE_UP = (
    update(open_request)
    .where(open_request.c.content_id == bindparam("content"), open_request.c.slot == bindparam("at_slot"))
    .values(ask_again_at=None)
)
_asked = triggered_webhook.alias("asked")
_TOGETHER = (
    select(
        triggered_webhook.c.webhook_uuid,
        triggered_webhook.c.event_name,
        triggered_webhook.c.event_context,
        triggered_webhook.c.consumer_id,
        triggered_webhook.c.provider_id,
        triggered_webhook.c.publication_id,
    )
    .join(
        _asked,
        (_asked.c.publication_id == triggered_webhook.c.publication_id)
        & (_asked.c.happened_at == triggered_webhook.c.happened_at),
    )
    .where(_asked.c.id == bindparam("triggered"), triggered_webhook.c.verification_id.is_(None))
    .order_by(triggered_webhook.c.id)
)


def first_due(db: Connection, now: int) -> tuple[int, int] | None:
    """The content and the slot of the request that is to be repeated first; None if none is to be yet."""
    row = db.execute(_FIRST, {"now": now}).first()
    return (row[0], row[1]) if row else None


def still_due(db: Connection, content_id: int, slot: int, now: int) -> Unanswered | None:
    """The request, if nobody answered or repeated it meanwhile. The caller holds the content."""
    row = db.execute(_STILL_DUE, {"content": content_id, "slot": slot, "now": now}).first()
    return Unanswered(*row) if row else None


def repeats(db: Connection, content_id: int, slot: int) -> int:
    """How many times a request has been repeated."""
    return int(db.execute(_REPEATS, {"content": content_id, "slot": slot}).scalar_one())


def give_up(db: Connection, content_id: int, slot: int) -> None:
    """Repeat a request no more; it stays open."""
    db.execute(_GIVE_UP, {"content": content_id, "at_slot": slot})


def asked_together(db: Connection, content_id: int, triggered_id: int) -> Sequence[Asking]:
    """The calls that the same publication caused at the same time, that one among them."""
    rows = db.execute(_TOGETHER, {"triggered": triggered_id})
    return [
        Asking(row[0], row[1], row[2], About(row[3], row[4], content_id, row[5]))
        for row in rows
        if row[3] is not None and row[4] is not None
    ]
