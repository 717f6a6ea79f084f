"""The command line as people run it: a process, with nothing of the surrounding pipeline in its environment."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME")


@dataclass(frozen=True, slots=True)
class Finished:
    """A command that has ended: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """Everything that a person saw."""
        return self.out + self.err


def troth(
    *arguments: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    code: int | None = None,
) -> Finished:
    """Run `troth …` and wait for its end; `code` is the exit code that the test expects."""
    run = subprocess.run(
        [sys.executable, "-m", "troth_broker.cli", *map(str, arguments)],
        cwd=folder,
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        timeout=120,
    )
    finished = Finished(run.returncode, run.stdout, run.stderr)
    assert "Traceback" not in finished.said, finished.said
    if code is not None:
        assert finished.code == code, finished.said
    return finished


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """An environment without credentials, broker addresses or signs of a CI system; retries are off."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("COVERAGE")}
    return {**kept, "PACT_BROKER_HTTP_RETRIES": "0", "NO_PROXY": "127.0.0.1,localhost", **(more or {})}
