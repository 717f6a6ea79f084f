"""The plan leads from a no to a yes, and nothing shorter does."""

from itertools import combinations, product

from hypothesis import assume, event, given, settings

from tests.broker.core.fleets import fleets, gate_questions, questions
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
from troth_broker.core.facts import Facts
from troth_broker.core.gate import decide
from troth_broker.core.plan import plan
from troth_broker.core.question import Question
from troth_broker.core.resolve import Known, resolve


@given(fleets(), questions)
@settings(max_examples=100, deadline=None)
def test_doing_what_the_plan_says_makes_the_answer_yes(facts: Facts, question: Question) -> None:
    actions = plan(question, facts)
    event("no plan" if actions is None else f"{len(actions)} actions")
    if actions is not None:
        assert decide(question, apply_all(actions, facts)).deployable is True


@given(fleets(), gate_questions.filter(lambda q: q.target is not None or len(q.selectors) > 1))
@settings(max_examples=100, deadline=None)
def test_every_no_of_the_gate_has_a_plan(facts: Facts, question: Question) -> None:
    actions = plan(question, facts)
    assert actions is not None
    assert bool(actions) is (decide(question, facts).deployable is not True)


@given(fleets(most_versions=5, most_results=6), gate_questions.filter(lambda q: q.target is not None))
@settings(max_examples=60, deadline=None)
def test_no_shorter_list_of_actions_makes_the_answer_yes(facts: Facts, question: Question) -> None:
    applications = [selector.application for selector in question.selectors]
    assume(len(applications) == len(set(applications)))
    actions = plan(question, facts)
    assert actions is not None
    event(f"{len(actions)} actions")
    universe = possible_actions(question, facts)
    for length in range(min(len(actions), 3)):
        for fewer in combinations(universe, length):
            assert not decide(question, apply_all(fewer, facts)).deployable, (actions, fewer)


def possible_actions(question: Question, facts: Facts) -> list[Action]:  # noqa: C901 - a list of cases
    """Everything that could be done about a no, shortest or not."""
    scope = resolve(question, Known(facts))
    found: list[Action] = []
    newest = {(p.version, p.provider): p for p in sorted(facts.publications, key=lambda p: p.revision)}
    for publication, version in product(newest.values(), facts.versions):
        if version.application == publication.provider:
            found.append(Verify(publication.content, publication.version, version.id))
            found.append(Provide(publication.content, publication.version, version.id))
            found.append(CompareAgain(publication.content, publication.version, version.id))
    for chosen in scope.specified:
        if chosen.missing:
            at = Known(facts).numbered(chosen.application.id, chosen.wanted.version or "")
            found.append(Place(chosen.application.id, at.id if at else None, chosen.wanted))
    steps = decide(question, facts).evolution
    found += [Keep(step.application, step.version, step.against) for step in steps]
    found += [LookBackAgain(step.application, step.version, step.against) for step in steps if step.only_errored]
    target = question.target
    if target is None:
        return found
    inferred: dict[int, list[int]] = {}
    for chosen in scope.inferred:
        inferred.setdefault(chosen.application.id, []).extend([chosen.version.id] if chosen.version else [])
    for application, live in inferred.items():
        mine = [v.id for v in facts.versions if v.application == application]
        if not live:
            found.append(Place(application, None, target))
            if target.environment or target.tag:
                found += [Place(application, version, target) for version in mine]
        elif target.environment:
            found += [Place(application, new, target, old) for new in mine for old in live if new != old]
        elif target.tag and target.latest:
            found += [Place(application, new, target, live[0]) for new in mine if new > live[0]]
    return found


def test_the_actions_are_of_eight_kinds() -> None:
    again = {CompareAgain, LookBackAgain}
    assert set(Action.__args__) == {Verify, Mend, Provide, Keep, Place, PublishContract, *again}
