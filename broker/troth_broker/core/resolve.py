"""From a question's words to the versions that it means (pact_broker_api 6.2)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from troth_broker.core.facts import Application, Facts, Integration, Version
from troth_broker.core.question import Ignored, Question, Wanted


@dataclass(frozen=True, slots=True)
class Chosen:
    """One version that the question means, all versions of an application, or the hole where no version was found."""

    application: Application
    wanted: Wanted
    version: Version | None
    specified: bool = True
    one_of_many: bool = False
    ignored: bool = False

    @property
    def missing(self) -> bool:
        """Whether a version was wanted and there is none."""
        return self.version is None and not self.wanted.everything


@dataclass(frozen=True, slots=True)
class Disregard:
    """What the question's ignore selectors mean, by id; `unknown` are those that name nothing."""

    applications: frozenset[int] = frozenset()
    versions: frozenset[int] = frozenset()
    unknown: tuple[Ignored, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """An integration that the answer must look at; `required` if the consumer cannot go without it."""

    consumer: int
    provider: int
    required: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything that a question means, resolved against the facts."""

    question: Question
    specified: tuple[Chosen, ...]
    inferred: tuple[Chosen, ...]
    needs: tuple[Need, ...]
    disregard: Disregard

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """Specified and inferred choices alike."""
        return self.specified + self.inferred


class Known:
    """Look-ups over facts, built once for a decision."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.application = {application.id: application for application in facts.applications}
        self.version = {version.id: version for version in facts.versions}
        self._by_name = {application.name: application for application in facts.applications}
        self._by_number = {(version.application, version.number): version for version in facts.versions}

    def named(self, name: str) -> Application | None:
        """The application of that name."""
        return self._by_name.get(name)

    def numbered(self, application: int, number: str) -> Version | None:
        """The version of an application with that number."""
        return self._by_number.get((application, number))

    def matching(self, application: Application, wanted: Wanted) -> tuple[Version, ...]:
        """The versions that are wanted, newest first."""
        ids = [version for version in self._ids(application, wanted) if version in self.version]
        if wanted.latest and ids:
            ids = [max(ids)]
        return tuple(self.version[key] for key in sorted(ids, reverse=True))

    def _ids(self, application: Application, wanted: Wanted) -> set[int]:
        sets: list[set[int]] = []
        facts, key = self.facts, application.id
        if wanted.version is not None:
            found = self.numbered(key, wanted.version)
            sets.append({found.id} if found else set())
        branches: list[str | None] = [wanted.branch] if wanted.branch is not None else []
        if wanted.main_branch:
            branches.append(application.main_branch)
        sets += [
            {
                on.version
                for on in facts.branches
                if on.application == key and on.branch == branch and (on.head or not wanted.latest)
            }
            for branch in branches
        ]
        if wanted.tag is not None:
            sets.append(
                {tagged.version for tagged in facts.tags if tagged.application == key and tagged.tag == wanted.tag}
            )
        if wanted.environment is not None:
            sets.append(
                {
                    placed.version
                    for placed in facts.placed
                    if placed.application == key and placed.environment == wanted.environment
                }
            )
        if not sets:
            sets.append({version.id for version in facts.versions if version.application == key})
        return set.intersection(*sets)


def resolve(question: Question, known: Known) -> Scope:
    """The versions, counterparts and integrations that a question means. Its applications must be known."""
    disregard = _disregard(question, known)
    specified = tuple(
        chosen
        for selector in question.selectors
        for chosen in _choose(
            known, _must_know(known, selector.application), selector.wanted, disregard, specified=True
        )
    )
    needs = _needs(question, known, specified)
    return Scope(question, specified, _infer(question, known, specified, needs, disregard), needs, disregard)


def _must_know(known: Known, name: str) -> Application:
    application = known.named(name)
    if application is None:
        raise LookupError(f"there is no application named {name!r}")
    return application


def _disregard(question: Question, known: Known) -> Disregard:
    applications, versions, unknown = set[int](), set[int](), []
    for ignored in question.ignored:
        application = known.named(ignored.application)
        if application is not None and ignored.version is None:
            applications.add(application.id)
        elif application is not None and (version := known.numbered(application.id, ignored.version or "")):
            versions.add(version.id)
        else:
            unknown.append(ignored)
    return Disregard(frozenset(applications), frozenset(versions), tuple(unknown))


def _choose(
    known: Known, application: Application, wanted: Wanted, disregard: Disregard, *, specified: bool
) -> tuple[Chosen, ...]:
    found = () if wanted.everything else known.matching(application, wanted)
    by_name = application.id in disregard.applications
    if not found:
        return (Chosen(application, wanted, None, specified, ignored=by_name),)
    many = len(found) > 1
    return tuple(
        Chosen(application, wanted, version, specified, many, by_name or version.id in disregard.versions)
        for version in found
    )


def _needs(question: Question, known: Known, specified: tuple[Chosen, ...]) -> tuple[Need, ...]:
    facts = known.facts
    applications = {chosen.application.id for chosen in specified}
    if question.target is None and len(question.selectors) > 1:
        between = (one for one in facts.integrations if one.consumer in applications and one.provider in applications)
        return _distinct(between, required=True)
    whole = {chosen.application.id for chosen in specified if chosen.wanted.everything}
    versions = {chosen.version.id for chosen in specified if chosen.version}
    pairs = {(p.consumer, p.provider) for p in facts.publications if p.version in versions or p.consumer in whole}
    pairs |= {(t.consumer, t.provider) for t in facts.tallies.values() if t.consumer in whole}
    required = _distinct((Integration(*pair) for pair in pairs), required=True)
    optional = _distinct((one for one in facts.integrations if one.provider in applications), required=False)
    return required + tuple(need for need in optional if (need.consumer, need.provider) not in pairs)


def _distinct(integrations: Iterable[Integration], *, required: bool) -> tuple[Need, ...]:
    pairs = sorted({(one.consumer, one.provider) for one in integrations})
    return tuple(Need(consumer, provider, required) for consumer, provider in pairs)


def _infer(
    question: Question, known: Known, specified: tuple[Chosen, ...], needs: tuple[Need, ...], disregard: Disregard
) -> tuple[Chosen, ...]:
    if question.target is None:
        return ()
    named = {chosen.application.id for chosen in specified}
    others = sorted({key for need in needs for key in (need.consumer, need.provider)} - named)
    return tuple(
        chosen
        for key in others
        for chosen in _choose(known, known.application[key], question.target, disregard, specified=False)
    )


def sides(chosen: Iterable[Chosen]) -> dict[int, frozenset[int] | None]:
    """For each application the versions that are meant; None for all of them."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    whole = set()
    for one in chosen:
        key = one.application.id
        found[key].update([one.version.id] if one.version else [])
        if one.wanted.everything:
            whole.add(key)
    return {key: None if key in whole else frozenset(versions) for key, versions in found.items()}
