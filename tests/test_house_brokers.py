"""A broker of the tests really runs, in a thread and as a process."""

from tests.conftest import StartBroker
from tests.support.brokers import Broker


def test_a_broker_in_a_thread_answers_its_index(broker: Broker) -> None:
    assert "pb:publish-contracts" in broker.read("/")["_links"]


def test_two_brokers_may_share_one_database(database_url: str, start_broker: StartBroker) -> None:
    first, second = start_broker(database_url), start_broker(database_url)
    assert first.url != second.url
    assert second.read("/")["_links"]["self"]["href"].startswith(second.url)
