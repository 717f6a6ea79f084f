"""The fast matrix agrees with the specification's nested loops, on random fleets."""

from hypothesis import given, settings

from tests.broker.core.fleets import fleets, questions
from tests.broker.core.naive import naive
from troth_broker.core.facts import Facts
from troth_broker.core.gate import decide
from troth_broker.core.question import Question


@given(fleets(), questions)
@settings(max_examples=600, deadline=None)
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
    shown = tuple((row.publication.id, row.result.number if row.result else 0, row.ignored) for row in decision.rows)
    assert shown == expected.rows
