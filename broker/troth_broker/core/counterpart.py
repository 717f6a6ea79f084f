"""One application that the target implies, and the cheapest way to come to terms with it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from troth_broker.core.actions import Action, Place, apply
from troth_broker.core.blockers import Blocker, Breaking, Failing, Unproved
from troth_broker.core.evidence import newest
from troth_broker.core.facts import Facts, Result
from troth_broker.core.gate import decide
from troth_broker.core.policy import Kind
from troth_broker.core.question import Question, Wanted
from troth_broker.core.resolve import Known, Scope, resolve
from troth_broker.core.verdict import Lack

CANDIDATES = 10
"""How many versions of a counterpart are looked at in each way to find one that fits."""
_MOST_ASSIGNMENTS = 2000
_MOST_WORK = 20_000
"""Facts times candidates: beyond it a plan is still a way to yes, but perhaps not the shortest."""

Key = tuple[int, int, Kind]
"""A content, the provider's version that must pass it, and how."""
About = Failing | Breaking | Unproved
"""The obstacles between two versions."""


@dataclass(frozen=True, slots=True)
class Debt:
    """A pass that is missing: a consumer's version that needs it, and whether there is a failure to mend.

    `again` if a comparison was made, and an error alone kept it from saying anything.
    """

    consumer_version: int
    failing: bool
    again: bool = False


Debts = dict[Key, Debt]


