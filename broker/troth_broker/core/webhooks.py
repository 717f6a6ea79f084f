"""Webhooks as values: who watches whom for which events, and which request is made then (pact_broker_api 1.5.7, 8)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

PactEvent = Literal["contract_published", "contract_requiring_verification_published", "contract_content_changed"]
ResultEvent = Literal[
    "provider_verification_published", "provider_verification_succeeded", "provider_verification_failed"
]
ProviderContractEvent = Literal["provider_contract_published", "provider_contract_content_changed"]
ComparisonEvent = Literal["comparison_published", "comparison_succeeded", "comparison_failed"]

DEFAULT_EVENT = "contract_content_changed"
"""What a webhook that names no event is subscribed to."""

ASKING_EVENTS: tuple[PactEvent, ...] = ("contract_requiring_verification_published", "contract_content_changed")
"""The events at which a webhook asks a provider's build for a result; who is told of every contract need not build."""

EVENTS: tuple[str, ...] = (
    *get_args(PactEvent),
    *get_args(ResultEvent),
    *get_args(ProviderContractEvent),
    *get_args(ComparisonEvent),
)
"""Every event that a webhook can be subscribed to."""

TEST_EVENT = "test"
"""What a webhook that is called to try it out is told as the event."""


@dataclass(frozen=True, slots=True)
class Party:
    """Which consumers (or providers) a webhook watches: the one of that name, or all with that label."""

    name: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """The request that a webhook makes, with its templates; `body` is any JSON value, None for no body."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: Any = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Definition:
    """What people say about a webhook; no party watches every application."""

    request: Request
    events: tuple[str, ...] = (DEFAULT_EVENT,)
    consumer: Party | None = None
    provider: Party | None = None
    description: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook as it is recorded."""

    id: int
    uuid: str
    definition: Definition
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Triggered:
    """That an event triggered a webhook; `uuid` names the call that is due."""

    uuid: str
    webhook: str
    event: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A consumer and a provider with their labels, between whom something happened."""

    consumer: str
    provider: str
    consumer_labels: tuple[str, ...] = ()
    provider_labels: tuple[str, ...] = ()


def name_of(webhook: Definition) -> str:
    """What people call a webhook: its description, else its method and host."""
    return webhook.description or f"{webhook.request.method} {host_of(webhook.request.url)}"


def host_of(url: str) -> str:
    """The host of a URL, which may have templates in it elsewhere; with its port, without a name or password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def watches(webhook: Definition, pair: Pair) -> bool:
    """Whether a webhook is about a pair at all."""
    return _is_meant(webhook.consumer, pair.consumer, pair.consumer_labels) and _is_meant(
        webhook.provider, pair.provider, pair.provider_labels
    )


def fires(webhook: Definition, event: str, pair: Pair) -> bool:
    """Whether an event between two makes a webhook's request."""
    return webhook.enabled and event in webhook.events and watches(webhook, pair)


def _is_meant(party: Party | None, name: str, labels: Collection[str]) -> bool:
    if party is None:
        return True
    return party.label in labels if party.label is not None else party.name == name
