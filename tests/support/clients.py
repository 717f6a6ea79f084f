"""The official Pact clients, unmodified, each in the environment that `make clients` (part of `make test`) makes."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.services import Missing

CLIENTS = Path(__file__).parent.parent.parent / ".cache" / "clients"
ADVICE = "make clients"


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished command left behind."""

    command: str
    code: int
    out: str
    err: str

    def __str__(self) -> str:
        return f"$ {self.command}\n{self.out}{self.err}(exit code {self.code})"


@dataclass(frozen=True, slots=True)
class Client:
    """One official command line, working in a folder of its own with nothing of our environment."""

    name: str
    program: Path
    prefix: tuple[str, ...]
    folder: Path

    def tags(self, *tags: str) -> tuple[str, ...]:
        """The flags for several tags: the Rust client wants one list, the Ruby client one flag each."""
        return ("--tag", ",".join(tags)) if self.name == "rust" else tuple(f"--tag={tag}" for tag in tags)

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run one command and give what it said, whatever its exit code is."""
        command = [str(self.program), *self.prefix, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**_environment(self.folder), **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Done(" ".join(map(str, command)), done.returncode, done.stdout, done.stderr)

    def ok(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run one command that must succeed and give what it printed."""
        done = self.run(*arguments, environment=environment)
        assert done.code == 0, str(done)
        return done.out

    def fails(self, *arguments: str, code: int = 1, environment: Mapping[str, str] | None = None) -> str:
        """Run one command that must fail with that exit code and give all that it printed."""
        done = self.run(*arguments, environment=environment)
        assert done.code == code, str(done)
        return done.out + done.err


def client(name: str, program: str, prefix: Sequence[str], folder: Path) -> Client:
    """The client of that environment, or `Missing` where it has not been installed."""
    home = Path(os.environ.get(f"TROTH_TEST_PACT_{name.upper()}", CLIENTS / name))
    found = home / "bin" / program
    if not found.exists():
        raise Missing(f"no {program} of the official {name} client: {ADVICE}, or set TROTH_TEST_PACT_{name.upper()}")
    folder.mkdir(exist_ok=True)
    return Client(name, found, tuple(prefix), folder)


def _environment(home: Path) -> dict[str, str]:
    """Enough to run, and nothing that a CI system, a proxy or a person has set for other purposes."""
    kept = {
        name: value for name in ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR") if (value := os.environ.get(name))
    }
    return {
        **kept,
        "HOME": str(home),
        "PACT_BROKER_HTTP_RETRIES": "0",
        "PACT_DO_NOT_TRACK": "true",
        "NO_PROXY": "*",
    }
