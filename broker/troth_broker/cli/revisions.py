"""Files as a git revision has them."""

import subprocess
from pathlib import PurePosixPath
from posixpath import normpath

from troth_broker.cli.stop import bad_input


def here() -> str:
    """This folder, from the repository's top and with a slash at its end; "" at the top and where there is none."""
    return (_git("rev-parse", "--show-prefix") or b"").decode().strip()


def show(revision: str, path: str) -> bytes | None:
    """A file's bytes at a revision, None where git has none."""
    return _git("cat-file", "blob", f"{revision}:{path}")


def why_none(revision: str, inside: str) -> str:
    """Why git has no such file, as the rest of a sentence."""
    if _git("rev-parse", "--git-dir") is None:
        return "this folder is in no git repository, so it has no earlier revisions"
    if _git("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}") is None:
        return f"git knows no revision {revision!r}; a shallow clone has to fetch it first"
    if _git("cat-file", "-e", f"{revision}:./{inside}") is not None:
        return f"{inside} is no file at {revision!r}; name a file"
    for folder in PurePosixPath(normpath(inside)).parents:
        if (_git("ls-tree", revision, "--", str(folder)) or b"").startswith(b"160000"):
            return f"{folder} is a submodule, whose files git knows only there: run troth in {folder}"
    return f"git knows none of that name at {revision!r}, neither from the repository's top nor from this folder"


def _git(*arguments: str) -> bytes | None:
    """What git says, None where it fails."""
    try:
        run = subprocess.run(  # noqa: S603 - no shell, and a revision that begins with "-" is refused
            ["git", *arguments],  # noqa: S607 - the git of the person's own PATH
            capture_output=True,
            timeout=30,
        )
    except FileNotFoundError:
        raise bad_input("git is not installed, so no earlier revision can be read") from None
    except subprocess.TimeoutExpired:
        raise bad_input(f"git did not answer in 30 s: git {' '.join(arguments)}") from None
    return run.stdout if run.returncode == 0 else None
