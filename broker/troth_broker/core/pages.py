"""Which slice of a collection is asked for, and the slice that was found."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")

UNLIMITED = 2**62


@dataclass(frozen=True, slots=True)
class Window:
    """How many entries at most, after how many others."""

    limit: int = UNLIMITED
    offset: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether this is the whole collection."""
        return self.limit == UNLIMITED and self.offset == 0


WHOLE = Window()


@dataclass(frozen=True, slots=True)
class Paged(Generic[T]):
    """Some entries of a collection, and how many the collection has."""

    entries: tuple[T, ...]
    total: int

    @classmethod
    def of(cls, entries: tuple[T, ...], window: Window, count: Callable[[], int]) -> "Paged[T]":
        """The entries with their total; only a part of a collection is worth counting the rest."""
        return cls(entries, len(entries) if window.is_whole else count())

    def map(self, change: Callable[[tuple[T, ...]], tuple[U, ...]]) -> "Paged[U]":
        """The same page of other things, made from all its entries at once."""
        return Paged(change(self.entries), self.total)
