"""Every subcommand that an official command line offers succeeds, in every release, on both databases.

What it offers is read from its own help, so a subcommand that is not run here fails the test, as does one that a new
release brings. The few that have nothing to do with a broker's API are named with the reason.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.clients import RUBY, RUST, RUST_0_7, RUST_0_8, Client, Edition
from tests.support.pacts import interaction, pact, put, put_json, verified, version_of, write
from tests.support.targets import Target, says, target

EDITIONS = {edition.name: edition for edition in (RUBY, RUST_0_7, RUST_0_8, RUST)}

NOT_ABOUT_THE_API = {
    "help": "prints what the command line offers",
    "tree": "prints the same as a tree",
    "ruby": "installs and runs the Pact Broker itself with the machine's Ruby",
    "docker": "runs the Pact Broker itself in a container",
}
OTHER_PROGRAMS = {
    "broker": "its subcommands are the ones that are run here",
    "pactflow": "its one subcommand is run here",
    "verifier": "has tests of its own",
    "help": "prints what the command line offers",
    "completions": "prints a script for a shell",
    "extension": "installs other programs",
    "plugin": "installs plug-ins of the mock server and the verifier",
    "mock": "a mock server, which no broker sees",
    "stub": "answers as pacts say, which no broker sees; it fetches them as the verifier does",
}
"""What the Rust program has beside `pact broker`."""

FEATURES = {"PACT_BROKER_FEATURES": "verification_required"}
"""What the Ruby command line offers only to those who ask for it."""

UUID = "0b7c2a4e-5f11-4a55-9d0c-6f2f1f1d3a10"


@dataclass(slots=True)
class Story:
    """A command line at work with a broker, and which of its subcommands succeeded."""

    cli: Client
    broker: Broker
    hook: Target
    done: set[str] = field(default_factory=set)

    def run(self, subcommand: str, *arguments: str) -> str:
        """Run a subcommand against the broker; it must succeed."""
        return self.alone(subcommand, *arguments, "--broker-base-url", self.broker.url)

    def alone(self, subcommand: str, *arguments: str) -> str:
        """Run a subcommand that needs no broker; it must succeed."""
        said = self.cli.ok(subcommand, *arguments)
        self.done.add(subcommand)
        return said

    def environment(self) -> str:
        """The uuid of the one environment."""
        (found,) = self.broker.read("/environments")["_embedded"]["environments"]
        return str(found["uuid"])


@pytest.fixture
def hook() -> Iterator[Target]:
    with target(says()) as listening:
        yield listening


@pytest.fixture(params=EDITIONS)
def story(
    request: pytest.FixtureRequest, database_url: str, start_broker: StartBroker, hook: Target, tmp_path: Path
) -> Story:
    """Each command line with a broker that lets webhooks call this machine."""
    cli = replace(EDITIONS[request.param].client(tmp_path / "work"), needs=FEATURES)
    allowed = {"webhook_scheme_whitelist": ("http", "https"), "webhook_allowed_networks": ("127.0.0.0/8",)}
    return Story(cli, start_broker(database_url, **allowed), hook)


def offered(cli: Client) -> set[str]:
    """The subcommands in a command line's own help."""
    said = cli.ok("--help" if cli.is_rust else "help")
    if cli.is_rust:
        listed = said.partition("Commands:\n")[2].partition("\n\n")[0]
        return set(re.findall(r"^  (\S+)", listed, re.MULTILINE))
    return set(re.findall(rf"^  {cli.program.name} (\S+)", said, re.MULTILINE))


def test_every_subcommand_that_the_command_line_offers_succeeds(story: Story) -> None:
    publishes(story)
    describes_applications(story)
    describes_versions(story)
    keeps_environments(story)
    asks_the_gate(story)
    records_what_runs_where(story)
    keeps_webhooks(story)
    if story.cli.is_rust:
        reads_and_takes_away(story)
    else:
        asks_what_to_verify(story)
    deletes(story)
    assert story.done == offered(story.cli) - set(NOT_ABOUT_THE_API)


def publishes(story: Story) -> None:
    file = write(story.cli.folder, pact("shop", "billing", interaction("an invoice", state="one invoice")))
    said = story.run("publish", file.name, "--consumer-app-version", "1.0", "--branch", "main", *story.cli.tags("dev"))
    assert "billing" in said
    assert story.broker.read("/pacts/provider/billing/consumer/shop/version/1.0")["interactions"]
    assert "billing" in story.run("list-latest-pact-versions")


