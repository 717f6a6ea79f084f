"""What two kinds of evidence amount to, in all cases: the table is the specification.

A row is what a replay and a comparison say of one content and one live version; a column is a policy. A cell is what
the gate answers: `yes`, `disputed` (a yes with that warning), `no`, else the class of what is lacking.
"""

from collections.abc import Iterator

import pytest

from troth_broker.core.facts import (
    Application,
    Comparison,
    Facts,
    Integration,
    Placed,
    Provided,
    Publication,
    Result,
    Version,
)
from troth_broker.core.gate import Decision, decide
from troth_broker.core.plan import plan
from troth_broker.core.policy import DAY, DEFAULT, Policy, Rules
from troth_broker.core.question import Question, Selector, Wanted
from troth_broker.core.reasons import Disputed

NOW = 100 * DAY
DOCUMENTS_OF = {
    "pact": "openapi",
    "avro": "avro",
    "graphql-operations": "graphql",
    "asyncapi": "asyncapi",
    "jsonschema": "openapi",
    "grpc-expectations": "protobuf",
    "graphql": "graphql",
}
"""What the provider publishes beside contracts of a format; nothing compares the last three."""
POLICIES = {
    "default": DEFAULT,
    "replay": Rules(needs=frozenset({"replay"})),
    "comparison": Rules(needs=frozenset({"comparison"})),
    "both": Rules(needs=frozenset({"replay", "comparison"})),
    "allows": Rules(not_covered="allows"),
    "both+allows": Rules(needs=frozenset({"replay", "comparison"}), not_covered="allows"),
    "risky": Rules(blocks=frozenset({"breaking", "risky"})),
    "30 days": Rules(max_age_days=30),
}
TABLE = """
replay  comparison   default       replay        comparison    both          allows        both+allows   risky         30 days
none    none         nobody-asked  nobody-asked  unanswerable  nobody-asked  nobody-asked  nobody-asked  nobody-asked  nobody-asked
none    due          awaiting      nobody-asked  awaiting      awaiting      awaiting      awaiting      awaiting      awaiting
none    pass         yes           nobody-asked  yes           nobody-asked  yes           nobody-asked  yes           yes
none    risky        yes           nobody-asked  yes           nobody-asked  yes           nobody-asked  no            yes
none    fail         no            no            no            no            no            no            no            no
none    not-covered  not-covered   nobody-asked  not-covered   nobody-asked  not-covered   nobody-asked  not-covered   not-covered
none    partly       not-covered   nobody-asked  not-covered   nobody-asked  yes           nobody-asked  not-covered   not-covered
none    error        errored       nobody-asked  errored       errored       errored       errored       errored       errored
pass    none         yes           yes           unanswerable  unanswerable  yes           unanswerable  yes           yes
pass    due          yes           yes           awaiting      awaiting      yes           awaiting      yes           yes
pass    pass         yes           yes           yes           yes           yes           yes           yes           yes
pass    risky        yes           yes           yes           yes           yes           yes           disputed      yes
pass    fail         disputed      disputed      no            no            disputed      no            disputed      disputed
pass    not-covered  yes           yes           not-covered   not-covered   yes           not-covered   yes           yes
pass    partly       yes           yes           not-covered   not-covered   yes           yes           yes           yes
pass    error        yes           yes           errored       errored       yes           errored       yes           yes
fail    none         no            no            no            no            no            no            no            no
fail    due          no            no            no            no            no            no            no            no
fail    pass         no            no            no            no            no            no            no            no
fail    risky        no            no            no            no            no            no            no            no
fail    fail         no            no            no            no            no            no            no            no
fail    not-covered  no            no            no            no            no            no            no            no
fail    partly       no            no            no            no            no            no            no            no
fail    error        no            no            no            no            no            no            no            no
old     none         yes           yes           unanswerable  unanswerable  yes           unanswerable  yes           stale
old     due          yes           yes           awaiting      awaiting      yes           awaiting      yes           awaiting
old     pass         yes           yes           yes           yes           yes           yes           yes           yes
old     risky        yes           yes           yes           yes           yes           yes           disputed      yes
old     fail         disputed      disputed      no            no            disputed      no            disputed      no
old     not-covered  yes           yes           not-covered   not-covered   yes           not-covered   yes           not-covered
old     partly       yes           yes           not-covered   not-covered   yes           yes           yes           not-covered
old     error        yes           yes           errored       errored       yes           errored       yes           errored
"""  # noqa: E501 - a table is read as a whole


