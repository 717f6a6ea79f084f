"""Webhooks: made, changed, deleted and listed, each change with an audit line."""

import json
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import Fault, Invalid, NotFound
from troth_broker.core.webhook_definition import Rules, check_uuid, read_webhook, shown_request
from troth_broker.core.webhook_templates import has_template
from troth_broker.core.webhooks import Definition, Party, Webhook
from troth_broker.services.sealing import seal
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import applications, audit, webhooks
from troth_broker.store.webhooks import Scope


@dataclass(frozen=True, slots=True)
class Put:
    """A webhook as it stands after a PUT, and whether that made it."""

    webhook: Webhook
    created: bool


def rules(settings: Settings) -> Rules:
    """Where webhooks may go by these settings."""
    return Rules(
        settings.webhook_http_method_whitelist, settings.webhook_scheme_whitelist, settings.webhook_host_whitelist
    )


def every(world: World, *, consumer: str | None = None, provider: str | None = None) -> tuple[Webhook, ...]:
    """All webhooks, or those that name exactly these applications. Raises NotFound for a name that nobody uses."""
    if consumer is None and provider is None:
        return world.store.read(webhooks.every)

    def find(db: Connection) -> tuple[Webhook, ...]:
        return webhooks.of_scope(
            db, Scope(known(db, consumer) if consumer else None, known(db, provider) if provider else None)
        )

    return world.store.read(find)


def known(db: Connection, name: str) -> int:
    """The id of an application. Raises NotFound for a name that nobody uses."""
    found = applications.id_of(db, name)
    if found is None:
        raise NotFound(f"No pacticipant named {name} is known to this broker", named=True)
    return found


def one(world: World, uuid: str) -> Webhook:
    """One webhook. Raises NotFound."""
    return world.store.read(present, uuid)


def present(db: Connection, uuid: str) -> Webhook:
    """The webhook with that uuid. Raises NotFound."""
    found = webhooks.find(db, uuid)
    if found is None:
        raise NotFound
    return found


def create(
    world: World, body: Mapping[str, Any], *, consumer: str | None = None, provider: str | None = None
) -> Webhook:
    """Make a webhook as a body describes it; for these applications, if any are given. Raises NotFound, Invalid."""

    def check(db: Connection) -> None:
        for name in (provider, consumer):
            if name is not None:
                known(db, name)

    world.store.read(check)  # an application that is not there comes before a body that is wrong
    new = read_webhook(body, rules(world.settings))
    if consumer is not None or provider is not None:
        new = replace(
            new, consumer=Party(consumer) if consumer else None, provider=Party(provider) if provider else None
        )
    return world.store.write(_create, world, str(uuids.uuid4()), new, world.clock())


def _create(db: Connection, world: World, uuid: str, new: Definition, now: int) -> Webhook:
    webhooks.add(db, uuid, _sealed(world, new), _scope(db, new), now)
    return _recorded(db, uuid, "created", now)


def put(world: World, uuid: str, body: Mapping[str, Any]) -> Put:
    """Make the webhook with that uuid, or change it to what a body says. Raises Invalid.

    What the body repeats hidden (`**********`) stays as it was.
    """
    check_uuid(uuid)
    return world.store.write(_put, world, uuid, body, world.clock())


def _put(db: Connection, world: World, uuid: str, body: Mapping[str, Any], now: int) -> Put:
    before = webhooks.find(db, uuid)
    if before is None:
        new = read_webhook(body, rules(world.settings))
        webhooks.add(db, uuid, _sealed(world, new), _scope(db, new), now)
        return Put(_recorded(db, uuid, "created", now), created=True)
    changed = read_webhook(body, rules(world.settings), before.definition)
    if changed.request.password != before.definition.request.password:  # else it is sealed already
        changed = _sealed(world, changed)
    webhooks.replace(db, before.id, changed, _scope(db, changed), now)
    return Put(_recorded(db, uuid, "updated", now), created=False)


def delete(world: World, uuid: str) -> None:
    """Delete a webhook; what it did stays on record, what is due is not sent. Raises NotFound."""

    def remove(db: Connection, now: int) -> None:
        found = present(db, uuid)
        record(db, "deleted", found, now)
        webhooks.remove(db, found.id)

    world.store.write(remove, world.clock())


def _recorded(db: Connection, uuid: str, action: str, now: int) -> Webhook:
    found = present(db, uuid)
    record(db, action, found, now)
    return found


def record(db: Connection, action: str, webhook: Webhook, now: int) -> None:
    """Write the audit line of a change of a webhook: what it is now, or was last, without its secrets."""
    what = webhook.definition
    parties = {"consumer": what.consumer, "provider": what.provider}
    detail = {
        "description": what.description,
        "enabled": what.enabled,
        "events": what.events,
        "request": shown_request(what.request),
        **{role: {"name": party.name, "label": party.label} for role, party in parties.items() if party},
    }
    audit.record(db, f"webhook {webhook.uuid}", action, json.dumps(detail), now)


def _sealed(world: World, new: Definition) -> Definition:
    """The webhook as it is kept; a password that is a template is no secret itself."""
    if new.request.password is None or has_template(new.request.password):
        return new
    return replace(new, request=replace(new.request, password=seal(world.cipher, new.request.password)))


def _scope(db: Connection, new: Definition) -> Scope:
    found = {
        role: applications.id_of(db, party.name)
        for role, party in (("consumer", new.consumer), ("provider", new.provider))
        if party is not None and party.name is not None
    }
    missing = [
        Fault(f"{role}.name", "does not match an existing pacticipant: create it first, or use a label")
        for role, key in found.items()
        if key is None
    ]
    if missing:
        raise Invalid(missing)
    return Scope(found.get("consumer"), found.get("provider"))
