"""`troth serve` and its like as processes: started, watched, told to stop, killed."""

import contextlib
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.cli import clean_environment
from tests.support.waiting import until

_URL = re.compile(r"\burl=(\S+)")


@dataclass(frozen=True, slots=True)
class Process:
    """A running command, and all that it has said so far."""

    child: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """What stands in its log."""
        return "".join(self.lines)

    @property
    def url(self) -> str:
        """The address that it says it serves; waits for it."""
        return until(self._url, what="the start of troth serve", seconds=90)

    def _url(self) -> str | None:
        if self.child.poll() is not None:
            raise AssertionError(f"it ended with {self.child.returncode}: {self.said}")
        found = _URL.search(self.said)
        return found[1] if found else None

    def kill(self) -> None:
        """End it as a power cut would."""
        self.child.kill()
        self.child.wait(30)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop, and give its exit code."""
        self.child.send_signal(how)
        return self.child.wait(60)


@contextlib.contextmanager
def running(*arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run `troth …` in the background, with nothing of a pipeline in its environment; ended with the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", "troth_broker.cli", *arguments],
        cwd=folder,
        env=clean_environment({"PYTHONUNBUFFERED": "1", **(environment or {})}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    process = Process(child)
    listening = threading.Thread(target=_listen, args=(process,), daemon=True)
    listening.start()
    try:
        yield process
    finally:
        child.terminate()
        try:
            child.wait(60)
        except subprocess.TimeoutExpired:
            child.kill()
        listening.join(10)
        assert child.stdout is not None
        child.stdout.close()


def _listen(process: Process) -> None:
    assert process.child.stdout is not None
    for line in process.child.stdout:
        process.lines.append(line)
