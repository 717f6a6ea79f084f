"""What a pact's address remembers about how it was selected (pact_broker_api 4.7).

The segment is URL-safe base64 without padding of a nested query string. It names consumer versions by number, not by
a database id: whatever was deleted since, a number still says what it said. Reading it never fails: what cannot be
read is as if it were not there.
"""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from troth_broker.core.nested_query import BadQuery, Nested, join_pairs, nest, split_pairs
from troth_broker.core.selection import Reason, Why


@dataclass(frozen=True, slots=True)
class SelectedBy:
    """One selector as an address remembers it."""

    version: str | None = None
    branch: str | None = None
    tag: str | None = None
    latest: bool = False
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an address remembers: how the pact was selected, and whether it was pending or work in progress then."""

    selectors: tuple[SelectedBy, ...] = ()
    pending: bool | None = None
    wip: bool = False
    version: str | None = None
    """The consumer version that a webhook or a link is about."""
    version_tags: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, ...]:
        """The numbers of the consumer versions that the address is about, each once."""
        numbers = [selector.version for selector in self.selectors] + [self.version]
        return tuple(dict.fromkeys(number for number in numbers if number))


def remember(reasons: Iterable[Reason], pending: bool | None) -> Metadata:
    """What the address of a selected pact remembers."""
    return Metadata(tuple(dict.fromkeys(map(_selected_by, reasons))), pending)


@lru_cache(maxsize=4096)
def remembered(reasons: tuple[Reason, ...], pending: bool | None) -> str:
    """The path segment of a selected pact; kept, because builds ask the same again and again."""
    return encode(remember(reasons, pending))


def _selected_by(reason: Reason) -> SelectedBy:
    match reason.why:
        case Why.LATEST:
            return SelectedBy(reason.version, latest=True)
        case Why.LATEST_TAG:
            return SelectedBy(reason.version, tag=reason.name, latest=True)
        case Why.TAG:
            return SelectedBy(reason.version, tag=reason.name)
        case Why.BRANCH | Why.MAIN_BRANCH | Why.MATCHING_BRANCH:
            return SelectedBy(reason.version, branch=reason.name, latest=True)
        case Why.DEPLOYED | Why.RELEASED:
            return SelectedBy(reason.version, environment=reason.name)


def encode(metadata: Metadata) -> str:
    """The path segment for `metadata`; work in progress is all that such a pact's address remembers."""
    text = join_pairs([("w", "true")] if metadata.wip and not metadata.version else _pairs(metadata))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _pairs(metadata: Metadata) -> Iterator[tuple[str, str]]:
    for selector in metadata.selectors:
        # The version comes first: a repeated key is what starts the next object of the list.
        yield "s[][cvn]", selector.version or ""
        if selector.branch is not None:
            yield "s[][b]", selector.branch
        if selector.tag is not None:
            yield "s[][t]", selector.tag
        if selector.latest:
            yield "s[][l]", "true"
        if selector.environment is not None:
            yield "s[][e]", selector.environment
    if metadata.pending is not None:
        yield "p", _word(metadata.pending)
    if metadata.wip:
        yield "w", "true"
    if metadata.version is not None:
        yield "cvn", metadata.version
    for tag in metadata.version_tags:
        yield "cvt[]", tag


def _word(flag: bool) -> str:
    return "true" if flag else "false"


def decode(segment: str) -> Metadata:
    """What a path segment remembers; nothing, if it cannot be read."""
    try:
        raw = nest(split_pairs(_bytes(segment).decode()))
    except (binascii.Error, UnicodeError, BadQuery):
        return Metadata()
    items = raw.get("s")
    selectors = [_read_selector(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    tags = raw.get("cvt")
    return Metadata(
        selectors=tuple(selectors),
        pending={"true": True, "false": False}.get(_text(raw.get("p")) or ""),
        wip=_text(raw.get("w")) == "true",
        version=_text(raw.get("cvn")),
        version_tags=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _bytes(segment: str) -> bytes:
    """Standard and URL-safe base64 alike, with or without padding, cut off anywhere."""
    plain = segment.replace("-", "+").replace("_", "/").rstrip("=").encode("ascii")
    whole = plain[:-1] if len(plain) % 4 == 1 else plain
    return base64.b64decode(whole + b"=" * (-len(whole) % 4), validate=True)


def _read_selector(raw: dict[str, Nested]) -> SelectedBy:
    return SelectedBy(
        version=_text(raw.get("cvn")),
        branch=_text(raw.get("b")),
        tag=_text(raw.get("t")),
        latest=_text(raw.get("l")) == "true",
        environment=_text(raw.get("e")),
    )


def _text(raw: Nested | None) -> str | None:
    """A non-empty text that can be stored and shown, or nothing."""
    return raw if isinstance(raw, str) and raw and raw.isprintable() else None
