"""The request of an interaction as it is sent to the provider."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, urlencode

from troth_verifiers.api import Outgoing, Target
from troth_verifiers.errors import TargetIncomplete
from troth_verifiers.pact.own.wanted import Wanted

_KEPT_IN_PATHS: Final = "/%:@!$&'()*+,;=~-._"


def outgoing(request: Wanted, target: Target) -> Outgoing:
    """The request as it is to be sent; the target's headers win over the contract's.

    A length that the contract states is left out where it is not the body's: the consumer may write that otherwise.
    """
    if target.url is None:
        raise TargetIncomplete("The contract holds HTTP interactions, but no URL of the provider was given.")
    pairs = [(name, value) for name, values in request.query.items() for value in values]
    query = f"?{urlencode(pairs, quote_via=quote)}" if pairs else ""
    path = quote(request.path if request.path.startswith("/") else f"/{request.path}", safe=_KEPT_IN_PATHS)
    if path.rpartition("/")[2] in (".", ".."):  # which stand for a folder, whose slash httpx would leave out
        path += "/"
    content = request.body.content or b""
    ours = {name.lower() for name, _ in target.headers}
    headers = [(name, _joined(name, values)) for name, values in request.headers.items() if name.lower() not in ours]
    headers = [one for one in headers if one[0].lower() != "content-length" or one[1] == str(len(content))]
    headers += target.headers
    names = {name.lower() for name, _ in headers}
    if content and request.body.content_type and "content-type" not in names:
        headers.append(("Content-Type", request.body.content_type))
    return Outgoing(request.method, f"{target.url.rstrip('/')}{path}{query}", tuple(headers), content)


def _joined(name: str, values: Sequence[str]) -> str:
    """The values of a header in one line; cookies are parted by semicolons (RFC 6265, 5.4)."""
    return ("; " if name.lower() == "cookie" else ", ").join(one.strip(" \t") for one in values)
