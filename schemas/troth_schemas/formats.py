"""The formats of contracts, one record of functions each, loaded only when a contract of that format shows up."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, Final

from troth_schemas import plugged
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatBroken, FormatUnknown
from troth_schemas.guard import Guard, checker_word, is_texts
from troth_schemas.options import Options
from troth_schemas.problem import Problem
from troth_schemas.report import CHECKER, Checker, Report
from troth_schemas.rule import Rule
from troth_schemas.sources import Sources

__all__ = [
    "ContractUnreadable",
    "Format",
    "Loaded",
    "Sources",
    "checker_of",
    "find",
    "is_own",
    "names",
    "own_names",
    "replayed",
]

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
_REPLAYED: Final = frozenset(
    (
        *("pact", "graphql-operations", "asyncapi"),
        *("expectations", "graphql-expectations", "grpc-expectations", "message-expectations"),
    )
)
"""Which of these formats Troth's own verifiers replay."""
_NAME: Final = re.compile(r"[a-z0-9-]+")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


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
    whether a document that no format of Troth's own takes is of this one.

    What plug-ins alone are asked for: ``recognises``; ``replayed``, whether verifiers replay its contracts, so that
    policies may ask for it; ``checker``, which number ``compare`` has: a new one has comparisons made anew.
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
    replayed: bool = False
    checker: str = "1"


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


def is_own(name: str) -> bool:
    """Whether a format is one of Troth's own."""
    return name in _TABLE


@cache
def replayed(name: str) -> bool:
    """Whether contracts of a format are replayed, by whatever verifier.

    A plug-in's format says so itself. Where it is not installed, or does not load, nobody may take it for one that
    never is.
    """
    if name in _TABLE:
        return name in _REPLAYED
    try:
        return find(name).replayed
    except FormatUnknown:
        return True


def checker_of(name: str) -> str:
    """Which version of which checker holds contracts of a format against their own past."""
    if name in _TABLE:
        return CHECKER.version
    try:
        return checker_word(name, find(name).checker)
    except FormatUnknown:
        return checker_word(name, "")


def _plugged(name: str) -> Format:
    if not plugged.is_there(plugged.FORMATS, name):
        raise FormatUnknown(name, names())
    made = plugged.make(name)
    if not isinstance(made, Format) or made.name != name:
        raise FormatBroken(name, f"its plug-in gives {made!r:.100}, and no Format of this name")
    if _NAME.fullmatch(name) is None:
        raise FormatBroken(name, "its name is to be made of small letters, digits and -")
    if name == "troth" or name in _names_of_pairs():
        raise FormatBroken(name, "rules whose ids begin with its name are those of others")
    return _guarded(made, Guard(plugged.words(name), (name,)))


def _names_of_pairs() -> set[str]:
    """What the ids of the rules of pairs of two formats may begin with."""
    return {f"{consumer}-{provider}" for consumer in names() for provider in names()}


def _guarded(made: Format, guard: Guard) -> Format:
    """A plug-in's format, whose every answer is looked at. Raises PluginFailed for rules that cannot be its own."""
    checker = Checker(made.name, str(made.checker))
    return replace(
        made,
        load=guard.around("load", made.load, _is_loaded, "Loaded"),
        canonical=guard.around("canonical", made.canonical, lambda found: isinstance(found, bytes), "bytes"),
        digest=guard.around("digest", made.digest, _is_digest, "SHA-256 in hexadecimal digits"),
        compare=guard.judging("compare", made.compare, checker),
        rules=guard.rules(made.rules),
        needs=guard.around("needs", made.needs, is_texts, "tuple of names"),
        count=guard.around("count", made.count, lambda found: isinstance(found, int) and found >= 0, "number"),
        replayed=bool(made.replayed),
        checker=checker.version,
    )


def _is_loaded(found: Any) -> bool:
    return isinstance(found, Loaded) and all(isinstance(problem, Problem) for problem in found.problems)


def _is_digest(found: Any) -> bool:
    return isinstance(found, str) and _DIGEST.fullmatch(found) is not None
