"""docs/verify.md is true: its files are written, its commands run, and they print what it says.

`python -m tests.verifiers.test_docs` writes down what the commands print now.
"""

import re
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.support.console import Session, steps
from troth_verifiers import Target

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "verify.md"
_FILE = re.compile(r"^<!-- (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def written(page: str, folder: Path) -> Path:
    """The folder with the files of the page."""
    for name, content in _FILE.findall(page):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text()
    folder = written(page, tmp_path)
    assert len(list(folder.rglob("*.py"))) == 3
    with Session(folder, 8123) as session:
        for step in steps(page):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_setting_of_a_target_is_on_the_page() -> None:
    page = PAGE.read_text()
    assert [field.name for field in fields(Target) if f"`{field.name}`" not in page] == ["endpoint"]


def test_the_address_of_the_example_and_the_interface_is_right() -> None:
    links = re.findall(r"\]\((\.\./[^)]+)\)", PAGE.read_text())
    assert links
    assert all((PAGE.parent / link).exists() for link in links)


def _rewrite() -> None:
    page = PAGE.read_text()
    with tempfile.TemporaryDirectory() as name:
        folder = written(page, Path(name))
        with Session(folder, 8123) as session:
            ran = [(step, session.printed_by(step.command)) for step in steps(page)]
        for step, printed in ran:
            if not step.is_true_of(printed):
                page = page.replace(f"$ {step.command}{step.claimed}", f"$ {step.command}{printed}", 1)
    PAGE.write_text(page)


if __name__ == "__main__":
    _rewrite()
