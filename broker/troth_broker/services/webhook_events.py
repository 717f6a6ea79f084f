"""What webhooks are told: the contexts of what a publication, or a verification result, has brought about."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from troth_broker.core.metadata import Metadata, encode
from troth_broker.core.published import Event
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhooks import ASKING_EVENTS, Pair, Triggered
from troth_broker.services.ports import Links
from troth_broker.services.webhook_scheduling import Occurrence, Watch, schedule
from troth_broker.services.world import World
from troth_broker.store import versions, webhook_facts
from troth_broker.store.tables import PACT
from troth_broker.store.triggered_webhooks import About
from troth_broker.store.verification_requests import ANY_VERSION
from troth_broker.store.webhook_facts import PublishedVersion

REQUIRING = "contract_requiring_verification_published"


@dataclass(frozen=True, slots=True)
class Told:
    """A pair's content as it is told: with its digest and format, and a way to write addresses."""

    pair: Pair
    sha: str
    links: Links
    format: str = PACT

    def context(self, event: str, db: Connection, published: PublishedVersion, tags: tuple[str, ...]) -> Context:
        """An event about a version's publication of the content."""
        metadata = encode(Metadata(version=published.number, version_tags=tags, wip=True))
        pair = self.pair
        return Context(
            event=event,
            consumer=pair.consumer,
            provider=pair.provider,
            consumer_version=published.number,
            consumer_branch=webhook_facts.branch_of(db, published.id),
            consumer_tags=tags,
            consumer_labels=pair.consumer_labels,
            provider_labels=pair.provider_labels,
            pact_url=self._contract_url(metadata),
            build_url=published.build_url or "",
        )

    def _contract_url(self, metadata: str) -> str:
        of = (self.pair.provider, self.pair.consumer)
        if self.format == PACT:
            return self.links.pact(*of, self.sha, metadata)
        return self.links.content(*of, self.format, self.sha, metadata)

    def with_version(self, context: Context, db: Connection, version_id: int, number: str) -> Context:
        """The context with a version of the provider."""
        return replace(
            context,
            provider_version=number,
            provider_branch=webhook_facts.branch_of(db, version_id),
            provider_tags=versions.tags_of(db, version_id),
        )

    def with_result(self, context: Context, number: int, success: bool) -> Context:
        """The context with a result."""
        url = self.links.result(self.pair.provider, self.pair.consumer, self.format, self.sha, number)
        return replace(context, success=success, result_url=url)


def tell_of_publication(
    db: Connection,
    world: World,
    watch: Watch,
    about: About,
    told: Told,
    published: PublishedVersion,
    events: Iterable[Event],
    unverified: Iterable[tuple[int, str]],
    now: int,
) -> tuple[Triggered, ...]:
    """Schedule the calls that a publication brings about; `unverified` are the provider's versions without a result."""
    base = told.context("", db, published, versions.tags_of(db, published.id))
    assert about.content_id is not None  # what is published here is a consumer's
    verdict = webhook_facts.verdict_on(db, about.content_id)
    latest = base
    if verdict is not None:
        latest = told.with_version(base, db, verdict.provider_version_id, verdict.provider_version)
        latest = told.with_result(latest, verdict.number, verdict.success)

    def occurrences() -> Iterator[Occurrence]:
        for event in events:
            if event.name != REQUIRING:
                asks = verdict is None and event.name in ASKING_EVENTS
                yield Occurrence(replace(latest, event=event.name), ANY_VERSION if asks else None)
                continue
            why = webhook_facts.why_needed(db, about.provider_id)
            for version_id, number in unverified:
                context = told.with_version(replace(base, event=REQUIRING), db, version_id, number)
                yield Occurrence(replace(context, provider_descriptions=why.get(version_id, ())), version_id)

    return schedule(db, world, watch, about, occurrences(), now)


def tell_of_result(
    db: Connection,
    world: World,
    watch: Watch,
    about: About,
    told: Told,
    provider_version: tuple[int, str],
    result: tuple[int, bool],
    metadata: Metadata,
    now: int,
) -> tuple[Triggered, ...]:
    """Schedule the calls that a result brings about: one for each consumer version that its address is about."""
    number, success = result
    events = ("provider_verification_published", f"provider_verification_{'succeeded' if success else 'failed'}")
    triggered: list[Triggered] = []
    for published in _published_versions(db, about, metadata):
        tags = _tags_in(metadata, published.number) or versions.tags_of(db, published.id)
        context = told.with_version(told.context("", db, published, tags), db, *provider_version)
        context = told.with_result(context, number, success)
        occurrences = tuple(Occurrence(replace(context, event=event)) for event in events)
        here = replace(about, publication_id=published.publication_id)
        triggered += schedule(db, world, watch, here, occurrences, now)
    return tuple(triggered)


def _published_versions(db: Connection, about: About, metadata: Metadata) -> tuple[PublishedVersion, ...]:
    """The consumer versions that an address names and that are still there, else the newest with the content."""
    content, consumer = about.content_id, about.consumer_id
    assert content is not None  # a result is about a consumer's contract
    assert consumer is not None
    named = (webhook_facts.publisher_numbered(db, content, consumer, number) for number in metadata.versions)
    found = tuple(one for one in named if one is not None)
    newest = webhook_facts.publisher_of(db, content) if not found else None
    return (newest,) if newest is not None else found


def _tags_in(metadata: Metadata, number: str) -> tuple[str, ...]:
    """The tags by which an address says that a version was selected."""
    tags = [chosen.tag for chosen in metadata.selectors if chosen.version == number and chosen.tag]
    if metadata.version == number:
        tags += metadata.version_tags
    return tuple(dict.fromkeys(tags))
