"""Media types: which of those that are described is meant by one that is sent, and what an Accept header takes."""

from collections.abc import Iterable

from troth_schemas.openapi import Media
from troth_schemas.pact.contents import kind_of, media_type


def parameters(media: str) -> dict[str, str]:
    """The parameters of a media type that tell one from another: all but the charset and Accept's weight."""
    found = {}
    for one in media.split(";")[1:]:
        name, _, value = one.partition("=")
        found[name.strip().lower()] = value.strip().strip('"')
    return {name: value for name, value in found.items() if name not in ("", "charset", "q", "boundary")}


def is_json(media: str) -> bool:
    """Whether content of a type is JSON, or may be: ``*/*`` covers it."""
    return covers(media, "application/json") or kind_of(media_type(media)) == "json"


def covers(range_: str, media: str) -> bool:
    """Whether a range (``application/*``, ``*/*``, ``application/*+json``) or a type covers a type."""
    wide, narrow = media_type(range_), media_type(media)
    if wide in ("*/*", "*", narrow):
        return True
    main, _, sub = wide.partition("/")
    other, _, inner = narrow.partition("/")
    if main != other or not sub.startswith("*"):
        return False
    return sub == "*" or inner.endswith(sub[1:])


def find(described: Iterable[Media], sent: str) -> Media | None:
    """The described media that a content type belongs to, the most exact first."""
    candidates = [one for one in described if covers(one.type, sent)]
    own = parameters(sent)

    def distance(one: Media) -> tuple[int, int, int]:
        stated = parameters(one.type)
        different = sum(own.get(name) != value for name, value in stated.items())
        return one.type.count("*"), different, -len(stated)

    fitting = [
        one
        for one in candidates
        if all(parameters(one.type)[name] == own.get(name, parameters(one.type)[name]) for name in parameters(one.type))
    ]
    return min(fitting, key=distance, default=None)


def accepted(accept: Iterable[str], described: Iterable[Media]) -> bool:
    """Whether an Accept header takes any of the described media, ranges on both sides understood."""
    ranges = [one for text in accept for one in text.split(",") if one.strip() and not _refused(one)]
    return not ranges or any(
        covers(one, media.type) or covers(media.type, one) for one in ranges for media in described
    )


def _refused(one: str) -> bool:
    """``q=0`` says that a type is not wanted."""
    weight = next((part.partition("=")[2].strip() for part in one.split(";")[1:] if part.strip().startswith("q=")), "1")
    try:
        return float(weight) == 0
    except ValueError:
        return False
