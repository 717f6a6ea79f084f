"""Strings out of sets of strings: pleasant ones where they fit."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.jsonschema.strings import Strings
from troth_schemas.jsonschema.words import Undecided

LONGEST: Final = 5_000
"""No example is longer: it is to be read."""

_WORDS: Final = (
    "", "a", "A", "0", "1", "abc", "text", "A1", "a-b", "2024-05-01", "2024-05-01T10:00:00Z", "10:00:00Z",
    "a@b.example",
    "https://example.com/", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "192.0.2.1", "2001:db8::1", "12345", "1.0", "EUR",
    "\U0001f600", " ", "-", "_", "other",
)  # fmt: skip


_FORMATTED: Final = {
    "date": "2024-05-01",
    "date-time": "2024-05-01T10:00:00Z",
    "time": "10:00:00Z",
    "duration": "P1D",
    "email": "a@b.example",
    "idn-email": "a@b.example",
    "hostname": "b.example",
    "idn-hostname": "b.example",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uri-reference": "/a",
    "iri": "https://example.com/",
    "iri-reference": "/a",
    "uuid": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
    "uri-template": "/a/{b}",
    "json-pointer": "/a",
    "relative-json-pointer": "1/a",
    "regex": "^a$",
}
"""A text of each format that the specification names."""


def texts(part: Strings) -> Iterator[str]:
    """Some of the strings."""
    formatted = (_FORMATTED[one] for one in part.formats if one in _FORMATTED)
    for word in (*_shortest(part), *formatted, *_WORDS, *_of_length(part)):
        if part.holds(word):
            yield word


def _shortest(part: Strings) -> Iterator[str]:
    if (part.patterns or part.off) and part.least <= LONGEST:
        try:
            found = part.example
        except Undecided:
            return
        if found is not None:
            yield found


def _of_length(part: Strings) -> Iterator[str]:
    for word in ("a", "0", "A", "x-"):
        for length in (part.least, part.most, part.least + 1):
            if length is not None and length <= LONGEST:
                yield (word * length)[:length]
