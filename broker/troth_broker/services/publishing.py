"""Publishing contracts: a build's whole publication, or one pact by the older flow."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from troth_broker.core.names import lookalikes
from troth_broker.core.published import (
    Change,
    ContractModified,
    ContractOutcome,
    Lookalike,
    MergeConflict,
    Modified,
    PossibleDuplicate,
    Published,
    Refused,
)
from troth_broker.core.publishing import NewContract, NewPublication
from troth_broker.core.webhooks import Triggered
from troth_broker.services import comparing, lines
from troth_broker.services.lines import Recorded
from troth_broker.services.ports import Links
from troth_broker.services.publish_events import raised
from troth_broker.services.webhook_events import Told, tell_of_publication
from troth_broker.services.webhook_scheduling import watch as watch_of
from troth_broker.services.world import World
from troth_broker.store import applications, events, publications, verification_requests, versions
from troth_broker.store.publications import Current
from troth_broker.store.triggered_webhooks import About
from troth_broker.store.webhook_facts import PublishedVersion
from troth_schemas.pact import Conflicts, Document, content_sha, counts, diff_text, merge, parse


class _NotRecorded(Exception):
    """Ends a publication's transaction without a trace."""

    def __init__(self, refused: Refused) -> None:
        super().__init__()
        self.refused = refused


def publish(world: World, new: NewPublication, links: Links) -> Published | Refused:
    """Record a build's version, branch, tags and contracts; or nothing, if they conflict with what is recorded.

    Webhooks are told of it, with addresses as `links` writes them.
    """
    digests = tuple(content_sha(contract.document) for contract in new.contracts)
    try:
        done = world.store.write(_publish, world, new, digests, links, world.clock())
    except _NotRecorded as nothing:
        return nothing.refused
    _wake(world, done.contracts)
    return done


def with_similar_names(world: World) -> World:
    """The same world for one request whose new names are meant, however much they look like known ones."""
    settings = replace(world.settings, check_for_potential_duplicate_pacticipant_names=False)
    return replace(world, settings=settings)


def _wake(world: World, outcomes: Iterable[ContractOutcome]) -> None:
    if any(outcome.triggered for outcome in outcomes):
        world.bell.ring()


def _publish(
    db: Connection, world: World, new: NewPublication, digests: tuple[str, ...], links: Links, now: int
) -> Published:
    alike = tuple(_lookalikes(db, world, (new.consumer, *(contract.provider for contract in new.contracts))))
    recorded = _recorded(db, new, now)
    modified = tuple(_modified(db, world, recorded, new, digests))
    if alike or modified:
        raise _NotRecorded(Refused(modified, alike))
    if new.branch is not None:
        lines.join_branch(db, world, recorded, new.branch, now)
    lines.add_tags(db, world, recorded, new.tags, now)
    tags = new.tags if recorded.version_is_new else versions.tags_of(db, recorded.version.id)
    outcomes = tuple(
        _record(db, world, recorded, contract, sha, tags, links, now)
        for contract, sha in zip(new.contracts, digests, strict=True)
    )
    return Published(recorded.version_is_new, outcomes)


def _recorded(db: Connection, new: NewPublication, now: int) -> Recorded:
    """The version that is published. Builds that publish the same one at once take turns, each seeing the last."""
    recorded = lines.record_version(db, new.consumer, new.version, now, new.build_url)
    if not recorded.version_is_new:
        versions.hold(db, recorded.version.id)
    return recorded


def _modified(
    db: Connection, world: World, recorded: Recorded, new: NewPublication, digests: tuple[str, ...]
) -> Iterator[Modified]:
    if recorded.version_is_new or world.settings.allow_dangerous_contract_modification:
        return
    for contract, sha in zip(new.contracts, digests, strict=True):
        provider = applications.id_of(db, contract.provider)
        before = publications.current(db, recorded.version.id, provider) if provider is not None else None
        if before is not None and before.sha != sha and contract.on_conflict == "overwrite":
            yield Modified(contract.provider, diff_text(parse(before.body), contract.document))


def _lookalikes(db: Connection, world: World, names: tuple[str, ...]) -> Iterator[Lookalike]:
    if not world.settings.check_for_potential_duplicate_pacticipant_names:
        return
    unknown = [name for name in dict.fromkeys(names) if applications.id_of(db, name) is None]
    known = applications.all_names(db) if unknown else ()
    for name in unknown:
        alike = lookalikes(name, known)
        if alike:
            yield Lookalike(name, alike)