def describes_applications(story: Story) -> None:
    story.run("create-or-update-pacticipant", "--name", "shop", "--display-name", "The Shop", "--main-branch", "main")
    assert story.broker.read("/pacticipants/shop")["displayName"] == "The Shop"
    assert "billing" in story.run("list-pacticipants")
    assert "shop" in story.run("describe-pacticipant", "--name", "shop")


def describes_versions(story: Story) -> None:
    shop = ("--pacticipant", "shop", "--version", "0.9")
    story.run("create-or-update-version", *shop, "--branch", "old")
    story.run("create-version-tag", *shop, *story.cli.tags("uat", "qa"))
    tags = story.broker.read("/pacticipants/shop/versions/0.9")["_embedded"]["tags"]
    assert {tag["name"] for tag in tags} == {"uat", "qa"}
    assert json.loads(story.run("describe-version", *shop, "--output", "json"))["number"] == "0.9"


def keeps_environments(story: Story) -> None:
    story.run("create-environment", "--name", "test", "--display-name", "Tests", "--production")
    assert "test" in story.run("list-environments")
    at = ("--uuid", story.environment())
    assert "Tests" in story.run("describe-environment", *at)
    story.run("update-environment", *at, "--name", "test", "--display-name", "Trials")
    assert story.broker.read(f"/environments/{at[1]}")["displayName"] == "Trials"


def asks_the_gate(story: Story) -> None:
    broker = story.broker
    put_json(broker, "/pacticipants/billing", {"mainBranch": "main"})
    verified(broker, "/pacts/provider/billing/consumer/shop/version/1.0", "b1", branch="main")
    story.run("record-deployment", "--pacticipant", "billing", "--version", "b1", "--environment", "test")
    shop = ("--pacticipant", "shop", "--version", "1.0")
    assert "b1" in story.run("can-i-deploy", *shop, "--to-environment", "test")
    assert "b1" in story.run("can-i-merge", *shop)


def records_what_runs_where(story: Story) -> None:
    shop, test = ("--pacticipant", "shop", "--version", "1.0"), ("--environment", "test")
    where = f"/environments/{story.environment()}"
    deployed = where + "/deployed-versions/currently-deployed?pacticipant=shop"
    supported = where + "/released-versions/currently-supported"

    story.run("record-deployment", *shop, *test, "--application-instance", "blue")
    assert len(story.broker.read(deployed)["_embedded"]["deployedVersions"]) == 1
    story.run("record-undeployment", *shop[:2], *test, "--application-instance", "blue")
    assert story.broker.read(deployed)["_embedded"]["deployedVersions"] == []
    story.run("record-release", *shop, *test)
    assert len(story.broker.read(supported)["_embedded"]["releasedVersions"]) == 1
    story.run("record-support-ended", *shop, *test)
    assert story.broker.read(supported)["_embedded"]["releasedVersions"] == []


def keeps_webhooks(story: Story) -> None:
    assert re.fullmatch(r"[0-9a-f-]{36}", story.alone("generate-uuid").strip())
    body = ("--header", "Content-Type: application/json", "--data", '{"pact": "${pactbroker.pactUrl}"}')
    call = (story.hook.url(), "--request", "POST", *body)
    pair = ("--consumer", "shop", "--provider", "billing", "--description", "Build it")
    story.run("create-webhook", *call, *pair, "--contract-content-changed", "--provider-verification-published")
    (made,) = story.broker.read("/webhooks")["_links"]["pb:webhooks"]
    shown = story.broker.read(made["href"].removeprefix(story.broker.url))
    assert [event["name"] for event in shown["events"]] == [
        "contract_content_changed",
        "provider_verification_published",
    ]
    for description in ("Build", "Build again"):
        story.run(
            "create-or-update-webhook", *call, "--uuid", UUID, "--description", description, "--contract-published"
        )
    assert story.broker.read(f"/webhooks/{UUID}")["description"] == "Build again"

    before = len(story.hook.received)
    story.run("test-webhook", "--uuid", UUID)
    assert len(story.hook.received) == before + 1
    assert b"/pacts/provider/" in story.hook.received[-1].body
    if story.cli.is_rust:
        story.run("delete-webhook", "--uuid", UUID)
        assert story.broker.client.get(f"/webhooks/{UUID}").status_code == 404


