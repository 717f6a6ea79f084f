"""The real server as a child process, and what it costs: processor time, memory, the time until its first answer."""

import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.services import free_port


@dataclass(frozen=True, slots=True)
class Server:
    """`troth serve` in a process of its own."""

    pid: int
    port: int
    start_seconds: float
    """From the start of the process to its first answer."""

    def cpu_seconds(self) -> float:
        """The processor time that the process has used in all its threads, to the nanosecond (Linux)."""
        return time.clock_gettime((~self.pid << 3) | 2)  # the clock that clock_getcpuclockid(3) names

    def memory_mb(self) -> float:
        """The resident memory."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextlib.contextmanager
def serving(database: str, *, environment: dict[str, str] | None = None) -> Iterator[Server]:
    """Serve a store, as people do, for as long as the block lasts."""
    port = free_port()
    command = [sys.executable, "-m", "troth_broker.cli", "serve", "--database", database, "--port", str(port)]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, env={**os.environ, **(environment or {})}) as child:
        try:
            while not _answers(port):
                if child.poll() is not None:
                    raise RuntimeError(f"troth serve ended with {child.returncode}")
                time.sleep(0.002)
            yield Server(child.pid, port, time.perf_counter() - started)
        finally:
            child.terminate()


def _answers(port: int) -> bool:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/diagnostic/status/heartbeat")
            return connection.getresponse().status == 200
        except OSError:
            return False
