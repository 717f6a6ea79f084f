"""`troth demo --serve`: a broker filled with the last weeks of a company with thirty services, for its pages."""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import click

from troth_broker.cli.stop import UNREACHABLE, Stop, bad_input

_PATIENCE = 60


def _fleet() -> Path:
    """The folder of the fleet: inside the installed package, or where the repository has it."""
    here = Path(__file__).resolve()
    for folder in (here.with_name("fleet"), here.parents[3] / "examples" / "fleet"):
        if folder.is_dir():
            return folder
    raise bad_input("the fleet is missing from this installation; it stands in examples/fleet of the repository")


def show_fleet(port: int) -> None:
    """Serve a broker over a file that is thrown away, tell it everything, and wait until it is stopped."""
    fleet = _fleet()
    with tempfile.TemporaryDirectory(prefix="troth-demo-") as folder:
        port = port or _free_port()
        url = f"http://127.0.0.1:{port}"
        store = f"sqlite:///{Path(folder) / 'fleet.db'}"
        command = [sys.executable, "-m", "troth_broker.cli", "serve", "--database", store, "--port", str(port)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as broker:  # noqa: S603 - our own
            try:
                _wait_for(broker, url)
                click.echo("Telling the broker what thirty services published, verified and deployed …")
                told = [sys.executable, "-m", f"{fleet.name}.publish", url]
                subprocess.run(told, cwd=fleet.parent, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
                click.echo(f"Look around: {url}  (Ctrl-C ends it, and nothing is kept)")
                broker.wait()
            except KeyboardInterrupt:
                click.echo()
            finally:
                broker.terminate()


def _wait_for(broker: "subprocess.Popen[bytes]", url: str) -> None:
    give_up = time.monotonic() + _PATIENCE
    while broker.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(f"{url}/diagnostic/status/heartbeat", timeout=5):  # noqa: S310 - our own
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise Stop(f"the demo ends here: the broker did not start at {url}", UNREACHABLE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
