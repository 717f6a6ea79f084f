"""Provider states are listed with the official command line."""

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import interaction, pact, put

At = tuple[str, str]


def test_provider_states_are_listed(rust_cli: Client, broker: Broker, at: At) -> None:
    put(broker, pact("shop", "billing", interaction("a", state="an unpaid invoice")), "1.0", branch="main")
    assert "an unpaid invoice" in rust_cli.ok("provider-states", "list", "--provider", "billing", *at)
