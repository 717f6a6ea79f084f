"""Which version, branch and build this is: from the CI system's variables, else from git, always with the source."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from troth_broker.cli.ci_systems import SYSTEMS, System
from troth_broker.cli.git import Checkout

_VARIABLE = re.compile(r"\{(\w+)\}")
_FULL_COMMIT = re.compile(r"[0-9a-f]{40,64}")


@dataclass(frozen=True, slots=True)
class Found:
    """A value and where it comes from."""

    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Build:
    """What is known about this build; `remarks` are what a person should know about how it was found."""

    version: Found | None = None
    branch: Found | None = None
    build_url: Found | None = None
    remarks: tuple[str, ...] = ()


def detect(environment: Mapping[str, str], checkout: Checkout) -> Build:
    """The build that runs in this environment, completed by what git says about the folder."""
    system = next((system for system in SYSTEMS if _runs(system, environment)), None)
    if system is None:
        return _from_git(checkout)
    build = Build(
        version=_first(environment, system.commit, system.name),
        branch=_branch(environment, system),
        build_url=_url(environment, system),
    )
    if system.name == "GitHub Actions":
        build = _github(build, environment, checkout)
    if build.version is not None and not _FULL_COMMIT.fullmatch(build.version.value):
        build = replace(build, version=None)  # Buildkite's "HEAD" and its like name no commit
    git = _from_git(checkout)
    is_head = build.version is None or build.version.value == checkout.commit
    return replace(
        build,
        version=build.version or git.version,
        branch=build.branch or (git.branch if is_head and not _is_tag(environment) else None),
        remarks=build.remarks + (git.remarks if build.version is None else ()),
    )


def _runs(system: System, environment: Mapping[str, str]) -> bool:
    name, equals, value = system.sign.partition("=")
    return environment.get(name) == value if equals else bool(environment.get(name))


def _is_tag(environment: Mapping[str, str]) -> bool:
    return environment.get("GITHUB_REF_TYPE") == "tag" or bool(environment.get("CI_COMMIT_TAG"))


def _first(environment: Mapping[str, str], names: tuple[str, ...], system: str) -> Found | None:
    name = next((name for name in names if environment.get(name, "").strip()), None)
    return None if name is None else Found(environment[name].strip(), f"{name} ({system})")


def _branch(environment: Mapping[str, str], system: System) -> Found | None:
    found = _first(environment, system.branch, system.name)
    if found is None or (environment.get("GITHUB_REF_TYPE") == "tag" and "GITHUB_REF_NAME" in found.source):
        return None
    name = found.value.removeprefix("refs/heads/")
    if system.name == "Jenkins" and "GIT_BRANCH" in found.source:
        name = name.removeprefix("origin/")
    return None if name.startswith("refs/") or name == "HEAD" else replace(found, value=name)


def _url(environment: Mapping[str, str], system: System) -> Found | None:
    for template in system.build_url:
        names = _VARIABLE.findall(template)
        if all(environment.get(name) for name in names):
            return Found(_VARIABLE.sub(lambda found: environment[found[1]], template), f"{', '.join(names)}")
    return None


def _github(build: Build, environment: Mapping[str, str], checkout: Checkout) -> Build:
    """Of a pull request the head commit: GITHUB_SHA is a merge that nobody can deploy, or even the base branch."""
    event = _event(environment)
    pull, run = _at(event, "pull_request"), _at(event, "workflow_run")
    if pull:
        version, branch = _text(_at(pull, "head"), "sha"), _pull_branch(pull)
        source = "pull_request.head.sha of GITHUB_EVENT_PATH (GitHub Actions)"
    elif run:
        version, source = _text(run, "head_sha"), "workflow_run.head_sha of GITHUB_EVENT_PATH (GitHub Actions)"
        branch = _found(_text(run, "head_branch"), "workflow_run.head_branch of GITHUB_EVENT_PATH (GitHub Actions)")
    else:
        return build
    if version is None:
        return build
    remarks = build.remarks
    if checkout.commit is not None and version not in {checkout.commit, *checkout.parents}:
        remark = (
            f"the folder holds commit {checkout.commit}, not {version}: check out the pull request's head, "
            "or these contracts belong to another version than the one named"
        )
        remarks = (*remarks, remark)
    return replace(build, version=Found(version, source), branch=branch or build.branch, remarks=remarks)


def _pull_branch(pull: Mapping[str, object]) -> Found | None:
    """The pull request's branch; one of a fork is called OWNER:BRANCH, so that its `main` is not taken for ours."""
    head, base = _at(pull, "head"), _at(pull, "base")
    if _text(_at(head, "repo"), "full_name") != _text(_at(base, "repo"), "full_name"):
        return _found(_text(head, "label"), "pull_request.head.label, for it comes from a fork (GitHub Actions)")
    return _found(_text(head, "ref"), "pull_request.head.ref of GITHUB_EVENT_PATH (GitHub Actions)")


def _found(value: str | None, source: str) -> Found | None:
    return None if value is None else Found(value, source)


def _text(document: Mapping[str, object], key: str) -> str | None:
    value = document.get(key)
    return value if isinstance(value, str) and value else None


def _event(environment: Mapping[str, str]) -> Mapping[str, object]:
    path = environment.get("GITHUB_EVENT_PATH")
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _at(document: Mapping[str, object], *keys: str) -> Mapping[str, object]:
    found: object = document
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _from_git(checkout: Checkout) -> Build:
    if checkout.commit is None:
        return Build(remarks=(checkout.problem,) if checkout.problem else ())
    branch = Found(checkout.branch, checkout.branch_from) if checkout.branch else None
    remarks = [] if branch else [f"no branch: {checkout.branch_from}"]
    if checkout.changed:
        remarks.append("the working tree has changes that are not in this commit")
    return Build(version=Found(checkout.commit, "git"), branch=branch, remarks=tuple(remarks))
