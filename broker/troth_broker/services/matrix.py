"""Questions to the matrix and the gate: one read of one snapshot each."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.actions import Action
from troth_broker.core.advice import Names, evolution_words
from troth_broker.core.blockers import Blocker, Breaking, Regressing, Unproved
from troth_broker.core.errors import Fault, Invalid, InvalidQuestion, NotFound
from troth_broker.core.evidence import Comparisons, Static
from troth_broker.core.facts import Application, Facts, Part
from troth_broker.core.gate import Decision, decide
from troth_broker.core.plan import plan
from troth_broker.core.question import Ignored, LatestBy, Question, Selector, Wanted
from troth_broker.core.rows import Row
from troth_broker.services import comparing
from troth_broker.services.evolving import ensure_evolved
from troth_broker.services.world import World
from troth_broker.store import evolutions, matrix
from troth_broker.store.matrix_candidates import with_candidates
from troth_broker.store.matrix_evidence import Beside, beside_rows, sentences
from troth_broker.store.matrix_requests import with_requests
from troth_broker.store.matrix_rows import Shown, shown


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision, what it rests on, and what its rows say."""

    question: Question
    facts: Facts
    decision: Decision
    shown: Shown
    actions: tuple[Action, ...] | None
    """What to do about a no; None where no list of actions can turn it into a yes."""
    beside: Beside
    """Comparisons of the rows shown, where the decision itself has not looked at them."""
    sentences: Mapping[int, str]
    """What the comparisons that are shown found first, by their number."""
    changes: Mapping[int, tuple[str, ...]]
    """What breaks a provider's own past, by the number of the comparison of its documents."""

    def static(self, row: Row) -> Static | None:
        """What comparisons say of a row."""
        evidence = row.outcome.evidence
        return self.beside.static(row) if evidence is None else evidence.static

    def parts(self, row: Row) -> tuple[Part, ...]:
        """What was replayed of a row's contract, where that was not all of it."""
        beside = self.beside.parts.get(row.publication.content) if row.outcome.version is None else None
        return row.outcome.parts or (() if beside is None else (beside,))

    def version(self, row: Row) -> int | None:
        """The version of the provider that is shown in a row: that of the result, or the newest one compared."""
        return self.beside.version(row)

    def lacking(self) -> Iterator[tuple[int, int]]:
        """The pairs of contents that the answer is about and that nobody has compared yet."""
        known = Comparisons(self.facts)
        for row in self.decision.rows:
            if (version := row.outcome.version) is not None:
                yield from known.missing(row.publication.content, version, row.publication.format)
        for blocker in self.decision.blockers:
            if isinstance(blocker, Unproved):
                for version in blocker.versions:
                    yield from known.missing(blocker.publication.content, version, blocker.publication.format)
        target = self.question.target.environment if self.question.target else None
        here = {one.version for one in self.facts.placed if one.environment == target}
        for step in self.decision.evolution:
            if step.breaking:  # what those who run there use of the older document tells whom that concerns
                for one in self.facts.publications:
                    if one.provider == step.application and one.version in here:
                        yield from known.missing(one.content, step.against, one.format)

    def disputed(self, row: Row) -> bool:
        """Whether a row's replay passed, and a comparison says that it breaks."""
        if row.outcome.disputed or row.result is None or not row.result.success:
            return row.outcome.disputed
        static = self.static(row)
        return static is not None and static.breaking > 0

    def words(self, blocker: Blocker) -> str | None:
        """What stands in the way in the words of a finding, if they are known."""
        match blocker:
            case Breaking(_, evidence):
                return self.sentence(evidence.static)
            case Regressing(step):
                found = [text for one in step.evolutions for text in self.changes.get(one.id, ())]
                return evolution_words(step, self._names, found[0]) if found else None
            case _:
                return None

    @property
    def _names(self) -> Names:
        return Names.of(self.facts, self.shown.numbers)

    def sentence(self, static: Static | None) -> str | None:
        """What is told of comparisons in one sentence, if it is known."""
        if static is None or not static.comparisons:
            return None
        first, more = self.sentences.get(static.telling.id), static.breaking - 1
        return first if first is None or more < 1 else f"{first} (and {more} more)"


def ask(world: World, question: Question) -> Answer:
    """The answer to a question of `GET /matrix`. Raises InvalidQuestion if it names what does not exist."""

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        faults = [_unknown(name) for name in _names(question) if name not in known]
        faults += _faults_of_target(db, question.target)
        if faults:
            raise InvalidQuestion(faults)
        return answer(db, question, known, world.clock())

    return _settled(world, find)


def all_between(world: World, question: Question) -> Answer:
    """The rows between two applications. Raises NotFound if one of them does not exist."""

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        _require(known, *_names(question))
        return answer(db, question, known, world.clock())

    return _settled(world, find)


def can_i_deploy(
    world: World,
    application: str,
    version: str,
    *,
    tag: str | None,
    environment: str | None,
    ignored: tuple[Ignored, ...],
) -> Answer:
    """Whether a version may go beside the latest versions with a tag, or to an environment."""
    target = Wanted(environment=environment) if environment is not None else Wanted(latest=True, tag=tag)
    latestby: LatestBy = "cvpv" if environment is not None else "cvp"
    question = Question((Selector(application, Wanted(version=version)),), target, latestby, ignored=ignored)

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        faults = [] if application in known else [Fault("pacticipant", _unknown(application))]
        faults += [Fault("environment", text) for text in _faults_of_target(db, target)]
        if faults:
            raise Invalid(faults)
        return answer(db, question, known, world.clock())

    return _settled(world, find)


