"""What the README shows is what happens: its commands run, in order, in a fresh folder with the examples.

`python -m tests.test_readme` writes down what the commands print now.
"""

import re
import shutil
import tempfile
from pathlib import Path

from tests.support.console import Session, Step, steps

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


PORTS = (8080, 9292)
# What differs from run to run, or is too long to read: seconds, identifiers and digests.
VARYING = re.compile(r"\b\d+\.\d+(?= s\b)|\b[0-9a-f]{40}\b|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _fresh(folder: Path) -> Path:
    shutil.copytree(ROOT / "examples", folder / "examples", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_every_command_of_the_readme_prints_what_the_readme_says(tmp_path: Path) -> None:
    shown = list(steps(README.read_text()))
    assert shown
    with Session(_fresh(tmp_path / "reader"), *PORTS) as session:
        for step in shown:
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the README says —\n{step.claimed}"


def test_an_ellipsis_stands_for_anything_and_nothing_else_does() -> None:
    step = Step("x", "at …: 3 rows\n")
    assert step.is_true_of("at 12:00: 3 rows\n")
    assert not step.is_true_of("at 12:00: 4 rows\n")
    assert not step.is_true_of("at 12:00: 3 rows\nand more\n")


def test_a_command_may_go_on_over_several_lines() -> None:
    (first, second) = steps("text\n```console\n$ echo a \\\n    b\na b\n$ true\n```\n")
    assert (first.command, first.claimed) == ("echo a \\\n    b\n", "a b\n")
    assert (second.command, second.claimed) == ("true\n", "")


def _rewrite() -> None:
    text, at = README.read_text(), 0
    with tempfile.TemporaryDirectory() as name, Session(_fresh(Path(name) / "reader"), *PORTS) as session:
        for step in steps(text):
            printed = session.printed_by(step.command)
            shown = step.claimed if step.is_true_of(printed) else VARYING.sub("…", printed)
            at = text.index(f"$ {step.command}{step.claimed}", at)
            text = f"{text[:at]}$ {step.command}{shown}{text[at + len(f'$ {step.command}{step.claimed}') :]}"
            at += len(f"$ {step.command}{shown}")
    README.write_text(text)


if __name__ == "__main__":
    _rewrite()
