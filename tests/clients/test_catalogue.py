"""Applications, their versions, branches and tags, listed and described with the official command lines."""

import json

import pytest

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import interaction, pact, put, verified

At = tuple[str, str]


def test_an_application_is_created_updated_listed_and_described(cli: Client, broker: Broker, at: At) -> None:
    create = ("create-or-update-pacticipant", "--name", "shop", *at)
    cli.ok(*create, "--display-name", "The Shop", "--repository-url", "https://git.example/shop")
    cli.ok(*create, "--main-branch", "main")

    stored = broker.read("/pacticipants/shop")
    assert (stored["displayName"], stored["mainBranch"]) == ("The Shop", "main")
    assert stored["repositoryUrl"] == "https://git.example/shop"
    assert "shop" in cli.ok("list-pacticipants", *at)
    described = cli.ok("describe-pacticipant", "--name", "shop", *at)
    assert "The Shop" in described or "shop" in described
    cli.fails("describe-pacticipant", "--name", "nobody", *at)


def test_a_version_is_created_with_branch_and_tags_and_described(cli: Client, broker: Broker, at: At) -> None:
    create = ("create-or-update-version", "--pacticipant", "shop", "--branch", "main", *at, "--version")
    for tag in ("dev", "uat"):
        cli.ok(*create, "1.0", "--tag", tag)
    cli.ok(*create, "1.1")

    stored = broker.read("/pacticipants/shop/versions/1.0")
    assert {tag["name"] for tag in stored["_embedded"]["tags"]} == {"dev", "uat"}
    describe = ("describe-version", "--pacticipant", "shop", "--output", "json", *at)
    assert json.loads(cli.ok(*describe, "--version", "1.0"))["number"] == "1.0"
    assert json.loads(cli.ok(*describe))["number"] == "1.1"
    assert json.loads(cli.ok(*describe, "--latest", "dev"))["number"] == "1.0"
    assert "1.0" in cli.ok("describe-version", "--pacticipant", "shop", "--version", "1.0", *at)
    cli.fails("describe-version", "--pacticipant", "shop", "--version", "9.9", *at)


def test_a_tag_needs_its_version_unless_the_version_may_be_made(cli: Client, broker: Broker, at: At) -> None:
    tag = ("create-version-tag", "--pacticipant", "shop", "--version", "2.0", "--tag", "prod", *at)
    cli.fails(*tag)
    cli.ok(*tag, "--auto-create-version")
    assert broker.read("/pacticipants/shop/versions/2.0/tags/prod")["name"] == "prod"


def test_the_latest_pacts_are_listed_with_their_results(cli: Client, broker: Broker, at: At) -> None:
    put(broker, pact("shop", "billing", interaction("old")), "1.0", branch="main")
    newest = put(broker, pact("shop", "billing", interaction("new")), "2.0", branch="main")
    put(broker, pact("app", "billing"), "5.0", branch="main")
    verified(broker, newest, "b1")

    table = cli.ok("list-latest-pact-versions", *at)
    assert all(name in table for name in ("shop", "app", "billing", "2.0", "5.0"))
    assert "1.0" not in table.replace("1.0.", "")
    listed = json.loads(cli.ok("list-latest-pact-versions", "--output", "json", *at))
    pacts = listed["pacts"] if isinstance(listed, dict) else listed
    assert len(pacts) == 2


def test_pacts_are_fetched_by_provider_and_branch(rust_cli: Client, broker: Broker, at: At) -> None:
    put(broker, pact("shop", "billing"), "1.0", branch="main")
    put(broker, pact("app", "billing"), "5.0", branch="feature")
    get = ("get-pacts", "--provider", "billing", *at)
    assert "shop" in rust_cli.ok(*get)
    for branch, there, absent in (("main", "shop", "app"), ("feature", "app", "shop")):
        listed = rust_cli.ok(*get, "--branch", branch, "--latest", "--output", "json")
        assert f"consumer/{there}/" in listed
        assert f"consumer/{absent}/" not in listed

    rust_cli.ok(*get, "--branch", "main", "--download", "--download-dir", "got")
    (got,) = (rust_cli.folder / "got").iterdir()
    assert json.loads(got.read_text())["consumer"] == {"name": "shop"}


@pytest.mark.parametrize("download", [False, True])
@pytest.mark.parametrize("latest", [False, True])
@pytest.mark.parametrize("branch", [None, "main", "feature"])
@pytest.mark.parametrize("consumer", [None, "shop"])
def test_pacts_are_fetched_with_any_combination_of_flags(
    rust_cli: Client, broker: Broker, at: At, consumer: str | None, branch: str | None, latest: bool, download: bool
) -> None:
    for number in ("1.0", "2.0"):
        put(broker, pact("shop", "billing", interaction(number)), number, branch="main")
    for name in ("shop", "app"):
        put(broker, pact(name, "billing", interaction("new")), "5.0", branch="feature")
    arguments = ["get-pacts", "--provider", "billing", "--output", "json", *at]
    arguments += ["--consumer", consumer] if consumer else []
    arguments += ["--branch", branch] if branch else []
    arguments += ["--latest"] if latest else []
    arguments += ["--download", "--download-dir", "got"] if download else []
    wanted = {"shop-billing-5.0"} if branch == "feature" else {"shop-billing-2.0"}
    wanted |= {"app-billing-5.0"} if branch == "feature" and not consumer else set()
    wanted |= {"shop-billing-1.0"} if branch != "feature" and not latest else set()

    listed = rust_cli.ok(*arguments)
    for name in ("shop-billing-1.0", "shop-billing-2.0", "shop-billing-5.0", "app-billing-5.0"):
        application, _, number = name.split("-")
        assert (f"/consumer/{application}/version/{number}" in listed) == (name in wanted), listed
    if download:
        assert {path.stem for path in (rust_cli.folder / "got").iterdir()} == wanted
