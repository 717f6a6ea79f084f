"""What docs/deploy.md shows is what happens, and it names every setting with its default."""

import re
from dataclasses import fields
from pathlib import Path

from tests.support.console import Session, steps
from troth_broker.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(tmp_path, 9292) as session:
        for step in steps(PAGE):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_setting_stands_on_the_page_with_its_default() -> None:
    named = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? \| (?=\S)", PAGE, re.MULTILINE)
    known = [(one.name, _shown(getattr(Settings(), one.name))) for one in fields(Settings)]
    assert sorted(named) == sorted(known), "a setting is added with a line in docs/deploy.md"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
