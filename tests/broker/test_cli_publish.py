"""`troth publish` as pipelines run it."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.hostile import answer, peer

SHA = "4f2c1ab0" * 5


def write(path: Path, consumer: str = "web", provider: str = "orders", *names: str) -> Path:
    interactions = [
        {"description": name, "request": {"method": "GET", "path": f"/{name}"}, "response": {"status": 200}}
        for name in names or ("one",)
    ]
    document = {"consumer": {"name": consumer}, "provider": {"name": provider}, "interactions": interactions}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def get(broker: Broker, path: str) -> Any:
    return broker.client.get(path).raise_for_status().json()


def test_a_folder_is_published_with_the_given_version_branch_tags_and_build(broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "pacts" / "a.json")
    write(tmp_path / "pacts" / "deep" / "b.json", "web", "billing")
    run = troth(
        *("publish", "pacts", "--consumer-app-version", "1.0", "--branch", "main", "--tag", "dev", "-t", "eu"),
        *("--build-url", "https://ci.example/1", "--broker-base-url", broker.url),
        folder=tmp_path,
        code=0,
    )
    assert "web → orders: pacts/a.json" in run.out
    assert "version 1.0  (from --consumer-app-version)" in run.out
    assert "branch main  (from --branch)" in run.out
    version = get(broker, "/pacticipants/web/versions/1.0")
    assert version["buildUrl"] == "https://ci.example/1"
    assert {tag["name"] for tag in version["_embedded"]["tags"]} == {"dev", "eu"}
    assert len(get(broker, "/pacts/latest")["pacts"]) == 2


def test_files_of_one_pair_are_published_as_one_pact(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "a.json", "web", "orders", "one")
    write(tmp_path / "b.json", "web", "orders", "two")
    run = troth("publish", "*.json", "-a", "1", "-b", sqlite_broker.url, folder=tmp_path, code=0)
    assert "web → orders: a.json, b.json" in run.out
    pact = get(sqlite_broker, "/pacts/provider/orders/consumer/web/version/1")
    assert [item["description"] for item in pact["interactions"]] == ["one", "two"]


def test_one_unreadable_file_fails_the_whole_command_before_anything_is_sent(
    sqlite_broker: Broker, tmp_path: Path
) -> None:
    write(tmp_path / "a.json")
    (tmp_path / "b.json").write_text("{")
    (tmp_path / "c.json").write_text("[]")
    run = troth("publish", ".", "-a", "1", "--broker", sqlite_broker.url, folder=tmp_path, code=2)
    assert "nothing was published" in run.err
    assert "b.json: it is not JSON" in run.err
    assert "c.json: it is JSON, but no object" in run.err
    assert get(sqlite_broker, "/pacts/latest")["pacts"] == []


def test_no_pact_at_all_fails_unless_that_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "pacts").mkdir()
    refused = troth("publish", "pacts", "-a", "1", "--broker", "http://127.0.0.1:1", folder=tmp_path, code=2)
    assert "no pact was found in pacts; --allow-empty" in refused.err
    allowed = troth(
        "publish", "pacts", "-a", "1", "--broker", "http://127.0.0.1:1", "--allow-empty", folder=tmp_path, code=0
    )
    assert "No pact was found, so nothing was published" in allowed.out


def test_without_version_or_branch_anywhere_a_tag_cannot_be_made_of_it(tmp_path: Path) -> None:
    tagging = ("version", "tag", "-a", "web", "-e", "1", "--tag-with-git-branch", "--broker", "http://127.0.0.1:1")
    assert "the branch cannot be told (" in troth(*tagging, folder=tmp_path, code=2).err


def test_the_version_comes_from_the_ci_system_and_the_source_is_shown(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    event = tmp_path / "event.json"
    head = {"sha": SHA, "ref": "feat/x", "repo": {"full_name": "acme/web"}}
    event.write_text(json.dumps({"pull_request": {"head": head, "base": {"repo": {"full_name": "acme/web"}}}}))
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request_target",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SHA": "0" * 40,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_REPOSITORY": "acme/web",
        "GITHUB_RUN_ID": "7",
        "PACT_BROKER_BASE_URL": sqlite_broker.url,
    }
    run = troth("publish", "a.json", "--tag-with-git-branch", folder=tmp_path, environment=github, code=0)
    assert f"version {SHA}  (from pull_request.head.sha of GITHUB_EVENT_PATH (GitHub Actions))" in run.out
    assert "build https://github.com/acme/web/actions/runs/7" in run.out
    version = get(sqlite_broker, f"/pacticipants/web/versions/{SHA}")
    assert [branch["name"] for branch in version["_embedded"]["branchVersions"]] == ["feat/x"]
    assert [tag["name"] for tag in version["_embedded"]["tags"]] == ["feat/x"]


def test_the_version_comes_from_git_where_no_ci_system_runs(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    for arguments in (["init", "-b", "topic"], ["add", "."], ["commit", "-m", "one"]):
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)
    run = troth("publish", "a.json", "--broker", sqlite_broker.url, folder=tmp_path, code=0)
    assert "branch topic  (from git)" in run.out
    [version] = get(sqlite_broker, "/pacticipants/web/versions")["_embedded"]["versions"]
    assert len(version["number"]) == 40


def test_a_given_version_is_not_mixed_with_what_git_says_unless_asked(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    gitlab = {"GITLAB_CI": "true", "CI_COMMIT_SHA": SHA, "CI_COMMIT_BRANCH": "main"}
    plain = troth("publish", "a.json", "-a", "1", "-b", sqlite_broker.url, folder=tmp_path, environment=gitlab, code=0)
    assert "main" not in plain.out.partition("\n")[0]
    assert "CI_COMMIT_BRANCH" not in plain.out
    asked = troth(
        "publish", "a.json", "-a", "2", "-r", "-b", sqlite_broker.url, folder=tmp_path, environment=gitlab, code=0
    )
    assert "branch main  (from CI_COMMIT_BRANCH (GitLab CI))" in asked.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "the version cannot be told: give --consumer-app-version"),
        (["--consumer-app-version", ""], "--consumer-app-version is empty"),
        (["--consumer-app-version", "1", "--branch", " "], "--branch is empty"),
        (["-a", "1", "-g"], "--tag-with-git-branch: the branch cannot be told"),
    ],
)
def test_a_version_that_cannot_be_told_is_an_error(tmp_path: Path, arguments: list[str], said: str) -> None:
    write(tmp_path / "a.json")
    run = troth("publish", "a.json", *arguments, "--broker", "http://127.0.0.1:1", folder=tmp_path, code=2)
    assert said in run.err


def test_json_output_is_the_brokers_answer_and_nothing_else(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    run = troth("publish", "a.json", "-a", "1", "-o", "json", "-b", sqlite_broker.url, folder=tmp_path, code=0)
    assert json.loads(run.out)["_embedded"]["version"]["number"] == "1"
    assert "web → orders" in run.err


def test_other_content_for_the_same_version_is_refused_with_the_brokers_words(
    sqlite_broker: Broker, tmp_path: Path
) -> None:
    arguments = ("publish", "a.json", "-a", "1", "--broker", sqlite_broker.url)
    write(tmp_path / "a.json", "web", "orders", "one")
    troth(*arguments, folder=tmp_path, code=0)
    write(tmp_path / "a.json", "web", "orders", "two")
    refused = troth(*arguments, folder=tmp_path, code=2)
    assert "web" in refused.err
    troth(*arguments, "--merge", folder=tmp_path, code=0)
    pact = get(sqlite_broker, "/pacts/provider/orders/consumer/web/version/1")
    assert len(pact["interactions"]) == 2


def test_a_sqlite_file_is_a_broker_too_and_is_made_by_publishing(tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    troth("publish", "a.json", "-a", "1", "--broker", "./troth.db", folder=tmp_path, code=0)
    listed = troth("application", "list", "--broker", "./troth.db", folder=tmp_path, code=0)
    assert [line.split(" ")[0] for line in listed.out.splitlines()[2:]] == ["orders", "web"]


def test_credentials_and_headers_reach_the_broker(tmp_path: Path) -> None:
    write(tmp_path / "a.json")
    with peer(answer("401 Unauthorized", b"{}")) as server:
        run = troth(
            *("publish", "a.json", "-a", "1", "--custom-header", "X-Team: shop"),
            folder=tmp_path,
            environment={"PACT_BROKER_BASE_URL": server.url, "PACT_BROKER_TOKEN": "s3cret"},
            code=2,
        )
        assert "does not accept these credentials" in run.err
        assert "s3cret" not in run.said
        assert b"Authorization: Bearer s3cret" in server.requests[0]
        assert b"X-Team: shop" in server.requests[0]
