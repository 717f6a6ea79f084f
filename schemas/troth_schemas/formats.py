"""The formats of contracts, one record of functions each, loaded only when a contract of that format shows up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from troth_schemas import plugged
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatBroken, FormatUnknown
from troth_schemas.options import Options
from troth_schemas.problem import Problem
from troth_schemas.report import Report
from troth_schemas.rule import Rule
from troth_schemas.sources import Sources

__all__ = ["ContractUnreadable", "Format", "Loaded", "Sources", "find", "names", "own_names"]

_TABLE: Mapping[str, str] = {
    "asyncapi": "troth_schemas.asyncapi.format",
    "avro": "troth_schemas.avro.format",
    "expectations": "troth_schemas.expectations.format",
    "graphql": "troth_schemas.graphql.format",
    "graphql-expectations": "troth_schemas.expectations.format:GRAPHQL",
    "graphql-operations": "troth_schemas.graphql.operations_format",
    "grpc-expectations": "troth_schemas.expectations.format:GRPC",
    "jsonschema": "troth_schemas.jsonschema.format",
    "message-expectations": "troth_schemas.expectations.format:MESSAGE",
    "openapi": "troth_schemas.openapi.format",
    "pact": "troth_schemas.pact.format",
    "protobuf": "troth_schemas.protobuf.format",
}
_EXTRAS: Mapping[str, str] = {
    "asyncapi": "openapi",
    "avro": "avro",
    "graphql": "graphql",
    "graphql-operations": "graphql",
    "jsonschema": "openapi",
    "openapi": "openapi",
    "protobuf": "grpc",
}
"""The extra of the distribution that a format's libraries come with."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A contract that could be read: the format's own value for it, with every problem found."""

    document: Any
    problems: tuple[Problem, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether no problem keeps a part of it from being checked."""
        return not any(problem.severity == "error" for problem in self.problems)


def _needs_nothing(_sources: Sources) -> tuple[str, ...]:
    return ()


def _one(_document: Any) -> int:
    return 1


def _nothing_of(_name: str, _content: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Format:
    """What can be done with contracts of one format.

    ``load`` raises ContractUnreadable, ``canonical`` gives bytes that are equal for contracts that say the same, and
    ``digest`` is the SHA-256 of those, in hexadecimal digits. ``compare(reader, writer, options)`` takes documents of
    this format: BACKWARD evolution is ``compare(new, old)``. ``needs`` names the documents that are referred to and
    were not given, relative to the root's folder, so that the caller may fetch those that it allows. ``count`` tells
    how many operations, methods or messages there are; a schema counts as one. ``recognises(name, content)`` tells
    whether a document that no format of Troth's own takes is of this one; it is asked of plug-ins alone.
    """

    name: str
    load: Callable[[Sources], Loaded]
    canonical: Callable[[Any], bytes]
    digest: Callable[[Any], str]
    compare: Callable[[Any, Any, Options], Report]
    rules: tuple[Rule, ...] = ()
    needs: Callable[[Sources], tuple[str, ...]] = _needs_nothing
    count: Callable[[Any], int] = _one
    recognises: Callable[[str, bytes], bool] = _nothing_of


def own_names() -> tuple[str, ...]:
    """The names of Troth's own formats, sorted."""
    return tuple(sorted(_TABLE))


def names() -> tuple[str, ...]:
    """The names of all formats, sorted: Troth's own, and those that plug-ins bring (`troth_schemas.plugged`)."""
    return tuple(sorted({*_TABLE, *plugged.names()}))


@cache
def find(name: str) -> Format:
    """The format called ``name``; FormatUnknown lists the known ones, ExtraMissing says what to install.

    A plug-in cannot take the place of a format of Troth's own. FormatBroken tells of one that does not load.
    """
    if name not in _TABLE:
        return _plugged(name)
    try:
        module, _, attribute = _TABLE[name].partition(":")
        found = getattr(import_module(module), attribute or "FORMAT")
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("troth_schemas") or name not in _EXTRAS:
            raise
        raise ExtraMissing(name, _EXTRAS[name], missing.name or "") from None
    assert isinstance(found, Format)
    return found


def _plugged(name: str) -> Format:
    if name not in plugged.names():
        raise FormatUnknown(name, names())
    made = plugged.make(name)
    if not isinstance(made, Format) or made.name != name:
        raise FormatBroken(name, f"its plug-in gives {made!r:.100}, and no Format of this name")
    return made
