"""What providers publish about themselves: recorded, read and deleted."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.core.provider_contracts import NewProviderContract
from troth_broker.services import comparing, contract_events, contract_reading, lines
from troth_broker.services.contract_reading import NewDocuments
from troth_broker.services.deployments import version_of
from troth_broker.services.pacticipants import named
from troth_broker.services.ports import Links, Moved
from troth_broker.services.world import World
from troth_broker.store import provider_contents, provider_contracts, versions
from troth_broker.store.provider_contracts import Heading, NewRevision, ProviderContract

Change = Literal["published", "unchanged", "revised"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a contract that was published."""

    version_is_new: bool
    change: Change
    contract: ProviderContract
    documents: NewDocuments


def publish(world: World, new: NewProviderContract, links: Links) -> Recorded:
    """Record a provider's contract with its version, branch and tags. Another one of that format is a revision.

    Webhooks are told of it. Raises Invalid for documents that cannot be read.
    """
    # Clients that know of one document, called OpenAPI, were never refused for what it says.
    lenient = new.documents.is_single and new.documents.format == "openapi"
    documents = contract_reading.read(world, new.documents, new.place, new.member, lenient=lenient)
    recorded = world.store.write(record, world, new, documents, links, world.clock())
    world.bell.ring((Moved(new.provider, new.version),))
    return recorded


def record(
    db: Connection, world: World, new: NewProviderContract, documents: NewDocuments, links: Links, now: int
) -> Recorded:
    """Record a contract whose documents are read already, in a transaction that is open."""
    recorded = lines.record_version(db, new.provider, new.version, now, new.build_url)
    version, owner = recorded.version, recorded.application.id
    if not recorded.version_is_new:
        versions.hold(db, version.id)  # builds that publish the same version at once take turns
    if new.branch is not None:
        lines.join_branch(db, world, recorded, new.branch, now)
    lines.add_tags(db, world, recorded, new.tags, now)
    before = provider_contracts.named(db, version.id, documents.format, documents.name)
    content = provider_contents.ensure(
        db, owner, documents.format, documents.sha, documents.digest, documents.sources, now
    )
    change = _change(before, new, documents, content)
    if change != "unchanged":
        revision = NewRevision(
            documents.format,
            documents.name,
            before.heading.revision + 1 if before else 1,
            documents.content_type,
            content,
            documents.sources,
        )
        provider_contracts.add(db, revision, new.verification, provider_id=owner, version_id=version.id, now=now)
        comparing.provider_published(db, owner, content, documents.format, now)
    changed = provider_contracts.differs(db, owner, version.id, content) if before is None else change == "revised"
    contract_events.tell_of_provider_contract(db, world, recorded, links, changed=changed, now=now)
    kept = provider_contracts.named(db, version.id, documents.format, documents.name)
    assert kept is not None
    return Recorded(recorded.version_is_new, change, kept, documents)


def _change(
    before: ProviderContract | None, new: NewProviderContract, documents: NewDocuments, content_id: int
) -> Change:
    if before is None:
        return "published"
    told = (before.heading.content_type, before.content_id, before.verification)
    return "unchanged" if told == (documents.content_type, content_id, new.verification) else "revised"


def one(world: World, provider: str, version: str) -> ProviderContract:
    """The contract of a provider's version; its OpenAPI, where it has several. Raises NotFound."""
    return world.store.read(_one, provider, version)


def _one(db: Connection, provider: str, version: str) -> ProviderContract:
    found = provider_contracts.of_version(db, version_of(db, provider, version).id)
    if found is None:
        raise NotFound(f"{provider} version {version} has published no provider contract", named=True)
    return found


def of_provider(world: World, provider: str, window: Window) -> Paged[Heading]:
    """The contracts of a provider, those published last first. Raises NotFound for a name that nobody uses."""
    return world.store.read(lambda db: provider_contracts.page(db, named(db, provider).id, window))


def delete(world: World, provider: str, version: str) -> None:
    """Delete the contracts of a provider's version with all their revisions. Raises NotFound."""
    world.store.write(_delete, provider, version)


def _delete(db: Connection, provider: str, version: str) -> None:
    _one(db, provider, version)
    provider_contracts.remove(db, version_of(db, provider, version).id)
