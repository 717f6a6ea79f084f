"""A broker as a source of contracts and a sink of results, for `troth_verifiers`: pacts, and those of other formats.

The package's one place that meets the verifiers; it stands behind the entry points of the group ``troth.sources``.
"""

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import metadata
from typing import Any

from troth_broker.client import addressed
from troth_broker.client.broker import Broker
from troth_broker.client.errors import BrokerError, BrokerUnreachable, NotFound
from troth_broker.client.values import ConsumerContract, Pact, PactLink
from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.expectations import replayed
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract, Notice, Source, Verdict
from troth_verifiers.errors import PublishFailed, SourceUnreadable

_AT_ONCE = 8
_UNREACHABLE = 3
_AWAY = 2
"""After so many contracts in a row for which the broker could not be reached it is not waited for any more."""

OpenBroker = Callable[[], Broker]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pacts a provider wants to verify, in the words of pacts for verification."""

    selectors: tuple[Mapping[str, Any], ...] = ()
    branch: str | None = None
    tags: tuple[str, ...] = ()
    pending: bool = False
    wip_since: str | None = None
    urls: tuple[str, ...] = ()
    """The addresses of exactly the contracts to verify; then nothing else counts."""

    def asked(self) -> dict[str, Any]:
        """The same as the client takes it."""
        return {
            "consumer_version_selectors": self.selectors,
            "provider_branch": self.branch,
            "provider_tags": self.tags,
            "include_pending": self.pending,
            "include_wip_since": self.wip_since,
        }


class BrokerSource:
    """The contracts that a broker wants a provider to verify, or those at given addresses of it or elsewhere.

    `elsewhere` makes the source of contracts at addresses that are not the broker's; without a broker there are only
    these.
    """

    def __init__(
        self,
        broker: OpenBroker | None,
        provider: str | None,
        wanted: Wanted = Wanted(),
        *,
        elsewhere: Callable[[tuple[str, ...]], Source] | None = None,
    ) -> None:
        self._open = broker
        self._provider = provider
        self._wanted = wanted
        self._elsewhere = elsewhere or _nowhere

    async def contracts(self) -> AsyncIterator[Contract]:
        """Yield the pacts in the broker's order, then the other contracts.

        `SourceUnreadable` says what is wrong where they cannot be had.
        """
        if self._wanted.urls:
            async for given in self._given():
                yield given
            return
        if self._open is None:
            raise SourceUnreadable("There is no broker to ask, and no address of a contract is given.")
        try:
            async with self._open() as broker:
                links = [*await self._links(broker), *await self._other_links(broker)]
                gate = asyncio.Semaphore(_AT_ONCE)
                found = await asyncio.gather(*(_fetch(broker, link, gate) for link in links))
        except BrokerError as error:
            raise _unreadable(error) from error
        for link, contract in zip(links, found, strict=True):
            yield _pact(link, contract) if isinstance(contract, Pact) else _contract(link, contract)

    async def _given(self) -> AsyncIterator[Contract]:
        """The contracts at the addresses that are given, the broker's and others, in their order."""
        if self._open is None:
            async for given in self._elsewhere(self._wanted.urls).contracts():
                yield given
            return
        try:
            async with self._open() as broker:
                for url in self._wanted.urls:
                    if addressed.is_held(broker.wire, url):
                        yield await _given_by(broker, url)
                    else:
                        async for given in self._elsewhere((url,)).contracts():
                            yield given
        except BrokerError as error:
            raise _unreadable(error) from error

    async def _links(self, broker: Broker) -> Sequence[PactLink]:
        wanted = self._wanted
        if self._provider is None:
            raise SourceUnreadable(
                "A broker hands out pacts by the provider's name, and none was given: say --provider NAME "
                "(of pytest: --troth-provider NAME)."
            )
        try:
            return await broker.pacts_for_verification(self._provider, **wanted.asked())
        except NotFound as error:
            raise SourceUnreadable(
                f"The broker at {broker.address.shown} knows no provider {self._provider!r}: no consumer has published "
                "a pact with a provider of this name. Is it spelt as the consumers spell it?"
            ) from error

    async def _other_links(self, broker: Broker) -> Sequence[PactLink]:
        if self._provider is None:
            return ()
        return await broker.contracts_for_verification(self._provider, **self._wanted.asked())


