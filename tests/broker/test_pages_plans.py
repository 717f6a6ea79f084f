"""No page reads a whole table that grows, and a longer list takes no more statements than a shorter one."""

import pytest
from sqlalchemy import create_engine

from tests.support.brokers import Broker
from tests.support.pacts import deployed, environment, interaction, pact, put, verified
from tests.support.pages import page
from tests.support.statements import caught, scans

PAGES = (
    "/",
    "/?q=sho",
    "/can-i-deploy?pacticipant=shop&version=2&environment=test",
    "/matrix?q[][pacticipant]=shop&q[][pacticipant]=billing&latestby=cvpv",
    "/matrix/provider/billing/consumer/shop",
    "/pacts/provider/billing/consumer/shop/latest",
    "/pacticipants?q=sho",
    "/pacticipants/shop",
    "/pacticipants/shop/versions/2",
    "/pacticipants/shop/versions?size=1",
    "/pacticipants/shop/branches/main/versions",
    "/pacticipants/shop/network",
)


@pytest.fixture
def known(sqlite_broker: Broker) -> Broker:
    """A broker in which something of everything is recorded."""
    environment(sqlite_broker, "test")
    _publish(sqlite_broker, "shop", 3)
    deployed(sqlite_broker, "shop", "1", "test")
    deployed(sqlite_broker, "billing", "b1", "test")
    return sqlite_broker


def _publish(broker: Broker, consumer: str, versions: int) -> None:
    for number in range(1, versions + 1):
        path = put(broker, pact(consumer, "billing", interaction(str(number))), str(number), branch="main")
        verified(broker, path, f"b{number}", success=number % 2 == 0, branch="main")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_uses_an_index(known: Broker, path: str) -> None:
    engine = create_engine(known.database_url)
    with caught() as statements:
        page(known, path)
    engine_scans = scans(engine, statements)
    engine.dispose()
    assert statements
    assert engine_scans == []


@pytest.mark.parametrize("path", ["/?size=200", "/pacticipants", "/matrix/provider/billing/consumer/shop"])
def test_a_longer_list_takes_no_more_statements(known: Broker, path: str) -> None:
    page(known, "/")  # what is blocked is known by then
    with caught() as before:
        page(known, path)
    for consumer in ("app", "shop", "web"):
        _publish(known, consumer, 6)
    page(known, "/")
    with caught() as after:
        page(known, path)
    assert len(after) == len(before)
