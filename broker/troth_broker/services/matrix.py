"""Questions to the matrix and the gate: one read of one snapshot each."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.actions import Action
from troth_broker.core.errors import Fault, Invalid, InvalidQuestion, NotFound
from troth_broker.core.facts import Application, Facts
from troth_broker.core.gate import Decision, decide
from troth_broker.core.plan import plan
from troth_broker.core.question import Ignored, LatestBy, Question, Selector, Wanted
from troth_broker.services.world import World
from troth_broker.store import matrix
from troth_broker.store.matrix_candidates import with_candidates
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


def ask(world: World, question: Question) -> Answer:
    """The answer to a question of `GET /matrix`. Raises InvalidQuestion if it names what does not exist."""

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        faults = [_unknown(name) for name in _names(question) if name not in known]
        faults += _faults_of_target(db, question.target)
        if faults:
            raise InvalidQuestion(faults)
        return answer(db, question, known)

    return world.store.read(find)


def all_between(world: World, question: Question) -> Answer:
    """The rows between two applications. Raises NotFound if one of them does not exist."""

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        _require(known, *_names(question))
        return answer(db, question, known)

    return world.store.read(find)


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
        return answer(db, question, known)

    return world.store.read(find)


def outlook(world: World, application: str, version: str, environments: Iterable[str]) -> tuple[Decision, ...]:
    """Whether a version may go to each of some environments, without the rows and the way to yes. Raises NotFound."""
    wanted = (Selector(application, Wanted(version=version)),)

    def find(db: Connection) -> tuple[Decision, ...]:
        known = matrix.named(db, [application])
        _require(known, application)
        questions = (Question(wanted, Wanted(environment=name), "cvpv") for name in environments)
        return tuple(_decided(db, question, known)[1] for question in questions)

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
        found = answer(db, question, known)
        if not found.facts.versions or not any(one.tag == tag for one in found.facts.tags):
            raise NotFound(f"No version of {application} has the tag {tag}", named=True)
        return found

    return world.store.read(find)


def branch_head_to_environment(world: World, application: str, branch: str, environment: str) -> Answer:
    """Whether the head of a branch may go to an environment."""
    wanted = Wanted(latest=True, branch=branch)
    question = Question((Selector(application, wanted),), Wanted(environment=environment), "cvpv")

    def find(db: Connection) -> Answer:
        known = _named(db, question)
        _require(known, application)
        for text in _faults_of_target(db, question.target):
            raise NotFound(text, named=True)
        found = answer(db, question, known)
        if not any(one.branch == branch and one.head for one in found.facts.branches):
            raise NotFound(f"{application} has no branch {branch} with a version", named=True)
        return found

    return world.store.read(find)


def answer(db: Connection, question: Question, known: dict[str, Application]) -> Answer:
    """The answer to a question whose applications are known, from one snapshot."""
    facts, decision = _decided(db, question, known)
    actions: tuple[Action, ...] | None = ()
    if not decision.deployable:
        facts = with_candidates(db, question, facts, decision)
        actions = plan(question, facts, decision)
    return Answer(question, facts, decision, _shown(db, facts, decision), actions)


def _decided(db: Connection, question: Question, known: dict[str, Application]) -> tuple[Facts, Decision]:
    facts = matrix.load(db, question, known)
    decision = decide(question, facts)
    asked = with_requests(db, facts, decision)
    return (facts, decision) if asked is facts else (asked, decide(question, asked))


def _shown(db: Connection, facts: Facts, decision: Decision) -> Shown:
    versions = [row.publication.version for row in decision.rows]
    versions += [row.result.version for row in decision.rows if row.result]
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
