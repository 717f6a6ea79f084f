"""Ranges of numbers, both ends included."""

from collections.abc import Iterable, Iterator
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


def missing(old: Iterable[Span], new: Iterable[Span]) -> Iterator[Span]:
    """What the old ranges hold and the new ones do not."""
    covers = sorted(new)
    for first, last in sorted(old):
        at = first
        for begin, end in covers:
            if end < at or begin > last:
                continue
            if begin > at:
                yield at, begin - 1
            at = max(at, end + 1)
        if at <= last:
            yield at, last


def shown(span: Span) -> str:
    """A range as people write it."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"
