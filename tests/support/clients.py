"""The official Pact clients, unmodified, each in the environment that `make clients` (part of `make test`) makes."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.services import Missing, skip_or_fail

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
    needs: Mapping[str, str] = field(default_factory=dict)
    """What its environment must hold beside."""

    def tags(self, *tags: str) -> tuple[str, ...]:
        """The flags for several tags: the Rust client wants one list, the Ruby client one flag each."""
        return ("--tag", ",".join(tags)) if self.is_rust else tuple(f"--tag={tag}" for tag in tags)

    @property
    def is_rust(self) -> bool:
        """Whether it is one of the Rust clients."""
        return self.name.startswith("rust")

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Done:
        """Run one command and give what it said, whatever its exit code is."""
        command = [str(self.program), *self.prefix, *arguments]
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**_environment(self.folder), **self.needs, **(environment or {})},
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


@dataclass(frozen=True, slots=True)
class Edition:
    """One release of an official client: its environment in `.cache/clients`, and its program there."""

    name: str
    environment: str
    program: str
    prefix: tuple[str, ...] = ()

    def client(self, folder: Path) -> Client:
        """Its command line, working in a folder; the end of the test where it has not been installed."""
        variable = f"TROTH_TEST_PACT_{self.environment.upper()}"
        home = Path(os.environ.get(variable, CLIENTS / self.environment))
        found = next(home.glob(self.program), None)
        if found is None:
            skip_or_fail(Missing(f"no {self.name} client ({self.program}): {ADVICE}, or set {variable}"))
        folder.mkdir(exist_ok=True)
        return Client(self.name, found, self.prefix, folder)

    def program_of(self, program: str, *prefix: str) -> "Edition":
        """Another program, or another part of the same one."""
        return Edition(self.name, self.environment, program, prefix)


def pact_js(script: Path, folder: Path) -> Client:
    """A program that uses pact-js, working in a folder; the end of the test where Node or pact-js is missing."""
    return _in_node("pact-js", "@pact-foundation/pact", script, folder)


def kafka_js(script: Path, folder: Path) -> Client:
    """A program that uses KafkaJS's client of schema registries; the end of the test where it is missing."""
    return _in_node("kafka-js", "@kafkajs/confluent-schema-registry", script, folder)


def _in_node(name: str, package: str, script: Path, folder: Path) -> Client:
    node = shutil.which("node")
    if node is None:
        skip_or_fail(Missing("no node (Debian: apt-get install nodejs npm)"))
    found = Edition(name, "node", f"node_modules/{package}").client(folder).program
    return Client(name, Path(node), (str(script),), folder, {"NODE_PATH": str(found.parent.parent)})


RUST = Edition("rust", "rust", "bin/pact", ("broker",))
RUST_0_8 = Edition("rust 0.8", "node", "node_modules/@pact-foundation/pact-cli-*/standalone/pact", ("broker",))
RUST_0_7 = Edition("rust 0.7", "ruby", "bin/pact", ("broker",))
RUBY = Edition("ruby", "ruby", "bin/pact-broker")


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
