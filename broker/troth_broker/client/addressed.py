"""What a broker holds at a given address: a pact, a consumer's contract of another format, or a provider's own.

That an address is asked of a broker is told from the address: it lies below the broker's own, or has the path of a
broker's resource, as a broker may be known by several names.
"""

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from troth_broker.client import reading
from troth_broker.client.errors import Invalid, NotABroker
from troth_broker.client.links import href
from troth_broker.client.values import ConsumerContract, Pact
from troth_broker.client.wire import Wire

_RESOURCE: Final = re.compile(r"/(?:pacts?|contracts|consumer-contracts)/provider/[^/]+/")
_ONE_DOCUMENT: Final = re.compile(r"/document(?:s/[^/?]+)?(\?|$)")


def is_held(wire: Wire, url: str) -> bool:
    """Whether an address is asked of a broker."""
    return wire.owns(url) or bool(_RESOURCE.search(urlsplit(url).path))


async def held(wire: Wire, url: str) -> Pact | ConsumerContract:
    """The contract at an address of a broker; a provider's own has no consumer, and no place for results.

    Raises `Invalid` for a resource that is no contract.
    """
    await wire.index()
    url = _ONE_DOCUMENT.sub(r"\1", url)  # one document alone would lack those beside it
    response = await wire.send("GET", url)
    found = wire.document(response)
    if "files" in found and "root" in found:
        return reading.consumer_contract(found, url)
    if content := href(found, "pb:contract-content"):
        return reading.consumer_contract(await wire.get(content), content)
    if "root" in found and isinstance(listed := found.get("documents"), list):
        return await _stated(wire, url, found, listed)
    if not ({"interactions", "messages"} & found.keys() or href(found, "pb:publish-verification-results")):
        raise Invalid(f"{url} is no contract: give the address of one, such as a webhook gets as its pactUrl", 400)
    return reading.pact(found, url, response.content)


async def _stated(wire: Wire, url: str, found: Mapping[str, Any], listed: list[Any]) -> ConsumerContract:
    """What a provider says about itself, with its documents."""
    places = {str(one["name"]): href(one, "self") for one in listed if isinstance(one, Mapping) and "name" in one}
    files = {name: (await wire.send("GET", at, accept="*/*")).content for name, at in places.items() if at}
    root = reading.text(found, "root")
    if root not in files:
        raise NotABroker(f"the contract at {url} comes without its document {root}")
    within = found.get("_embedded")
    held: Mapping[str, Any] = within if isinstance(within, Mapping) else {}
    return ConsumerContract(
        consumer="",
        provider=_inner(held, "provider", "name"),
        consumer_version=None,
        format=reading.format_named(reading.text(found, "format")),
        url=href(found, "self") or url,
        results_url=None,
        root=root,
        files=files,
        document=found,
    )


def _inner(document: Mapping[str, Any], member: str, name: str) -> str:
    inner = document.get(member)
    return str(inner.get(name, "")) if isinstance(inner, Mapping) else ""
