"""Environments, applications, versions, deployments and releases from the command line."""

import json
from collections.abc import Callable

import pytest

from tests.support.brokers import Broker
from tests.support.cli import Finished, troth

Run = Callable[..., Finished]


@pytest.fixture
def run(sqlite_broker: Broker) -> Run:
    """Run a command against a broker that knows web 1 (branch main) and 2, and the environment production."""

    def command(*arguments: str, code: int = 0) -> Finished:
        return troth(*arguments, environment={"PACT_BROKER_BASE_URL": sqlite_broker.url}, code=code)

    client = sqlite_broker.client
    for number in ("1", "2"):
        client.put(f"/pacticipants/web/branches/main/versions/{number}", json={}).raise_for_status()
    client.post("/environments", json={"name": "production", "production": True}).raise_for_status()
    return command


def test_an_environment_is_created_listed_described_changed_and_deleted(run: Run) -> None:
    made = run("environment", "create", "--name", "test", "--display-name", "Test", "--contact-name", "Ann", "-o", "id")
    uuid = made.out.strip()
    assert f"{uuid} | test" in run("environment", "list").out
    assert "contact: Ann" in run("describe-environment", "--uuid", uuid).out
    changed = run("update-environment", "--uuid", uuid, "--production", "-o", "json")
    assert json.loads(changed.out)["production"] is True
    assert json.loads(changed.out)["displayName"] == "Test"
    assert run("environment", "delete", "--name", "test").out == "Deleted environment test.\n"
    assert len(json.loads(run("environment", "list", "-o", "json").out)["_embedded"]["environments"]) == 1
    assert (
        "there is no environment test: the broker knows production"
        in run("environment", "describe", "--name", "test", code=2).err
    )
    assert "name: cannot contain spaces" in run("environment", "create", "--name", "two words", code=2).err


def test_an_application_is_created_listed_described_and_deleted(run: Run) -> None:
    made = run("application", "create-or-update", "--name", "app", "--main-branch", "main")
    assert made.out == "Application app is recorded, main branch main.\n"
    flat = run("create-or-update-pacticipant", "--name", "app", "--repository-url", "https://git.example", "-o", "json")
    assert json.loads(flat.out)["repositoryUrl"] == "https://git.example"
    described = run("application", "describe", "--name", "app").out
    assert "main branch: main\nrepository: https://git.example\n" in described
    assert json.loads(run("application", "describe", "--name", "app", "-o", "json").out)["name"] == "app"
    assert "app " in run("list-pacticipants").out
    assert run("application", "delete", "--name", "app").out == "Deleted application app.\n"
    names = json.loads(run("application", "list", "-o", "json").out)["_embedded"]["pacticipants"]
    assert [item["name"] for item in names] == ["web"]


def test_a_version_is_created_tagged_described_and_deleted(run: Run) -> None:
    made = run("create-or-update-version", "-a", "web", "-e", "3", "--branch", "feat", "-t", "x").out
    assert "branches: feat\ntags: x\n" in made
    assert run("version", "tag", "-a", "web", "-e", "1", "-t", "prod").out == "Tagged web 1 with prod.\n"
    assert run("describe-version", "-a", "web", "--latest", "prod", "-o", "id").out == "1\n"
    assert run("version", "describe", "-a", "web", "-o", "id").out == "3\n"
    assert json.loads(run("version", "describe", "-a", "web", "-e", "2", "-o", "json").out)["number"] == "2"
    assert json.loads(run("version", "create-or-update", "-a", "web", "-e", "3", "-o", "json").out)["number"] == "3"
    assert run("version", "untag", "-a", "web", "-e", "1", "-t", "prod").out == "Took prod off web 1.\n"
    assert run("version", "delete", "-a", "web", "-e", "3").out == "Deleted web 3.\n"
    run("version", "describe", "-a", "web", "-e", "3", code=2)


def test_a_tag_is_not_put_on_a_version_that_does_not_exist_unless_asked(run: Run) -> None:
    run("create-version-tag", "-a", "web", "-e", "9", "-t", "x", code=2)
    run("create-version-tag", "-a", "web", "-e", "9", "-t", "x", "--auto-create-version")
    assert "tags: x" in run("version", "describe", "-a", "web", "-e", "9").out


def test_a_branch_is_deleted_and_its_absence_is_an_error_only_if_it_should_be(run: Run) -> None:
    assert run("delete-branch", "-a", "web", "--branch", "main").out == "Deleted branch main of web.\n"
    run("branch", "delete", "-a", "web", "--branch", "main", code=2)
    gone = run("branch", "delete", "-a", "web", "--branch", "main", "--no-error-when-not-found")
    assert gone.out == "web has no branch main.\n"


def test_a_deployment_is_recorded_and_ended(run: Run) -> None:
    deploy = ("record-deployment", "-a", "web", "--environment", "production")
    assert run(*deploy, "-e", "1").out == "web 1 now runs in production.\n"
    blue = run(*deploy, "--version", "2", "--application-instance", "blue", "-o", "json")
    assert json.loads(blue.out)["applicationInstance"] == "blue"
    undeploy = ("record-undeployment", "-a", "web", "--environment", "production")
    assert run(*undeploy, "--target", "blue").out == "web no longer runs in production as blue.\n"
    assert run(*undeploy).out == "web no longer runs in production.\n"
    again = run(*undeploy, code=2)
    assert "web is not deployed to production without an application instance, so nothing was recorded" in again.err


def test_a_release_is_recorded_and_its_support_ended(run: Run) -> None:
    what = ("-a", "web", "-e", "1", "--environment", "production")
    assert run("record-release", *what).out == "web 1 is released in production.\n"
    ended = run("record-support-ended", *what, "-o", "json")
    assert json.loads(ended.out)["currentlySupported"] is False
    assert "is not released in production" in run("record-support-ended", *what, code=2).err


def test_a_deployment_of_an_unknown_version_is_refused_with_a_reason(run: Run) -> None:
    refused = run("record-deployment", "-a", "web", "-e", "99", "--environment", "production", code=2)
    assert "the broker knows no version 99 of web, so nothing was recorded" in refused.err
    assert "Is this the version that your build published?" in refused.err
    unknown = run("version", "describe", "-a", "web", "-e", "9/9", code=2)
    assert (
        "troth: the broker knows nothing at /pacticipants/web/versions/9/9: is every name in it right?" in unknown.err
    )


def test_an_empty_name_is_told_by_its_option(run: Run) -> None:
    for option, empty in (("--environment", ["--environment", ""]), ("--application-instance", ["--target", ""])):
        said = run("record-deployment", "-a", "web", "-e", "1", "--environment", "production", *empty, code=2).err
        assert said == f"troth: {option} is empty: is the variable set that it comes from?\n"


def test_an_unknown_environment_is_told_with_those_that_there_are(run: Run) -> None:
    refused = run("record-deployment", "-a", "web", "-e", "1", "--environment", "prod", code=2)
    assert "there is no environment prod: the broker knows production" in refused.err


def test_every_request_is_shown_when_asked(run: Run, sqlite_broker: Broker) -> None:
    shown = run("environment", "list", "--verbose")
    assert f"GET {sqlite_broker.url}/environments → 200" in shown.err
