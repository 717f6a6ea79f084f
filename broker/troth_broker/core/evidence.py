"""What is known about a content and a provider's version: a replay, and what checkers said of the version's documents.

A version may publish several documents, which are judged as one: what one of them does not keep or cover another may.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from troth_broker.core.facts import Comparison, Evolution, Facts, Meeting, Part, Provided, Result
from troth_schemas.pairs import comparable, compared
from troth_schemas.pairs.union import Said, standing

ALL = "*"
"""Stands for all interactions of a contract."""


@dataclass(frozen=True, slots=True)
class Left:
    """How much of what a document's comparison found stands beside what those of the version's others say."""

    breaking: int
    risky: int
    partial: int


@dataclass(frozen=True)
class Static:
    """The newest comparison of a content with each document of a provider's version, put together."""

    comparisons: tuple[Comparison, ...]
    pending: int = 0
    """How many documents of the version were not compared with it yet."""

    @cached_property
    def left(self) -> tuple[Left, ...]:
        """What stands of each comparison.

        As long as a document was not compared, what breaks an interaction in others is not the last word on it.
        """
        told = [one.told for one in self.comparisons]
        if len(told) + self.pending < 2 or not all(told):
            return tuple(
                Left(max(one.breaking, int(one.success is False)), one.risky, one.partial) for one in self.comparisons
            )
        said = [one for one in told if one is not None]
        standing_of = zip(self.comparisons, said, standing(said), strict=True)
        return tuple(_left(one, short, stands, final=not self.pending) for one, short, stands in standing_of)

    @cached_property
    def breaking(self) -> int:
        """How many findings break it."""
        return sum(one.breaking for one in self.left)

    @cached_property
    def risky(self) -> int:
        """How many findings may break it."""
        return sum(one.risky for one in self.left)

    @cached_property
    def judged(self) -> int:
        """How many interactions were judged."""
        return sum(one.judged for one in self.comparisons)

    @cached_property
    def unjudged(self) -> tuple[str, ...]:
        """The interactions of which no document's comparison could say anything; "*" for all of them."""
        named = [_unjudged(one) for one in self.comparisons]
        told = [names for names in named if ALL not in names]
        if not told:
            return (ALL,)
        return tuple(sorted(frozenset.intersection(*told)))

    @cached_property
    def not_covered(self) -> int:
        """How many places or interactions could not be judged."""
        return sum(one.partial for one in self.left) + len(self.unjudged)

    @cached_property
    def error(self) -> str | None:
        """Why a document could not be compared at all, if one could not."""
        return next((one.error for one in self.comparisons if one.error is not None), None)

    @property
    def verdict(self) -> bool | None:
        """What they say by themselves, whatever policies make of it: fits, breaks or cannot tell."""
        if self.breaking:
            return False
        return None if self.pending or self.not_covered or not self.judged else True

    @property
    def only_errored(self) -> bool:
        """Whether nothing but an error keeps it from a yes."""
        told = (one for one in self.comparisons if one.error is None)
        return self.error is not None and all(one.success and not (one.partial or one.unjudged) for one in told)

    @property
    def telling(self) -> Comparison:
        """The comparison to look at first: one that breaks, else one that may, else the last one."""
        order = zip(self.left, self.comparisons, strict=True)
        return max(order, key=lambda two: (two[0].breaking, two[0].risky, two[0].partial, two[1].id))[1]

    @cached_property
    def at(self) -> int:
        """When the last of them was made."""
        return max((one.at for one in self.comparisons), default=0)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that counts about a content and a provider's version."""

    version: int
    replay: Result | None = None
    static: Static | None = None
    """None where the version publishes nothing that could be compared."""
    part: Part | None = None
    """The newest replay of a part, unless a replay of the whole is newer."""


class Comparisons:
    """The comparisons in the facts, by what they are about; empty where no version published anything."""

    def __init__(self, facts: Facts) -> None:
        documents: defaultdict[int, list[Provided]] = defaultdict(list)
        for one in facts.provided:
            documents[one.version].append(one)
        self._documents: Mapping[int, list[Provided]] = documents
        self._newest = newest(facts.comparisons)
        self._made: dict[tuple[int, int], Static] = {}

    def __bool__(self) -> bool:
        return bool(self._documents)

    def of(self, content: int, version: int, kind: str = "pact") -> Static | None:
        """What checkers say of a content of some format and the documents of a version.

        A document of a format that nothing compares with the content's says nothing about it. Of contents that are
        compared with nothing at all, such as expectations of calls, there is nothing that could be said.
        """
        if version not in self._documents or not comparable(kind):
            return None
        key = content, version
        if key not in self._made:
            found = [self._newest.get(pair) for pair in self._pairs(content, version, kind)]
            self._made[key] = Static(tuple(one for one in found if one is not None), found.count(None))
        return self._made[key]

    def missing(self, content: int, version: int, kind: str = "pact") -> tuple[tuple[int, int], ...]:
        """The pairs of contents that are still to be compared."""
        return tuple(pair for pair in self._pairs(content, version, kind) if pair not in self._newest)

    def _pairs(self, content: int, version: int, kind: str) -> Iterable[tuple[int, int]]:
        documents = {one.provider_content for one in self._documents.get(version, ()) if compared(kind, one.format)}
        return ((content, one) for one in sorted(documents))


def newest_parts(parts: Iterable[Part]) -> Mapping[tuple[int, int], Part]:
    """The last replay of a part of each content by each version."""
    return {(one.content, one.version): one for one in sorted(parts, key=lambda one: one.id)}


def unless_whole(part: Part | None, whole_at: int | None) -> Part | None:
    """The replay of a part, as long as no replay of the whole came after it."""
    return None if part is None or (whole_at is not None and whole_at >= part.at) else part


def newest(comparisons: Iterable[Comparison]) -> Mapping[tuple[int, int], Comparison]:
    """The last comparison of each pair of contents: a new checker's word counts once it has spoken."""
    found: dict[tuple[int, int], Comparison] = {}
    for one in comparisons:
        key = one.content, one.provider_content
        if key not in found or one.id > found[key].id:
            found[key] = one
    return found


def newest_evolutions(evolutions: Iterable[Evolution]) -> Mapping[Meeting, Evolution]:
    """The last word of a checker on each meeting of two documents."""
    return {one.meeting: one for one in sorted(evolutions, key=lambda one: one.id)}


def _left(one: Comparison, said: Said, stands: tuple[bool, ...], *, final: bool) -> Left:
    found = [told for told, left in zip(said.findings, stands, strict=True) if left and (final or not told[1])]
    severities = [severity for severity, _ in found]
    silent = set(one.unjudged)
    gaps = (names for severity, names in found if severity == "not-covered")
    partial = 0 if ALL in silent else sum(not names or not silent.issuperset(names) for names in gaps)
    return Left(severities.count("breaking"), severities.count("risky"), partial)


def _unjudged(one: Comparison) -> frozenset[str]:
    return frozenset((ALL,) if one.error is not None else one.unjudged)
