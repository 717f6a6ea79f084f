"""Judges the rows of an answer: evidence of both kinds under the policies that govern a pair.

Policies and comparisons are for versions that a question names or its target implies. Where it reaches into whole
histories it lists what replays showed, and each result speaks for itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from troth_broker.core.evidence import Comparisons, Evidence, newest_parts, unless_whole
from troth_broker.core.facts import Facts, Part, Result
from troth_broker.core.policy import Kind, Policy, Rules, newest_of_scopes, strictest
from troth_broker.core.resolve import Scope
from troth_broker.core.verdict import Lack, Verdict, judge


@dataclass(frozen=True, slots=True)
class Outcome:
    """What stands in the right half of a row: what is known of a version of the provider, or that nothing is.

    `times` counts results that are known in number only. `unproved` names the versions that owe the missing proof.
    `lacks`, `against`, `disputed` and `or_replay` are those of the `Verdict`. `parts` are the replays of a part by the
    versions that the row is about.
    """

    verdict: bool | None
    result: Result | None = None
    times: int = 1
    unproved: tuple[int, ...] = ()
    evidence: Evidence | None = None
    lacks: tuple[Lack, ...] = ()
    against: tuple[Kind, ...] = ()
    disputed: bool = False
    or_replay: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def version(self) -> int | None:
        """The version of the provider, if the row is about one."""
        if self.result is not None:
            return self.result.version
        return self.evidence.version if self.evidence else None

    @property
    def proved(self) -> bool:
        """Whether there is a result, or a comparison that could tell."""
        return self.result is not None or self.verdict is not None

    @property
    def owed_by(self) -> tuple[int, ...]:
        """The versions that a proof is missing of."""
        return self.unproved or (() if self.version is None else (self.version,))


class Pair(NamedTuple):
    """A content with its two sides and its format."""

    content: int
    consumer: int
    provider: int
    format: str


class Judge:
    """Judges what one question reaches."""

    def __init__(self, scope: Scope, facts: Facts) -> None:
        target = scope.question.target
        self._environment = target.environment if target else None
        self._now = facts.now
        applies = not any(chosen.wanted.everything for chosen in scope.chosen)
        self._comparisons = Comparisons(facts if applies else Facts())
        self._policies = newest_of_scopes(facts.policies) if applies else ()
        self._parts = newest_parts(facts.parts if applies else ())
        self._rules: dict[tuple[int, int], Rules | None] = {}

    @property
    def compares(self) -> bool:
        """Whether any version that is looked at publishes something to compare with."""
        return bool(self._comparisons)

    def of_results(self, pair: Pair, results: Iterable[Result]) -> list[Outcome]:
        """The rows of results."""
        rules = self._governing(pair)
        if rules is None and not (self._comparisons or self._parts):
            return [Outcome(result.success, result) for result in results]
        return [self._of_result(pair, result, rules) for result in results]

    def _of_result(self, pair: Pair, result: Result, rules: Rules | None) -> Outcome:
        static = self._comparisons.of(pair.content, result.version, pair.format)
        part = unless_whole(self._parts.get((pair.content, result.version)), result.at)
        if static is None and part is None and rules is None:
            return Outcome(result.success, result)
        evidence = Evidence(result.version, result, static, part)
        return _outcome(self._verdict(evidence, pair), evidence)

    def of_comparisons(self, pair: Pair, versions: Iterable[int]) -> list[Outcome]:
        """The rows of those of the versions that were compared, or will be, highest first."""
        found = []
        for version in sorted(versions, reverse=True):
            static = self._comparisons.of(pair.content, version, pair.format)
            if static is not None:
                evidence = Evidence(version, static=static, part=self._parts.get((pair.content, version)))
                found.append(_outcome(self._verdict(evidence, pair), evidence))
        return found

    def of_nothing(self, pair: Pair, versions: tuple[int, ...]) -> Outcome:
        """The row of versions of which nothing is known, or what a part of the contract shows."""
        found = (self._parts.get((pair.content, version)) for version in versions)
        parts = tuple(part for part in found if part is not None)
        each = parts[0] if parts and len(parts) == len(versions) else None
        verdict = self._verdict(Evidence(0, part=each), pair)
        return Outcome(None, unproved=versions, lacks=verdict.lacks, or_replay=verdict.or_replay, parts=parts)

    def governing(self, pairs: Iterable[tuple[int, int]]) -> tuple[Policy, ...]:
        """The policies that an answer about these pairs used: those of its environment first."""
        pairs = set(pairs)
        used = [
            one
            for one in self._policies
            if one.environment == self._environment is not None
            or (one.environment is None and (one.consumer, one.provider) in pairs)
        ]
        return tuple(sorted(used, key=lambda one: (one.environment is None, one.id)))

    def _verdict(self, evidence: Evidence, pair: Pair) -> Verdict:
        return judge(evidence, self._governing(pair) or Rules(), self._now, pair.format)

    def _governing(self, pair: Pair) -> Rules | None:
        if not self._policies:
            return None
        key = pair.consumer, pair.provider
        if key not in self._rules:
            found = [one for one in self._policies if one.governs(*key, self._environment)]
            self._rules[key] = strictest(found) if found else None
        return self._rules[key]


def _outcome(verdict: Verdict, evidence: Evidence) -> Outcome:
    return Outcome(
        verdict.success,
        evidence.replay,
        evidence=evidence,
        lacks=verdict.lacks,
        against=verdict.against,
        disputed=verdict.disputed,
        or_replay=verdict.or_replay,
        parts=() if evidence.part is None else (evidence.part,),
    )
