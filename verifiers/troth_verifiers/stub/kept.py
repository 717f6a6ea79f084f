"""The record of a stub that may run for weeks: the latest requests, and how many there were in all."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeVar, overload

from troth_verifiers.stub.asked import Asked, Known, Refused, Sent

MOST: Final = 10_000
"""Requests of one kind that are kept."""
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of them that are kept, whatever number that is; the latest one always is."""

T = TypeVar("T")


class Kept(Sequence[T]):
    """What was kept last, in its order; equal to a list of the same.

    `total` counts all that came since the start or the last `clear`, and `dropped` those of them that are not kept.
    """

    def __init__(self, size: Callable[[T], int], *, most: int = MOST, largest: int = LARGEST) -> None:
        self._size = size
        self._most = most
        self._largest = largest
        self._kept: deque[T] = deque()
        self._bytes = 0
        self.total = 0

    @property
    def dropped(self) -> int:
        """How many are not kept."""
        return self.total - len(self._kept)

    def append(self, one: T) -> None:
        """Keep one more, and drop the oldest where it is too much."""
        self._kept.append(one)
        self._bytes += self._size(one)
        self.total += 1
        while len(self._kept) > 1 and (len(self._kept) > self._most or self._bytes > self._largest):
            self._bytes -= self._size(self._kept.popleft())

    def clear(self) -> None:
        """Forget all of them, and how many there were."""
        self._kept.clear()
        self._bytes = self.total = 0

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        return list(self._kept)[index] if isinstance(index, slice) else self._kept[index]

    def __eq__(self, other: object) -> bool:
        return list(self._kept) == list(other) if isinstance(other, list | Kept) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as of a list, which it is equal to

    def __repr__(self) -> str:
        return repr(list(self._kept))


def size_of_known(known: Known) -> int:
    """About how many bytes a request that was answered takes, with its answer."""
    return _size(known.asked) + len(known.reply.content) + _length(known.reply.headers)


def size_of_refused(refused: Refused) -> int:
    """About how many bytes a request that was refused takes, with the reasons."""
    reasons = sum(len(reason) for _, reasons in refused.nearest for reason in reasons)
    return _size(refused.asked) + len(refused.why) + reasons


def size_of_sent(sent: Sent) -> int:
    """About how many bytes a message that was sent takes."""
    return len(sent.contents)


def _size(asked: Asked) -> int:
    return len(asked.target) + len(asked.content) + _length(asked.headers)


def _length(headers: Sequence[tuple[str, str]]) -> int:
    return sum(len(name) + len(value) for name, value in headers)
