"""Laws of the matrix and the gate, on random fleets."""

from dataclasses import replace

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from tests.broker.core.fleets import ENVIRONMENTS, fleets, questions
from tests.broker.core.naive import naive, verdict_on
from troth_broker.core.facts import (
    Application,
    Facts,
    Integration,
    OnBranch,
    Placed,
    Publication,
    Result,
    Tagged,
    Version,
)
from troth_broker.core.gate import decide
from troth_broker.core.plan import plan
from troth_broker.core.question import Question, Selector, Wanted
from troth_broker.core.rows import first_rows


@given(fleets(), questions)
@settings(max_examples=150, deadline=None)
def test_the_decision_the_counts_and_the_rows_are_those_of_the_specification(facts: Facts, question: Question) -> None:
    decision, expected = decide(question, facts), naive(question, facts)
    assert decision.deployable is expected.deployable
    counts = decision.counts
    assert (counts.success, counts.failed, counts.unknown, counts.ignored) == (
        expected.success,
        expected.failed,
        expected.unknown,
        expected.ignored,
    )
    shown = tuple(
        (row.publication.id, row.result.number if row.result else 0, row.outcome.version, row.verdict, row.ignored)
        for row in decision.rows
    )
    assert shown == expected.rows


@given(fleets(), fleets(names=("X", "Y")), questions)
@settings(max_examples=60, deadline=None)
def test_an_unrelated_history_changes_nothing(facts: Facts, strangers: Facts, question: Question) -> None:
    both = together(facts, apart(strangers, 1000))
    assert decide(question, both) == decide(question, facts)
    assert plan(question, both) == plan(question, facts)


live_questions = st.builds(
    Question,
    st.builds(Selector, st.sampled_from("ABC"), st.builds(Wanted, version=st.sampled_from("123"))).map(lambda s: (s,)),
    st.builds(Wanted, environment=st.sampled_from(ENVIRONMENTS)),
    st.sampled_from((None, "cvpv", "cvp")),
)


@given(fleets(most_results=20, most_publications=12), live_questions)
@settings(max_examples=150, deadline=None)
def test_a_live_version_that_fails_or_is_not_verified_is_never_a_yes(facts: Facts, question: Question) -> None:
    """Judged without the matrix: each contract between the version and what is live must have passed last time, by what
    counts as proof there."""
    [selector] = question.selectors
    environment = question.target.environment if question.target else None
    application = next(one for one in facts.applications if one.name == selector.application)
    version = next(
        (v for v in facts.versions if (v.application, v.number) == (application.id, selector.wanted.version)), None
    )
    assume(version is not None)
    assert version is not None
    live = {placed.version for placed in facts.placed if placed.environment == environment} - {version.id}
    owners = {one.id: one.application for one in facts.versions}
    newest = {(p.version, p.provider): p for p in sorted(facts.publications, key=lambda p: p.revision)}
    results = {(r.content, r.version): r for r in facts.results}
    needed = [
        (publication, prover)
        for publication in newest.values()
        for prover in live | {version.id}
        if owners[prover] == publication.provider != publication.consumer
        if {publication.version, prover} - live == {version.id}
    ]
    decision = decide(question, facts)
    event(f"{decision.deployable}, {min(len(needed), 2)} needed")
    verdicts = (
        verdict_on(facts, question, publication, prover, results.get((publication.content, prover)))
        for publication, prover in needed
    )
    if not all(verdicts):
        assert decision.deployable is not True


@given(fleets(most_results=25, most_publications=12), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_the_first_rows_do_not_depend_on_how_many_are_asked_for(facts: Facts, limit: int) -> None:
    question = Question((Selector("A"), Selector("B"), Selector("C")))
    everything = decide(question, facts).rows
    assert decide(replace(question, limit=limit), facts).rows == everything[:limit]
    assert first_rows((), limit) == ()


def apart(facts: Facts, step: int) -> Facts:
    """The same fleet under other ids."""
    return Facts(
        tuple(Application(a.id + step, a.name, a.main_branch) for a in facts.applications),
        tuple(Version(v.id + step, v.application + step, v.number) for v in facts.versions),
        tuple(OnBranch(b.version + step, b.application + step, b.branch, b.head) for b in facts.branches),
        tuple(Tagged(t.version + step, t.application + step, t.tag) for t in facts.tags),
        tuple(
            Placed(p.version + step, p.application + step, p.environment, p.instance, p.released) for p in facts.placed
        ),
        tuple(Integration(i.consumer + step, i.provider + step) for i in facts.integrations),
        tuple(
            Publication(
                p.id + step, p.version + step, p.consumer + step, p.provider + step, p.content + step, p.revision
            )
            for p in facts.publications
        ),
        tuple(Result(r.number + step, r.content + step, r.version + step, r.success, r.at) for r in facts.results),
        provided=tuple(
            replace(d, version=d.version + step, provider=d.provider + step, provider_content=d.provider_content + step)
            for d in facts.provided
        ),
        comparisons=tuple(
            replace(c, id=c.id + step, content=c.content + step, provider_content=c.provider_content + step)
            for c in facts.comparisons
        ),
        evolutions=tuple(
            replace(e, id=e.id + step, reader=e.reader + step, writer=e.writer + step) for e in facts.evolutions
        ),
        policies=tuple(
            replace(q, id=q.id + step, consumer=q.consumer + step, provider=q.provider + step)
            for q in facts.policies
            if q.consumer is not None and q.provider is not None
        ),
    )


def together(one: Facts, other: Facts) -> Facts:
    """Two fleets as one."""
    return one.with_(
        applications=other.applications,
        versions=other.versions,
        branches=other.branches,
        tags=other.tags,
        placed=other.placed,
        integrations=other.integrations,
        publications=other.publications,
        results=other.results,
        provided=other.provided,
        comparisons=other.comparisons,
        evolutions=other.evolutions,
        policies=other.policies,
    )