def _settled(world: World, find: Callable[[Connection], Answer]) -> Answer:
    """The answer, after the comparisons that it lacks were made."""
    found = world.store.read(find)
    if not found.facts.provided:
        return found
    if ensure_evolved(world, found.decision.evolution):
        found = world.store.read(find)
    return world.store.read(find) if comparing.ensure_compared(world, found.lacking()) else found


def outlook(world: World, application: str, version: str, environments: Iterable[str]) -> tuple[Decision, ...]:
    """Whether a version may go to each of some environments, without the rows and the way to yes. Raises NotFound."""
    wanted = (Selector(application, Wanted(version=version)),)

    def find(db: Connection) -> tuple[Decision, ...]:
        known = matrix.named(db, [application])
        _require(known, application)
        questions = (Question(wanted, Wanted(environment=name), "cvpv") for name in environments)
        return tuple(_decided(db, question, known, world.clock())[1] for question in questions)

    return world.store.read(find)


def fault_of_application(world: World, name: str) -> list[Fault]:
    """What is wrong with the name of an application, if anything."""
    return [] if world.store.read(matrix.named, [name]) else [Fault("pacticipant", _unknown(name))]


def latest_tagged_to_tag(world: World, application: str, tag: str, to: str) -> Answer:
    """Whether the latest version with one tag works with the latest versions with another."""
    wanted = Wanted(latest=True, tag=tag)
    question = Question((Selector(application, wanted),), Wanted(latest=True, tag=to), "cvp")

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        _require(known, application)
        found = answer(db, question, known, world.clock())
        if not found.facts.versions or not any(one.tag == tag for one in found.facts.tags):
            raise NotFound(f"No version of {application} has the tag {tag}", named=True)
        return found

    return _settled(world, find)


def branch_head_to_environment(world: World, application: str, branch: str, environment: str) -> Answer:
    """Whether the head of a branch may go to an environment."""
    wanted = Wanted(latest=True, branch=branch)
    question = Question((Selector(application, wanted),), Wanted(environment=environment), "cvpv")

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        _require(known, application)
        for text in _faults_of_target(db, question.target):
            raise NotFound(text, named=True)
        found = answer(db, question, known, world.clock())
        if not any(one.branch == branch and one.head for one in found.facts.branches):
            raise NotFound(f"{application} has no branch {branch} with a version", named=True)
        return found

    return _settled(world, find)


def answer(db: Connection, question: Question, known: dict[str, Application], now: int) -> Answer:
    """The answer to a question whose applications are known, from one snapshot."""
    facts, decision = _decided(db, question, known, now)
    actions: tuple[Action, ...] | None = ()
    if not decision.deployable:
        facts = with_candidates(db, question, facts, decision)
        actions = plan(question, facts, decision)
    seen = beside_rows(db, question, decision)
    told = sentences(db, _statics(decision, seen)) if seen.comparisons or facts.documented else {}
    changes = evolutions.breaking(db, (one for step in decision.evolution for one in step.evolutions))
    return Answer(question, facts, decision, _shown(db, facts, decision, seen), actions, seen, told, changes)


def _statics(decision: Decision, seen: Beside) -> Iterator[Static]:
    """The comparisons that are shown, those that stand in the way first."""
    for blocker in decision.blockers:
        if isinstance(blocker, Breaking | Unproved) and blocker.evidence and blocker.evidence.static:
            yield blocker.evidence.static
    for row in decision.rows:
        evidence = row.outcome.evidence
        if evidence is not None and evidence.static is not None:
            yield evidence.static
        elif (static := seen.static(row)) is not None:
            yield static


def _decided(db: Connection, question: Question, known: dict[str, Application], now: int) -> tuple[Facts, Decision]:
    facts = matrix.load(db, question, known, now)
    decision = decide(question, facts)
    asked = with_requests(db, facts, decision)
    return (facts, decision) if asked is facts else (asked, decide(question, asked))


def _shown(db: Connection, facts: Facts, decision: Decision, seen: Beside) -> Shown:
    versions = [row.publication.version for row in decision.rows]
    versions += [version for row in decision.rows if (version := seen.version(row))]
    versions += [part.version for part in seen.parts.values()]
    contents = [row.publication.content for row in decision.rows if row.result]
    return shown(db, versions, contents, {version.id: version for version in facts.versions})


def _names(question: Question) -> Iterable[str]:
    return dict.fromkeys(selector.application for selector in question.selectors)


def _named(db: Connection, question: Question) -> dict[str, Application]:
    return matrix.named(db, [*_names(question), *(ignored.application for ignored in question.ignored)])


def _require(known: dict[str, Application], *names: str) -> None:
    for name in names:
        if name not in known:
            raise NotFound(_unknown(name), named=True)


def _unknown(name: str) -> str:
    return f"There is no application named {name}"


def _faults_of_target(db: Connection, target: Wanted | None) -> list[str]:
    if target is None or target.environment is None or matrix.environment_exists(db, target.environment):
        return []
    return [f"There is no environment named {target.environment}"]
