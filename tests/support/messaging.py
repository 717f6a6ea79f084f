"""Message brokers for tests: the one at the standard port of this machine, else a private one."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.services import Missing, Service, free_port, skip_or_fail
from tests.support.waiting import until

HERE = Path("/")
"""Stands for a server that runs at its standard port already."""


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass(frozen=True)
class Kind:
    """One kind of broker: its program, its standard port, its address, and the command that starts a private one."""

    program: str
    port: int
    url: str
    command: Callable[[Path, int, Path], Sequence[str]]

    def find(self) -> Path | None:
        """The program, or `HERE` where the server runs at its standard port."""
        return HERE if answers(self.port) else self.installed()

    def installed(self) -> Path | None:
        """The program."""
        found = shutil.which(self.program, path=f"/usr/lib/rabbitmq/bin:{os.environ.get('PATH', '')}:/usr/sbin")
        return None if found is None else Path(found)

    def needed(self, state: str) -> Path:
        """The program, for a test of a server in a state that no other's may be brought into."""
        program = self.installed()
        if program is None:
            skip_or_fail(Missing(f"no {self.program} that could be {state}: apt-get install {self.program}"))
        return program

    @contextlib.contextmanager
    def start(self, program: Path) -> Iterator[str]:
        """The address of the one that runs, or of a private one."""
        if program == HERE:
            yield self.url.format(port=self.port)
            return
        with self.private(program) as port:
            yield self.url.format(port=port)

    @contextlib.contextmanager
    def private(self, program: Path, *more: str) -> Iterator[int]:
        """The port of a server of the test's own."""
        with self.killable(program, *more) as (port, _):
            yield port

    @contextlib.contextmanager
    def killable(self, program: Path, *more: str) -> Iterator[tuple[int, Callable[[], None]]]:
        """The port of a server of the test's own, and what kills it."""
        with tempfile.TemporaryDirectory(prefix="troth-broker-") as name:
            folder, port = Path(name), free_port()
            environment = {**os.environ, **_rabbit(folder, port)}
            with (folder / "log").open("wb") as log:
                command = [*self.command(program, port, folder), *more]
                server = subprocess.Popen(
                    command, stdout=log, stderr=log, cwd=folder, env=environment, start_new_session=True
                )
            try:
                until(lambda: _up(server, port, folder), what=f"the start of {self.program}")
                yield port, lambda: _kill(server)
            finally:
                _kill(server)


def _kill(server: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def _up(server: "subprocess.Popen[bytes]", port: int, folder: Path) -> bool:
    if server.poll() is not None:
        raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
    return answers(port)


def _rabbit(folder: Path, port: int) -> dict[str, str]:
    settings = folder / "rabbitmq.conf"
    settings.write_text(f"listeners.tcp.local = 127.0.0.1:{port}\n")
    return {
        "HOME": str(folder),
        "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_CONFIG_FILES": str(folder / "none.d"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
        "RABBITMQ_NODENAME": f"troth{port}@localhost",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
    }


def _mosquitto(program: Path, port: int, folder: Path) -> list[str]:
    settings = folder / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    return [str(program), "-c", str(settings)]


NATS_KIND = Kind(
    "nats-server",
    4222,
    "nats://127.0.0.1:{port}",
    lambda program, port, folder: [str(program), "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(folder)],
)
REDIS_KIND = Kind(
    "redis-server",
    6379,
    "redis://127.0.0.1:{port}/0",
    lambda program, port, _: [str(program), "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
)
MQTT_KIND = Kind("mosquitto", 1883, "mqtt://127.0.0.1:{port}", _mosquitto)
RABBITMQ_KIND = Kind(
    "rabbitmq-server", 5672, "amqp://guest:guest@127.0.0.1:{port}/", lambda program, _port, _folder: [str(program)]
)

NATS = Service("nats", NATS_KIND.find, NATS_KIND.start, "apt-get install nats-server")
REDIS = Service("redis", REDIS_KIND.find, REDIS_KIND.start, "apt-get install redis-server")
MQTT = Service("mqtt", MQTT_KIND.find, MQTT_KIND.start, "apt-get install mosquitto")
RABBITMQ = Service("rabbitmq", RABBITMQ_KIND.find, RABBITMQ_KIND.start, "apt-get install rabbitmq-server")
