"""Who must act on a no: one turn for each class, as a table."""

import pytest

from troth_broker.core.acting import Obstacle, Turn, turn
from troth_broker.core.blockers import Class


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        (Class.INCOMPATIBLE, Turn(("orders", "web"), "mend what fails between web 1 and orders 2")),
        (Class.NOBODY_ASKED, Turn(("orders",), "verify orders 2 against the contract of web 1")),
        (Class.AWAITING_VERIFICATION, Turn(("orders",), "verify orders 2 against the contract of web 1")),
        (Class.NOT_DEPLOYED, Turn(("orders",), "deploy a version of orders to production")),
        (Class.UNANSWERABLE, Turn(("web",), "publish a contract of web 1 with orders")),
    ],
)
def test_each_class_of_no_is_somebody_s_turn(why: Class, expected: Turn) -> None:
    assert turn(Obstacle("web", "1", "orders", ("2",), why), "production") == expected


def test_an_obstacle_without_versions_is_told_without_them() -> None:
    obstacle = Obstacle("web", None, "orders", (), Class.NOBODY_ASKED)
    assert turn(obstacle, "production").words == "verify orders against the contract of web"