def cases() -> Iterator[tuple[str, str, str, str]]:
    """Every cell: replay, comparison, policy, answer."""
    header, *rows = (line.split("  ") for line in TABLE.strip().splitlines())
    columns = [cell.strip() for cell in header if cell.strip()][2:]
    assert columns == list(POLICIES)
    for row in rows:
        replay, comparison, *answers = (cell.strip() for cell in row if cell.strip())
        assert len(answers) == len(columns), row
        for policy, answer in zip(columns, answers, strict=True):
            yield replay, comparison, policy, answer


REPLAYS = {
    "none": (),
    "pass": (Result(1, 1, 2, success=True, at=NOW - DAY),),
    "fail": (Result(1, 1, 2, success=False, at=NOW - 90 * DAY),),
    "old": (Result(1, 1, 2, success=True, at=NOW - 90 * DAY),),
}
COMPARISONS = {
    "none": (),
    "due": (),
    "pass": (Comparison(1, 1, 1, "troth/1", success=True, judged=2),),
    "risky": (Comparison(1, 1, 1, "troth/1", success=True, judged=2, risky=1),),
    "fail": (Comparison(1, 1, 1, "troth/1", success=False, judged=2, breaking=1),),
    "not-covered": (Comparison(1, 1, 1, "troth/1", success=None, unjudged=("*",)),),
    "partly": (Comparison(1, 1, 1, "troth/1", success=None, judged=1, unjudged=("get a thing",)),),
    "error": (Comparison(1, 1, 1, "troth/1", success=None, unjudged=("*",), error="line 3 is no YAML"),),
}


def facts(replay: str, comparison: str, rules: Rules = DEFAULT, kind: str = "pact") -> Facts:
    return Facts(
        (Application(1, "web"), Application(2, "orders")),
        (Version(1, 1, "1"), Version(2, 2, "5")),
        placed=(Placed(2, 2, "live"),),
        integrations=(Integration(1, 2),),
        publications=(Publication(1, 1, 1, 2, 1, format=kind),),
        results=REPLAYS[replay],
        environments=frozenset({"live"}),
        provided=() if comparison == "none" else (Provided(2, 2, 1, DOCUMENTS_OF[kind]),),
        comparisons=COMPARISONS[comparison],
        policies=(Policy(7, rules, 1, 2),) if rules != DEFAULT else (),
        now=NOW,
    )


QUESTION = Question((Selector("web", Wanted(version="1")),), Wanted(environment="live"), "cvpv")


def told(decision: Decision) -> str:
    """The answer in one word."""
    if decision.deployable:
        return "disputed" if any(isinstance(one, Disputed) for one in decision.reasons) else "yes"
    assert decision.why is not None
    if decision.deployable is False:
        assert decision.why.value == "incompatible"
        return "no"
    return decision.why.value.removesuffix("-verification")


@pytest.mark.parametrize(("replay", "comparison", "policy", "answer"), list(cases()))
def test_the_gate_answers_as_the_table_says(replay: str, comparison: str, policy: str, answer: str) -> None:
    known = facts(replay, comparison, POLICIES[policy])
    decision = decide(QUESTION, known)
    assert told(decision) == answer
    assert [one.id for one in decision.policies] == ([] if policy == "default" else [7])
    actions = plan(QUESTION, known)
    assert actions is not None
    assert bool(actions) is (answer not in ("yes", "disputed"))


@pytest.mark.parametrize(
    ("comparison", "answer"),
    [
        ("none", "unanswerable"),
        ("due", "awaiting"),
        ("pass", "yes"),
        ("fail", "no"),
        ("not-covered", "not-covered"),
        ("error", "errored"),
    ],
)
def test_a_contract_that_is_never_replayed_rests_on_comparisons(comparison: str, answer: str) -> None:
    decision = decide(QUESTION, facts("none", comparison, kind="avro"))
    assert told(decision) == answer
    assert decision.waiting_helps is (None if answer == "yes" else answer == "awaiting")


def test_formats_that_nothing_compares_are_not_covered() -> None:
    decision = decide(QUESTION, facts("none", "due", kind="jsonschema"))
    assert (told(decision), decision.waiting_helps) == ("not-covered", False)