@dataclass
class BrokerSink:
    """Puts results into a broker, the provider's version with its branch and tags before the first of them."""

    broker: OpenBroker
    version: str
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None
    _known: bool = field(default=False, init=False)
    _away: int = field(default=0, init=False)

    async def publish(self, verdict: Verdict) -> str:
        """Publish the result of one contract and give its address; `PublishFailed` where that cannot be done."""
        pact = verdict.contract.ref
        if not isinstance(pact, Pact | ConsumerContract):
            raise PublishFailed(
                f"{verdict.contract.name} does not come from a broker, so there is nowhere to publish to"
            )
        return await self._published(
            lambda broker, told: broker.publish_results(pact, success=verdict.success, **told), verdict
        )

    async def publish_part(self, verdict: Verdict) -> str | None:
        """Publish what was replayed of one contract and give its address; None where the broker takes no part."""
        contract = verdict.contract.ref
        if not isinstance(contract, ConsumerContract) or contract.partial_replays_url is None:
            return None
        return await self._published(lambda broker, told: broker.publish_partial_replay(contract, **told), verdict)

    async def _published(self, publish: Callable[[Broker, dict[str, Any]], Awaitable[str]], verdict: Verdict) -> str:
        if self._away >= _AWAY:
            raise PublishFailed("not tried, as the broker could not be reached with the results before these")
        told = {
            "provider_version": self.version,
            "branch": None if self._known else self.branch,
            "tags": () if self._known else self.tags,
            "test_results": verdict.test_results,
            "build_url": self.build_url,
            "verified_by": verified_by(),
        }
        try:
            async with self.broker() as broker:
                url = await publish(broker, told)
        except BrokerError as error:
            self._away = self._away + 1 if isinstance(error, BrokerUnreachable) else 0
            raise PublishFailed(str(error)) from error
        self._known, self._away = True, 0
        return url


def source(address: str, *, provider: str | None) -> BrokerSource:
    """The broker at an address, with the credentials of PACT_BROKER_USERNAME and _PASSWORD, or PACT_BROKER_TOKEN."""
    return BrokerSource(partial(from_environment, address), provider)


def sink(
    address: str,
    *,
    version: str,
    branch: str | None = None,
    tags: tuple[str, ...] = (),
    build_url: str | None = None,
) -> BrokerSink:
    """The broker at an address as a sink for a provider's version, with the same credentials."""
    return BrokerSink(partial(from_environment, address), version, branch, tags, build_url)


def from_environment(address: str) -> Broker:
    """A client with the credentials that the environment holds."""
    return Broker(
        address,
        token=os.environ.get("PACT_BROKER_TOKEN") or None,
        username=os.environ.get("PACT_BROKER_USERNAME") or None,
        password=os.environ.get("PACT_BROKER_PASSWORD") or None,
    )


def verified_by() -> dict[str, Any]:
    """Who verified, as it is published with a result."""
    language = {"name": "python", "version": platform.python_version(), "testFramework": "troth"}
    return {"implementation": "Troth", "version": metadata.version("troth"), "clientLanguage": language}


async def _fetch(broker: Broker, link: PactLink, gate: asyncio.Semaphore) -> Pact | ConsumerContract:
    async with gate:
        return await (broker.pact(link.url) if link.format == "pact" else broker.consumer_contract(link.url))


def _nowhere(urls: tuple[str, ...]) -> Source:
    raise SourceUnreadable(f"{urls[0]} is no address of the broker.")


async def _given_by(broker: Broker, url: str) -> Contract:
    """What a broker holds at an address that was given: to be replayed, whatever else judges it."""
    found = await addressed.held(broker.wire, url)
    link = PactLink(found.url, url, "")
    if isinstance(found, Pact):
        return _pact(link, found)
    contract = replace(_contract(link, found), if_able=False)
    is_schema = contract.format == "graphql" and not found.consumer
    return replace(contract, format="graphql-operations") if is_schema else contract


def _contract(link: PactLink, found: ConsumerContract) -> Contract:
    """A contract of another format; what is compared with the provider's own word may stay unreplayed."""
    why = f" ({link.short_description})" if link.short_description else ""
    sources = Sources(found.root, found.files)
    protocol, unreadable = found.format, ""
    files: Mapping[str, bytes] = sources.files
    try:
        protocol, files = replayed(found.format, sources)
    except (ContractUnreadable, ExtraMissing) as problem:
        unreadable = str(problem)
    return Contract(
        consumer=found.consumer,
        provider=found.provider,
        content=sources.text,
        name=f"{link.name}{why}",
        consumer_version=found.consumer_version,
        format=protocol,
        origin=found.url,
        pending=link.pending,
        wip=link.wip,
        if_able=not found.format.endswith("expectations"),
        unreadable=unreadable,
        notices=tuple(Notice(notice.type, notice.text) for notice in link.notices),
        files=files,
        ref=found,
    )


def _pact(link: PactLink, pact: Pact) -> Contract:
    why = f" ({link.short_description})" if link.short_description else ""
    return Contract(
        consumer=pact.consumer,
        provider=pact.provider,
        content=pact.content,
        name=f"{link.name}{why}",
        consumer_version=pact.consumer_version,
        origin=pact.url,
        pending=link.pending,
        wip=link.wip,
        notices=tuple(Notice(notice.type, notice.text) for notice in link.notices),
        ref=pact,
    )


def _unreadable(error: BrokerError) -> SourceUnreadable:
    found = SourceUnreadable(str(error))
    if isinstance(error, BrokerUnreachable):
        found.exit_code = _UNREACHABLE
    return found
