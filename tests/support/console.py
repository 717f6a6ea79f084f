"""Console sessions in Markdown: `$ command` lines and what they print, run again to see that it is true.

The files that they need stand in blocks of their own, each after a comment with its name. In what a command prints, `…`
stands for anything (a time, a duration, an identifier), also for several lines.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.support.services import free_port
from tests.support.waiting import until

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^<!-- (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "
_END = "--- end of what was printed ---"


@dataclass(frozen=True, slots=True)
class Step:
    """One command of a document and the output that the document claims."""

    command: str
    claimed: str

    def is_true_of(self, printed: str) -> bool:
        """Whether that output is the claimed one."""
        pattern = ".*?".join(re.escape(part) for part in self.claimed.split("…"))
        return re.fullmatch(pattern, printed, re.DOTALL) is not None


def steps(markdown: str) -> Iterator[Step]:
    """Every command of the document, in order."""
    for block in _BLOCK.findall(markdown):
        yield from _steps(block)


def files_of(markdown: str) -> dict[str, str]:
    """The files of the document by their names."""
    return dict(_FILE.findall(markdown))


def write(files: Mapping[str, str], folder: Path) -> None:
    """Write files into a folder and those below."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)


def _steps(block: str) -> Iterator[Step]:
    command, claimed = "", ""
    for line in block.splitlines(keepends=True):
        if line.startswith(_PROMPT):
            if command:
                yield Step(command, claimed)
            command, claimed = line.removeprefix(_PROMPT), ""
        elif command.endswith("\\\n") and not claimed:
            command += line
        else:
            claimed += line
    if command:
        yield Step(command, claimed)


class Session:
    """One shell, as a reader would keep it open: what a command exports or starts is there for the next one.

    Ports that the document names are replaced by free ones, in commands and in what they print.
    """

    def __init__(self, folder: Path, *ports: int) -> None:
        self._ports = {str(port): str(free_port()) for port in ports}
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            bufsize=1,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._shell.pid, signal.SIGTERM)
        self._shell.communicate()

    def printed_by(self, command: str) -> str:
        """Run a command and give what the terminal shows, without trailing blanks."""
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        for written, free in self._ports.items():
            command = command.replace(written, free)
        # The code that the command ended with is still there for a command that asks for it.
        self._shell.stdin.write(f"{command.rstrip()}\n_code=$?; echo; echo {_END}; (exit $_code)\n")
        lines: list[str] = []
        for line in self._shell.stdout:
            if line.strip() == _END:
                break
            lines.append(f"{line.rstrip()}\n")
        self._wait_for_servers(command)
        printed = "".join(lines).removesuffix("\n")
        for written, free in self._ports.items():
            printed = printed.replace(free, written)
        return printed

    def _wait_for_servers(self, command: str) -> None:
        if command.rstrip().endswith("&"):
            for port in (int(free) for free in self._ports.values() if free in command):
                until(lambda: _listens(port), what=f"a server on the port of: {command}")  # noqa: B023 - called at once


def _listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _environment(folder: Path) -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return {
        "PATH": os.pathsep.join([here, os.environ["PATH"]]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PACT_DO_NOT_TRACK": "true",
        **measured,
    }
