"""docs/conformance.md is true: its commands run beside the example, and print what it says."""

import shutil
from pathlib import Path

from tests.support.console import Session, files_of, steps, write

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "conformance.md"


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text()
    folder = tmp_path / "reader"
    shutil.copytree(ROOT / "examples" / "conformance", folder, ignore=shutil.ignore_patterns("__pycache__"))
    write(files_of(page), folder)
    with Session(folder, 8131, 8132) as session:
        for step in steps(page):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"
        session.printed_by("sed -i 's,127.0.0.1:[0-9]*,127.0.0.1:8131,' test_conformance.py")
        assert "1 passed" in session.printed_by("python -m pytest -q -p no:cacheprovider test_conformance.py")
