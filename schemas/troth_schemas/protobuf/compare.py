"""Compares a reader with a writer: every pair of elements under the rules of the category that was asked for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from troth_schemas.finding import Finding, Found, Place
from troth_schemas.options import Category, Options
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import AnyPair, MessagePair, Side, Sides, WholePair, count, differing_pairs, pairs
from troth_schemas.protobuf.rules import (
    deletions,
    enums,
    extensions,
    fields,
    file_options,
    messages,
    registry,
    services,
    texts,
)
from troth_schemas.protobuf.rules.grading import Graded
from troth_schemas.protobuf.structure import Structures
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule, rule

GRADED: Final[tuple[Graded, ...]] = (
    *deletions.RULES,
    *file_options.RULES,
    *messages.RULES,
    *extensions.RULES,
    *fields.RULES,
    *texts.RULES,
    *enums.RULES,
    *services.RULES,
)


@rule("protobuf/file-not-covered", severity="not-covered", mirror="nothing was compared, in either direction")
def file_not_covered(pair: tuple[Schema, str]) -> Iterator[Found]:
    """A file could not be compiled, so nothing in it was compared.

    Why it matters: what could not be read is never taken for compatible.
    Instead: mend what `troth lint` tells about it, or hand in the files that it imports.
    """
    _, document = pair
    yield Found(f"{document} could not be compiled: nothing in it was compared.", (document,), interaction=document)


RULES: Final[tuple[Rule, ...]] = (
    *(one.rule for one in GRADED),
    *(one.rule for one in registry.RULES),
    file_not_covered,
)


def compare(reader: Schema, writer: Schema, options: Options) -> Report:
    """What breaks when the reader meets the writer, for those who rely on the older of the two.

    FORWARD asks whether an old reader takes what a new writer writes: what is new is unknown to it, not missed. Schema
    registries exchange the two instead.
    """
    rules = _registry() if options.registry else rules_of(options.category)
    sides = make_sides(reader, writer, options, "writer" if options.registry else options.older)
    partial = sides.new.partial or reader.partial  # what seems to be gone may stand in what could not be compiled
    met = (pair for pair in pairs(sides) if not (partial and isinstance(pair, WholePair)))
    findings = (found for pair in met for found in findings_of(pair, rules))
    old = sides.old
    names = (name for listed in (old.messages, old.services, old.enums) for name, one in listed.items()
             if old.own(one))  # fmt: skip
    return make_report([*findings, *not_covered(reader, writer)], count(old), names)


def make_sides(reader: Schema, writer: Schema, options: Options, relied: Side = "writer") -> Sides:
    """The two contracts with what is known of differently named types."""
    plain = Sides(reader, writer, options.category, relied, prove=False)
    there = Structures(plain, _breaks)
    back = Structures(Sides(writer, reader, options.category, _other(relied), prove=False), _breaks)
    return replace(plain, prove=True, fits=there.fit, fits_back=back.fit)


def _other(side: Side) -> Side:
    return "reader" if side == "writer" else "writer"


def findings_of(pair: AnyPair, rules: Mapping[type, tuple[Rule, ...]]) -> Iterator[Finding]:
    """The findings about one pair."""
    for one in rules.get(type(pair), ()):
        yield from one(pair)


def not_covered(reader: Schema, writer: Schema) -> Iterator[Finding]:
    """What could not be compiled on either side."""
    for schema, side in ((reader, "reader"), (writer, "writer")):
        for document in schema.refused:
            for found in file_not_covered((schema, document)):
                place = Place("", None, document)
                yield replace(found, reader=place) if side == "reader" else replace(found, writer=place)


def _breaks(pair: MessagePair) -> bool:
    """Whether a pair of message types is incompatible by itself, its fields' message types aside."""
    rules = rules_of(pair.sides.category)
    return any(found.severity == "breaking" for each in differing_pairs(pair) for found in findings_of(each, rules))


@cache
def rules_of(category: Category) -> Mapping[type, tuple[Rule, ...]]:
    """The rules of a category by the pairs that they look at."""
    return _by_pair(one for one in GRADED if category in one.categories)


@cache
def _registry() -> Mapping[type, tuple[Rule, ...]]:
    return _by_pair(registry.RULES)


def _by_pair(rules: Iterable[Graded]) -> Mapping[type, tuple[Rule, ...]]:
    found: dict[type, list[Rule]] = {}
    for one in rules:
        found.setdefault(one.pair, []).append(one.rule)
    return MappingProxyType({pair: tuple(listed) for pair, listed in found.items()})
