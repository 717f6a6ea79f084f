"""Who depends on whom, as CSV: everybody, and the applications around one."""

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import pact, put, verified
from troth_broker.core.network import Edge, Network, around, network
from troth_broker.services import network as service
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store

CSV = {"Accept": "text/csv"}
CHAIN = (("a", "b"), ("b", "c"), ("c", "d"), ("x", "y"))


@pytest.mark.parametrize(
    ("start", "most", "nodes", "left_out"),
    [
        ("a", 10, ("a", "b", "c", "d"), 0),
        ("c", 10, ("a", "b", "c", "d"), 0),
        ("c", 3, ("b", "c", "d"), 1),
        ("y", 1, ("y",), 1),
        ("alone", 5, ("alone",), 0),
    ],
)
def test_a_network_holds_the_nearest_applications_in_both_directions(
    start: str, most: int, nodes: tuple[str, ...], left_out: int
) -> None:
    found = around(CHAIN, start, most)
    assert (found.nodes, found.left_out) == (nodes, left_out)
    assert found.edges == tuple(Edge(*pair) for pair in CHAIN if set(pair) <= set(nodes))


def test_a_circle_and_a_contract_with_oneself_are_walked_once() -> None:
    found = around((("a", "b"), ("b", "a"), ("a", "a")), "a", 9)
    assert (found.nodes, len(found.edges)) == (("a", "b"), 3)


def test_the_whole_network_has_every_application() -> None:
    assert network(CHAIN).nodes == ("a", "b", "c", "d", "x", "y")
    assert network(()) == Network((), ())


def test_relationships_are_lines_of_csv(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1")
    put(broker, pact('comma, "quote"', "stock"), "1")
    same_as_golden("relationships", broker.client.get("/relationships", headers=CSV))
    assert broker.client.get("/relationships.csv").text == broker.client.get("/relationships", headers=CSV).text
    assert broker.client.get("/relationships", headers={"Accept": "*/*"}).headers["content-type"].startswith("text/csv")
    assert broker.client.get("/relationships", headers={"Accept": "image/png"}).status_code == 406


def test_a_network_as_hal_says_how_each_contract_stands_and_who_was_left_out(broker: Broker) -> None:
    verified(broker, put(broker, pact("shop", "billing"), "1"), "b1")
    put(broker, pact("app", "billing"), "1")
    put(broker, pact("far", "app"), "1")
    same_as_golden("group_as_hal", broker.client.get("/groups/billing?maxPacticipants=3"))
    assert "verificationStatus" not in broker.client.get("/relationships").text


def test_a_group_is_what_is_joined_to_an_application_nearest_first(broker: Broker) -> None:
    for consumer, provider in CHAIN:
        put(broker, pact(consumer, provider), "1")
    same_as_golden("group", broker.client.get("/groups/b", headers=CSV))
    assert broker.client.get("/groups/a?maxPacticipants=2", headers=CSV).text.split() == [
        "source,target,weight",
        "a,b,1",
    ]
    assert broker.client.get("/groups/a?maxPacticipants=0", headers=CSV).status_code == 400
    assert broker.client.get("/groups/nobody", headers=CSV).status_code == 404


def test_a_group_is_no_larger_than_the_setting_says(start_broker: StartBroker, database_url: str) -> None:
    with_limit = start_broker(database_url, network_diagram_max_pacticipants=3)
    for consumer, provider in CHAIN:
        put(with_limit, pact(consumer, provider), "1")
    assert len(with_limit.client.get("/groups/a", headers=CSV).text.split()) == 3


def test_the_network_around_an_application_says_how_each_contract_stands(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1")
    verified(broker, path, "b1")
    verified(broker, put(broker, pact("shop", "stock"), "1"), "s1", success=False)
    put(broker, pact("app", "stock"), "1")
    store = Store(broker.database_url)
    try:
        found = service.neighbourhood(World(store, Settings(), lambda: 0), "billing")
    finally:
        store.close()
    assert {(edge.consumer, edge.provider): edge.status.value for edge in found.edges if edge.status} == {
        ("shop", "billing"): "success",
        ("shop", "stock"): "failed_pending",
        ("app", "stock"): "never",
    }
