"""Version, branch and build URL come from the CI system's variables, else from git, and the source is told."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from troth_broker.cli.ci import detect
from troth_broker.cli.ci_systems import SYSTEMS
from troth_broker.cli.git import Checkout, checkout

SHA = "4f2c1ab0" * 5
HEAD = "81d0e3ff" * 5
NO_GIT = Checkout(problem="not a git repository")
GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SHA": SHA,
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REF_NAME": "main",
    "GITHUB_REF_TYPE": "branch",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_REPOSITORY": "acme/web",
    "GITHUB_RUN_ID": "77",
}

TABLE = [
    ("GitHub Actions", GITHUB, SHA, "main", "https://github.com/acme/web/actions/runs/77"),
    (
        "GitLab CI",
        {"GITLAB_CI": "true", "CI_COMMIT_SHA": SHA, "CI_COMMIT_BRANCH": "main", "CI_JOB_URL": "https://gl/1"},
        SHA,
        "main",
        "https://gl/1",
    ),
    (
        "GitLab CI",
        {
            "GITLAB_CI": "true",
            "CI_COMMIT_SHA": SHA,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feat/x",
            "CI_PIPELINE_URL": "https://gl/p",
        },
        HEAD,
        "feat/x",
        "https://gl/p",
    ),
    ("GitLab CI", {"GITLAB_CI": "true", "CI_COMMIT_SHA": SHA, "CI_COMMIT_TAG": "v1"}, SHA, None, None),
    (
        "Jenkins",
        {"JENKINS_URL": "https://j", "GIT_COMMIT": SHA, "GIT_BRANCH": "origin/feat/x", "BUILD_URL": "https://j/1"},
        SHA,
        "feat/x",
        "https://j/1",
    ),
    (
        "Jenkins",
        {"JENKINS_URL": "https://j", "GIT_COMMIT": SHA, "BRANCH_NAME": "PR-12", "CHANGE_BRANCH": "feat/x"},
        SHA,
        "feat/x",
        None,
    ),
    (
        "CircleCI",
        {"CIRCLECI": "true", "CIRCLE_SHA1": SHA, "CIRCLE_BRANCH": "main", "CIRCLE_BUILD_URL": "https://c/1"},
        SHA,
        "main",
        "https://c/1",
    ),
    (
        "Travis CI",
        {
            "TRAVIS": "true",
            "TRAVIS_COMMIT": SHA,
            "TRAVIS_BRANCH": "main",
            "TRAVIS_PULL_REQUEST_SHA": HEAD,
            "TRAVIS_PULL_REQUEST_BRANCH": "feat/x",
            "TRAVIS_BUILD_WEB_URL": "https://t/1",
        },
        HEAD,
        "feat/x",
        "https://t/1",
    ),
    (
        "Azure Pipelines",
        {
            "TF_BUILD": "True",
            "BUILD_SOURCEVERSION": SHA,
            "BUILD_SOURCEBRANCH": "refs/heads/feat/x",
            "BUILD_SOURCEBRANCHNAME": "x",
            "SYSTEM_TEAMFOUNDATIONCOLLECTIONURI": "https://dev.azure.com/acme/",
            "SYSTEM_TEAMPROJECT": "web",
            "BUILD_BUILDID": "9",
        },
        SHA,
        "feat/x",
        "https://dev.azure.com/acme/web/_build/results?buildId=9",
    ),
    (
        "Azure Pipelines",
        {
            "TF_BUILD": "True",
            "BUILD_SOURCEVERSION": SHA,
            "BUILD_SOURCEBRANCH": "refs/pull/3/merge",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": HEAD,
            "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feat/x",
        },
        HEAD,
        "feat/x",
        None,
    ),
    (
        "Bitbucket Pipelines",
        {
            "BITBUCKET_BUILD_NUMBER": "5",
            "BITBUCKET_COMMIT": SHA,
            "BITBUCKET_BRANCH": "main",
            "BITBUCKET_REPO_FULL_NAME": "acme/web",
        },
        SHA,
        "main",
        "https://bitbucket.org/acme/web/pipelines/results/5",
    ),
    (
        "Buildkite",
        {"BUILDKITE": "true", "BUILDKITE_COMMIT": SHA, "BUILDKITE_BRANCH": "m", "BUILDKITE_BUILD_URL": "https://b/1"},
        SHA,
        "m",
        "https://b/1",
    ),
    ("TeamCity", {"TEAMCITY_VERSION": "2024", "BUILD_VCS_NUMBER": SHA}, SHA, None, None),
    (
        "AppVeyor",
        {
            "APPVEYOR": "True",
            "APPVEYOR_REPO_COMMIT": SHA,
            "APPVEYOR_REPO_BRANCH": "main",
            "APPVEYOR_URL": "https://ci.appveyor.com",
            "APPVEYOR_ACCOUNT_NAME": "acme",
            "APPVEYOR_PROJECT_SLUG": "web",
            "APPVEYOR_BUILD_ID": "6",
        },
        SHA,
        "main",
        "https://ci.appveyor.com/project/acme/web/builds/6",
    ),
    (
        "Codeship",
        {"CI_NAME": "codeship", "CI_COMMIT_ID": SHA, "CI_BRANCH": "main", "CI_BUILD_URL": "https://cs/1"},
        SHA,
        "main",
        "https://cs/1",
    ),
    (
        "Semaphore",
        {
            "SEMAPHORE": "true",
            "SEMAPHORE_GIT_SHA": SHA,
            "SEMAPHORE_GIT_PR_SHA": HEAD,
            "SEMAPHORE_GIT_BRANCH": "main",
            "SEMAPHORE_GIT_PR_BRANCH": "feat/x",
            "SEMAPHORE_ORGANIZATION_URL": "https://acme.semaphoreci.com",
            "SEMAPHORE_WORKFLOW_ID": "w1",
        },
        HEAD,
        "feat/x",
        "https://acme.semaphoreci.com/workflows/w1",
    ),
    (
        "Drone",
        {
            "DRONE": "true",
            "DRONE_COMMIT_SHA": SHA,
            "DRONE_BRANCH": "main",
            "DRONE_SOURCE_BRANCH": "feat/x",
            "DRONE_BUILD_LINK": "https://d/1",
        },
        SHA,
        "feat/x",
        "https://d/1",
    ),
    (
        "Woodpecker",
        {"CI": "woodpecker", "CI_COMMIT_SHA": SHA, "CI_COMMIT_BRANCH": "main", "CI_PIPELINE_URL": "https://w/1"},
        SHA,
        "main",
        "https://w/1",
    ),
    (
        "AWS CodeBuild",
        {
            "CODEBUILD_BUILD_ID": "web:1",
            "CODEBUILD_RESOLVED_SOURCE_VERSION": SHA,
            "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/feat/x",
            "CODEBUILD_BUILD_URL": "https://aws/1",
        },
        SHA,
        "feat/x",
        "https://aws/1",
    ),
    (
        "Cirrus CI",
        {"CIRRUS_CI": "true", "CIRRUS_CHANGE_IN_REPO": SHA, "CIRRUS_BRANCH": "main", "CIRRUS_BUILD_ID": "8"},
        SHA,
        "main",
        "https://cirrus-ci.com/build/8",
    ),
    (
        "Bamboo",
        {
            "bamboo_buildKey": "WEB-1",
            "bamboo_planRepository_revision": SHA,
            "bamboo_planRepository_branchName": "main",
            "bamboo_buildResultsUrl": "https://ba/1",
        },
        SHA,
        "main",
        "https://ba/1",
    ),
]


@pytest.mark.parametrize(("system", "environment", "version", "branch", "url"), TABLE)
def test_each_ci_system_is_read(
    system: str, environment: dict[str, str], version: str, branch: str | None, url: str | None
) -> None:
    build = detect(environment, NO_GIT)
    assert build.version is not None
    assert build.version.value == version
    assert f"({system})" in build.version.source
    assert (build.branch.value if build.branch else None) == branch
    assert (build.build_url.value if build.build_url else None) == url


def test_every_known_system_has_a_row_in_this_test() -> None:
    assert {system.name for system in SYSTEMS} == {row[0] for row in TABLE}


def github(tmp_path: Path, event: object, **more: str) -> dict[str, str]:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(event))
    return {**GITHUB, "GITHUB_EVENT_PATH": str(path), **more}


def pull(owner: str = "acme/web") -> dict[str, Any]:
    head = {"sha": HEAD, "ref": "main", "label": f"{owner.partition('/')[0]}:main", "repo": {"full_name": owner}}
    return {"pull_request": {"head": head, "base": {"sha": SHA, "repo": {"full_name": "acme/web"}}}}


@pytest.mark.parametrize("event", ["pull_request", "pull_request_target"])
def test_a_pull_requests_version_is_its_head_commit_not_the_merge_or_the_base(tmp_path: Path, event: str) -> None:
    build = detect(github(tmp_path, pull(), GITHUB_EVENT_NAME=event), Checkout("0" * 40, ("1" * 40, HEAD)))
    assert build.version is not None
    assert build.version.value == HEAD
    assert build.version.source == "pull_request.head.sha of GITHUB_EVENT_PATH (GitHub Actions)"
    assert build.remarks == ()


def test_the_base_commit_checked_out_under_pull_request_target_is_remarked(tmp_path: Path) -> None:
    build = detect(github(tmp_path, pull(), GITHUB_EVENT_NAME="pull_request_target"), Checkout(SHA, ("1" * 40,)))
    assert build.version is not None
    assert build.version.value == HEAD
    assert f"the folder holds commit {SHA}, not {HEAD}" in build.remarks[0]


def test_a_forks_main_is_not_our_main(tmp_path: Path) -> None:
    build = detect(github(tmp_path, pull("eve/web")), NO_GIT)
    assert build.branch is not None
    assert build.branch.value == "eve:main"
    assert "fork" in build.branch.source


def test_a_workflow_run_builds_what_the_run_before_it_built(tmp_path: Path) -> None:
    event = {"workflow_run": {"head_sha": HEAD, "head_branch": "feat/x"}}
    build = detect(github(tmp_path, event), NO_GIT)
    assert build.version is not None
    assert build.branch is not None
    assert (build.version.value, build.branch.value) == (HEAD, "feat/x")


@pytest.mark.parametrize("event", ["", "[]", '{"pull_request": {"head": {"sha": 5}}}', "{"])
def test_an_event_that_says_nothing_leaves_the_variables(tmp_path: Path, event: str) -> None:
    path = tmp_path / "event.json"
    path.write_text(event)
    build = detect({**GITHUB, "GITHUB_EVENT_PATH": str(path)}, NO_GIT)
    assert build.version is not None
    assert build.version.value == SHA


def test_a_tag_build_has_no_branch() -> None:
    tagged = {**GITHUB, "GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0"}
    assert detect(tagged, Checkout(SHA, branch="main", branch_from="git")).branch is None


def test_a_commit_named_head_is_looked_up_in_git() -> None:
    build = detect({"BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD"}, Checkout(SHA, branch="main", branch_from="git"))
    assert build.version is not None
    assert build.branch is not None
    assert (build.version.value, build.version.source, build.branch.value) == (SHA, "git", "main")


def git(folder: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    run = subprocess.run(["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init")
    (folder / "file").write_text("one")
    git(folder, "add", "file")
    git(folder, "commit", "-m", "one")
    return folder


def test_without_a_ci_system_git_tells(repository: Path) -> None:
    commit = git(repository, "rev-parse", "HEAD")
    build = detect({}, checkout(repository))
    assert build.version is not None
    assert build.branch is not None
    assert (build.version.value, build.branch.value, build.build_url, build.remarks) == (commit, "main", None, ())


def test_uncommitted_changes_are_remarked(repository: Path) -> None:
    (repository / "file").write_text("two")
    assert detect({}, checkout(repository)).remarks == ("the working tree has changes that are not in this commit",)


def test_a_detached_head_belongs_to_the_only_branch_that_ends_there(repository: Path) -> None:
    git(repository, "checkout", "--detach")
    assert checkout(repository).branch == "main"
    git(repository, "branch", "other")
    found = checkout(repository)
    assert found.branch is None
    assert detect({}, found).remarks == ("no branch: git: the commit is the head of main and other",)


def test_the_parents_of_a_merge_are_known_also_in_a_shallow_clone(repository: Path, tmp_path: Path) -> None:
    git(repository, "checkout", "-b", "feat")
    git(repository, "commit", "--allow-empty", "-m", "two")
    head = git(repository, "rev-parse", "HEAD")
    git(repository, "checkout", "main")
    git(repository, "merge", "--no-ff", "feat", "-m", "merge")
    git(tmp_path, "clone", "--depth", "1", f"file://{repository}", "shallow")
    assert head in checkout(tmp_path / "shallow").parents
    assert git(repository, "rev-parse", "HEAD") == checkout(tmp_path / "shallow").commit


def test_a_folder_without_git_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = checkout(tmp_path)
    assert found.commit is None
    assert "not a git repository" in (found.problem or "")
    assert detect({}, found).version is None
    monkeypatch.setenv("PATH", str(tmp_path))
    assert checkout(tmp_path).problem == "git is not installed"
