"""Tags and branches go with the official command lines."""

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import pact, put, version_of

At = tuple[str, str]


def test_a_tag_is_taken_away(rust_cli: Client, broker: Broker, at: At) -> None:
    version_of(broker, "shop", "1.0", tags=["prod"])
    rust_cli.ok("delete-version-tag", "--pacticipant", "shop", "--version", "1.0", "--tag", "prod", *at)
    assert broker.client.get("/pacticipants/shop/versions/1.0/tags/prod").status_code == 404


def test_a_branch_is_deleted_and_its_versions_stay(cli: Client, broker: Broker, at: At) -> None:
    put(broker, pact("shop", "billing"), "1.0", branch="feature")
    delete = ("delete-branch", "--pacticipant", "shop", "--branch", "feature", *at)
    cli.ok(*delete)
    assert broker.client.get("/pacticipants/shop/branches/feature").status_code == 404
    assert broker.read("/pacticipants/shop/versions/1.0")["number"] == "1.0"
    # The Ruby client takes a missing branch for an error, the Rust one does so on demand.
    ruby = cli.name == "ruby"
    assert "not found" in cli.fails(*delete, *(() if ruby else ("--error-when-not-found=true",))).lower()
    cli.ok(*delete, *(("--no-error-when-not-found",) if ruby else ()))