def reads_and_takes_away(story: Story) -> None:
    """What only the Rust clients can."""
    put(story.broker, pact("app", "billing"), "5.0", branch="main")
    assert "shop" in story.run("get-pacts", "--provider", "billing", "--consumer", "shop")
    assert "one invoice" in story.run("provider-states", "list", "--provider", "billing")
    story.run("delete-version-tag", "--pacticipant", "shop", "--version", "0.9", "--tag", "uat")
    (tag,) = story.broker.read("/pacticipants/shop/versions/0.9")["_embedded"]["tags"]
    assert tag["name"] == "qa"


def asks_what_to_verify(story: Story) -> None:
    """What only the Ruby client can."""
    assert story.alone("version").strip().startswith("1.78")
    pair = ("--pacticipant", "shop", "--version", "1.0", "--pacticipant", "billing", "--version")
    assert "Verification is required" in story.run("verification-required", *pair, "b9")
    known = story.cli.fails("verification-required", *pair, "b1", "--broker-base-url", story.broker.url)
    assert "No verification is required" in known


def deletes(story: Story) -> None:
    version_of(story.broker, "shop", "0.1", branch="gone")
    story.run("delete-branch", "--pacticipant", "shop", "--branch", "gone")
    assert story.broker.client.get("/pacticipants/shop/branches/gone").status_code == 404
    story.run("delete-environment", "--uuid", story.environment())
    assert story.broker.read("/environments")["_embedded"]["environments"] == []


PACTFLOW = (
    RUBY.program_of("bin/pactflow"),
    *(edition.program_of(edition.program, "pactflow") for edition in (RUST_0_7, RUST_0_8, RUST)),
)


@pytest.mark.parametrize("edition", PACTFLOW, ids=lambda edition: edition.name)
def test_a_provider_publishes_its_openapi_document_with_its_own_test_of_it(
    edition: Edition, broker: Broker, tmp_path: Path
) -> None:
    cli = edition.client(tmp_path / "work")
    assert offered(cli) - set(NOT_ABOUT_THE_API) == {"publish-provider-contract"}
    (cli.folder / "openapi.yaml").write_text("openapi: 3.1.0\n")
    (cli.folder / "report.txt").write_text("all as described\n")
    said = cli.ok(
        *("publish-provider-contract", "openapi.yaml", "--broker-base-url", broker.url),
        *("--provider", "billing", "--provider-app-version", "b1", "--branch", "main", *cli.tags("dev")),
        *("--content-type", "application/yaml", "--build-url", "https://ci.example/7"),
        *("--verification-exit-code", "0", "--verification-results", "report.txt"),
        *("--verification-results-content-type", "text/plain", "--verification-results-format", "text"),
        *("--verifier", "schemathesis", "--verifier-version", "4.0"),
    )
    assert "billing" in said
    kept = broker.read("/contracts/provider/billing/version/b1")
    assert (kept["contractType"], kept["contentType"]) == ("oas", "application/yaml")
    assert kept["verificationResults"]["success"] is True
    assert kept["verificationResults"]["verifier"] == "schemathesis"
    assert broker.client.get("/contracts/provider/billing/version/b1/document").text == "openapi: 3.1.0\n"
    version = broker.read("/pacticipants/billing/versions/b1")
    assert (version["buildUrl"], version["_embedded"]["tags"][0]["name"]) == ("https://ci.example/7", "dev")


def test_a_provider_publishes_by_the_older_calls_too(sqlite_broker: Broker, tmp_path: Path) -> None:
    cli = RUBY.program_of("bin/pactflow").client(tmp_path / "work")
    (cli.folder / "openapi.json").write_text('{"openapi": "3.1.0"}')
    said = cli.ok(
        *("publish-provider-contract", "openapi.json", "--broker-base-url", sqlite_broker.url, "--provider", "billing"),
        *("--provider-app-version", "b1", "--branch", "main", "--no-verification-success"),
        environment={"PACTFLOW_FEATURES": "publish_provider_contracts_using_old_api"},
    )
    assert "Successfully published" in said
    kept = sqlite_broker.read("/contracts/provider/billing/version/b1")
    assert (kept["contentType"], kept["verificationResults"]) == ("application/json", {"success": False})


def test_the_rust_program_has_nothing_else_that_asks_a_broker(tmp_path: Path) -> None:
    for edition in (RUST_0_7, RUST_0_8, RUST):
        assert offered(edition.program_of(edition.program).client(tmp_path / "work")) == set(OTHER_PROGRAMS)
