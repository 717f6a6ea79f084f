"""Publishing, reading and deleting verification results."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.metadata import Metadata
from troth_broker.core.results import NewResult, Summary, circumstances, summarise
from troth_broker.core.webhooks import Triggered
from troth_broker.services.ports import Links
from troth_broker.services.standing import stands
from troth_broker.services.webhook_events import Told, tell_of_result
from troth_broker.services.webhook_scheduling import watch as watch_of
from troth_broker.services.world import World
from troth_broker.store import applications, pacts, results, verification_requests, versions
from troth_broker.store.pacts import Pact
from troth_broker.store.results import Content, Result
from troth_broker.store.tables import PACT
from troth_broker.store.triggered_webhooks import About


@dataclass(frozen=True, slots=True)
class Address:
    """The content that a result is about, as its address names it."""

    provider: str
    consumer: str
    sha: str
    format: str = PACT


@dataclass(frozen=True, slots=True)
class OfVersion:
    """The newest result of each contract of a consumer version; a comparison sums up what nobody replayed."""

    summary: Summary
    results: tuple[Result, ...]


def publish_result(world: World, of: Address, new: NewResult, metadata: Metadata, links: Links) -> Result:
    """Append a result; the provider's version is made if it is not known. Raises NotFound for an unknown content.

    Webhooks are told of it, with addresses as `links` writes them.
    """
    result, triggered = world.store.write(_publish, world, of, new, metadata, links, world.clock())
    if triggered:
        world.bell.ring()
    return result


def _publish(
    db: Connection, world: World, of: Address, new: NewResult, metadata: Metadata, links: Links, now: int
) -> tuple[Result, tuple[Triggered, ...]]:
    content = content_of(db, of)
    verification_requests.hold_with_others(db, content.id)
    version, _ = versions.ensure(db, content.provider_id, new.provider_version, now)
    number = results.add(db, content, version.id, new, circumstances(metadata), now)
    verification_requests.answered(db, content.id, version.id)
    applications.integrate(db, content.consumer_id, content.provider_id, now)
    watch = watch_of(db, (content.consumer_id, of.consumer), (content.provider_id, of.provider))
    triggered: tuple[Triggered, ...] = ()
    if watch.webhooks:
        about = About(content.consumer_id, content.provider_id, content.id, verification_id=number)
        told = Told(watch.pair, of.sha, links, of.format)
        ours = (version.id, version.number)
        triggered = tell_of_result(db, world, watch, about, told, ours, (number, new.success), metadata, now)
    return _present(results.find(db, number)), triggered


def content_of(db: Connection, of: Address) -> Content:
    """The content that an address names. Raises NotFound."""
    found = results.find_content(db, of.provider, of.consumer, of.sha, of.format)
    if found is None:
        raise NotFound
    return found


def _present(found: Result | None) -> Result:
    if found is None:
        raise NotFound
    return found


def result(world: World, of: Address, number: int) -> Result:
    """The result of a content with this number. Raises NotFound."""
    return world.store.read(find_result, of, number)


def find_result(db: Connection, of: Address, number: int) -> Result:
    """The result of a content with this number, under a pact's address of any format. Raises NotFound."""
    found = _present(results.find(db, number))
    if (found.provider, found.consumer, found.sha) != (of.provider, of.consumer, of.sha):
        raise NotFound
    if of.format not in (PACT, found.format):
        raise NotFound
    return found


def by_number(world: World, numbers: Iterable[int]) -> tuple[Result, ...]:
    """The results with these numbers, those that there are."""

    def find(db: Connection) -> tuple[Result, ...]:
        return tuple(found for number in numbers if (found := results.find(db, number)) is not None)

    return world.store.read(find)


def delete_result(world: World, of: Address, number: int) -> None:
    """Delete a result of a content."""

    def delete(db: Connection) -> None:
        found = find_result(db, of, number)
        results.remove(db, number, content_of(db, replace(of, format=found.format)))

    world.store.write(delete)


def latest_result(world: World, of: Address) -> Result:
    """The newest result of a content."""

    def find(db: Connection) -> Result:
        return _present(results.latest_of_content(db, content_of(db, of).id))

    return world.store.read(find)


def latest_test_results(world: World, pact: Pact) -> Any:
    """What the newest verification of a pact's content said about its tests; None without one."""

    def find(db: Connection) -> Any:
        found = results.latest_of_content(db, content_of(db, Address(pact.provider, pact.consumer, pact.sha)).id)
        return found.test_results if found else None

    return world.store.read(find)


def latest_result_of_pact(
    world: World, provider: str, consumer: str, *, version: str | None = None, tag: str | None = None
) -> Result:
    """The newest result of a version's pact; without a version, of the newest pact (with a tag)."""

    def find(db: Connection) -> Result:
        pact = _pact(db, provider, consumer, version, tag)
        if pact is None:
            raise NotFound
        return _present(results.latest_of_content(db, content_of(db, Address(provider, consumer, pact.sha)).id))

    return world.store.read(find)


def _pact(db: Connection, provider: str, consumer: str, version: str | None, tag: str | None) -> Pact | None:
    if version is not None:
        return pacts.of_version(db, provider, consumer, version)
    if tag is not None:
        return pacts.latest_tagged(db, provider, consumer, tag)
    return pacts.latest(db, provider, consumer)


def results_of_consumer_version(world: World, consumer: str, number: str) -> OfVersion:
    """What the providers of a consumer version say, each with its newest result. Raises NotFound if it is unknown."""
    return world.store.read(_of_consumer_version, consumer, number)


def _of_consumer_version(db: Connection, consumer: str, number: str) -> OfVersion:
    consumer_id = applications.id_of(db, consumer)
    version = versions.find(db, consumer_id, number) if consumer_id is not None else None
    if version is None:
        raise NotFound
    published = results.published_contents(db, version.id)
    latest = {one: results.latest_of_content(db, one.content) for _, one in published}
    said = stands(db, (one for one, found in latest.items() if found is None and one.format != PACT))
    verdicts = {
        one: found.success if found else said[one].compared if one in said else None for one, found in latest.items()
    }
    summary = summarise((provider, verdicts[one]) for provider, one in published)
    return OfVersion(summary, tuple(found for found in latest.values() if found is not None))
