"""Console sessions in Markdown: `$ command` lines and what they print, run again to see that it is true.

In what a command prints, `…` stands for anything (a time, a duration, an identifier), also for several lines.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PROMPT = "$ "


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


def printed_by(command: str, folder: Path) -> str:
    """Run a command in a shell as a reader would and give what the terminal shows, without trailing blanks."""
    here = str(Path(sys.executable).parent)
    environment = {
        "PATH": os.pathsep.join([here, os.environ["PATH"]]),
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PACT_DO_NOT_TRACK": "true",
    }
    measured = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**environment, **measured},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    return "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
