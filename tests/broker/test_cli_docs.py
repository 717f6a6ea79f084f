"""What docs/cli.md and docs/ci.md show is what happens.

`python -m tests.broker.test_cli_docs` writes down what the commands of docs/cli.md print now.
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from tests.support.console import Step, printed_by, steps
from troth_broker.cli.ci_systems import SYSTEMS
from troth_broker.cli.commands import ALIASES, COMMANDS
from troth_broker.cli.program import program

ROOT = Path(__file__).parents[2]
CLI = ROOT / "docs" / "cli.md"
CI = ROOT / "docs" / "ci.md"
WANDERING = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "…"),
    (re.compile(r"pact-version/[0-9a-f]{40}"), "pact-version/…"),
    (re.compile(r"\d+\.\d+ s\b"), "… s"),
    (re.compile(r"^UUID +\|", re.MULTILINE), "UUID … |"),
)
"""What is different in each run: identifiers, digests of a pact that names its library's version, times."""


@contextlib.contextmanager
def _session(folder: Path) -> Iterator[dict[str, str]]:
    """The folder of a reader: the example, its pact, and its service running; gives what the shell knows."""
    shutil.copytree(ROOT / "examples" / "shop", folder / "shop")
    environment = {**os.environ, "PACT_DO_NOT_TRACK": "true"}
    test = [sys.executable, "-m", "unittest", "discover", "-s", "web"]
    subprocess.run(test, cwd=folder / "shop", env=environment, check=True, capture_output=True)
    command = [sys.executable, "orders/service.py", "--port", "0", "--states"]
    with subprocess.Popen(command, cwd=folder / "shop", stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout is not None
        url = service.stdout.readline().split()[-1]
        try:
            yield {"ORDERS_URL": url}
        finally:
            service.terminate()


def _printed(step: Step, known: dict[str, str], folder: Path) -> str:
    """What a command prints; `export` and `unset` stay in force, as they do in a reader's shell."""
    words = shlex.split(step.command)
    if words[0] == "export":
        known |= dict(word.split("=", 1) for word in words[1:])
    elif words[0] == "unset":
        for name in words[1:]:
            known.pop(name, None)
    else:
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in known.items())
        return printed_by(exports + step.command, folder)
    return ""


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with _session(tmp_path) as known:
        for step in steps(CLI.read_text()):
            printed = _printed(step, known, tmp_path)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_command_has_a_heading() -> None:
    headings = re.findall(r"^## troth (\S+)$", CLI.read_text(), re.MULTILINE)
    assert set(headings) == set(COMMANDS)


def test_every_flat_name_and_every_ci_system_is_listed() -> None:
    text = CLI.read_text()
    assert [name for name in ALIASES if f"`{name}`" not in text] == []
    rows = re.findall(r"^\| ([A-Z][^|]+?) \| `", CI.read_text(), re.MULTILINE)
    assert rows == [system.name for system in SYSTEMS]


def test_every_variable_of_a_ci_system_is_named() -> None:
    text = CI.read_text()
    names = {name for system in SYSTEMS for name in (*system.commit, *system.branch)}
    assert [name for name in sorted(names) if f"`{name}`" not in text] == []


def test_every_command_that_the_pipelines_run_exists_with_its_options() -> None:
    joined = re.sub(r"\\\n\s*", "", CI.read_text())
    commands = [line.strip().removeprefix("- ").removeprefix("run: ") for line in joined.splitlines()]
    lines = [line for line in commands if line.startswith("troth ")]
    assert len(lines) >= 5
    for line in lines:
        words = shlex.split(line.replace("${{", "$").replace("}}", ""))[1:]
        command: click.Command = program
        context = click.Context(program)
        while isinstance(command, click.Group):
            found = command.get_command(context, words[0])
            assert found is not None, line
            command, words = found, words[1:]
        command.make_context("troth", words)


def _rewrite() -> None:
    text, place = CLI.read_text(), 0
    with tempfile.TemporaryDirectory() as name, _session(Path(name) / "reader") as known:
        for step in steps(text):
            before = f"$ {step.command}{step.claimed}"
            printed = _printed(step, known, Path(name) / "reader")
            if step.is_true_of(printed):
                printed = step.claimed
            else:
                for pattern, sign in WANDERING:
                    printed = pattern.sub(sign, printed)
            after = f"$ {step.command}{printed}"
            place = text.index(before, place)
            text = text[:place] + after + text[place + len(before) :]
            place += len(after)
    CLI.write_text(text)


if __name__ == "__main__":
    _rewrite()
