"""What a replay of a part changes: what is told, and never a yes, a no or a row."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.broker.core.fleets import fleets, questions
from tests.broker.core.test_evidence_table import NOW, POLICIES, QUESTION, facts
from troth_broker.core.advice import Names, action_words, blocker_words, part_words
from troth_broker.core.blockers import Unproved
from troth_broker.core.facts import Facts, Part, Placed, Request, Unobserved, Version
from troth_broker.core.gate import decide
from troth_broker.core.hints import hints
from troth_broker.core.plan import plan
from troth_broker.core.policy import DAY
from troth_broker.core.question import Question
from troth_broker.core.verdict import Lack

NEVER_SEEN = tuple(Unobserved(name, "nobody tells") for name in "abc")
PART = Part(1, 1, 2, 3, 2, NEVER_SEEN[:2], NOW - DAY)
WORDS = "replayed in part: 3 of 5 interactions passed, 2 could not be observed (a, b)"
VERIFY_WHOLE = "verify orders 5 against the whole contract of web 1"
REST = "A replay of a part is no yes to the contract of web 1: make the rest observable"


@given(fleets(most_results=6), questions)
@settings(max_examples=150, deadline=None)
def test_no_part_changes_an_answer_its_counts_or_its_rows(known: Facts, question: Question) -> None:
    without = decide(question, replace(known, parts=()))
    decision = decide(question, known)
    assert (decision.deployable, decision.counts) == (without.deployable, without.counts)
    rows, others = (
        [(row.publication, row.result, row.verdict, row.outcome.version, row.outcome.unproved) for row in one.rows]
        for one in (decision, without)
    )
    assert rows == others
    actions, plain = plan(question, known), plan(question, replace(known, parts=()))
    assert (actions is None) is (plain is None)
    assert [type(one) for one in actions or ()] == [type(one) for one in plain or ()]


@pytest.mark.parametrize(
    ("comparison", "policy", "why", "told"),
    [
        ("none", "default", "not-covered", WORDS),
        ("none", "replay", "not-covered", WORDS),
        ("pass", "replay", "not-covered", WORDS),
        ("none", "30 days", "not-covered", WORDS),
        ("not-covered", "default", "not-covered", "the comparison could not judge anything"),
        ("error", "default", "errored", "the comparison could not be made: line 3 is no YAML"),
        ("none", "comparison", "unanswerable", "orders 5 publishes nothing that the contract could be compared with"),
        ("due", "default", "awaiting-verification", "the comparison is due"),
    ],
)
def test_where_a_replay_is_lacking_the_part_is_told(comparison: str, policy: str, why: str, told: str) -> None:
    known = facts("none", comparison, POLICIES[policy], "asyncapi").with_(parts=[PART])
    decision = decide(QUESTION, known)
    names = Names.of(known, {})
    assert decision.why is not None
    assert decision.why.value == why
    assert told in [blocker_words(one, names, "live") for one in decision.blockers]
    [row] = decision.rows
    assert row.outcome.parts == (PART,)


def test_the_way_to_a_yes_is_the_whole_and_the_rest_is_named_with_its_cause() -> None:
    known = facts("none", "none", kind="asyncapi").with_(parts=[PART])
    decision, names = decide(QUESTION, known), Names.of(known, {})
    assert [action_words(one, names) for one in plan(QUESTION, known) or ()] == [VERIFY_WHOLE]
    assert hints(decision.blockers, names) == (
        "Not observed when orders 5 was verified: a, b (nobody tells).",
        f"{REST}, or publish a contract of orders 5 that a comparison can judge all of it by.",
    )


def test_where_a_comparison_would_not_do_none_is_advised() -> None:
    for kind, policy in (("asyncapi", "replay"), ("message-expectations", "default")):
        known = facts("none", "none", POLICIES[policy], kind).with_(parts=[PART])
        decision = decide(QUESTION, known)
        told = hints(decision.blockers, Names.of(known, {}), decision.policies)
        assert told[1] == f"{REST}.", kind


def test_only_the_first_that_were_not_observed_are_named() -> None:
    part = replace(PART, skipped=7, unobserved=(*NEVER_SEEN[:2], Unobserved("c", "it is odd")))
    assert part_words(part).endswith("3 of 10 interactions passed, 7 could not be observed (a, b, c and 4 more)")
    known = facts("none", "none", kind="asyncapi").with_(parts=[part])
    told = hints(decide(QUESTION, known).blockers, Names.of(known, {}))
    assert told[0] == "Not observed when orders 5 was verified: a, b (nobody tells); c (it is odd); and 4 more."


def test_who_has_shown_a_part_since_it_was_asked_will_show_no_more() -> None:
    known = facts("none", "none", kind="asyncapi").with_(parts=[PART])
    earlier, later = (Request(1, 2, last=at) for at in (PART.at - 1, PART.at + 1))
    assert decide(QUESTION, known.with_(requests=[earlier])).waiting_helps is False
    assert decide(QUESTION, known.with_(requests=[later])).waiting_helps is True


def test_the_newest_part_counts_and_only_until_the_whole_is_replayed() -> None:
    newer = replace(PART, id=2, replayed=4, skipped=1, at=NOW - DAY // 2)
    known = facts("none", "none", kind="asyncapi").with_(parts=[newer, PART])
    assert decide(QUESTION, known).rows[0].outcome.parts == (newer,)
    for replay in ("pass", "fail"):  # the one a day before, the other three months before
        known = facts(replay, "none", kind="asyncapi").with_(parts=[PART])
        [row] = decide(QUESTION, known).rows
        assert row.outcome.parts == (() if replay == "pass" else (PART,))
        assert row.verdict is (replay == "pass")


def test_of_two_versions_that_run_there_each_has_to_show_a_part() -> None:
    known = facts("none", "none", kind="asyncapi")
    known = known.with_(versions=[Version(3, 2, "6")], placed=[Placed(3, 2, "live", "blue")], parts=[PART])
    [one] = decide(QUESTION, known).blockers
    assert isinstance(one, Unproved)
    assert (one.lack, one.why.value, one.parts) == (Lack.REPLAY, "nobody-asked", (PART,))
    both = known.with_(parts=[replace(PART, id=2, version=3)])
    [one] = decide(QUESTION, both).blockers
    assert isinstance(one, Unproved)
    assert (one.lack, len(one.parts)) == (Lack.PART, 2)
    actions = [action_words(each, Names.of(known, {})) for each in plan(QUESTION, known) or ()]
    assert actions == [VERIFY_WHOLE, "verify orders 6 against the contract of web 1"]
