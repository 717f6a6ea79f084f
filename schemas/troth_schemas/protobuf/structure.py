"""Whether a message type may stand for one of another name: the same on the wire, whatever it is called."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from troth_schemas.protobuf.elements import Field
from troth_schemas.protobuf.json_forms import alike
from troth_schemas.protobuf.pair import MessagePair, Sides

Both: TypeAlias = tuple[str, str]


class Structures:
    """Answers about pairs of message types (the reader's name, the writer's name), each found once."""

    def __init__(self, sides: Sides, breaks: Callable[[MessagePair], bool]) -> None:
        self._sides = sides
        self._breaks = breaks
        self._local: dict[Both, bool] = {}
        self._known: dict[Both, bool] = {}

    def fit(self, reader: str, writer: str) -> bool:
        """Whether the reader's type takes what the writer's puts on the wire, with all that is inside."""
        root = (reader, writer)
        if root not in self._known:
            self._known[root] = self._search(root)
        return self._known[root]

    def _search(self, root: Both) -> bool:
        seen: dict[Both, Both | None] = {root: None}
        for one in (left := [root]):
            if self._known.get(one) is False or not self._fits_itself(one):
                self._blame(one, seen)
                return False
            for inner in inner_types(self._sides, *one):
                if inner not in seen and self._known.get(inner) is not True:
                    seen[inner] = one
                    left.append(inner)
        self._known.update(dict.fromkeys(seen, True))
        return True

    def _blame(self, one: Both | None, seen: dict[Both, Both | None]) -> None:
        while one is not None:
            self._known[one] = False
            one = seen[one]

    def _fits_itself(self, both: Both) -> bool:
        if both not in self._local:
            reader, writer = self._sides.reader.message(both[0]), self._sides.writer.message(both[1])
            if reader is None or writer is None or (self._sides.json and not alike(*both)):
                self._local[both] = False
            else:
                self._local[both] = not self._breaks(MessagePair(reader, writer, self._sides))
        return self._local[both]


def inner_types(sides: Sides, reader: str, writer: str) -> Iterator[Both]:
    """The message types of the fields that two message types share."""
    one, other = sides.reader.message(reader), sides.writer.message(writer)
    if one is None or other is None:
        return
    readers = one.fields()
    for number, field in other.fields().items():
        if number in readers:
            inner = _message_types(readers[number], field)
            if inner is not None:
                yield inner


def _message_types(reader: Field, writer: Field) -> Both | None:
    if reader.entry is not None and writer.entry is not None:
        reader, writer = reader.entry.fields()[2], writer.entry.fields()[2]
    if not (reader.is_message and writer.is_message) or reader.entry is not None or writer.entry is not None:
        return None
    return reader.type_name, writer.type_name
