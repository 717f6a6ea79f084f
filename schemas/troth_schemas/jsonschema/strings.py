"""Sets of strings, and what a reader asks of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.missing import Lack, change_of, limits
from troth_schemas.jsonschema.patterns import listing, matches
from troth_schemas.jsonschema.words import Undecided, find


@dataclass(frozen=True, slots=True)
class Strings:
    """The strings of some lengths that match all of ``patterns`` and none of ``off``."""

    least: int = 0
    most: int | None = None
    patterns: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    encodings: tuple[str, ...] = ()

    def meet(self, other: "Strings") -> "Strings | None":
        """What both hold; None for nothing."""
        found = Strings(
            max(self.least, other.least),
            least_of(self.most, other.most),
            _joined(self.patterns, other.patterns),
            _joined(self.off, other.off),
            _joined(self.formats, other.formats),
            _joined(self.encodings, other.encodings),
        )
        return None if found.is_empty else found

    def holds(self, value: str) -> bool:
        """Whether a string is in it."""
        if len(value) < self.least or (self.most is not None and len(value) > self.most):
            return False
        return all(matches(one, value) for one in self.patterns) and not any(matches(one, value) for one in self.off)

    @property
    def example(self) -> str | None:
        """The shortest string in it; None where it is empty. Raises Undecided."""
        return find(self.patterns, self.off, self.least, self.most)

    @property
    def is_void(self) -> bool:
        """Whether it holds nothing, told by its expressions too."""
        if len(self.patterns) + len(self.off) < (1 if self.most is not None else 2):
            return False
        try:
            return self.example is None
        except Undecided:
            return False

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing, told by lengths and names alone."""
        return (self.most is not None and self.most < self.least) or any(one in self.off for one in self.patterns)


def strings_of(facts: Facts) -> Strings | None:
    """The strings that a schema allows by itself; None for nothing."""
    found = Strings(
        facts.min_length,
        facts.max_length,
        () if facts.pattern is None else (facts.pattern,),
        formats=() if facts.format is None else (facts.format,),
        encodings=() if facts.content_encoding is None else (facts.content_encoding,),
    )
    return None if found.is_empty else found


def lacking(facts: Facts, strings: Strings) -> Iterator[Lack]:
    """Why some of the strings are refused."""
    if facts.min_length > strings.least:
        bad = replace(strings, most=least_of(strings.most, facts.min_length - 1))
        had = strings.least or None
        yield from _some(Lack("min-length", change_of(had), limits(had, facts.min_length), bad))
    if facts.max_length is not None and (strings.most is None or strings.most > facts.max_length):
        bad = replace(strings, least=max(strings.least, facts.max_length + 1))
        was = "none" if strings.most is None else strings.most
        yield from _some(Lack("max-length", change_of(strings.most), f"{was} → {facts.max_length}", bad))
    if facts.pattern is not None and facts.pattern not in strings.patterns:
        yield from _lacking_pattern(facts.pattern, strings)


def _lacking_pattern(pattern: str, strings: Strings) -> Iterator[Lack]:
    was = " and ".join(strings.patterns)
    bad = replace(strings, off=(*strings.off, pattern))
    yield from _some(Lack("pattern", "changed" if was else "added", f"{was or 'none'} → {pattern}", bad))


def _some(lack: Lack) -> Iterator[Lack]:
    """The lack, if there is a string that is refused; not sure where the expressions do not let that be told."""
    bad: Strings = lack.bad
    if not (bad.patterns or bad.off):
        yield lack
        return
    try:
        if bad.example is not None:
            yield lack
    except Undecided:
        yield replace(lack, sure=False)


def outside(strings: Strings, listed: Iterable[str]) -> Strings | None:
    """The strings that are not listed; None where there are none. Raises Undecided."""
    held = tuple(one for one in listed if strings.holds(one))
    left = replace(strings, off=(*strings.off, listing(held))) if held else strings
    return None if left.example is None else left


def least_of(one: int | None, other: int | None) -> int | None:
    """The lesser of two limits, either of which may be missing."""
    return other if one is None else one if other is None else min(one, other)


def _joined(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other))) if other else one


def refusing(facts: Facts, value: str) -> Iterator[Lack]:
    """Why one string is refused."""
    if len(value) < facts.min_length:
        yield Lack("min-length", "added", f"{len(value)} → {facts.min_length}")
    if facts.max_length is not None and len(value) > facts.max_length:
        yield Lack("max-length", "added", f"{len(value)} → {facts.max_length}")
    if facts.pattern is not None and not matches(facts.pattern, value):
        yield Lack("pattern", "added", f"{value} → {facts.pattern}")
