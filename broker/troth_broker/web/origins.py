"""Requests that a browser sends for another site: writes are refused, and CORS is answered where it is set up.

A browser sends what it knows of a user, such as basic credentials, along with any site's request, and it reaches what
a firewall hides. So a request that changes something must come from this broker's own pages, from an origin that the
settings name, or from no browser at all. Browsers say where a request comes from; scripts on a site cannot forge it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from troth_broker.web.access import SAFE
from troth_broker.web.call import Reply

ANY = "*"
_EXPOSED = "Location, Retry-After, WWW-Authenticate, X-Pact-Broker-Version"
_ALLOWED_HEADERS = "Accept, Authorization, Content-Type"
_REMEMBERED_SECONDS = "600"


class CrossSite(Exception):
    """A change that a browser asks for on behalf of another site."""

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"a browser sent this change from another site ({origin}): name that origin in the setting cors_origins "
            "if it may, or the broker's own address in base_url if this is its own page"
        )


class Origins:
    """Which other sites may ask, and which of them may change anything: those that are named. `*` may read only."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._named = frozenset(origin.rstrip("/").lower() for origin in allowed if origin != ANY)
        self._anyone = ANY in allowed

    def check(self, headers: Mapping[str, str], base: str) -> None:
        """Raise CrossSite for a change that comes from a site that is neither this broker's nor named."""
        site = headers.get("sec-fetch-site", "")
        origin = headers.get("origin", "")
        if site in {"same-origin", "none"} or (not site and not origin) or origin.lower() in self._named:
            return
        if not site and _is_own(origin, headers.get("host", ""), base):
            return
        raise CrossSite(origin or site)

    def is_preflight(self, headers: Mapping[str, str]) -> bool:
        """Whether these are a browser's OPTIONS for a site that may ask; it never adds credentials to them."""
        return "access-control-request-method" in headers and self._may_read(headers.get("origin", ""))

    def preflight(self, headers: Mapping[str, str], methods: Iterable[str]) -> Reply:
        """What a site may send to a resource with these methods."""
        named = headers["origin"].lower() in self._named
        allowed = [method for method in ("GET", "OPTIONS", *methods) if named or method in SAFE]
        told = {
            "Access-Control-Allow-Methods": ", ".join(dict.fromkeys(allowed)),
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": _REMEMBERED_SECONDS,
        }
        return Reply(200, None, headers=told)

    def marked(self, reply: Reply, headers: Mapping[str, str]) -> Reply:
        """The same answer with what the browser needs to hand it to the site that asked."""
        if not self._named and not self._anyone:
            return reply
        told = {"Vary": "Accept, Origin"}
        origin = headers.get("origin", "")
        if self._may_read(origin):
            told |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}
        return replace(reply, headers={**reply.headers, **told})

    def _may_read(self, origin: str) -> bool:
        return bool(origin) and (self._anyone or origin.lower() in self._named)


def _is_own(origin: str, host: str, base: str) -> bool:
    """Whether an origin is the address that this request came to, or the one that the broker's links name."""
    parts, own = urlsplit(origin.lower()), urlsplit(base.lower())
    ours = parts.netloc == host.lower() or (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    return parts.netloc != "" and ours
