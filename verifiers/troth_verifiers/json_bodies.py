"""Bodies in JSON as they came: the value, and the names that one object has more than once.

A reader of JSON may take the first of two members with one name, or the last, or none (RFC 8259, section 4), so a value
that has such is not the same for everybody. Nor is one with a number that is too large (section 6), or with half of a
character (section 8.2), and such is not read at all.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf
from typing import NoReturn

from troth_schemas.json_body import Document, Json, lone_surrogate

Step = str | int


@dataclass(frozen=True, slots=True)
class Repeated:
    """A name that an object has `times` times; `path` leads to the member, from the whole value."""

    path: tuple[Step, ...]
    times: int

    @property
    def name(self) -> str:
        """The name as it means, whatever escapes it was written with."""
        return str(self.path[-1])

    @property
    def told(self) -> str:
        """The sentence, without its end."""
        again = f"The name {self.name!r} comes {self.times} times in one object"
        return f"{again}; readers of JSON differ in which one they take (RFC 8259, section 4)"


def is_json(kind: str) -> bool:
    """Whether a media type, without its parameters and in small letters, is JSON."""
    return kind == "application/json" or kind.endswith("+json")


def read_json(content: bytes | str) -> tuple[Json, tuple[Repeated, ...]]:
    """The value of a body, in which the last of several members with one name counts, and the names of such.

    Raises ValueError for what is no JSON: NaN and Infinity, and another encoding than UTF-8 (RFC 8259, section 8.1);
    and for what readers of JSON make different things of.
    """
    odd: dict[int, tuple[Document, list[tuple[str, Json]]]] = {}

    def made(pairs: list[tuple[str, Json]]) -> Document:
        value = dict(pairs)
        if len(value) < len(pairs):
            odd[id(value)] = value, pairs
        return value

    text = _text(content)
    value: Json = json.loads(text, object_pairs_hook=made, parse_constant=_no_constant, parse_float=_finite)
    half = lone_surrogate(text)
    if half is not None:
        raise ValueError(f"it has half of a surrogate pair at character {half} (RFC 8259, section 8.2)")
    pairs_of = {key: pairs for key, (_, pairs) in odd.items()}
    return value, tuple(_found(value, pairs_of)) if odd else ()


def read_alike(content: bytes | str) -> Json:
    """A value that says the same to every reader of JSON. Raises ValueError, RecursionError."""
    value, repeated = read_json(content)
    if repeated:
        raise ValueError(repeated[0].told)
    return value


def _text(content: bytes | str) -> str:
    if isinstance(content, str):
        return content
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        at = f"byte 0x{content[error.start]:02x} at {error.start}"
        raise ValueError(f"JSON is in UTF-8, and this is not: {at} (RFC 8259, section 8.1)") from None
    if text.startswith("\ufeff"):
        raise ValueError("it begins with a byte order mark, which must not be added to JSON (RFC 8259, section 8.1)")
    return text


def _found(value: Json, odd: dict[int, list[tuple[str, Json]]]) -> Iterator[Repeated]:
    """The repeated names in the order of the text, also in members that another of the same name hides."""
    left: list[tuple[tuple[Step, ...], Json]] = [((), value)]
    while left:
        path, here = left.pop()
        inside: list[tuple[Step, Json]] = []
        if isinstance(here, dict):
            pairs = odd.get(id(here))
            inside = list(pairs if pairs is not None else here.items())
            for name, times in Counter(name for name, _ in pairs or ()).items():
                if times > 1:
                    yield Repeated((*path, name), times)
        elif isinstance(here, list):
            inside = list(enumerate(here))
        left += [((*path, step), one) for step, one in reversed(inside) if isinstance(one, dict | list)]


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise ValueError(f"{text[:40]} is more than a number of 64 bits holds (RFC 8259, section 6)")
    return value
