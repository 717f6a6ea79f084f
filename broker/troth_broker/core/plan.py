"""The shortest way from a no to a yes.

Applying the plan's actions to the facts makes the decision a yes; that is checked before a plan is handed out.
Obstacles between two applications that the question names take one action each. Where the counterpart was inferred from
the target, another version of it may take the place of the one that blocks, which can be the shorter way: every
counterpart is optimised by itself, because no two of them share a contract.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from troth_broker.core.actions import (
    Action,
    CompareAgain,
    Keep,
    LookBackAgain,
    Mend,
    Place,
    Provide,
    PublishContract,
    Verify,
    apply_all,
)
from troth_broker.core.blockers import Blocker, Class, NoRow, Regressing, UnknownVersion, Unproved
from troth_broker.core.counterpart import About, Counterpart, Debt, Key, debts_of
from troth_broker.core.evolving import Step
from troth_broker.core.facts import Facts
from troth_broker.core.gate import Decision, decide
from troth_broker.core.question import Question, Wanted
from troth_broker.core.resolve import Known, resolve
from troth_broker.core.verdict import Lack

_ROUNDS = 8


def plan(question: Question, facts: Facts, decision: Decision | None = None) -> tuple[Action, ...] | None:
    """The shortest list of actions that makes the answer a yes; None where no list of actions can.

    That is so for questions about whole histories, which cannot be rewritten, and for questions that hide rows.
    """
    question = replace(question, limit=None)
    decision = decision or decide(question, facts)
    if decision.deployable:
        return ()
    lacking = [one for one in decision.blockers if isinstance(one, Unproved)]
    facts = replace(facts, requests=())  # who was asked changes nothing about what is needed
    actions: list[Action] = []
    for _ in range(_ROUNDS):
        if question.success is not None or not (decision.closed or decision.why is Class.UNKNOWN_VERSION):
            return None
        step = _step(question, facts, decision.blockers)
        if not step:
            return None
        actions += step
        facts = apply_all(step, facts)
        decision = decide(question, facts)
        if decision.deployable:
            return tuple(sorted((_known(action, lacking) for action in actions), key=_turn))
    return None


def _known(action: Action, lacking: list[Unproved]) -> Action:
    """The action, as one that takes only patience if a result is due that was asked for, or a comparison is.

    Where a part was replayed, it takes the whole.
    """
    if not isinstance(action, Verify | Provide):
        return action
    about = [b for b in lacking if b.publication.content == action.content and action.provider_version in b.versions]
    awaited = any(
        b.why is Class.AWAITING_VERIFICATION and (b.lack is Lack.PENDING) is isinstance(action, Provide) for b in about
    )
    if isinstance(action, Provide):
        return replace(action, awaited=awaited)
    shown = any(part.version == action.provider_version for b in about for part in b.parts)
    return replace(action, awaited=awaited, whole=shown)


def _turn(action: Action) -> int:
    """When a careful team does it: publish first, then verify, and deploy what was verified."""
    match action:
        case Place(where=where):
            return 2 if where.environment is not None or where.tag is not None else 0
        case PublishContract() | Provide() | Keep() | CompareAgain() | LookBackAgain():
            return 0
        case Verify() | Mend():
            return 1


def once_known(question: Question, facts: Facts, decision: Decision) -> tuple[Facts, Decision]:
    """The facts, and the decision, once every version in question exists: what a plan goes on from."""
    if decision.why is not Class.UNKNOWN_VERSION:
        return facts, decision
    facts = apply_all(_step(question, facts, decision.blockers), facts)
    return facts, decide(question, facts)


def _step(question: Question, facts: Facts, blockers: tuple[Blocker, ...]) -> list[Action]:
    known = Known(facts)
    scope = resolve(question, known)
    unknown = {(b.chosen.application.id, b.chosen.wanted): None for b in blockers if isinstance(b, UnknownVersion)}
    if unknown:
        return [_come_into_being(known, application, wanted) for application, wanted in unknown]
    rowless = {(b.consumer, b.provider): b for b in blockers if isinstance(b, NoRow)}
    if rowless:
        return [PublishContract(b.version, b.consumer, b.provider) for b in rowless.values() if b.version is not None]
    specified = {chosen.application.id for chosen in scope.specified}
    by_counterpart: defaultdict[int | None, list[Blocker]] = defaultdict(list)
    for blocker in blockers:
        if isinstance(blocker, About):
            others = {blocker.publication.consumer, blocker.publication.provider} - specified
            by_counterpart[next(iter(others), None)].append(blocker)
    places: list[Action] = []
    debts = debts_of(question, scope, by_counterpart.pop(None, []))
    for counterpart, theirs in by_counterpart.items():
        if counterpart is not None:
            moved, owed = Counterpart(question, facts, scope, counterpart, theirs).best()
            places += moved
            debts.update(owed)
    if question.collapse is None and any(debt.failing and key[2] == "replay" for key, debt in debts.items()):
        return []
    ordered = sorted(debts.items(), key=lambda item: (item[1].failing, item[0]))
    return [*places, *(_payment(key, debt) for key, debt in ordered), *_kept(blockers)]


def _kept(blockers: Iterable[Blocker]) -> Iterator[Keep | LookBackAgain]:
    """What pays what versions owe to those that run."""
    owed: defaultdict[tuple[int, int, int], list[Step]] = defaultdict(list)
    for blocker in blockers:
        if isinstance(blocker, Regressing):
            step = blocker.step
            owed[step.application, step.version, step.against].append(step)
    for about, steps in owed.items():
        yield LookBackAgain(*about) if all(step.only_errored for step in steps) else Keep(*about)


def _payment(key: Key, debt: Debt) -> Action:
    """What pays a debt."""
    content, version, kind = key
    if debt.again:
        return CompareAgain(content, debt.consumer_version, version)
    if kind == "comparison":
        return Provide(content, debt.consumer_version, version)
    return (Mend if debt.failing else Verify)(content, debt.consumer_version, version)


def _come_into_being(known: Known, application: int, wanted: Wanted) -> Place:
    found = known.numbered(application, wanted.version) if wanted.version is not None else None
    return Place(application, found.id if found else None, wanted)
