"""Secrets that a broker's webhooks may name: written, listed without their values, forgotten."""

from troth_broker.client.errors import NotFound
from troth_broker.client.links import embedded, href
from troth_broker.client.values import Document, Secret
from troth_broker.client.wire import Wire


async def every(wire: Wire) -> tuple[Secret, ...]:
    """Every secret by name."""
    found = await wire.get(await wire.relation("pb:secrets"))
    return tuple(_secret(item) for item in embedded(found, "secrets"))


async def put(wire: Wire, name: str, value: str, description: str | None) -> Secret:
    """Record a secret, or replace the one of that name."""
    body = {"name": name, "value": value} | ({} if description is None else {"description": description})
    return _secret(await wire.post(await wire.relation("pb:secrets"), body))


async def delete(wire: Wire, name: str) -> None:
    """Forget the secret of that name; `NotFound` tells which there are."""
    known = await every(wire)
    found = next((one for one in known if one.name == name), None)
    url = None if found is None else href(found.document, "self")
    if url is None:
        names = ", ".join(one.name for one in known) or "none"
        raise NotFound(f"there is no secret {name}: the broker knows {names}", 404)
    await wire.delete(url)


def _secret(document: Document) -> Secret:
    about = document.get("description")
    changed = document.get("updatedAt") or document.get("createdAt")
    return Secret(str(document.get("name", "")), str(about) if about else None, str(changed or ""), document)
