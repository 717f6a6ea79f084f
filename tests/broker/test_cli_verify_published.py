"""What a run publishes where not all of it could be judged, and what the gate then knows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.cli import Finished, troth
from tests.support.providers import Provider, provider

NEVER_COMES = """troth: 1
protocol: message
consumer: web
provider: orders
interactions:
  - {description: an order was placed, contents: {id: 7}}
"""
ORDER = pacts.interaction("an order", "/orders/1")


@pytest.fixture
def orders() -> Iterator[Provider]:
    with provider() as found:
        yield found


class Estate:
    """A broker with the pacts of two consumers, of which one also waits for a message that never comes."""

    def __init__(self, broker: Broker, running: Provider, folder: Path) -> None:
        self.broker = broker
        self.running = running
        for consumer in ("mobile", "web"):
            pacts.write(folder / consumer, pacts.pact(consumer, "orders", ORDER))
        (folder / "web" / "web.troth.yaml").write_text(NEVER_COMES)
        for consumer in ("mobile", "web"):
            self.ask("publish", folder / consumer, "-a", "1", "--branch", "main")
        self.ask("environment", "create", "--name", "live", "--production")

    def ask(self, *arguments: str | Path, code: int = 0) -> Finished:
        """Run a command against the broker."""
        return troth(*arguments, "-b", self.broker.url, code=code)

    def verify(self, *options: str, code: int = 3) -> Finished:
        """Verify the provider's version 5 and publish."""
        at = ("--provider", "orders", "--provider-base-url", self.running.url)
        return self.ask("verify", *at, "--publish", "-a", "5", *options, code=code)

    def gate(self, consumer: str, code: int) -> str:
        """Whether the consumer may be deployed beside the provider's version 5."""
        self.ask("record-deployment", "-a", "orders", "-e", "5", "--environment", "live")
        return self.ask("can-i-deploy", "-a", consumer, "-e", "1", "--to-environment", "live", code=code).out


@pytest.fixture
def estate(broker: Broker, orders: Provider, tmp_path: Path) -> Estate:
    return Estate(broker, orders, tmp_path)


def test_one_message_that_never_comes_keeps_no_other_contract_from_the_gate(estate: Estate) -> None:
    ran = estate.verify()
    assert ran.out.count("  results published: http") == 2
    assert "\nPublished: the results of 2 of 3 contracts.\nNOT published: web 1 → orders (" in ran.out
    assert ran.out.endswith("): 1 of 1 interaction could not be judged\n")
    assert "YES" in estate.gate("mobile", 0)
    told = estate.gate("web", 1)
    assert "web 1 → orders 5 (message-expectations)" in told
    assert "web 1 → orders 5  replay" in told


def test_programs_are_told_which_results_were_published_and_which_not(estate: Estate) -> None:
    told: dict[str, Any] = json.loads(estate.verify("--output", "json").out)
    assert (told["exitCode"], told["unpublished"]) == (3, None)
    found = {(one["consumer"], one["published"] is None): one["notPublished"] for one in told["contracts"]}
    assert found == {
        ("mobile", False): None,
        ("web", False): None,
        ("web", True): "1 of 1 interaction could not be judged",
    }
