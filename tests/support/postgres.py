"""A private PostgreSQL: one temporary data folder, one free port on 127.0.0.1, gone when the tests are over.

PostgreSQL refuses to run as root, so root starts it as an unprivileged user who owns the data folder.
"""

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import psycopg

from tests.support.services import Missing, Service, free_port
from tests.support.waiting import until

# Nothing of a test outlives it, so durability buys nothing here; a pool of 200 writers must fit.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "300",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
    "log_min_messages": "warning",
    "timezone": "UTC",
}


class _As(TypedDict, total=False):
    """The part of Popen's arguments that names the user to run as."""

    user: int
    group: int
    extra_groups: list[int]


def find() -> Path | None:
    """The `postgres` program: in PATH, else the newest one where Debian puts it (outside PATH)."""
    in_path = shutil.which("postgres")
    if in_path:
        return Path(in_path).resolve()
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    return max(debian, key=lambda path: int(re.sub(r"\D.*", "", path.parts[-3]) or 0), default=None)


@contextlib.contextmanager
def start(program: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """Run a server on a fresh data folder and give its address, with the database `postgres`."""
    with _folder() as (data, run_as):
        _create(program.parent / "initdb", data, run_as)
        with _serve(program, data, run_as, settings) as port:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"


class Stoppable:
    """A server of the test's own, which goes away and comes back at the same address."""

    def __init__(self, program: Path, data: Path, run_as: _As) -> None:
        self._program, self._data, self._run_as = program, data, run_as
        self._port = free_port()
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, with the database `postgres`."""
        return f"postgresql://postgres@127.0.0.1:{self._port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._child = _start(self._program, self._data, self._run_as, SETTINGS, self._port)

    def stop(self) -> None:
        """Stop it as an operator would: connections are cut, what was committed is kept."""
        if self._child is not None:
            self._child.send_signal(signal.SIGINT)
            self._child.wait(60)
            self._child = None


@contextlib.contextmanager
def own_server() -> Iterator[Stoppable]:
    """A running server that the test may stop. Raises Missing where there is no PostgreSQL to start."""
    program = find()
    if program is None:
        raise Missing(f"no postgres: {POSTGRES.advice}")
    with _folder() as (data, run_as):
        _create(program.parent / "initdb", data, run_as)
        server = Stoppable(program, data, run_as)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def _folder() -> Iterator[tuple[Path, _As]]:
    """A folder for a server's data, and the user who owns it."""
    run_as = _unprivileged() if os.geteuid() == 0 else _As()
    with tempfile.TemporaryDirectory(prefix="troth-postgres-") as folder:
        if run_as:
            os.chown(folder, run_as["user"], run_as["group"])
        yield Path(folder) / "data", run_as


def _unprivileged() -> _As:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return _As(user=user.pw_uid, group=user.pw_gid, extra_groups=[])
    raise RuntimeError("root can start PostgreSQL only as another user, and there is neither 'postgres' nor 'nobody'")


def _create(initdb: Path, data: Path, run_as: _As) -> None:
    base = [str(initdb), "-D", str(data), "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-sync"]
    # A language's collation, where the build has ICU: names must sort alike on every database, whatever its locale.
    for locale in (["--locale=C", "--locale-provider=icu", "--icu-locale=en-US"], ["--locale=C"]):
        done = subprocess.run([*base, *locale], capture_output=True, text=True, cwd="/", **run_as)
        if done.returncode == 0:
            return
    raise RuntimeError(f"initdb failed: {done.stderr.strip()}")


@contextlib.contextmanager
def _serve(program: Path, data: Path, run_as: _As, settings: Mapping[str, str]) -> Iterator[int]:
    port = free_port()
    server = _start(program, data, run_as, settings, port)
    try:
        yield port
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing here needs to be saved
        server.wait()


def _start(program: Path, data: Path, run_as: _As, settings: Mapping[str, str], port: int) -> "subprocess.Popen[bytes]":
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    log = data.parent / "log"
    with log.open("wb") as output:
        command = [*_dying_with_us(), str(program), "-D", str(data), "-p", str(port), *options]
        server = subprocess.Popen(command, stdout=output, stderr=output, cwd="/", **run_as)
    try:
        until(lambda: _answers(server, port, log), what="the start of PostgreSQL")
    except BaseException:
        server.kill()
        raise
    return server


def _dying_with_us() -> Sequence[str]:
    """A killed test run leaves no server behind, where setpriv (util-linux) can arrange that."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "SIGQUIT") if setpriv else ()


def _answers(server: "subprocess.Popen[bytes]", port: int, log: Path) -> bool:
    if server.poll() is not None:
        raise RuntimeError(f"PostgreSQL ended with {server.returncode}: {log.read_text(errors='replace')[-2000:]}")
    try:
        psycopg.connect(host="127.0.0.1", port=port, user="postgres", dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


POSTGRES = Service("postgres", find, start, "apt-get install postgresql")
