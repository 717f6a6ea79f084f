"""Several books as one: the first that knows a request answers it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from troth_verifiers.stub.asked import Asked, Known, Refused
from troth_verifiers.stub.server import Book

_MOST_TOLD: Final = 4


class Shelf:
    """The books of all contracts that are asked over HTTP, in their order."""

    def __init__(self, books: Sequence[Book]) -> None:
        self._books = tuple(books)

    @property
    def titles(self) -> tuple[str, ...]:
        """What all of them can answer."""
        return tuple(title for book in self._books for title in book.titles)

    def look_up(self, asked: Asked) -> Known | Refused:
        """The answer of the first book that knows the request, or the refusals of all as one."""
        refusals: list[Refused] = []
        for book in self._books:
            found = book.look_up(asked)
            if isinstance(found, Known):
                return found
            refusals.append(found)
        if not refusals:
            return Refused(asked, why=f"No contract of this stub speaks HTTP, so {asked.told} is not known.")
        own = next((one for one in refusals if one.why), None)
        if own is not None:
            return own  # that contract took the request for one of its own
        refusals.sort(key=lambda one: one.asked.protocol == asked.protocol)  # who knows what is asked for comes first
        told = tuple(entry for one in refusals for entry in one.nearest)
        return replace(refusals[0], nearest=told[:_MOST_TOLD])
