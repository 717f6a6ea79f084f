"""Slices of long lists: which one is asked for, and the links to its neighbours."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from troth_broker.core.pages import Window
from troth_broker.web.call import Call


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands in the whole."""

    number: int
    size: int
    total: int
    address: Callable[[int], str]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first entry shown, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of the last entry shown."""
        return min(self.total, self.number * self.size)

    @property
    def previous(self) -> str | None:
        """The address of the page before."""
        return self.address(self.number - 1) if self.number > 1 else None

    @property
    def next(self) -> str | None:
        """The address of the page after."""
        return self.address(self.number + 1) if self.number < self.pages else None

    def numbers(self) -> Iterator[int | None]:
        """The pages to offer: the first, the last, those around this one; None for a gap."""
        wanted = sorted({1, self.pages, *range(max(1, self.number - 2), min(self.pages, self.number + 2) + 1)})
        before = 0
        for number in wanted:
            if number > before + 1:
                yield None
            yield number
            before = number


def asked(call: Call, size: int) -> tuple[int, Window]:
    """The page asked for, and its window; a page shows `size` entries unless another size (up to 500) is asked for."""
    page = call.page(always=True)
    assert page is not None
    size = min(500, page.size) if call.parameter("size", "pageSize") else size
    return page.number, Window(size, (page.number - 1) * size)
