"""What a missing result means: somebody was asked and the answer is due, or nobody is asked and waiting is in vain."""

import pytest

from troth_broker.core.advice import Names, action_words, blocker_words
from troth_broker.core.facts import Application, Facts, Integration, Placed, Publication, Request, Result, Version
from troth_broker.core.gate import decide
from troth_broker.core.hints import hints
from troth_broker.core.plan import plan
from troth_broker.core.question import Question, Selector, Wanted

WEB, ORDERS, STOCK = 1, 2, 3
MINUTE = 60_000_000
FACTS = Facts(
    applications=(Application(WEB, "web"), Application(ORDERS, "orders"), Application(STOCK, "stock")),
    versions=(Version(10, WEB, "1"), Version(20, ORDERS, "5"), Version(21, ORDERS, "6"), Version(30, STOCK, "7")),
    integrations=(Integration(WEB, ORDERS), Integration(WEB, STOCK)),
    publications=(Publication(1, 10, WEB, ORDERS, 100), Publication(2, 10, WEB, STOCK, 200)),
    results=(Result(1, 200, 30, success=True),),
    placed=(Placed(20, ORDERS, "live"), Placed(30, STOCK, "live")),
    environments=frozenset({"live"}),
)
BOTH_LIVE = FACTS.with_(placed=[Placed(21, ORDERS, "live", "blue")])
LIVE = Question((Selector("web", Wanted(version="1")),), Wanted(environment="live"), "cvpv")

AWAITED = Request(100, 20, 1, 0, 0)
AGAIN = Request(100, 20, 3, MINUTE, 61 * MINUTE)
ANYONE = Request(100, None, 1, 0, 0)
GIVEN_UP = Request(100, 20, 4, 0, 0, expected=False)
UNREACHED = Request(100, 20, 1, 0, 0, expected=False, reached=False)
OTHER = Request(100, 21, 1, 0, 0)
ELSEWHERE = Request(200, 20, 1, 0, 0)

NEVER = "no verification was ever triggered"
DUE = "asked at 1970-01-01T00:00:00+00:00; the result is due"
VERIFY = "verify orders 5 against the contract of web 1"
WAIT = "wait until orders 5 is verified against the contract of web 1"

# what is asked of whom, class, whether waiting helps, in words, the way to yes, whether a webhook is suggested
CASES = {
    "nobody was asked": (FACTS, (), "nobody-asked", False, NEVER, [VERIFY], True),
    "the version in question was asked": (FACTS, (AWAITED,), "awaiting-verification", True, DUE, [WAIT], False),
    "it was asked again and again": (
        *(FACTS, (AGAIN,), "awaiting-verification", True),
        *("asked 3 times, first at 1970-01-01T00:01:00+00:00; the result is due", [WAIT], False),
    ),
    "whichever version is built next was asked": (
        *(FACTS, (ANYONE,), "awaiting-verification", True, DUE, [WAIT], False),
    ),
    "it was asked too often": (
        *(FACTS, (GIVEN_UP,), "nobody-asked", False),
        "asked 4 times, first at 1970-01-01T00:00:00+00:00; nobody answered, and nobody is asked again",
        *([VERIFY], True),
    ),
    "the version was given up, but whichever is built next is still asked": (
        *(FACTS, (GIVEN_UP, ANYONE), "awaiting-verification", True, DUE, [WAIT], False),
    ),
    "the call that asked reached nobody": (
        *(FACTS, (UNREACHED,), "nobody-asked", False),
        "asked at 1970-01-01T00:00:00+00:00, but no call reached anybody; the webhook's log says why",
        *([VERIFY], True),
    ),
    "only another version was asked": (FACTS, (OTHER,), "nobody-asked", False, NEVER, [VERIFY], True),
    "the version was asked about another contract": (FACTS, (ELSEWHERE,), "nobody-asked", False, NEVER, [VERIFY], True),
    "of two versions that run there, one was asked": (
        *(BOTH_LIVE, (AWAITED,), "nobody-asked", False, NEVER),
        *([VERIFY, "verify orders 6 against the contract of web 1"], True),
    ),
    "both versions that run there were asked": (
        *(BOTH_LIVE, (AWAITED, OTHER), "awaiting-verification", True, DUE),
        *([WAIT, "wait until orders 6 is verified against the contract of web 1"], False),
    ),
    "of both versions that were asked, one was given up": (
        *(BOTH_LIVE, (GIVEN_UP, OTHER), "nobody-asked", False),
        "asked 4 times, first at 1970-01-01T00:00:00+00:00; nobody answered, and nobody is asked again",
        *([VERIFY, "verify orders 6 against the contract of web 1"], True),
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_missing_result_is(
    case: tuple[Facts, tuple[Request, ...], str, bool, str, list[str], bool],
) -> None:
    facts, requests, why, waiting, told, way, suggested = case
    facts = facts.with_(requests=requests)
    decision, names = decide(LIVE, facts), Names.of(facts, {})
    assert decision.deployable is None
    assert decision.why is not None
    assert (decision.why.value, decision.waiting_helps) == (why, waiting)
    (blocker,) = decision.blockers
    assert blocker_words(blocker, names, "live") == told
    assert [action_words(action, names) for action in plan(LIVE, facts) or ()] == way
    assert bool(hints(decision.blockers, names)) is suggested


def test_waiting_does_not_help_as_long_as_anything_else_is_in_the_way() -> None:
    facts = FACTS.with_(results=[Result(2, 200, 30, success=False)], requests=[AWAITED])
    decision = decide(LIVE, facts)
    assert decision.why is not None
    assert (decision.why.value, decision.waiting_helps) == ("incompatible", False)
    two = FACTS.with_(
        placed=[Placed(21, ORDERS, "live", "blue")], publications=[Publication(3, 10, WEB, STOCK, 300, 2)]
    )
    mixed = decide(LIVE, two.with_(requests=[AWAITED, OTHER]))
    assert mixed.why is not None
    assert (mixed.why.value, mixed.waiting_helps) == ("awaiting-verification", False)
    assert [blocker.why.value for blocker in mixed.blockers] == ["awaiting-verification", "nobody-asked"]
    assert hints(mixed.blockers, Names.of(two, {})) == (
        "Nobody is asked to verify stock; a webhook for contract_requiring_verification_published would do it.",
    )


def test_a_yes_needs_no_waiting() -> None:
    decision = decide(LIVE, FACTS.with_(results=[Result(2, 100, 20, success=True)]))
    assert (decision.why, decision.waiting_helps) == (None, None)


def test_a_request_changes_no_verdict() -> None:
    assert decide(LIVE, FACTS).deployable is decide(LIVE, FACTS.with_(requests=[AWAITED])).deployable is None
    assert decide(LIVE, FACTS).counts == decide(LIVE, FACTS.with_(requests=[AWAITED])).counts
