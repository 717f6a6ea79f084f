"""The queue of outgoing calls: taken by one worker at a time, held for a while, ended together with what became of it.

A call that is held is due again when the hold ends, so a worker that vanishes holds nothing up for longer. Who finishes
one must still hold it: its hold's end is what it shows.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from troth_broker.store.tables import (
    certificate,
    comparison_request,
    delivery,
    open_request,
    triggered_webhook,
    webhook_execution,
)


@dataclass(frozen=True, slots=True)
class Due:
    """A call that is due, as it stands in the queue before it is taken."""

    id: int
    attempts: int
    held_until: int | None
    """Set if a worker took it and never finished it."""
    uuid: str
    webhook_uuid: str
    context: str


_DUE = (
    select(
        delivery.c.triggered_webhook_id,
        delivery.c.attempts,
        delivery.c.taken_until,
        triggered_webhook.c.uuid,
        triggered_webhook.c.webhook_uuid,
        triggered_webhook.c.event_context,
    )
    .join(triggered_webhook, triggered_webhook.c.id == delivery.c.triggered_webhook_id)
    .where(delivery.c.due_at <= bindparam("now"))
    .order_by(delivery.c.due_at)
    .limit(1)
    .with_for_update(of=delivery, skip_locked=True)
)
_one = delivery.c.triggered_webhook_id == bindparam("id_")
_held = (_one, delivery.c.taken_until == bindparam("held_until"))
_STILL_HELD = select(delivery.c.attempts).where(*_held).with_for_update()
_HOLD = (
    update(delivery)
    .where(_one)
    .values(attempts=bindparam("made"), taken_until=bindparam("until"), due_at=bindparam("until"))
)
_FREE = update(delivery).where(*_held).values(attempts=bindparam("made"), taken_until=None, due_at=bindparam("due"))
_END = delete(delivery).where(_one)
_STATUS = update(triggered_webhook).where(triggered_webhook.c.id == bindparam("id_")).values(status=bindparam("to"))
_EXECUTION = insert(webhook_execution)
_CERTIFICATES = select(certificate.c.content).order_by(certificate.c.id)
_NEXT = select(
    select(func.min(delivery.c.due_at)).scalar_subquery(),
    select(func.min(open_request.c.ask_again_at)).where(open_request.c.ask_again_at.is_not(None)).scalar_subquery(),
    select(func.min(comparison_request.c.due_at)).scalar_subquery(),
)
_WAITING = select(func.count()).select_from(delivery)


def next_due(db: Connection) -> int | None:
    """When there is work for a worker: the next call, request to repeat or comparison; None if none is."""
    moments = [moment for moment in db.execute(_NEXT).one() if moment is not None]
    return min(moments, default=None)


def waiting(db: Connection) -> int:
    """How many calls are still to be made."""
    return int(db.execute(_WAITING).scalar_one())


def first_due(db: Connection, now: int) -> Due | None:
    """The call that has been due for longest, and that no other transaction is taking."""
    row = db.execute(_DUE, {"now": now}).first()
    return Due(*row) if row else None


def hold(db: Connection, key: int, attempts: int, until: int) -> None:
    """Take a call, as the attempt of this number."""
    db.execute(_HOLD, {"id_": key, "made": attempts, "until": until})


def still_held(db: Connection, key: int, until: int) -> bool:
    """Whether a call is held until that moment: by the one who took it so, and nobody since."""
    return db.execute(_STILL_HELD, {"id_": key, "held_until": until}).scalar() is not None


def free(db: Connection, key: int, until: int, *, attempts: int, due_at: int) -> None:
    """Give a call back to the queue."""
    db.execute(_FREE, {"id_": key, "held_until": until, "made": attempts, "due": due_at})


def end(db: Connection, key: int, status: str) -> None:
    """Take a call out of the queue for good."""
    db.execute(_END, {"id_": key})
    set_status(db, key, status)


def set_status(db: Connection, key: int, status: str) -> None:
    """Say how far a triggered webhook got: not_run, retrying, success or failure."""
    db.execute(_STATUS, {"id_": key, "to": status})


def note(db: Connection, key: int, logs: str, now: int, *, success: bool) -> None:
    """Record how an attempt went."""
    fact: dict[str, Any] = {"triggered_webhook_id": key, "success": success, "logs": logs}
    db.execute(_EXECUTION, {**fact, "happened_at": now, "recorded_at": now})


def certificates(db: Connection) -> tuple[str, ...]:
    """The authorities that are trusted besides the usual ones, as PEM texts."""
    return tuple(db.execute(_CERTIFICATES).scalars())
