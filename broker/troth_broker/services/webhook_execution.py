"""Trying a webhook out: its request is made at once, about the latest fitting contract, and leaves no trace."""

import uuid as uuids
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import Conflict
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhook_definition import read_webhook
from troth_broker.core.webhooks import TEST_EVENT, Definition, Pair
from troth_broker.services.calling import Made, Means, call, means
from troth_broker.services.ports import Links
from troth_broker.services.webhook_events import Told
from troth_broker.services.webhooks import present, rules
from troth_broker.services.world import World
from troth_broker.store import versions, webhook_facts, webhook_samples


class NoSender(Conflict):
    """This broker makes no calls."""


def execute(world: World, uuid: str, links: Links) -> Made:
    """Make a webhook's call. Raises NotFound."""

    def prepare(db: Connection) -> tuple[Definition, Context, Means]:
        found = present(db, uuid).definition
        return found, _context(db, found, links), means(db)

    return _make(world, *world.store.read(prepare), delivery=uuid)


def execute_unsaved(world: World, body: Mapping[str, Any], links: Links) -> Made:
    """Make the call of a webhook that only a body describes. Raises Invalid."""
    definition = read_webhook(body, rules(world.settings))

    def prepare(db: Connection) -> tuple[Context, Means]:
        return _context(db, definition, links), means(db)

    return _make(world, definition, *world.store.read(prepare), delivery=str(uuids.uuid4()))


def _make(world: World, definition: Definition, context: Context, by: Means, *, delivery: str) -> Made:
    if world.sender is None:
        raise NoSender("this broker makes no calls")
    return call(world, world.sender, definition.request, context, by, delivery=delivery, attempt=1)


def _context(db: Connection, definition: Definition, links: Links) -> Context:
    found = webhook_samples.latest(db, definition.consumer, definition.provider)
    if found is None:
        return _placeholder(definition)
    labels = webhook_facts.labels_of(db, found.consumer_id), webhook_facts.labels_of(db, found.provider_id)
    told = Told(Pair(found.consumer, found.provider, *labels), found.sha, links, found.format)
    published = found.published
    context = told.context(TEST_EVENT, db, published, versions.tags_of(db, published.id))
    verdict = webhook_facts.verdict_on(db, found.content_id)
    if verdict is not None:
        context = told.with_version(context, db, verdict.provider_version_id, verdict.provider_version)
        context = told.with_result(context, verdict.number, verdict.success)
    deployed = webhook_facts.deployed_numbers(db, found.provider_id)
    return replace(context, currently_deployed=deployed[-1] if deployed else "")


def _placeholder(definition: Definition) -> Context:
    """What is told while there is no contract: the names that the webhook itself gives, else plain examples."""
    consumer, provider = definition.consumer, definition.provider
    return Context(
        event=TEST_EVENT,
        consumer=(consumer and consumer.name) or "Example consumer",
        provider=(provider and provider.name) or "Example provider",
        consumer_version="1.2.3",
        consumer_branch="main",
        provider_version="4.5.6",
        provider_branch="main",
        pact_url="http://example.org/contract",
        result_url="http://example.org/verification-result",
        build_url="http://example.org/build",
    )
