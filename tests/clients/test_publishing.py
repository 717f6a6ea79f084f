"""A consumer's pipeline publishes with the official command lines."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import interaction, pact, write

BILLING = "/pacts/provider/billing/consumer/shop"
At = tuple[str, str]


def _version(broker: Broker, name: str, number: str) -> dict[str, Any]:
    found: dict[str, Any] = broker.read(f"/pacticipants/{name}/versions/{number}")
    return found


def test_files_and_folders_are_published_with_branch_tags_and_build(cli: Client, broker: Broker, at: At) -> None:
    write(cli.folder / "pacts", pact("shop", "billing"))
    write(cli.folder / "pacts", pact("shop", "stock"))
    apart = write(cli.folder / "more", pact("shop", "mail"))

    said = cli.ok(
        *("publish", "pacts", str(apart), "--consumer-app-version", "1.0", "--branch", "main"),
        *(*cli.tags("dev", "uat"), "--build-url", "http://ci.example/7", *at),
    )

    assert "shop" in said
    assert "billing" in said
    version = _version(broker, "shop", "1.0")
    assert version["buildUrl"] == "http://ci.example/7"
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["main"]
    assert {tag["name"] for tag in version["_embedded"]["tags"]} == {"dev", "uat"}
    for provider in ("billing", "stock", "mail"):
        stored = broker.read(f"/pacts/provider/{provider}/consumer/shop/latest")
        assert stored["interactions"][0]["description"] == "shop asks"


def test_the_same_again_is_no_change_other_content_is_refused_and_a_merge_adds(
    cli: Client, broker: Broker, at: At
) -> None:
    command = ("publish", "pacts", "--consumer-app-version", "1.0", "--branch", "main", *at)
    write(cli.folder / "pacts", pact("shop", "billing", interaction("the first")))
    cli.ok(*command)
    cli.ok(*command)

    write(cli.folder / "pacts", pact("shop", "billing", interaction("the second", "/second")))
    refused = cli.fails(*command)
    assert "1.0" in refused
    assert [i["description"] for i in broker.read(f"{BILLING}/version/1.0")["interactions"]] == ["the first"]

    cli.ok(*command, "--merge")
    merged = broker.read(f"{BILLING}/version/1.0")["interactions"]
    assert {i["description"] for i in merged} == {"the first", "the second"}


def test_version_and_branch_are_found_in_git(cli: Client, broker: Broker, at: At) -> None:
    write(cli.folder / "pacts", pact("shop", "billing"))
    commit = _repository(cli.folder, branch="feature/pay")

    cli.ok("publish", "pacts", "--auto-detect-version-properties", *at)

    version = _version(broker, "shop", commit)
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["feature/pay"]


def test_a_version_4_pact_comes_back_as_it_was_sent(cli: Client, broker: Broker, at: At) -> None:
    content = json.loads((Path(__file__).parent / "version4.json").read_text())
    write(cli.folder / "pacts", content)

    cli.ok("publish", "pacts", "--consumer-app-version", "1.0", *at)

    sent = {each["key"]: each for each in content["interactions"]}
    stored = broker.read("/pacts/provider/mail/consumer/shop/version/1.0")["interactions"]
    assert {each["key"]: each["type"] for each in stored} == {key: each["type"] for key, each in sent.items()}
    (message,) = [each for each in stored if each["key"] == "sent"]
    assert message["contents"] == sent["sent"]["contents"]


def test_nothing_to_publish_is_said_and_stores_nothing(cli: Client, broker: Broker, at: At) -> None:
    (cli.folder / "pacts").mkdir()
    cli.fails("publish", "pacts", "--consumer-app-version", "1.0", *at)
    assert broker.read("/pacticipants")["_embedded"]["pacticipants"] == []


def _repository(folder: Path, branch: str) -> str:
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@example.org"]
    for command in (["init", "-q", "-b", branch], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *command], cwd=folder, check=True, capture_output=True)
    head = subprocess.run([*git, "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True)
    return head.stdout.strip()