def chosen_versions(scope: Scope) -> Mapping[int, list[int]]:
    """The versions that the question names, by application."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for chosen in scope.specified:
        if chosen.version is not None:
            found[chosen.application.id].append(chosen.version.id)
    return found


def debts_of(question: Question, scope: Scope, blockers: Iterable[Blocker]) -> Debts:
    """The passes that are owed. Of versions that were only named one must pass; of those live in the target, all."""
    live = question.target is not None and question.target.environment is not None and question.collapse != "cp"
    inferred = {chosen.application.id for chosen in scope.inferred} if live else set[int]()
    found: Debts = {}
    for blocker in blockers:
        match blocker:
            case Failing(publication, result):
                found[publication.content, result.version, "replay"] = Debt(publication.version, failing=True)
            case Breaking(publication, evidence):
                found[publication.content, evidence.version, "comparison"] = Debt(publication.version, failing=True)
            case Unproved(publication, versions):
                kind: Kind = "replay" if _is_replayed(blocker) else "comparison"
                again = kind == "comparison" and _is_errored(blocker)
                for version in versions if publication.provider in inferred else versions[:1]:
                    found[publication.content, version, kind] = Debt(publication.version, failing=False, again=again)
            case _:
                pass
    return found


def _is_replayed(blocker: Unproved) -> bool:
    """Whether a replay is the way to what is lacking; what is only due needs no other way."""
    return blocker.lack.kind == "replay" or (blocker.or_replay and blocker.lack is not Lack.PENDING)


def _is_errored(blocker: Unproved) -> bool:
    static = blocker.evidence.static if blocker.evidence else None
    return blocker.lack is Lack.ERRORED and static is not None and static.only_errored


class Counterpart:
    """One application that the target implies, and the ways to come to terms with it."""

    def __init__(
        self, question: Question, facts: Facts, scope: Scope, application: int, blockers: list[Blocker]
    ) -> None:
        self._question = question
        self._application = application
        self._blockers = blockers
        self._specified = {chosen.application.id for chosen in scope.specified}
        self._chosen = chosen_versions(scope)
        self._facts = _between(facts, self._specified | {application})
        if question.collapse is not None:
            self._facts = _one_for_each_content(self._facts, self._chosen)
        self._live = [one.version.id for one in scope.inferred if one.application.id == application and one.version]
        self._disregarded = scope.disregard.versions
        assert question.target is not None
        self._target = question.target

    def best(self) -> tuple[list[Action], Debts]:
        """The cheapest choice of versions, and what they owe."""
        if not self._live:
            return self._fill()
        if self._target.environment is not None and self._question.collapse != "cp":
            return self._swap_live()
        if self._target.tag is not None and self._target.latest:
            return self._retag(self._live[0])
        return [], self._owed(self._facts)

    def _fill(self) -> tuple[list[Action], Debts]:
        """Nothing is there: bring the version that owes least, or a new one."""
        movable = self._target.environment is not None or self._target.tag is not None
        candidates: list[int | None] = [*self._candidates()] if movable else []
        choices = [self._after(Place(self._application, version, self._target)) for version in candidates or [None]]
        action, debts = min(choices, key=lambda choice: _cost(1, choice[1]))
        return [action], debts

    def _retag(self, current: int) -> tuple[list[Action], Debts]:
        """The latest version with a tag blocks: a later one may carry it."""
        stay = self._owed(self._facts)
        later = (version for version in self._candidates() if version > current)
        moves = [self._after(Place(self._application, version, self._target, current)) for version in later]
        best = min(moves, key=lambda choice: _cost(1, choice[1]), default=None)
        if best is None or _cost(1, best[1]) >= _cost(0, stay):
            return [], stay
        return [best[0]], best[1]

    def _swap_live(self) -> tuple[list[Action], Debts]:
        """Each live version stays or gives way to another; the cheapest of all combinations."""
        alone = {version: self._owed(self._alone(version)) for version in dict.fromkeys(self._live)}
        offered = {version: self._owed(self._alone(version)) for version in self._candidates()}
        useful = _undominated(offered)
        options = [[live, *(version for version in useful if version != live)] for live in alone]
        while len(options) > 1 and _size(options) > _MOST_ASSIGNMENTS:
            longest = max(options, key=len)
            longest.pop()
        owed = {**offered, **alone}

        def cost(assignment: tuple[int, ...]) -> tuple[int, int, int]:
            moved = sum(new != old for new, old in zip(assignment, alone, strict=True))
            return _cost(moved, _union(owed[version] for version in assignment))

        best = min(product(*options), key=cost)
        moves: list[Action] = [
            Place(self._application, new, self._target, old) for new, old in zip(best, alone, strict=True) if new != old
        ]
        return moves, _union(owed[version] for version in best)

    def _after(self, action: Place) -> tuple[Action, Debts]:
        return action, self._owed(apply(action, self._facts))

    def _alone(self, version: int) -> Facts:
        """The facts if this were the application's only version in the target."""
        others = tuple(placed for placed in self._facts.placed if placed.application != self._application)
        environment = self._target.environment or ""
        cleared = replace(self._facts, placed=others)
        return apply(Place(self._application, version, Wanted(environment=environment)), cleared)

    def _owed(self, facts: Facts) -> Debts:
        decision = decide(self._question, facts)
        about = [b for b in decision.blockers if isinstance(b, About) and self._concerns(b)]
        return debts_of(self._question, resolve(self._question, Known(facts)), about)

    def _concerns(self, blocker: About) -> bool:
        return self._application in {blocker.publication.consumer, blocker.publication.provider}

    def _candidates(self) -> tuple[int, ...]:
        """Versions that may fit, newest first: the newest of all, and the newest that have passed."""
        facts = self._facts
        mine = sorted((v.id for v in facts.versions if v.application == self._application), reverse=True)
        found = set(mine[:CANDIDATES])
        for blocker in self._blockers:
            if isinstance(blocker, About):
                publication = blocker.publication
                if publication.provider == self._application:
                    found.update(_passing_versions(facts, publication.content)[:CANDIDATES])
                else:
                    proving = self._chosen.get(publication.provider, ())
                    found.update(_passing_consumers(facts, self._application, publication.provider, proving))
        affordable = max(1, _MOST_WORK // (1 + len(facts.publications) + len(facts.branches)))
        return tuple(sorted(found - self._disregarded, reverse=True)[:affordable])


def _passing_versions(facts: Facts, content: int) -> list[int]:
    """Versions of the provider that have passed a content, in either way, newest first."""
    latest: dict[int, tuple[int, bool]] = {}
    for result in facts.results:
        if result.content == content and result.number > latest.get(result.version, (0, False))[0]:
            latest[result.version] = result.number, result.success
    found = {version for version, (_, success) in latest.items() if success}
    serving = {pair[1] for pair, one in newest(facts.comparisons).items() if pair[0] == content and one.success}
    found.update(one.version for one in facts.provided if one.provider_content in serving)
    return sorted(found, reverse=True)


def _passing_consumers(facts: Facts, consumer: int, provider: int, proving: Iterable[int]) -> set[int]:
    """Versions whose contract a chosen version of the provider has passed; the newest of them for each."""
    mine = [p for p in facts.publications if (p.consumer, p.provider) == (consumer, provider)]
    current = {p.slot: p for p in sorted(mine, key=lambda publication: publication.revision)}
    served = newest(facts.comparisons)
    found = set[int]()
    for prover in proving:
        passing = {r.content for r in _newest_results(facts, prover) if r.success}
        documents = {one.provider_content for one in facts.provided if one.version == prover}
        passing |= {content for (content, document), one in served.items() if document in documents and one.success}
        fitting = {p.version for p in current.values() if p.content in passing}
        found.update(sorted(fitting, reverse=True)[:CANDIDATES])
    return found


def _newest_results(facts: Facts, version: int) -> Iterable[Result]:
    return {r.content: r for r in sorted(facts.results, key=lambda r: r.number) if r.version == version}.values()


def _between(facts: Facts, applications: set[int]) -> Facts:
    """The facts about these applications alone."""
    publications = tuple(p for p in facts.publications if {p.consumer, p.provider} <= applications)
    contents = {publication.content for publication in publications}
    return replace(
        facts,
        versions=tuple(one for one in facts.versions if one.application in applications),
        placed=tuple(one for one in facts.placed if one.application in applications),
        integrations=tuple(one for one in facts.integrations if {one.consumer, one.provider} <= applications),
        publications=publications,
        results=tuple(one for one in facts.results if one.content in contents),
        comparisons=tuple(one for one in facts.comparisons if one.content in contents),
    )


def _one_for_each_content(facts: Facts, chosen: Mapping[int, list[int]]) -> Facts:
    """The facts with one publication for each content of the consumers in question: all of them owe the same passes."""
    current = {p.slot: p for p in sorted(facts.publications, key=lambda p: p.revision)}
    versions = {version for found in chosen.values() for version in found}
    own = {p.content: p for p in sorted(current.values(), key=lambda p: p.id) if p.version in versions}
    others = (p for p in facts.publications if p.consumer not in chosen)
    return replace(facts, publications=(*own.values(), *others))


def _undominated(offered: Mapping[int, Debts]) -> list[int]:
    """The candidates that owe least: no other owes a part of what they owe. Of equals the newest."""
    kept: list[int] = []
    for version in sorted(offered, key=lambda one: (len(offered[one]), -one)):
        if not any(offered[other].keys() <= offered[version].keys() for other in kept):
            kept.append(version)
    return kept


def _union(debts: Iterable[Debts]) -> Debts:
    found: Debts = {}
    for each in debts:
        for key, debt in each.items():
            if key not in found or debt.consumer_version > found[key].consumer_version:
                found[key] = debt
    return found


def _cost(moves: int, debts: Debts) -> tuple[int, int, int]:
    """How long a way is; of equals the one with less to mend, then with fewer moves."""
    return moves + len(debts), sum(debt.failing for debt in debts.values()), moves


def _size(options: list[list[int]]) -> int:
    total = 1
    for one in options:
        total *= len(one)
    return total
