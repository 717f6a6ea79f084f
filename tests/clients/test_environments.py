"""Environments, deployments and releases, kept with the official command lines."""

import json
from typing import Any

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import environment, version_of

At = tuple[str, str]


def _environment(broker: Broker, name: str) -> dict[str, Any]:
    found = broker.read("/environments")["_embedded"]["environments"]
    (environment,) = [each for each in found if each["name"] == name]
    return dict(environment)


def _deployed(broker: Broker, environment: str) -> set[tuple[str, str | None]]:
    uuid = _environment(broker, environment)["uuid"]
    found = broker.read(f"/environments/{uuid}/deployed-versions/currently-deployed")["_embedded"]["deployedVersions"]
    return {(each["_embedded"]["version"]["number"], each.get("applicationInstance")) for each in found}


def _supported(broker: Broker, environment: str) -> set[str]:
    uuid = _environment(broker, environment)["uuid"]
    found = broker.read(f"/environments/{uuid}/released-versions/currently-supported")["_embedded"]["releasedVersions"]
    return {each["_embedded"]["version"]["number"] for each in found}


def test_an_environment_lives_from_creation_to_deletion(cli: Client, broker: Broker, at: At) -> None:
    no = ("--no-production",) if cli.name == "ruby" else ()
    contact = ("--contact-name", "Team", "--contact-email-address", "team@example.org")
    said = cli.ok(
        *("create-environment", "--name", "uat", "--display-name", "UAT", *no, *contact, "--output", "json", *at)
    )
    uuid = json.loads(said)["uuid"]
    assert _environment(broker, "uat")["production"] is False

    assert "uat" in cli.ok("list-environments", *at)
    assert "UAT" in cli.ok("describe-environment", "--uuid", uuid, *at)
    cli.ok("update-environment", "--uuid", uuid, "--name", "uat", "--display-name", "Acceptance", "--production", *at)
    assert _environment(broker, "uat")["displayName"] == "Acceptance"
    assert _environment(broker, "uat")["production"] is True

    cli.ok("delete-environment", "--uuid", uuid, *at)
    assert "uat" not in [each["name"] for each in broker.read("/environments")["_embedded"]["environments"]]
    cli.fails("describe-environment", "--uuid", uuid, *at)


def test_a_deployment_replaces_the_one_before_it_on_the_same_instance(cli: Client, broker: Broker, at: At) -> None:
    environment(broker, "test")
    for version in ("1.0", "1.1"):
        version_of(broker, "shop", version, branch="main")
    record = ("record-deployment", "--pacticipant", "shop", "--environment", "test", *at)

    cli.ok(*record, "--version", "1.0")
    cli.ok(*record, "--version", "1.0", "--application-instance", "blue")
    cli.ok(*record, "--version", "1.1")
    assert _deployed(broker, "test") == {("1.1", None), ("1.0", "blue")}

    undo = ("record-undeployment", "--pacticipant", "shop", "--environment", "test", *at)
    cli.ok(*undo, "--application-instance", "blue")
    assert _deployed(broker, "test") == {("1.1", None)}
    cli.ok(*undo)
    assert _deployed(broker, "test") == set()


def test_unknown_versions_and_environments_are_refused(cli: Client, broker: Broker, at: At) -> None:
    environment(broker, "test")
    version_of(broker, "shop", "1.0", branch="main")
    record = ("record-deployment", "--pacticipant", "shop", *at)
    assert "nowhere" in cli.fails(*record, "--version", "1.0", "--environment", "nowhere")
    cli.fails(*record, "--version", "9.9", "--environment", "test")


def test_releases_are_supported_side_by_side_until_their_end(cli: Client, broker: Broker, at: At) -> None:
    environment(broker, "production", production=True)
    for version in ("1.0", "1.1"):
        version_of(broker, "app", version, branch="main")
        cli.ok("record-release", "--pacticipant", "app", "--version", version, "--environment", "production", *at)
    assert _supported(broker, "production") == {"1.0", "1.1"}

    end = ("record-support-ended", "--pacticipant", "app", "--environment", "production", *at)
    cli.ok(*end, "--version", "1.0")
    assert _supported(broker, "production") == {"1.1"}
