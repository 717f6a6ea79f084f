"""Who is to be let in: the credentials that a description asks for, and requests without them or with wrong ones."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from troth_schemas.json_body import Document
from troth_verifiers.api import Outgoing
from troth_verifiers.openapi.bundling import followed

_WRONG: Final = "troth-no-such-credential"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one credential stands in a request: ``header``, ``query`` or ``cookie``, and its name; how it is written.

    `scheme` is ``basic``, ``bearer`` or another of HTTP's, or "" for a bare key.
    """

    where: str
    name: str
    scheme: str = ""

    @property
    def told(self) -> str:
        """Where it stands, for people."""
        return f"{self.where} {self.name}{f' ({self.scheme})' if self.scheme else ''}"

    def is_filled(self, request: Outgoing) -> bool:
        """Whether a request has something of this form there."""
        if self.where == "query":
            return any(name == self.name and value for name, value in parse_qsl(urlsplit(request.url).query))
        values = [value for name, value in request.headers if name.lower() == self.name.lower()]
        if self.where == "cookie":
            crumbs = (part for name, value in request.headers if name.lower() == "cookie" for part in value.split(";"))
            return any(crumb.strip().removeprefix(f"{self.name}=") not in ("", crumb.strip()) for crumb in crumbs)
        if not self.scheme:
            return any(values)
        return any(one.partition(" ")[0].lower() == self.scheme.lower() and one.partition(" ")[2] for one in values)

    @property
    def wrong(self) -> str:
        """A credential of the right form that nobody has."""
        if self.scheme.lower() == "basic":
            return f"Basic {b64encode(f'troth:{_WRONG}'.encode()).decode()}"
        return f"{self.scheme.capitalize()} {_WRONG}" if self.scheme else _WRONG


@dataclass(frozen=True, slots=True)
class Lock:
    """What an operation asks for: the names of its schemes, as people read them, and where credentials stand.

    Each of the `ways` in takes all of its places.
    """

    told: str
    ways: tuple[tuple[Place, ...], ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Where credentials stand, each place once."""
        return tuple(dict.fromkeys(place for way in self.ways for place in way))


def lock_of(document: Document, operation: Document) -> Lock | None:
    """What an operation asks for; None where it lets anybody in, or asks for what is outside of requests.

    Requirements are alternatives: one that is empty lets anybody in. A certificate of the client stands in no request.
    """
    stated = operation.get("security", document.get("security"))
    alternatives = [one for one in stated if isinstance(one, dict)] if isinstance(stated, list) else []
    if not alternatives or not all(alternatives):
        return None
    components = document.get("components")
    schemes = components.get("securitySchemes") if isinstance(components, dict) else None
    known = schemes if isinstance(schemes, dict) else {}
    ways = tuple(
        tuple(place for name in one if (place := _place(followed(document, known.get(name)))) is not None)
        for one in alternatives
    )
    if not all(ways):
        return None  # one of the ways in cannot be told from a request
    return Lock(" or ".join(" and ".join(one) for one in alternatives), ways)


def unmet(lock: Lock, request: Outgoing) -> str | None:
    """What a request lacks, in words; None where it brings enough: anything of the right form in the right places."""
    if any(all(place.is_filled(request) for place in way) for way in lock.ways):
        return None
    wanted = " or ".join(dict.fromkeys(" and ".join(place.told for place in way) for way in lock.ways))
    return f"It brings no credentials of {lock.told}: {wanted}."


def without(request: Outgoing, lock: Lock) -> Outgoing:
    """A request without any of the credentials."""
    named = {place.name.lower() for place in lock.places if place.where == "header"}
    headers = tuple((name, value) for name, value in request.headers if name.lower() not in named)
    cookies = {place.name for place in lock.places if place.where == "cookie"}
    if cookies:
        headers = tuple(_crumbs(headers, cookies))
    queries = {place.name for place in lock.places if place.where == "query"}
    url = request.url
    if queries:
        parts = urlsplit(url)
        kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in queries]
        url = urlunsplit(parts._replace(query=urlencode(kept)))
    return replace(request, headers=headers, url=url)


def with_wrong(request: Outgoing, lock: Lock) -> Outgoing:
    """A request with credentials that nobody has in every place."""
    bare = without(request, lock)
    headers, url = bare.headers, bare.url
    named: set[str] = set()
    for place in lock.places:
        if place.where == "header" and place.name.lower() not in named:
            named.add(place.name.lower())
            headers = (*headers, (place.name, place.wrong))
        elif place.where == "query":
            mark = "&" if urlsplit(url).query else "?"
            url = f"{url}{mark}{urlencode({place.name: place.wrong})}"
        elif place.where == "cookie":
            headers = (*headers, ("Cookie", f"{place.name}={place.wrong}"))
    return replace(bare, headers=headers, url=url)


def _place(scheme: Document) -> Place | None:
    """Where a scheme's credential stands; None for a certificate, and for what is not understood."""
    match scheme.get("type"):
        case "apiKey" if scheme.get("in") in ("header", "query", "cookie") and isinstance(scheme.get("name"), str):
            return Place(str(scheme["in"]), str(scheme["name"]))
        case "http":
            return Place("header", "Authorization", str(scheme.get("scheme") or "bearer"))
        case "oauth2" | "openIdConnect":
            return Place("header", "Authorization", "bearer")
        case "basic":  # as Swagger 2.0 has it
            return Place("header", "Authorization", "basic")
    return None


def _crumbs(headers: tuple[tuple[str, str], ...], cookies: set[str]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        if name.lower() != "cookie":
            yield name, value
            continue
        kept = [one.strip() for one in value.split(";") if one.strip().partition("=")[0] not in cookies]
        if kept:
            yield name, "; ".join(kept)
