"""What consumers expect of providers in other formats than pact: recorded with their version, and deleted."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from troth_broker.core.consumer_contracts import MEMBER, NewConsumerContract
from troth_broker.core.errors import NotFound
from troth_broker.core.webhooks import Pair
from troth_broker.services import comparing, contract_reading, lines
from troth_broker.services.contract_reading import NewDocuments
from troth_broker.services.deployments import version_of
from troth_broker.services.ports import Links
from troth_broker.services.publish_events import raised
from troth_broker.services.webhook_events import Told, tell_of_publication
from troth_broker.services.webhook_scheduling import Watch
from troth_broker.services.webhook_scheduling import watch as watch_of
from troth_broker.services.world import World
from troth_broker.store import (
    applications,
    contract_files,
    contracts,
    events,
    publications,
    verification_requests,
    versions,
)
from troth_broker.store.contracts import Stated
from troth_broker.store.publications import Current
from troth_broker.store.triggered_webhooks import About
from troth_broker.store.webhook_facts import PublishedVersion
from troth_schemas import pairs

Change = Literal["published", "unchanged", "revised"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a contract that was published."""

    version_is_new: bool
    change: Change
    contract: Stated
    documents: NewDocuments


def publish(world: World, new: NewConsumerContract, links: Links) -> Recorded:
    """Record a consumer's contract with its version, branch and tags. Another one of that format is a revision.

    Webhooks are told of one that only a replay can judge, with addresses as `links` writes them; a comparison tells of
    the others. Raises Invalid for documents that cannot be read.
    """
    documents = contract_reading.read(world, new.documents, new.place, MEMBER)
    recorded = world.store.write(_publish, world, new, documents, links, world.clock())
    world.bell.ring()
    return recorded


def _publish(
    db: Connection, world: World, new: NewConsumerContract, documents: NewDocuments, links: Links, now: int
) -> Recorded:
    recorded = lines.record_version(db, new.consumer, new.version, now, new.build_url)
    version, consumer_id = recorded.version, recorded.application.id
    if not recorded.version_is_new:
        versions.hold(db, version.id)  # builds that publish the same version at once take turns
    if new.branch is not None:
        lines.join_branch(db, world, recorded, new.branch, now)
    lines.add_tags(db, world, recorded, new.tags, now)
    provider, _ = applications.ensure(db, new.provider, now)
    content_id = _content(db, consumer_id, provider.id, documents, now)
    watch = Watch(Pair(new.consumer, new.provider))
    if _is_only_replayed(documents.format):
        watch = watch_of(db, (consumer_id, new.consumer), (provider.id, new.provider))
    if watch.asks():  # the content is held first of all that a result holds too
        verification_requests.hold(db, content_id)
    before = publications.current(db, version.id, provider.id, documents.format)
    change: Change = "published"
    if before is not None:
        change = "unchanged" if before.content_id == content_id else "revised"
    publication_id = before.publication_id if before is not None else 0
    if before is None or change == "revised":
        publication_id = publications.add(
            db,
            version_id=version.id,
            consumer_id=consumer_id,
            provider_id=provider.id,
            revision=before.revision + 1 if before else 1,
            content_id=content_id,
            body_id=publications.ensure_body(db, documents.sources.text),
            now=now,
            format_name=documents.format,
        )
        comparing.consumer_published(db, provider.id, content_id, documents.format, now)
    applications.integrate(db, consumer_id, provider.id, now)
    if watch.webhooks:
        about = About(consumer_id, provider.id, content_id, publication_id)
        _tell(db, world, watch, about, recorded, Told(watch.pair, documents.sha, links, documents.format), before, now)
    kept = contracts.expected(db, version.id, new.provider, documents.format)
    assert kept is not None
    return Recorded(recorded.version_is_new, change, kept, documents)


def _is_only_replayed(format_name: str) -> bool:
    """Whether nothing compares contracts of a format, so that the provider has to verify them."""
    return all(consumer != format_name for consumer, _ in pairs.known())


def _tell(
    db: Connection,
    world: World,
    watch: Watch,
    about: About,
    recorded: lines.Recorded,
    told: Told,
    before: Current | None,
    now: int,
) -> None:
    """Schedule the calls that the publication brings about, as for a pact."""
    assert about.content_id is not None
    assert about.publication_id is not None
    version = recorded.version
    unverified = events.unverified_targets(db, about.provider_id, about.content_id)
    tags = versions.tags_of(db, version.id)
    happened = raised(
        db, recorded, about.provider_id, about.content_id, before, told.sha, tags, unverified, told.format
    )
    published = PublishedVersion(version.id, version.number, version.build_url, about.publication_id)
    tell_of_publication(db, world, watch, about, told, published, tuple(happened), unverified, now)


def _content(db: Connection, consumer_id: int, provider_id: int, documents: NewDocuments, now: int) -> int:
    content = publications.ensure_content(
        db,
        consumer_id,
        provider_id,
        documents.sha,
        (documents.interactions, 0),
        now,
        format_name=documents.format,
        root=documents.sources.root,
    )
    if content.is_new:
        contract_files.keep_of_content(db, content.id, documents.sources)
    return content.id


def delete(world: World, consumer: str, provider: str, version: str, format_name: str) -> None:
    """Delete a contract of a consumer's version with all its revisions. Raises NotFound."""
    world.store.write(_delete, consumer, provider, version, format_name)


def _delete(db: Connection, consumer: str, provider: str, version: str, format_name: str) -> None:
    version_id = version_of(db, consumer, version).id
    if contracts.expected(db, version_id, provider, format_name) is None:
        raise NotFound
    contracts.remove_expected(db, version_id, provider, format_name)
