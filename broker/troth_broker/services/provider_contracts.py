"""What providers publish about themselves: recorded, read and deleted. No verdict of the gate depends on it."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.core.provider_contracts import NewProviderContract
from troth_broker.services import lines
from troth_broker.services.deployments import version_of
from troth_broker.services.pacticipants import named
from troth_broker.services.world import World
from troth_broker.store import provider_contracts, versions
from troth_broker.store.provider_contracts import Heading, ProviderContract

Change = Literal["published", "unchanged", "revised"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a document that was published."""

    version_is_new: bool
    change: Change
    contract: ProviderContract


def publish(world: World, new: NewProviderContract) -> Recorded:
    """Record a provider's document with its version, branch and tags. Another document of the version is a revision."""
    return world.store.write(_publish, world, new, world.clock())


def _publish(db: Connection, world: World, new: NewProviderContract, now: int) -> Recorded:
    recorded = lines.record_version(db, new.provider, new.version, now, new.build_url)
    version = recorded.version
    if not recorded.version_is_new:
        versions.hold(db, version.id)  # builds that publish the same version at once take turns
    if new.branch is not None:
        lines.join_branch(db, world, recorded, new.branch, now)
    lines.add_tags(db, world, recorded, new.tags, now)
    before = provider_contracts.of_version(db, version.id)
    change = _change(before, new)
    if change != "unchanged":
        revision = before.heading.revision + 1 if before else 1
        owner = recorded.application.id
        provider_contracts.add(db, new, provider_id=owner, version_id=version.id, revision=revision, now=now)
    kept = provider_contracts.of_version(db, version.id)
    assert kept is not None
    return Recorded(recorded.version_is_new, change, kept)


def _change(before: ProviderContract | None, new: NewProviderContract) -> Change:
    if before is None:
        return "published"
    told = (before.heading.content_type, before.body, before.verification)
    return "unchanged" if told == (new.content_type, new.body, new.verification) else "revised"


def one(world: World, provider: str, version: str) -> ProviderContract:
    """The document of a provider's version. Raises NotFound."""
    return world.store.read(_one, provider, version)


def _one(db: Connection, provider: str, version: str) -> ProviderContract:
    found = provider_contracts.of_version(db, version_of(db, provider, version).id)
    if found is None:
        raise NotFound(f"{provider} version {version} has published no provider contract", named=True)
    return found


def of_provider(world: World, provider: str, window: Window) -> Paged[Heading]:
    """The documents of a provider, those published last first. Raises NotFound for a name that nobody uses."""
    return world.store.read(lambda db: provider_contracts.page(db, named(db, provider).id, window))


def delete(world: World, provider: str, version: str) -> None:
    """Delete the document of a provider's version with all its revisions. Raises NotFound."""
    world.store.write(_delete, provider, version)


def _delete(db: Connection, provider: str, version: str) -> None:
    _one(db, provider, version)
    provider_contracts.remove(db, version_of(db, provider, version).id)
