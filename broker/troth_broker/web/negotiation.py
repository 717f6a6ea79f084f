"""Which media type a client gets: the `Accept` header against what a resource offers (RFC 9110, section 12.5.1)."""

from functools import lru_cache

HAL = "application/hal+json"
JSON = "application/json"
PROBLEM = "application/problem+json"
EXTENDED_PACT = "application/vnd.pactbrokerextended.v1+json"
TEXT = "text/plain"
HTML = "text/html"
SVG = "image/svg+xml"
MERGE_PATCH = "application/merge-patch+json"


def media_type(content_type: str) -> str:
    """A content type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


@lru_cache(maxsize=1024)
def _ranges(accept: str) -> tuple[tuple[str, float], ...]:
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                try:
                    quality = float(value)
                except ValueError:
                    quality = 0.0
        if name:
            found.append((name, quality))
    return tuple(found)


def _quality(offer: str, ranges: tuple[tuple[str, float], ...]) -> float:
    """How much a client wants an offer: the most specific range that matches decides."""
    kind = offer.partition("/")[0]
    for pattern in (offer, f"{kind}/*", "*/*", "*"):
        matches = [quality for name, quality in ranges if name == pattern]
        if matches:
            return max(matches)
    return 0.0


@lru_cache(maxsize=4096)
def choose(accept: str, offers: tuple[str, ...]) -> str | None:
    """The offer that the client wants most, the first among equals; None if it wants none of them."""
    if not accept.strip():
        return offers[0]
    ranges = _ranges(accept)
    best = max(offers, key=lambda offer: _quality(offer, ranges))
    return best if _quality(best, ranges) > 0 else None


@lru_cache(maxsize=1024)
def wants_problem(accept: str) -> bool:
    """Whether errors may be written as problem+json: only for a client that names it."""
    return any(name == PROBLEM and quality > 0 for name, quality in _ranges(accept))


_FOR_PROGRAMS = (HAL, PROBLEM, JSON, "application/yaml", "text/csv", TEXT)


@lru_cache(maxsize=1024)
def wants_page(accept: str) -> bool:
    """Whether a person in a browser asks: HTML is named, and no type that only a program reads."""
    names = {name for name, quality in _ranges(accept) if quality > 0}
    return HTML in names and names.isdisjoint(_FOR_PROGRAMS)