def _record(
    db: Connection,
    world: World,
    recorded: Recorded,
    contract: NewContract,
    sha: str,
    tags: tuple[str, ...],
    links: Links,
    now: int,
) -> ContractOutcome:
    provider, _ = applications.ensure(db, contract.provider, now)
    before = publications.current(db, recorded.version.id, provider.id)
    kept = _kept(before, contract, sha)
    consumer_id = recorded.application.id
    content = publications.ensure_content(db, consumer_id, provider.id, kept.sha, counts(kept.document), now)
    watch = watch_of(db, (consumer_id, recorded.application.name), (provider.id, provider.name))
    if watch.asks():  # the content is held first of all that a result holds too
        verification_requests.hold(db, content.id)
    if before is not None and before.sha == kept.sha:
        publication_id = before.publication_id
    else:
        publication_id = publications.add(
            db,
            version_id=recorded.version.id,
            consumer_id=consumer_id,
            provider_id=provider.id,
            revision=before.revision + 1 if before else 1,
            content_id=content.id,
            body_id=publications.ensure_body(db, kept.body),
            now=now,
        )
    applications.integrate(db, consumer_id, provider.id, now)
    comparing.consumer_published(db, provider.id, content.id, "pact", now)
    unverified = events.unverified_targets(db, provider.id, content.id)
    happened = tuple(raised(db, recorded, provider.id, content.id, before, kept.sha, tags, unverified))
    triggered: tuple[Triggered, ...] = ()
    if watch.webhooks:
        about = About(consumer_id, provider.id, content.id, publication_id)
        published = PublishedVersion(
            recorded.version.id, recorded.version.number, recorded.version.build_url, publication_id
        )
        told = Told(watch.pair, kept.sha, links)
        triggered = tell_of_publication(db, world, watch, about, told, published, happened, unverified, now)
    return ContractOutcome(
        provider=contract.provider,
        change=kept.change,
        events=happened,
        ever_verified=events.ever_verified(db, consumer_id, provider.id),
        has_webhook=bool(watch.webhooks),
        triggered=triggered,
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a contract comes to once it has met what the same version published before."""

    body: bytes
    document: Document
    sha: str
    change: Change


def _kept(before: Current | None, contract: NewContract, sha: str) -> _Kept:
    if before is None:
        return _Kept(contract.body, contract.document, sha, "published")
    if contract.on_conflict == "merge":
        original = parse(before.body)
        assert isinstance(original, dict)  # only objects are ever stored
        merged = merge(original, contract.document, refuse_changed_requests=contract.refuses_changed_requests)
        if isinstance(merged, Conflicts):
            raise MergeConflict(merged)
        if merged.document == original:
            return _Kept(before.body, original, before.sha, "merged")
        body = json.dumps(merged.document, ensure_ascii=False, separators=(",", ":")).encode()
        return _Kept(body, merged.document, content_sha(merged.document), "merged")
    return _Kept(contract.body, contract.document, sha, "unchanged" if before.sha == sha else "overwritten")


@dataclass(frozen=True, slots=True)
class PactPut:
    """What became of one pact, and whether the version had none before."""

    created: bool
    outcome: ContractOutcome


def put_pact(world: World, consumer: str, version: str, contract: NewContract, links: Links) -> PactPut:
    """Record one pact of a version, by the older flow. Raises Conflict if it clashes with what is recorded."""
    new = NewPublication(consumer, version, None, (), None, (contract,))
    done = world.store.write(_put_pact, world, new, content_sha(contract.document), links, world.clock())
    _wake(world, (done.outcome,))
    return done


def _put_pact(db: Connection, world: World, new: NewPublication, sha: str, links: Links, now: int) -> PactPut:
    alike = tuple(_lookalikes(db, world, (new.consumer, new.contracts[0].provider)))
    if alike:
        raise PossibleDuplicate(alike)
    recorded = _recorded(db, new, now)
    for modified in _modified(db, world, recorded, new, (sha,)):
        raise ContractModified(modified)
    tags = versions.tags_of(db, recorded.version.id)
    outcome = _record(db, world, recorded, new.contracts[0], sha, tags, links, now)
    return PactPut(outcome.change == "published", outcome)
