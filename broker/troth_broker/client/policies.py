"""Policies: what counts as proof between two applications, or in an environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.client.deployments import environment_named
from troth_broker.client.errors import NotABroker
from troth_broker.client.links import href
from troth_broker.client.values import Document, Policy
from troth_broker.client.wire import Wire


@dataclass(frozen=True, slots=True)
class Integration:
    """Whom a policy is about: a consumer and a provider."""

    consumer: str
    provider: str


About = Integration | str
"""A consumer and a provider, or the name of an environment."""


async def current(wire: Wire, about: About) -> Policy:
    """The policy that counts."""
    return _policy(await wire.get(await _url(wire, about)))


async def put(wire: Wire, about: About, document: Mapping[str, Any]) -> Policy:
    """Make the policy what the document says."""
    return _policy(await wire.put(await _url(wire, about), dict(document)))


async def _url(wire: Wire, about: About) -> str:
    if isinstance(about, Integration):
        return await wire.relation("pb:integration-policy", consumer=about.consumer, provider=about.provider)
    found = await environment_named(wire, about)
    url = href(found.document, "pb:policy")
    if url is None:
        raise NotABroker(f"the environment {about} has no policy: the broker is a Pact Broker without them")
    return url


def _policy(document: Document) -> Policy:
    version, rules, since = document.get("version"), document.get("policy"), document.get("since")
    if not isinstance(version, int) or not isinstance(rules, Mapping):
        raise NotABroker("the broker's answer holds no policy (no 'version' and 'policy')")
    return Policy(version, rules, str(since) if since else None, document)
