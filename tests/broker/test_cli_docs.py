"""What docs/cli.md and docs/ci.md show is what happens.

`python -m tests.broker.test_cli_docs` writes down what the commands of docs/cli.md print now.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from tests.support.console import Session, steps
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


PORTS = (8080, 9292)


def _fresh(folder: Path) -> Path:
    """The folder of a reader: the example, and the pact that its consumer's test has written."""
    shutil.copytree(ROOT / "examples" / "shop", folder / "shop", ignore=shutil.ignore_patterns("__pycache__"))
    environment = {**os.environ, "PACT_DO_NOT_TRACK": "true"}
    test = [sys.executable, "-m", "unittest", "discover", "-s", "web"]
    subprocess.run(test, cwd=folder / "shop", env=environment, check=True, capture_output=True)
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_fresh(tmp_path), *PORTS) as session:
        for step in steps(CLI.read_text()):
            printed = session.printed_by(step.command)
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
    with tempfile.TemporaryDirectory() as name, Session(_fresh(Path(name) / "reader"), *PORTS) as session:
        for step in steps(text):
            before = f"$ {step.command}{step.claimed}"
            printed = session.printed_by(step.command)
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
