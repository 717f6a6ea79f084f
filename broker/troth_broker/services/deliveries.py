"""Making the calls that are due: taken in one transaction, made outside of any, their outcome kept in another.

Every call is made at least once, with the same delivery id each time. A worker that vanishes in the middle leaves its
call held for a while; then another worker notes that, and makes it again.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from troth_broker.core.call_logs import note
from troth_broker.core.times import SECOND
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhooks import Webhook
from troth_broker.services.calling import Made, Means, call, means
from troth_broker.services.ports import Sender
from troth_broker.services.world import World
from troth_broker.store import deliveries, webhooks
from troth_broker.store.deliveries import Due

_VANISHED = "Attempt {0} was begun and never ended: the worker that made it vanished, or could not note the outcome"
_GONE = "No call is made: the webhook was deleted"
_OFF = "No call is made: the webhook is disabled"
_GARBLED = "No call is made: what it was to tell cannot be read"


@dataclass(frozen=True, slots=True)
class Taken:
    """A call that this worker holds until a moment, with all that it takes to make it."""

    id: int
    delivery: str
    attempt: int
    until: int
    webhook: Webhook
    context: Context
    means: Means = field(repr=False)


def next_due(world: World) -> int | None:
    """When there is work for a worker; None if there is none."""
    return world.store.read(deliveries.next_due)


def take(world: World) -> Taken | None:
    """Take the call that has been due for longest; None if none is due that nobody else is taking."""
    return world.store.write(_take, world, world.clock())


def _take(db: Connection, world: World, now: int) -> Taken | None:
    while due := deliveries.first_due(db, now):
        if due.held_until is not None:
            deliveries.note(db, due.id, note(_VANISHED.format(due.attempts), at=now), now, success=False)
        webhook, context = webhooks.find(db, due.webhook_uuid), _context(due)
        if webhook is None or context is None or not webhook.definition.enabled:
            why = _GONE if webhook is None else _GARBLED if context is None else _OFF
            deliveries.note(db, due.id, note(why, at=now), now, success=False)
            deliveries.end(db, due.id, "failure")
        elif due.attempts > len(world.settings.webhook_retry_schedule):
            deliveries.end(db, due.id, "failure")
        else:
            until = now + world.settings.webhook_lease * SECOND
            deliveries.hold(db, due.id, due.attempts + 1, until)
            return Taken(due.id, due.uuid, due.attempts + 1, until, webhook, context, means(db))
    return None


def _context(due: Due) -> Context | None:
    """What a call is to tell; None if that cannot be read, which must not hold up the calls behind it."""
    try:
        return Context.from_json(due.context)
    except (ValueError, TypeError, AttributeError):
        return None


def make(world: World, sender: Sender, taken: Taken) -> Made:
    """Make the call, in bounded time."""
    request = taken.webhook.definition.request
    return call(world, sender, request, taken.context, taken.means, delivery=taken.delivery, attempt=taken.attempt)


def finish(world: World, taken: Taken, made: Made, jitter: float) -> str | None:
    """Keep what became of a call, and say when to try again; gives the call's new status.

    None if the hold has ended meanwhile and the call is another worker's. `jitter` is a number from 0 to 1 that keeps
    calls that failed together from being repeated together.
    """
    return world.store.write(_finish, world, taken, made, jitter, world.clock())


def _finish(db: Connection, world: World, taken: Taken, made: Made, jitter: float, now: int) -> str | None:
    if not deliveries.still_held(db, taken.id, taken.until):
        return None
    deliveries.note(db, taken.id, made.log, now, success=made.sent.success)
    schedule = world.settings.webhook_retry_schedule
    if made.sent.success or taken.attempt > len(schedule):
        status = "success" if made.sent.success else "failure"
        deliveries.end(db, taken.id, status)
        return status
    wait = schedule[taken.attempt - 1] * SECOND
    due_at = now + wait + int(wait * jitter / 5)
    deliveries.free(db, taken.id, taken.until, attempts=taken.attempt, due_at=due_at)
    deliveries.set_status(db, taken.id, "retrying")
    return "retrying"


def hand_back(world: World, taken: Taken) -> None:
    """Give a call back at once, as if it had not been taken."""
    now = world.clock()
    world.store.write(deliveries.free, taken.id, taken.until, attempts=taken.attempt - 1, due_at=now)


def waiting(world: World) -> int:
    """How many calls are still to be made."""
    return world.store.read(deliveries.waiting)
