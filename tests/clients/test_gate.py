"""A deploy pipeline asks the gate with the official command lines."""

import json

import pytest

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import deployed, environment, interaction, pact, put, put_json, verified, version_of

At = tuple[str, str]


@pytest.fixture
def ask(cli: Client, at: At) -> tuple[str, ...]:
    return ("can-i-deploy", *at, "--pacticipant", "shop")


def test_unknown_then_no_then_yes(cli: Client, broker: Broker, at: At, ask: tuple[str, ...]) -> None:
    environment(broker, "test")
    shop = put(broker, pact("shop", "billing"), "1.0", branch="main")
    to_test = ("--version", "1.0", "--to-environment", "test")
    cli.fails(*ask, *to_test)

    version_of(broker, "billing", "b1", branch="main")
    deployed(broker, "billing", "b1", "test")
    waited = cli.fails(*ask, *to_test, "--retry-while-unknown", "1", "--retry-interval", "1")
    assert "billing" in waited
    verified(broker, shop, "b1", success=False)
    assert "billing" in cli.fails(*ask, *to_test)
    cli.ok(*ask, *to_test, "--dry-run")
    verified(broker, shop, "b1")
    said = cli.ok(*ask, *to_test)
    assert "shop" in said
    assert "b1" in said


def test_a_version_that_nobody_knows_may_not_go(cli: Client, broker: Broker, ask: tuple[str, ...]) -> None:
    environment(broker, "test")
    put(broker, pact("shop", "billing"), "1.0", branch="main")
    cli.fails(*ask, "--version", "9.9", "--to-environment", "test")


def test_json_output_is_the_answer_of_the_broker(cli: Client, broker: Broker, ask: tuple[str, ...]) -> None:
    environment(broker, "test")
    shop = put(broker, pact("shop", "billing"), "1.0", branch="main")
    verified(broker, shop, "b1")
    deployed(broker, "billing", "b1", "test")
    said = json.loads(cli.ok(*ask, "--version", "1.0", "--to-environment", "test", "--output", "json"))
    assert said["summary"]["deployable"] is True
    (row,) = said["matrix"]
    assert row["verificationResult"]["success"] is True


def test_by_branch_by_main_branch_by_tag_and_by_the_latest(cli: Client, broker: Broker, ask: tuple[str, ...]) -> None:
    good = put(broker, pact("shop", "billing", interaction("good")), "1.0", branch="main", tags=["ok"])
    put(broker, pact("shop", "billing", interaction("bad")), "2.0", branch="feature")
    verified(broker, good, "b1", branch="main")
    version_of(broker, "billing", "b1", tags=["prod"])
    put_json(broker, "/pacticipants/shop", {"mainBranch": "main"})

    cli.ok(*ask, "--branch", "main", "--to", "prod")
    cli.fails(*ask, "--branch", "feature", "--to", "prod")
    cli.ok(*ask, "--main-branch", "--to", "prod")
    cli.ok(*ask, "--latest", "ok", "--to", "prod")
    cli.fails(*ask, "--latest", "--to", "prod")
    cli.ok(*ask, "--version", "1.0", "--pacticipant", "billing", "--version", "b1")
    cli.ok(*ask, "--version", "1.0", "--pacticipant", "billing", "--latest", "prod")
    cli.fails(*ask, "--version", "2.0", "--pacticipant", "billing", "--latest")


def test_an_ignored_application_does_not_count(cli: Client, broker: Broker, ask: tuple[str, ...]) -> None:
    environment(broker, "test")
    good = put(broker, pact("shop", "billing"), "1.0", branch="main")
    put(broker, pact("shop", "stock"), "1.0", branch="main")
    verified(broker, good, "b1", branch="main")
    for name, version in (("billing", "b1"), ("stock", "s1")):
        version_of(broker, name, version, branch="main")
        deployed(broker, name, version, "test")
    to_test = ("--version", "1.0", "--to-environment", "test")
    cli.fails(*ask, *to_test)
    cli.ok(*ask, *to_test, "--ignore", "stock")


def test_can_i_merge_asks_the_main_branches(cli: Client, broker: Broker, at: At) -> None:
    good = put(broker, pact("shop", "billing", interaction("good")), "1.0", branch="feature")
    put(broker, pact("shop", "billing", interaction("bad")), "2.0", branch="feature")
    verified(broker, good, "b1", branch="main")
    put_json(broker, "/pacticipants/billing", {"mainBranch": "main"})
    ask = ("can-i-merge", *at, "--pacticipant", "shop", "--version")
    cli.ok(*ask, "1.0")
    cli.fails(*ask, "2.0")
