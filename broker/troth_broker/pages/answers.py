"""An answer of the gate or the matrix as people see it: the verdict, what is in the way, the rows, the way to yes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from troth_broker.core.acting import Obstacle, actors, obstacles
from troth_broker.core.actions import Action
from troth_broker.core.advice import Names, action_words, blocker_words
from troth_broker.core.blockers import (
    Blocker,
    Breaking,
    Class,
    Failing,
    Regressing,
    UnknownVersion,
    Unproved,
    row_class,
)
from troth_broker.core.contract_documents import word_of
from troth_broker.core.evidence import Static
from troth_broker.core.facts import Part
from troth_broker.core.policy import Policy
from troth_broker.core.question import Wanted
from troth_broker.core.reasons import Level, level, words
from troth_broker.core.rows import Row
from troth_broker.pages.words import NO, YES, Mark, class_mark, compared_mark, part_mark, verdict
from troth_broker.services.matrix import Answer
from troth_broker.store.matrix_rows import In, Line

_WARNING: Level = "warning"
_MOST = 100
_FIRST = {"no": 0, "open": 1, "yes": 2, "none": 3}


@dataclass(frozen=True, slots=True)
class VersionShown:
    """A version with its chips."""

    application: str
    number: str
    branches: tuple[Line, ...]
    tags: tuple[Line, ...]
    places: tuple[In, ...]


@dataclass(frozen=True, slots=True)
class ComparedShown:
    """What a comparison says: its mark, what it found first, and its number; None where it is still due."""

    mark: Mark
    text: str | None
    number: int | None

    @classmethod
    def of(cls, static: Static | None, text: str | None) -> "ComparedShown | None":
        """What comparisons say; None where there is nothing to compare."""
        if static is None or not (static.comparisons or static.pending):
            return None
        return cls(compared_mark(static), text, static.telling.id if static.comparisons else None)


@dataclass(frozen=True, slots=True)
class PartShown:
    """What was replayed of a contract, where that was not all of it: its mark and its number."""

    mark: Mark
    number: int

    @classmethod
    def of(cls, part: Part) -> "PartShown":
        """A replay of a part."""
        return cls(part_mark(part.extent), part.id)


@dataclass(frozen=True, slots=True)
class RowShown:
    """One row of the matrix."""

    consumer: VersionShown
    provider: str
    prover: VersionShown | None
    mark: Mark
    why: Class | None
    at: int | None
    """When it was verified."""
    sha: str | None
    number: int | None
    """The result, if there is one."""
    compared: "ComparedShown | None" = None
    disputed: bool = False
    format: str = "pact"
    parts: tuple[PartShown, ...] = ()

    @property
    def only_compared(self) -> bool:
        """Whether a comparison decided, because nothing was replayed."""
        return self.number is None and self.compared is not None


@dataclass(frozen=True, slots=True)
class Barrier:
    """What stands in the way: the pair, if it is one, and the clause that says what is wrong."""

    pair: Obstacle | None
    why: Class
    text: str
    result: int | None = None
    """The number of the result that failed."""
    failures: tuple[str, ...] = ()
    """What went wrong in it."""
    format: str | None = None
    """What the contract is, if it is no pact."""


class AnswerShown:
    """What the pages say about one answer."""

    def __init__(self, answer: Answer, failures: Mapping[int, tuple[str, ...]] | None = None) -> None:
        self._answer = answer
        self._failures = failures or {}
        self._names = Names.of(answer.facts, answer.shown.numbers, answer.actions or ())
        self.decision = answer.decision
        self.target = place_words(answer.question.target)

    @property
    def mark(self) -> Mark:
        """Yes or no."""
        return YES if self.decision.deployable else NO

    @property
    def extent(self) -> str:
        """How much the answer rests on, in a few words."""
        counts = self.decision.counts
        blocking = counts.failed + counts.unknown
        everything = blocking + counts.success
        if self.decision.nothing_to_check:
            return "nothing had to be checked"
        if self.decision.deployable:
            return "the one pair is verified" if everything == 1 else f"all {everything:,} pairs are verified"
        if not blocking:
            return "something is in the way"
        return f"{blocking:,} of {everything:,} pairs {'is' if blocking == 1 else 'are'} in the way"

    @cached_property
    def barriers(self) -> tuple[Barrier, ...]:
        """What stands in the way, worst first."""
        return tuple(self._barrier(one) for one in self.decision.blockers[:_MOST])

    @property
    def barriers_left_out(self) -> int:
        """How many obstacles are not shown."""
        return max(0, len(self.decision.blockers) - _MOST)

    def _barrier(self, blocker: Blocker) -> Barrier:
        text = self._answer.words(blocker) or blocker_words(blocker, self._names, self.target)
        pair = None if isinstance(blocker, UnknownVersion | Regressing) else obstacles((blocker,), self._names)[0]
        number = blocker.result.number if isinstance(blocker, Failing) else None
        published = blocker.publication if isinstance(blocker, Failing | Breaking | Unproved) else None
        kind = word_of(published.format) if published is not None and published.format != "pact" else None
        return Barrier(pair, blocker.why, text, number, self._failures.get(number or 0, ()), kind)

    @property
    def steps(self) -> tuple[str, ...] | None:
        """The shortest way to yes; None if no list of actions leads there."""
        actions = self._answer.actions
        return None if actions is None else self._steps(actions)

    def _steps(self, actions: Iterable[Action]) -> tuple[str, ...]:
        return tuple(islice(dict.fromkeys(action_words(one, self._names) for one in actions), _MOST))

    @property
    def actors(self) -> tuple[str, ...]:
        """Whose turn it is."""
        return actors(self._answer.actions or (), self._names)

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies that were used, in words; empty where the default decided."""
        return tuple(self._policy_words(one) for one in self.decision.policies)

    def _policy_words(self, policy: Policy) -> str:
        if policy.environment is not None:
            return f"version {policy.id} for {policy.environment}"
        names = self._names.application(policy.consumer or 0), self._names.application(policy.provider or 0)
        return f"version {policy.id} for {' and '.join(names)}"

    @property
    def notices(self) -> tuple[tuple[Level, str], ...]:
        """The broker's sentences."""
        found = ((level(reason), words(reason)) for reason in self.decision.reasons)
        own = ((_WARNING, f"This version of {one} has published no contract.") for one in self.decision.not_published)
        return (*own, *found)

    @cached_property
    def rows(self) -> tuple[RowShown, ...]:
        """The rows that were asked for, those that are in the way first."""
        absent = frozenset(
            b.publication.provider
            for b in self.decision.blockers
            if isinstance(b, Unproved) and b.why is Class.NOT_DEPLOYED
        )
        classes = {b.publication.content: b.why for b in self.decision.blockers if isinstance(b, Unproved)}
        rows = (self._row(row, absent, classes) for row in self.decision.rows)
        return tuple(sorted(rows, key=lambda row: _FIRST[row.mark.tone]))

    def _row(self, row: Row, absent: frozenset[int], classes: dict[int, Class]) -> RowShown:
        publication, result = row.publication, row.result
        why = row_class(row, absent)
        if why not in {None, Class.INCOMPATIBLE}:
            why = classes.get(publication.content, why)
        mark = verdict(row.verdict) if not row.ignored else Mark("none", "–", "ignored")
        return RowShown(
            self._version(publication.consumer, publication.version),
            self._names.application(publication.provider),
            self._version(publication.provider, prover) if (prover := self._answer.version(row)) else None,
            class_mark(why) if why and row.verdict is None else mark,
            why,
            result.at if result else None,
            self._answer.shown.shas.get(publication.content),
            result.number if result else None,
            ComparedShown.of(self._answer.static(row), self._answer.sentence(self._answer.static(row))),
            self._answer.disputed(row),
            word_of(publication.format),
            tuple(PartShown.of(one) for one in self._answer.parts(row)),
        )

    def _version(self, application: int, version: int) -> VersionShown:
        shown = self._answer.shown
        return VersionShown(
            self._names.application(application),
            shown.numbers[version],
            tuple(shown.branches.get(version, ())),
            tuple(shown.tags.get(version, ())),
            tuple(shown.environments.get(version, ())),
        )


def place_words(target: Wanted | None) -> str:
    """Where a target is."""
    if target is None:
        return ""
    return target.environment or target.tag or target.branch or ("the main branch" if target.main_branch else "")


def grouped(barriers: Iterable[Barrier]) -> dict[Class, list[Barrier]]:
    """Obstacles by class, in their order."""
    found: dict[Class, list[Barrier]] = {}
    for one in barriers:
        found.setdefault(one.why, []).append(one)
    return found


def failing_results(answer: Answer) -> tuple[int, ...]:
    """The numbers of the first results that are in the way."""
    failing = (one.result.number for one in answer.decision.blockers if isinstance(one, Failing))
    return tuple(islice(dict.fromkeys(failing), 10))
