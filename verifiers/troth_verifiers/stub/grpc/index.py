"""Which pages a call may be, by its requests: what no rule speaks of is looked up, and not compared."""

import heapq
from collections.abc import Hashable, Iterator, Sequence

from troth_schemas.json_body import Json
from troth_verifiers.stub.grpc.pages import Call, Page


class Index:
    """The pages of one method, in their order. A page whose requests have no rules is found by what they say."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = pages
        self._open: list[int] = []
        """The pages with rules, and those that take any request."""
        self._plain: dict[int, dict[Hashable, list[int]]] = {}
        """The others by schema (one has its own way to read a request), and by all that their requests say."""
        self._reading: dict[int, Page] = {}
        for number, page in enumerate(pages):
            if page.requests is None or any(one.rules for one in page.requests):
                self._open.append(number)
                continue
            self._reading[id(page.schema)] = page
            said = tuple(_key(one.tree) for one in page.requests)
            self._plain.setdefault(id(page.schema), {}).setdefault(said, []).append(number)

    def may_be(self, call: Call) -> Iterator[Page]:
        """The pages that a whole call may be."""
        found = [number for number in self._open if not _unlike(self._pages[number], call)]
        for schema, page in self._reading.items():
            try:
                said = tuple(_key(page.read(call, index).tree) for index in range(len(call.requests)))
            except ValueError:
                continue  # it is no request of this schema
            found += self._plain[schema].get(said, ())
        return (self._pages[number] for number in sorted(found))

    def nearest(self, call: Call, most: int) -> list[Page]:
        """The pages that are least different at first sight."""
        return heapq.nsmallest(
            most, self._pages, key=lambda page: (_unlike(page, call), bool(page.state_trouble(call)))
        )


def _unlike(page: Page, call: Call) -> int:
    try:
        return page.unlike(call)
    except ValueError:
        return 1


def _key(value: Json) -> Hashable:
    """Equal for equal trees."""
    if isinstance(value, dict):
        return frozenset((name, _key(one)) for name, one in value.items())
    return tuple(map(_key, value)) if isinstance(value, list) else value
