"""Who must act on a no: one turn for each class, as a table."""

import pytest

from troth_broker.core.acting import Obstacle, Turn, actors, obstacles, since, turn
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
)
from troth_broker.core.advice import Names
from troth_broker.core.blockers import Blocker, Breaking, Class, Failing, NoRow, Regressing, Unproved
from troth_broker.core.evidence import Evidence, Static
from troth_broker.core.evolving import Step
from troth_broker.core.facts import Comparison, Publication, Result
from troth_broker.core.question import Wanted

NAMES = Names({1: "web", 2: "orders"}, {10: "1", 20: "2"}, {10: 1, 20: 2})
PUBLISHED = Publication(1, version=10, consumer=1, provider=2, content=1, created_at=30)
COMPARED = Static((Comparison(1, 1, 1, "troth/1", success=False, breaking=1, at=50),))
STEP = Step(2, 20, 19, "openapi", "", "BACKWARD", success=False, blocks=True)


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (Class.INCOMPATIBLE, Turn(("orders", "web"), "mend what fails between web 1 and orders 2")),
        (Class.NOBODY_ASKED, Turn(("orders",), "verify orders 2 against the contract of web 1")),
        (Class.AWAITING_VERIFICATION, Turn(("orders",), "verify orders 2 against the contract of web 1")),
        (Class.NOT_DEPLOYED, Turn(("orders",), "deploy a version of orders to production")),
        (Class.UNANSWERABLE, Turn(("orders",), "publish a contract of orders 2")),
        (Class.NOT_COVERED, Turn(("orders",), "verify orders 2 against the contract of web 1")),
    ],
)
def test_each_class_of_no_is_somebody_s_turn(why: Class, expected: Turn) -> None:
    assert turn(Obstacle("web", "1", "orders", ("2",), why), "production") == expected


def test_an_obstacle_without_versions_is_told_without_them() -> None:
    obstacle = Obstacle("web", None, "orders", (), Class.NOBODY_ASKED)
    assert turn(obstacle, "production").words == "verify orders against the contract of web"


def test_a_comparison_that_failed_waits_for_the_provider() -> None:
    obstacle = Obstacle("web", "1", "orders", ("2",), Class.ERRORED)
    words = "mend what keeps orders 2 from being compared with web 1, or compare again"
    assert turn(obstacle, "production") == Turn(("orders",), words)


def test_a_pair_without_a_contract_waits_for_the_consumer() -> None:
    obstacle = Obstacle("web", "1", "orders", (), Class.UNANSWERABLE)
    assert turn(obstacle, "production") == Turn(("web",), "publish a contract of web 1 with orders")


@pytest.mark.parametrize(
    ("blocker", "expected", "began"),
    [
        (Failing(PUBLISHED, Result(7, 1, 20, success=False, at=40)), ("web", "1", "orders", ("2",)), 40),
        (Breaking(PUBLISHED, Evidence(20, static=COMPARED)), ("web", "1", "orders", ("2",)), 50),
        (Unproved(PUBLISHED, (20, 99), Class.NOBODY_ASKED), ("web", "1", "orders", ("2",)), 30),
        (NoRow(1, 2, 10, filtered=False), ("web", "1", "orders", ()), None),
        (NoRow(1, 2, None, filtered=False), ("web", None, "orders", ()), None),
    ],
)
def test_each_obstacle_names_its_pair_and_when_it_began(
    blocker: Blocker, expected: tuple[object, ...], began: int | None
) -> None:
    [found] = obstacles([blocker, Regressing(STEP, Class.INCOMPATIBLE)], NAMES)
    assert (found.consumer, found.consumer_version, found.provider, found.provider_versions) == expected
    assert found.why is blocker.why
    assert since([Regressing(STEP, Class.INCOMPATIBLE), blocker]) == began


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (Verify(1, 10, 20), ("orders",)),
        (Provide(1, 10, 20), ("orders",)),
        (Mend(1, 10, 20), ("orders", "web")),
        (Place(1, 10, Wanted(environment="live")), ("web",)),
        (Keep(2, 20, 19), ("orders",)),
        (CompareAgain(1, 10, 20), ("orders",)),
        (LookBackAgain(2, 20, 19), ("orders",)),
        (PublishContract(10, 1, 2), ("web",)),
    ],
)
def test_each_action_is_somebody_s(action: Action, expected: tuple[str, ...]) -> None:
    assert actors([action, action], NAMES) == expected
