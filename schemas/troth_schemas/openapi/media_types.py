"""Media types: which of a reader's takes what a writer sends."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from troth_schemas.openapi.model import Media


def essence(name: str) -> str:
    """A media type without its parameters, in small letters: ``application/json``."""
    return name.partition(";")[0].strip().lower()


@lru_cache(maxsize=1024)
def _specific(name: str) -> tuple[str, tuple[str, ...]]:
    """A media type with its parameters, whatever their order and spacing."""
    first, *rest = name.lower().split(";")
    return first.strip(), tuple(sorted(one.strip().replace(" ", "") for one in rest if one.strip()))


def fits(media_range: str, name: str) -> bool:
    """Whether a media type is one of a range, such as ``text/*``; parameters that the range has must be there."""
    wide, wanted = _specific(media_range)
    narrow, given = _specific(name)
    if not set(wanted) <= set(given):
        return False
    if wide in (narrow, "*/*", "*"):
        return True
    return wide.endswith("/*") and narrow.startswith(wide[:-1])


def best(media: Sequence[Media], name: str) -> Media | None:
    """The media that describes a type best: the very same, then the same but for parameters, then the closest range."""
    wanted = _specific(name)
    found = [one for one in media if fits(one.type, name)] or [one for one in media if essence(one.type) == wanted[0]]
    return max(found, key=lambda one: (_specific(one.type) == wanted, "*" not in one.type, len(one.type)), default=None)


def matching(
    reader: Sequence[Media], writer: Sequence[Media], *, range_reads: bool
) -> Iterator[tuple[Media | None, Media | None]]:
    """The media of two bodies side by side. The reader's are new; a range of either takes types of the other."""
    met: set[int] = set()
    for old in writer:
        new = best(reader, old.type)
        if new is None and "*" in old.type:
            inner = [one for one in reader if fits(old.type, one.type)]
            met.update(map(id, inner))
            yield from ((one, old) for one in inner)
            if not inner or range_reads:
                yield None, old
            continue
        met.update([] if new is None else [id(new)])
        yield new, old
    for new in reader:
        if id(new) not in met:
            yield new, None
