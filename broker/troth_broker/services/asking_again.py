"""Asking again for verifications that were asked for and never came: a build may have died."""

import uuid as uuids
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.asking import ask_again_at
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhooks import ASKING_EVENTS
from troth_broker.services.world import World
from troth_broker.store import repeats, triggered_webhooks, verification_requests, webhooks
from troth_broker.store.repeats import REPEAT, Asking, Unanswered


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that was looked at: how many calls repeat it; none if it is repeated no more."""

    content_id: int
    provider_version_id: int | None
    calls: int


def ask_again(world: World) -> Asked | None:
    """Repeat the request that has waited for longest, or give it up; None if none is due."""
    now = world.clock()
    found = world.store.read(repeats.first_due, now)
    return None if found is None else world.store.write(_ask_again, world, *found, now)


def _ask_again(db: Connection, world: World, content_id: int, slot: int, now: int) -> Asked | None:
    verification_requests.hold(db, content_id)
    request = repeats.still_due(db, content_id, slot, now)
    if request is None:
        return None
    due = _repeatable(db, world, request)
    if not due:
        repeats.give_up(db, content_id, slot)
        return Asked(content_id, request.provider_version_id, 0)
    keys = [
        triggered_webhooks.add(
            db, str(uuids.uuid4()), one.webhook_uuid, one.event, one.context, one.about, now, trigger_type=REPEAT
        )
        for one in due
    ]
    after = world.settings.ask_again_after_minutes
    verification_requests.add(
        db, content_id, request.provider_version_id, keys[0], now, lambda times: ask_again_at(now, times, after)
    )
    return Asked(content_id, request.provider_version_id, len(keys))


def _repeatable(db: Connection, world: World, request: Unanswered) -> list[Asking]:
    """What to do once more: one call of each webhook that asked, unless that was tried often enough."""
    if request.triggered_id is None:
        return []
    if repeats.repeats(db, request.content_id, request.slot) >= world.settings.ask_again_times:
        return []
    together = repeats.asked_together(db, request.content_id, request.triggered_id)
    named = _version_in(triggered_webhooks.context_of(db, request.triggered_id))
    found: dict[str, Asking] = {}
    for one in together:
        if one.event in ASKING_EVENTS and _version_in(one.context) == named:
            found.setdefault(one.webhook_uuid, one)
    return [one for one in found.values() if _is_enabled(db, one.webhook_uuid)]


def _version_in(context: str | None) -> str:
    return Context.from_json(context or "{}").provider_version


def _is_enabled(db: Connection, uuid: str) -> bool:
    webhook = webhooks.find(db, uuid)
    return webhook is not None and webhook.definition.enabled
