"""docs/pytest.md is true: its files are written, its commands run, and they print what it says."""

from pathlib import Path

from tests.support.console import Session, files_of, steps, write
from troth_verifiers.pytest_plugin.settings import KNOWN

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "pytest.md"


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text()
    waiting = files_of(page)
    assert len(waiting) == 5
    settings = waiting.pop("pyproject.toml")
    write(waiting, tmp_path)
    with Session(tmp_path) as session:
        for step in steps(page):
            if page.index(step.command) > page.index(settings):  # this file comes into the story later
                (tmp_path / "pyproject.toml").write_text(settings)
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_setting_is_on_the_page() -> None:
    rows = "".join(line for line in PAGE.read_text().splitlines() if line.startswith("|"))
    assert [name for name in KNOWN if f"`{name}`" not in rows] == []