def test_a_contract_that_is_compared_with_nothing_at_all_rests_on_replays() -> None:
    known = facts("none", "due", kind="grpc-expectations")
    decision = decide(QUESTION, known)
    assert (told(decision), decision.waiting_helps) == ("nobody-asked", False)
    assert plan(QUESTION, known)


@pytest.mark.parametrize(
    ("kind", "replay", "comparison", "policy", "answer"),
    [
        ("grpc-expectations", "none", "due", "both", "nobody-asked"),
        ("grpc-expectations", "pass", "due", "both", "not-covered"),
        ("grpc-expectations", "pass", "none", "comparison", "not-covered"),
        ("grpc-expectations", "none", "none", "both+allows", "nobody-asked"),
        ("grpc-expectations", "pass", "due", "both+allows", "yes"),
        ("grpc-expectations", "fail", "due", "both+allows", "no"),
        ("graphql-operations", "none", "pass", "both+allows", "nobody-asked"),
        ("asyncapi", "none", "pass", "both+allows", "nobody-asked"),
        ("avro", "none", "pass", "both", "nobody-asked"),
        ("avro", "none", "pass", "both+allows", "yes"),
        ("avro", "none", "fail", "both+allows", "no"),
        ("avro", "none", "not-covered", "both+allows", "not-covered"),
        ("avro", "none", "none", "both+allows", "unanswerable"),
        ("graphql", "none", "due", "default", "not-covered"),
        ("graphql", "none", "none", "both+allows", "not-covered"),
        ("graphql", "pass", "none", "default", "yes"),
    ],
)
def test_evidence_that_cannot_be_had_is_needed_unless_what_is_not_covered_is_allowed(
    kind: str, replay: str, comparison: str, policy: str, answer: str
) -> None:
    assert told(decide(QUESTION, facts(replay, comparison, POLICIES[policy], kind))) == answer


def test_waiting_helps_only_if_all_that_is_lacking_is_awaited() -> None:
    due = facts("none", "due", POLICIES["both"])
    assert decide(QUESTION, due).waiting_helps is False  # nobody was asked for the replay
    assert decide(QUESTION, facts("pass", "due", POLICIES["both"])).waiting_helps is True


DOCUMENTS = {
    "what one document does not cover another does": ((("x",), 0), (("y",), 0), "yes"),
    "a gap that both have stays a gap": ((("x", "y"), 0), (("y",), 0), "not-covered"),
    "a document that says nothing adds nothing": ((("*",), 0), ((), 0), "yes"),
    "what breaks in one breaks": (((), 1), ((), 0), "no"),
}


@pytest.mark.parametrize(("one", "other", "answer"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_version_may_publish_several_documents(
    one: tuple[tuple[str, ...], int], other: tuple[tuple[str, ...], int], answer: str
) -> None:
    known = facts("none", "none").with_(
        provided=(Provided(2, 2, 1, name="a"), Provided(2, 2, 2, name="b")),
        comparisons=[
            Comparison(key, 1, key, "troth/1", None if gaps else not breaking, breaking, judged=1, unjudged=gaps)
            for key, (gaps, breaking) in enumerate((one, other), 1)
        ],
    )
    assert told(decide(QUESTION, known)) == answer


def test_the_newest_word_of_a_checker_counts() -> None:
    known = facts("none", "fail").with_(comparisons=(Comparison(2, 1, 1, "troth/2", success=True, judged=2),))
    assert told(decide(QUESTION, known)) == "yes"


def test_of_two_policies_the_stricter_word_counts_on_each_matter() -> None:
    here = Policy(8, Rules(needs=frozenset({"comparison"}), not_covered="allows", max_age_days=60), environment="live")
    there = Policy(9, Rules(needs=frozenset({"replay", "comparison"})), environment="test")
    lenient = facts("old", "partly", Rules(max_age_days=95, not_covered="allows")).with_(policies=(here, there))
    decision = decide(QUESTION, lenient)
    assert [one.id for one in decision.policies] == [8, 7]
    assert told(decision) == "yes"  # the replay is too old, which the comparison makes up for
    strict = facts("old", "partly", Rules(max_age_days=95, not_covered="blocks")).with_(policies=(here, there))
    assert told(decide(QUESTION, strict)) == "not-covered"
