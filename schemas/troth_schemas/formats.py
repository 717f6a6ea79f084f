"""The formats of contracts, one record of functions each, loaded only when a contract of that format shows up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from troth_schemas.errors import FormatUnknown
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem

_TABLE: Mapping[str, str] = {
    "pact": "troth_schemas.pact.format",
}


@dataclass(frozen=True, slots=True)
class Sources:
    """A contract as it was written: the bytes of each document by name, and which of them is the root.

    Nothing else is ever read.
    """

    root: str
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract that could be read, with every problem found in it."""

    document: Json
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Format:
    """What can be done with contracts of one format.

    ``load`` raises ContractUnreadable, ``canonical`` gives bytes that are equal for contracts that say the same, and
    ``digest`` is the SHA-256 of those, in hexadecimal digits.
    """

    name: str
    load: Callable[[Sources], Loaded]
    canonical: Callable[[Json], bytes]
    digest: Callable[[Json], str]


def names() -> tuple[str, ...]:
    """The names of all formats, sorted."""
    return tuple(sorted(_TABLE))


@cache
def find(name: str) -> Format:
    """The format called ``name``; FormatUnknown lists the known ones."""
    if name not in _TABLE:
        raise FormatUnknown(name, names())
    found = import_module(_TABLE[name]).FORMAT
    assert isinstance(found, Format)
    return found
