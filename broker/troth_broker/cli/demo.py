"""`troth demo`: the whole loop on the example in `examples/shop`, every step a command that is really run."""

import contextlib
import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from troth_broker.cli.demo_fleet import show_fleet
from troth_broker.cli.stop import NO, UNREACHABLE, YES, Stop, bad_input

_STORE = "troth.db"


def _example() -> Path:
    """The example's folder: inside the installed package, or where the repository has it."""
    here = Path(__file__).resolve()
    for folder in (here.with_name("example"), here.parents[3] / "examples" / "shop"):
        if folder.is_dir():
            return folder
    raise bad_input("the example is missing from this installation; it stands in examples/shop of the repository")


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: a folder, and the environment of its commands."""

    folder: Path
    environment: dict[str, str]

    def tell(self, text: str) -> None:
        """Say what comes next."""
        click.echo(click.style(f"\n# {text}", bold=True))

    def run(self, *command: str, expect: int = YES) -> None:
        """Show a command, run it, and stop the demo if it does not end as the story has it."""
        self._show(command)
        code = subprocess.run(self._real(command), cwd=self.folder, env=self.environment, check=False).returncode  # noqa: S603 - our own
        if code != expect:
            raise Stop(f"the demo ends here: {' '.join(command)} gave exit code {code}, not {expect}", NO)
        if code != YES:
            click.echo(f"(exit code {code})")

    @contextlib.contextmanager
    def running(self, *command: str) -> Iterator[None]:
        """Run a service in the background; it is up as soon as it has said so."""
        self._show((*command, "&"))
        with subprocess.Popen(  # noqa: S603 - the example beside us
            self._real(command), cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, text=True
        ) as service:
            try:
                said = service.stdout.readline() if service.stdout else ""
                if not said:
                    raise Stop(f"the demo ends here: {' '.join(command)} did not start", UNREACHABLE)
                click.echo(said, nl=False)
                yield
            finally:
                service.terminate()

    def _show(self, command: Sequence[str]) -> None:
        click.echo(click.style(f"$ {' '.join(_quoted(word) for word in command)}", fg="cyan"))

    def _real(self, command: Sequence[str]) -> list[str]:
        """The same command with the interpreter that runs the demo, whatever the PATH says."""
        name, *rest = command
        known = {"python": [sys.executable], "troth": [sys.executable, "-m", "troth_broker.cli"]}
        return [*known.get(name, [name]), *rest]


@click.command()
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path), metavar="[FOLDER]")
@click.option("--serve", is_flag=True, help="Instead, serve the pages of a broker that knows thirty services.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Where --serve listens; else a free port.")
def demo(folder: Path | None, serve: bool, port: int) -> None:
    """Show the whole loop on a small example: publish, verify, ask, deploy, and a no with its reason.

    It runs in FOLDER, which must not exist yet and is kept, or in a temporary folder that is removed.
    """
    try:
        importlib.import_module("troth_broker.app")
    except ModuleNotFoundError as missing:
        raise bad_input(f"the demo needs the broker itself ({missing.name}): pip install 'troth[server]'") from None
    signal.signal(signal.SIGTERM, _told_to_end)
    if serve:
        if folder is not None:
            raise bad_input("--serve keeps nothing, so it takes no FOLDER")
        show_fleet(port)
        return
    with ExitStack() as held:
        if folder is None:
            place = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="troth-demo-"))) / "shop"
        elif folder.exists():
            raise bad_input(f"{folder} exists already; the demo wants a folder of its own")
        else:
            place = folder.absolute()
        try:
            shutil.copytree(_example(), place, ignore=shutil.ignore_patterns("__pycache__"))
        except OSError as error:  # of many files, or of the folder itself
            first = error.args[0][0][-1] if isinstance(error, shutil.Error) else error.strerror
            raise bad_input(f"the example cannot be copied to {place}: {first}") from None
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PACT_")}
        environment |= {"PACT_BROKER_BASE_URL": _STORE, "PACT_DO_NOT_TRACK": "true", "PYTHONUNBUFFERED": "1"}
        _play(Stage(place, environment))
    if folder is not None:
        click.echo(f"\nLook around: troth serve --database {folder / _STORE}")


def _told_to_end(_: int, __: object) -> NoReturn:
    """End as after Ctrl-C, so that no service and no folder is left behind."""
    raise SystemExit(128 + signal.SIGTERM)


def _play(stage: Stage) -> None:
    port = _free_port()
    provider = f"http://127.0.0.1:{port}"
    service = ("--port", str(port), "--states")
    states = f"{provider}/_pact/states"
    place = ("--provider", "orders", "--provider-base-url", provider, "--state-change-url", states)
    verify = ("troth", "verify", *place, "--publish", "--provider-version-branch", "main")
    click.echo(f"In {stage.folder}, over a SQLite file:")
    click.echo(click.style(f"$ export PACT_BROKER_BASE_URL={_STORE}", fg="cyan"))
    stage.tell("The web shop's consumer test writes down what the shop needs from the orders service: a pact.")
    stage.run("python", "-m", "unittest", "discover", "--start-directory", "web")
    stage.tell("Its pipeline publishes the pact.")
    stage.run("troth", "publish", "pacts", "--consumer-app-version", "web-1.4", "--branch", "main")
    stage.tell("The orders service is verified against it: every interaction is replayed.")
    with stage.running("python", "orders/service.py", *service):
        stage.run(*verify, "--provider-app-version", "orders-2.0")
    stage.tell("What the broker knows now:")
    stage.run("troth", "matrix", "--pacticipant", "web", "--pacticipant", "orders")
    stage.tell("orders-2.0 is deployed. May the shop follow?")
    stage.run("troth", "environment", "create", "--name", "production", "--production")
    stage.run(*_deploy("orders", "orders-2.0"))
    stage.run(*_ask("web", "web-1.4"))
    stage.run(*_deploy("web", "web-1.4"))
    stage.tell("The next version of the orders service breaks the shop.")
    with stage.running("python", "orders/next_service.py", *service):
        stage.run(*verify, "--provider-app-version", "orders-3.0", expect=NO)
    stage.tell("May it be deployed all the same?")
    stage.run(*_ask("orders", "orders-3.0"), expect=NO)


def _deploy(application: str, version: str) -> tuple[str, ...]:
    what = ("--pacticipant", application, "--version", version)
    return ("troth", "record-deployment", *what, "--environment", "production")


def _ask(application: str, version: str) -> tuple[str, ...]:
    what = ("--pacticipant", application, "--version", version)
    return ("troth", "can-i-deploy", *what, "--to-environment", "production")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _quoted(word: str) -> str:
    return f"'{word}'" if " " in word else word
