"""What webhooks are told of contracts that providers publish, and of comparisons."""

from dataclasses import replace

from sqlalchemy import Connection

from troth_broker.core.policy import Rules
from troth_broker.core.policy_document import rules_of
from troth_broker.core.verdict import compared_verdict
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhooks import Triggered
from troth_broker.services.lines import Recorded
from troth_broker.services.ports import Links
from troth_broker.services.webhook_scheduling import Occurrence, schedule, watch
from troth_broker.services.world import World
from troth_broker.store import comparing, policies, provider_contracts, versions, webhook_facts
from troth_broker.store.comparing import Between, Outcome
from troth_broker.store.comparing import Pair as Contents
from troth_broker.store.matrix_evidence import comparisons
from troth_broker.store.triggered_webhooks import About

_NOBODY = (0, "")
"""A provider publishes for no consumer: webhooks that are for some consumer's contracts are not told."""
PUBLISHED = "provider_contract_published"
CHANGED = "provider_contract_content_changed"


def tell_of_provider_contract(
    db: Connection, world: World, recorded: Recorded, links: Links, *, changed: bool, now: int
) -> tuple[Triggered, ...]:
    """Schedule the calls that a provider's contract brings about."""
    version, owner = recorded.version, recorded.application
    watching = watch(db, _NOBODY, (owner.id, owner.name))
    if not watching.webhooks:
        return ()
    context = Context(
        provider=owner.name,
        provider_version=version.number,
        provider_branch=webhook_facts.branch_of(db, version.id),
        provider_tags=versions.tags_of(db, version.id),
        provider_labels=watching.pair.provider_labels,
        provider_contract_url=links.provider_contract(owner.name, version.number),
        build_url=version.build_url or "",
    )
    events = (PUBLISHED, CHANGED) if changed else (PUBLISHED,)
    occurrences = (Occurrence(replace(context, event=event)) for event in events)
    return schedule(db, world, watching, About(None, owner.id, None), occurrences, now)


def tell_of_comparison(
    db: Connection, world: World, contents: Contents, number: int, outcome: Outcome, now: int
) -> tuple[Triggered, ...]:
    """Schedule the calls that a comparison brings about: about the newest versions with these contents.

    The verdict is that of the gate: of all documents of the provider's version, under the policy of the two. It is
    told once all of them were compared.
    """
    between = comparing.between(db, contents[0])
    if between is None:
        return ()
    parties = (between.consumer_id, between.consumer), (between.provider_id, between.provider)
    watching = watch(db, *parties)
    if not watching.webhooks:
        return ()
    pair = watching.pair
    said = provider_contracts.newest_with(db, contents[1])
    success = outcome.success if said is None else _verdict(db, between, contents[0], said[0])
    context = Context(
        consumer=pair.consumer,
        provider=pair.provider,
        consumer_labels=pair.consumer_labels,
        provider_labels=pair.provider_labels,
        success=success,
        comparison_url=world.links.comparison(number) if world.links else "",
    )
    published = webhook_facts.publisher_of(db, contents[0])
    if published is not None:
        context = replace(
            context,
            consumer_version=published.number,
            consumer_branch=webhook_facts.branch_of(db, published.id),
            consumer_tags=versions.tags_of(db, published.id),
            build_url=published.build_url or "",
        )
    if said is not None:
        context = replace(
            context,
            provider_version=said[1],
            provider_branch=webhook_facts.branch_of(db, said[0]),
            provider_tags=versions.tags_of(db, said[0]),
            provider_contract_url=world.links.provider_contract(pair.provider, said[1]) if world.links else "",
        )
    events = ["comparison_published"]
    if success is not None:
        events.append(f"comparison_{'succeeded' if success else 'failed'}")
    occurrences = (Occurrence(replace(context, event=event)) for event in events)
    about = About(between.consumer_id, between.provider_id, contents[0])
    return schedule(db, world, watching, about, occurrences, now)


def _verdict(db: Connection, between: Between, content: int, version: int) -> bool | None:
    """What the comparisons of a content with a version's documents come to; None where they cannot tell yet."""
    found = comparisons(db, [content], [version]).of(content, version, between.format)
    scope = policies.Scope(between.consumer_id, between.provider_id)
    policy = policies.versions(db, scope, 1)
    rules = rules_of(policy[0].document) if policy else Rules()
    verdict = compared_verdict(found, rules)
    return verdict if isinstance(verdict, bool) else None
