"""What git says about the commit that is checked out here."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkout:
    """The commit checked out in a folder; `problem` says why git could not tell."""

    commit: str | None = None
    parents: tuple[str, ...] = ()
    branch: str | None = None
    branch_from: str = ""
    changed: bool = False
    problem: str | None = None


def checkout(folder: Path | None = None) -> Checkout:
    """Ask git about a folder, by default the current one."""
    try:
        commit = _git(folder, "rev-parse", "HEAD")
    except FileNotFoundError:
        return Checkout(problem="git is not installed")
    except subprocess.CalledProcessError as error:
        lines = str(error.stderr).strip().splitlines()
        return Checkout(problem=lines[0] if lines else "git failed")
    header = _git(folder, "cat-file", "-p", "HEAD").partition("\n\n")[0]  # as written, also in a shallow clone
    parents = [line.removeprefix("parent ") for line in header.splitlines() if line.startswith("parent ")]
    branch, source = _branch(folder)
    changed = bool(_git(folder, "status", "--porcelain", "--untracked-files=no"))
    return Checkout(commit, tuple(parents), branch, source, changed)


def _branch(folder: Path | None) -> tuple[str | None, str]:
    name = _git(folder, "branch", "--show-current")
    if name:
        return name, "git"
    # Pipelines check out a commit, not a branch: the branch is the one whose head this is, if only one is.
    heads = _git(folder, "for-each-ref", "--points-at", "HEAD", "--format=%(refname)", "refs/heads", "refs/remotes")
    names = {_short(ref) for ref in heads.splitlines()} - {"HEAD"}
    if len(names) == 1:
        return names.pop(), "git, the only branch whose head this commit is"
    return None, f"git: the commit is the head of {' and '.join(sorted(names)) or 'no branch'}"


def _short(ref: str) -> str:
    kind, rest = ref.split("/", 2)[1:]
    return rest if kind == "heads" else rest.partition("/")[2]


def _git(folder: Path | None, *arguments: str) -> str:
    run = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        ["git", *arguments],  # noqa: S607 - the git of the person's own PATH
        cwd=folder,
        capture_output=True,
        text=True,
        errors="replace",
        check=True,
        timeout=30,
    )
    return run.stdout.strip()
