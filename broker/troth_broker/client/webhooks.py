"""Webhooks of a broker: recorded, listed, changed, deleted, tried out."""

from collections.abc import Mapping
from typing import Any

from troth_broker.client.errors import NotABroker
from troth_broker.client.links import href
from troth_broker.client.values import Document, Webhook, WebhookCall
from troth_broker.client.wire import Wire

_WRITTEN = ("description", "enabled", "consumer", "provider", "events", "request")


async def every(wire: Wire) -> tuple[Webhook, ...]:
    """Every webhook; the list holds links only, so each is fetched."""
    listed = (await wire.get(await wire.relation("pb:webhooks"))).get("_links", {}).get("pb:webhooks", [])
    return tuple([_webhook(await wire.get(link["href"])) for link in listed])


async def one(wire: Wire, uuid: str) -> Webhook:
    """One webhook."""
    return _webhook(await wire.get(await wire.relation("pb:webhook", uuid=uuid)))


async def create(wire: Wire, definition: Mapping[str, Any], uuid: str | None) -> Webhook:
    """Record a webhook; under this uuid, if one is given, in place of what the broker has there."""
    if uuid is None:
        return _webhook(await wire.post(await wire.relation("pb:webhooks"), definition))
    return _webhook(await wire.put(await wire.relation("pb:webhook", uuid=uuid), definition))


async def update(wire: Wire, uuid: str, changes: Mapping[str, Any]) -> Webhook:
    """Change these members of a webhook, and of its `request`, and leave the rest. None removes a member."""
    url = await wire.relation("pb:webhook", uuid=uuid)
    before = await wire.get(url)
    kept = {name: before[name] for name in _WRITTEN if name in before}
    request = {**before.get("request", {}), **changes.get("request", {})}
    return _webhook(await wire.put(url, {**kept, **changes, "request": request}))


async def delete(wire: Wire, uuid: str) -> None:
    """Delete a webhook."""
    await wire.delete(await wire.relation("pb:webhook", uuid=uuid))


async def test(wire: Wire, uuid: str) -> WebhookCall:
    """Let the broker make a webhook's call now, with the latest contract that it would be told of."""
    url = href((await one(wire, uuid)).document, "pb:execute")
    if url is None:
        raise NotABroker(f"the webhook {uuid} offers no pb:execute")
    document = await wire.post(url, {})
    return WebhookCall(document.get("success") is True, str(document.get("logs", "")), document)


def _webhook(document: Document) -> Webhook:
    request = document.get("request", {})
    return Webhook(
        uuid=str(document.get("uuid", "")),
        description=str(document.get("description", "")),
        enabled=document.get("enabled") is not False,
        method=str(request.get("method", "")),
        url=str(request.get("url", "")),
        events=tuple(str(event.get("name", "")) for event in document.get("events", [])),
        consumer=_party(document.get("consumer")),
        provider=_party(document.get("provider")),
        document=document,
    )


def _party(party: Mapping[str, Any] | None) -> str | None:
    if not party:
        return None
    return f"label {party['label']}" if party.get("label") is not None else str(party.get("name", ""))
