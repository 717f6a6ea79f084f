"""Scheduling the calls of webhooks, in the transaction of what they tell: nothing that happened goes untold."""

import uuid as uuids
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from troth_broker.core.asking import ask_again_at
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhook_templates import parameters_named
from troth_broker.core.webhooks import ASKING_EVENTS, Definition, Pair, Triggered, Webhook, fires, name_of, watches
from troth_broker.services.world import World
from troth_broker.store import triggered_webhooks, verification_requests, webhook_facts, webhooks
from troth_broker.store.triggered_webhooks import About
from troth_broker.store.verification_requests import ANY_VERSION

_EACH_DEPLOYED = "currentlyDeployedProviderVersionNumber"


@dataclass(frozen=True, slots=True)
class Watch:
    """A pair and the webhooks that watch it, enabled or not."""

    pair: Pair
    webhooks: tuple[Webhook, ...] = ()

    def asks(self) -> bool:
        """Whether any of the webhooks would ask for a verification."""
        return any(one.definition.enabled and {*one.definition.events} & {*ASKING_EVENTS} for one in self.webhooks)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event in one context."""

    context: Context
    asks: int | None = None
    """The slot that lacks a result: a version of the provider, or ANY_VERSION; None if nothing is asked for."""


def watch(db: Connection, consumer: tuple[int, str], provider: tuple[int, str]) -> Watch:
    """Who watches a consumer and a provider, each given by id and name."""
    candidates = webhooks.watching(db, consumer[0], provider[0])
    if not candidates:
        return Watch(Pair(consumer[1], provider[1]))
    pair = Pair(
        consumer[1], provider[1], webhook_facts.labels_of(db, consumer[0]), webhook_facts.labels_of(db, provider[0])
    )
    return Watch(pair, tuple(one for one in candidates if watches(one.definition, pair)))


def schedule(
    db: Connection, world: World, watch: Watch, about: About, occurrences: Iterable[Occurrence], now: int
) -> tuple[Triggered, ...]:
    """Record a call for each webhook that an occurrence triggers, and who was asked for a result thereby.

    Where anything is asked for, the caller holds the content (store.verification_requests).
    """
    triggered: list[Triggered] = []
    asked: dict[int, int] = {}
    for occurrence in occurrences:
        event = occurrence.context.event
        for webhook in watch.webhooks:
            if not fires(webhook.definition, event, watch.pair):
                continue
            for context in _contexts(db, webhook.definition, occurrence.context, about.provider_id):
                uuid = str(uuids.uuid4())
                key = triggered_webhooks.add(db, uuid, webhook.uuid, event, context.to_json(), about, now)
                triggered.append(Triggered(uuid, name_of(webhook.definition), event))
                if occurrence.asks is not None:
                    asked.setdefault(occurrence.asks, key)
    for slot, key in asked.items():
        assert about.content_id is not None  # only contracts are asked about
        _ask(db, world, about.content_id, slot, key, now)
    return tuple(triggered)


def _contexts(db: Connection, webhook: Definition, context: Context, provider_id: int) -> Iterator[Context]:
    """The context, or one for each deployed version of the provider if the webhook tells that."""
    deployed = (
        webhook_facts.deployed_numbers(db, provider_id) if _EACH_DEPLOYED in parameters_named(webhook.request) else ()
    )
    if not deployed:
        yield context
    for number in deployed:
        yield replace(context, currently_deployed=number)


def _ask(db: Connection, world: World, content_id: int, slot: int, triggered_id: int, now: int) -> None:
    after = world.settings.ask_again_after_minutes
    version = None if slot == ANY_VERSION else slot
    verification_requests.add(db, content_id, version, triggered_id, now, lambda times: ask_again_at(now, times, after))
