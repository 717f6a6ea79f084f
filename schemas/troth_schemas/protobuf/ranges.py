"""Ranges of numbers, both ends included."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Reserved:
    """What a message or an enum reserves: numbers, as sorted ranges that do not touch, and names."""

    spans: tuple[Span, ...]
    names: frozenset[str]

    @classmethod
    def of(cls, spans: Iterable[Span], names: Iterable[str]) -> "Reserved":
        """Of ranges in any order."""
        return cls(tuple(_joined(spans)), frozenset(names))

    def number(self, number: int) -> bool:
        """Whether a number is reserved."""
        at = bisect_right(self.spans, number, key=lambda span: span[0]) - 1
        return at >= 0 and number <= self.spans[at][1]


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """The same numbers in sorted ranges of which none touches the next."""
    held: Span | None = None
    for first, last in sorted(spans):
        if held is not None and first <= held[1] + 1:
            held = held[0], max(held[1], last)
            continue
        if held is not None:
            yield held
        held = first, last
    if held is not None:
        yield held


def missing(old: Iterable[Span], new: Iterable[Span]) -> Iterator[Span]:
    """What the old ranges hold and the new ones do not; each range is looked at once."""
    covers = list(_joined(new))
    index = 0
    for first, last in sorted(old):
        while index < len(covers) and covers[index][1] < first:
            index += 1
        at, ahead = first, index
        while ahead < len(covers) and covers[ahead][0] <= last:
            begin, end = covers[ahead]
            if begin > at:
                yield at, begin - 1
            at = end + 1
            ahead += 1
        if at <= last:
            yield at, last


def shown(span: Span) -> str:
    """A range as people write it."""
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"
