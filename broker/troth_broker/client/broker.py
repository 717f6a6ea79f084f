"""The client of a broker: one class, asynchronous, over HTTP or into the same application in this process."""

import ssl
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from troth_broker.client import address as addresses
from troth_broker.client import deployments, policies, publishing, reading, secrets, selectors, webhooks
from troth_broker.client.decision import Decision, decision
from troth_broker.client.links import embedded, href
from troth_broker.client.selectors import Ignore, Selector, Target
from troth_broker.client.values import (
    Application,
    ConsumerContract,
    ContractFiles,
    Deployment,
    Environment,
    Pact,
    PactFile,
    PactLink,
    Policy,
    Published,
    Secret,
    SelfVerification,
    VerificationResult,
    Version,
    Webhook,
    WebhookCall,
)
from troth_broker.client.wire import Wire, connect


class Broker:
    """A contract broker at a URL, or the one over a database file.

    ``Broker("https://broker.example.org", token="…")`` speaks to a server; ``Broker("./troth.db")`` and
    ``Broker("sqlite:///…")`` run the same application inside this process. Use it as an asynchronous context::

        async with Broker("http://localhost:9292") as broker:
            answer = await broker.can_i_deploy(Selector("web", "4f2c1ab"), to_environment="production")
            assert answer.yes, answer.reason

    Whatever cannot be had is an exception of `troth_broker.client.errors`; an answer is only ever what a broker said.
    `timeout` is in seconds per request; `retries` counts the further tries of a request that may pass the next time.
    `trace` is told one line about every answer.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        username: str | None = None,
        password: str | None = None,
        headers: Mapping[str, str] | None = None,
        verify: ssl.SSLContext | bool = True,
        timeout: float = 30.0,
        retries: int = 2,
        transport: httpx.AsyncBaseTransport | None = None,
        trace: Callable[[str], None] | None = None,
    ) -> None:
        self.address = addresses.parse(url)
        self.wire: Wire = connect(
            self.address,
            token=token,
            credentials=None if username is None else (username, password or ""),
            headers=headers,
            verify=verify,
            timeout=timeout,
            retries=retries,
            transport=transport,
            trace=trace,
        )

    async def __aenter__(self) -> Self:
        await self.wire.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.wire.__aexit__(kind, error, trace)

    # Contracts

    async def publish(
        self,
        pacts: Sequence[PactFile],
        *,
        version: str,
        branch: str | None = None,
        tags: Iterable[str] = (),
        build_url: str | None = None,
        merge: bool = False,
    ) -> tuple[Published, ...]:
        """Publish pacts as those of one version; one answer per consumer, in order of their names.

        `merge` adds the interactions to what the version already holds instead of replacing it. Raises `Conflict` when
        the version already holds something else.
        """
        return await publishing.publish(
            self.wire, pacts, version=version, branch=branch, tags=tuple(tags), build_url=build_url, merge=merge
        )

    async def publish_contract(
        self,
        contract: ContractFiles,
        *,
        provider: str,
        consumer: str | None = None,
        version: str,
        branch: str | None = None,
        tags: Iterable[str] = (),
        build_url: str | None = None,
        verified: bool | SelfVerification | None = None,
    ) -> Published:
        """Publish what a version of a provider says about itself, or of a consumer expects of it if one is named.

        `verified` says how the provider's own test of its contract ended, with what it told if you like.
        Raises `Invalid` for what cannot be read.
        """
        return await publishing.publish_contract(
            self.wire,
            contract,
            provider=provider,
            consumer=consumer,
            version=version,
            branch=branch,
            tags=tuple(tags),
            build_url=build_url,
            verified=verified,
        )

    async def pacts_for_verification(
        self,
        provider: str,
        *,
        consumer_version_selectors: Sequence[Mapping[str, Any]] = (),
        provider_branch: str | None = None,
        provider_tags: Iterable[str] = (),
        include_pending: bool = False,
        include_wip_since: str | None = None,
    ) -> tuple[PactLink, ...]:
        """What a provider should verify now; without selectors the broker's own choice.

        `include_wip_since` is a date such as ``2026-01-31``. Raises `NotFound` when the broker has no such provider.
        """
        query = selectors.for_verification(
            consumer_version_selectors, provider_branch, tuple(provider_tags), include_pending, include_wip_since
        )
        url = await self.wire.relation("pb:provider-pacts-for-verification", provider=provider)
        return reading.pact_links(await self.wire.post(url, query, reads=True))

    async def contracts_for_verification(
        self,
        provider: str,
        *,
        consumer_version_selectors: Sequence[Mapping[str, Any]] = (),
        provider_branch: str | None = None,
        provider_tags: Iterable[str] = (),
        include_pending: bool = False,
        include_wip_since: str | None = None,
    ) -> tuple[PactLink, ...]:
        """The same for contracts of other formats than pact, of which a broker that is not Troth has none."""
        relation = "pb:provider-contracts-for-verification"
        if href(await self.wire.index(), relation) is None:
            return ()
        query = selectors.for_verification(
            consumer_version_selectors, provider_branch, tuple(provider_tags), include_pending, include_wip_since
        )
        url = await self.wire.relation(relation, provider=provider)
        return reading.contract_links(await self.wire.post(url, query, reads=True))

    async def consumer_contract(self, url: str) -> ConsumerContract:
        """A contract of another format than pact by its address, such as a `PactLink`'s, with its documents."""
        await self.wire.index()
        return reading.consumer_contract(await self.wire.get(url), url)

    async def pact(self, url: str) -> Pact:
        """A pact by its address, such as a `PactLink`'s."""
        await self.wire.index()
        response = await self.wire.send("GET", url)
        return reading.pact(self.wire.document(response), url, response.content)

    async def publish_results(
        self,
        pact: Pact | ConsumerContract,
        *,
        provider_version: str,
        success: bool,
        branch: str | None = None,
        tags: Iterable[str] = (),
        test_results: Sequence[Mapping[str, Any]] | None = None,
        build_url: str | None = None,
        verified_by: Mapping[str, Any] | None = None,
    ) -> str:
        """Publish how a provider's version did with a contract; the result's address.

        The branch and the tags are put on the version first, so that nobody sees a result without them.
        """
        return await publishing.publish_results(
            self.wire,
            pact,
            provider_version=provider_version,
            success=success,
            branch=branch,
            tags=tuple(tags),
            test_results=test_results,
            build_url=build_url,
            verified_by=verified_by,
        )

    async def publish_partial_replay(
        self,
        contract: ConsumerContract,
        *,
        provider_version: str,
        test_results: Sequence[Mapping[str, Any]],
        branch: str | None = None,
        tags: Iterable[str] = (),
        build_url: str | None = None,
        verified_by: Mapping[str, Any] | None = None,
    ) -> str:
        """Publish what was replayed of a contract that could not be observed as a whole; its address.

        It is neither a yes nor a no. `NotABroker` where the broker takes no such thing.
        """
        return await publishing.publish_results(
            self.wire,
            contract,
            provider_version=provider_version,
            success=None,
            branch=branch,
            tags=tuple(tags),
            test_results=test_results,
            build_url=build_url,
            verified_by=verified_by,
        )

    async def result(self, url: str) -> VerificationResult:
        """A verification result by its address, such as a `Row`'s."""
        await self.wire.index()
        return reading.verification_result(await self.wire.get(url))

    # Decisions

    async def can_i_deploy(
        self,
        *versions: Selector,
        to_environment: str | None = None,
        to_tag: str | None = None,
        to_main_branch: bool = False,
        ignore: Iterable[Ignore] = (),
        limit: int | None = None,
    ) -> Decision:
        """Whether these versions may go to an environment (or beside a tag, the main branches, or everything newest).

        Raises `Invalid` when a name is unknown, and `BrokerUnreachable` rather than ever guessing an answer.
        """
        target = Target(environment=to_environment, tag=to_tag, main_branch=to_main_branch)
        return await self._decide(selectors.question(versions, target, ignore, limit))

    async def matrix(
        self,
        *versions: Selector,
        latest_by: str | None = None,
        ignore: Iterable[Ignore] = (),
        limit: int | None = None,
    ) -> Decision:
        """Which versions of these applications were verified with which, newest first.

        `latest_by` keeps one row per consumer version and provider version (``cvpv``), per consumer version and
        provider (``cvp``) or per pair (``cp``); without it every result is a row.
        """
        return await self._decide(selectors.history(versions, latest_by, ignore, limit))

    async def _decide(self, query: list[tuple[str, str]]) -> Decision:
        # No relation of the index leads to the matrix; every Pact client knows its path.
        response = await self.wire.send("GET", f"{self.address.url}/matrix", query=query)
        return decision(self.wire.document(response), response.text)

    # Deployments and releases

    async def record_deployment(
        self, application: str, version: str, environment: str, *, instance: str | None = None
    ) -> Deployment:
        """Record that a version now runs in an environment, in place of the one before it.

        Raises `NotFound`, and records nothing, when the version or the environment is unknown.
        """
        return await deployments.record_deployment(self.wire, application, version, environment, instance)

    async def record_undeployment(
        self, application: str, environment: str, *, instance: str | None = None
    ) -> tuple[Deployment, ...]:
        """Record that an application no longer runs in an environment; `NotFound` if it did not."""
        return await deployments.record_undeployment(self.wire, application, environment, instance)

    async def record_release(self, application: str, version: str, environment: str) -> Deployment:
        """Record that a version is released for use in an environment, beside those before it."""
        return await deployments.record_release(self.wire, application, version, environment)

    async def record_support_ended(self, application: str, version: str, environment: str) -> tuple[Deployment, ...]:
        """Record that a released version is supported no longer; `NotFound` if it was not."""
        return await deployments.record_support_ended(self.wire, application, version, environment)

    # Environments

    async def environments(self) -> tuple[Environment, ...]:
        """Every environment, by name."""
        found = await self.wire.get(await self.wire.relation("pb:environments"))
        return tuple(reading.environment(item) for item in embedded(found, "environments"))

    async def environment(self, uuid: str) -> Environment:
        """One environment by its uuid."""
        return reading.environment(await self.wire.get(await self.wire.relation("pb:environment", uuid=uuid)))

    async def environment_named(self, name: str) -> Environment:
        """One environment by its name; `NotFound` tells which there are."""
        return await deployments.environment_named(self.wire, name)

    async def create_environment(
        self,
        name: str,
        *,
        display_name: str | None = None,
        production: bool = False,
        contacts: Iterable[tuple[str, str]] = (),
    ) -> Environment:
        """Create an environment; contacts are pairs of a name and an e-mail address."""
        document = {"name": name, "displayName": display_name, "production": production}
        body = {key: value for key, value in document.items() if value is not None} | _contacts(contacts)
        return reading.environment(await self.wire.post(await self.wire.relation("pb:environments"), body))

    async def update_environment(
        self,
        uuid: str,
        *,
        name: str | None = None,
        display_name: str | None = None,
        production: bool | None = None,
        contacts: Iterable[tuple[str, str]] = (),
    ) -> Environment:
        """Change what is given of an environment and leave the rest."""
        url = await self.wire.relation("pb:environment", uuid=uuid)
        before = await self.wire.get(url)
        kept = {key: before[key] for key in ("name", "displayName", "production", "contacts") if key in before}
        new = {"name": name, "displayName": display_name, "production": production}
        body = kept | {key: value for key, value in new.items() if value is not None} | _contacts(contacts)
        return reading.environment(await self.wire.put(url, body))

    async def delete_environment(self, uuid: str) -> None:
        """Delete an environment with the record of what was deployed to it."""
        await self.wire.delete(await self.wire.relation("pb:environment", uuid=uuid))

    # Applications, versions, branches, tags

    async def applications(self) -> tuple[Application, ...]:
        """Every application that was ever named to the broker."""
        found = await self.wire.get(await self.wire.relation("pb:pacticipants"))
        return tuple(reading.application(item) for item in embedded(found, "pacticipants"))

    async def application(self, name: str) -> Application:
        """One application by name."""
        return reading.application(await self.wire.get(await self.wire.relation("pb:pacticipant", pacticipant=name)))

    async def create_or_update_application(
        self,
        name: str,
        *,
        display_name: str | None = None,
        main_branch: str | None = None,
        repository_url: str | None = None,
    ) -> Application:
        """Create an application, or change what is given of it."""
        given = {"displayName": display_name, "mainBranch": main_branch, "repositoryUrl": repository_url}
        body = {"name": name} | {key: value for key, value in given.items() if value is not None}
        url = await self.wire.relation("pb:pacticipant", pacticipant=name)
        return reading.application(await self.wire.patch(url, body))

    async def delete_application(self, name: str) -> None:
        """Delete an application with everything about it."""
        await self.wire.delete(await self.wire.relation("pb:pacticipant", pacticipant=name))

    async def version(self, application: str, number: str) -> Version:
        """One version of an application."""
        url = await self.wire.relation("pb:pacticipant-version", pacticipant=application, version=number)
        return reading.version(await self.wire.get(url), application)

    async def latest_version(self, application: str, tag: str | None = None) -> Version:
        """The newest version of an application, or the newest that carries a tag."""
        if tag is None:
            url = await self.wire.relation("pb:latest-version", pacticipant=application)
        else:
            url = await self.wire.relation("pb:latest-tagged-version", pacticipant=application, tag=tag)
        return reading.version(await self.wire.get(url), application)

    async def create_or_update_version(
        self, application: str, number: str, *, branch: str | None = None, tags: Iterable[str] = ()
    ) -> Version:
        """Make sure that a version exists, on this branch and with these tags, and give it."""
        await publishing.set_version(self.wire, application, number, branch, tuple(tags), always=True)
        return await self.version(application, number)

    async def tag_version(
        self, application: str, number: str, tags: Iterable[str], *, create_version: bool = False
    ) -> None:
        """Put tags on a version; `NotFound` if it does not exist, unless it may be created."""
        if not create_version:
            await self.version(application, number)
        await publishing.set_version(self.wire, application, number, None, tuple(tags))

    async def delete_tag(self, application: str, number: str, tag: str) -> None:
        """Take a tag off a version."""
        await self.wire.delete(
            await self.wire.relation("pb:pacticipant-version-tag", pacticipant=application, version=number, tag=tag)
        )

    async def delete_version(self, application: str, number: str) -> None:
        """Delete a version with its pacts, results and deployments."""
        await self.wire.delete(
            await self.wire.relation("pb:pacticipant-version", pacticipant=application, version=number)
        )

    async def delete_branch(self, application: str, branch: str) -> None:
        """Delete a branch; its versions stay."""
        await self.wire.delete(
            await self.wire.relation("pb:pacticipant-branch", pacticipant=application, branch=branch)
        )

    # Secrets

    async def policy(self, about: policies.About) -> Policy:
        """What counts as proof between two applications (an `Integration`), or in an environment (its name)."""
        return await policies.current(self.wire, about)

    async def put_policy(self, about: policies.About, rules: Mapping[str, Any]) -> Policy:
        """Make a policy what these rules say; what they leave out is as nobody had said anything."""
        return await policies.put(self.wire, about, rules)

    async def change_policy(self, about: policies.About, changes: Mapping[str, Any]) -> Policy:
        """Change some members of a policy; None takes a member back to saying nothing."""
        found = await policies.current(self.wire, about)
        rules = {name: value for name, value in {**found.rules, **changes}.items() if value is not None}
        return await policies.put(self.wire, about, rules)

    async def secrets(self) -> tuple[Secret, ...]:
        """What webhooks may name as `${secret.NAME}`, without the values."""
        return await secrets.every(self.wire)

    async def put_secret(self, name: str, value: str, *, description: str | None = None) -> Secret:
        """Record a secret, or replace the one of that name."""
        return await secrets.put(self.wire, name, value, description)

    async def delete_secret(self, name: str) -> None:
        """Forget a secret; `NotFound` if there is none of that name."""
        await secrets.delete(self.wire, name)

    async def recompare(self, consumer: str | None = None, provider: str | None = None) -> Mapping[str, Any]:
        """Ask for comparisons anew: how many are `queued`, and which `checker` makes them.

        `evolutions` counts those of a provider's own versions, which are made when the gate is asked.
        """
        body = {name: value for name, value in (("consumer", consumer), ("provider", provider)) if value is not None}
        return await self.wire.post(await self.wire.relation("pb:recompare"), body)

    # Webhooks; a definition has the members of the webhook resource

    async def webhooks(self) -> tuple[Webhook, ...]:
        """Every webhook, oldest first."""
        return await webhooks.every(self.wire)

    async def webhook(self, uuid: str) -> Webhook:
        """One webhook by its uuid."""
        return await webhooks.one(self.wire, uuid)

    async def create_webhook(self, definition: Mapping[str, Any], *, uuid: str | None = None) -> Webhook:
        """Record a webhook; with a uuid under that, in place of the one that has it."""
        return await webhooks.create(self.wire, definition, uuid)

    async def update_webhook(self, uuid: str, changes: Mapping[str, Any]) -> Webhook:
        """Change these members of a webhook (and of its `request`) and leave the rest."""
        return await webhooks.update(self.wire, uuid, changes)

    async def delete_webhook(self, uuid: str) -> None:
        """Delete a webhook; the record of its calls stays."""
        await webhooks.delete(self.wire, uuid)

    async def test_webhook(self, uuid: str) -> WebhookCall:
        """Let the broker make a webhook's call now, to try it out."""
        return await webhooks.test(self.wire, uuid)


def _contacts(contacts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found = [{"name": name, "details": {"emailAddress": address}} for name, address in contacts]
    return {"contacts": found} if found else {}
