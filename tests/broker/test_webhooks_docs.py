"""What docs/webhooks.md shows is what happens, and every setting that it names exists.

`python -m tests.broker.test_webhooks_docs` writes down what its commands print now.
"""

import re
import shutil
import tempfile
from dataclasses import fields
from pathlib import Path

from tests.broker.test_cli_docs import WANDERING, _fresh
from tests.support.console import Session, steps
from troth_broker.settings import Settings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "webhooks.md"
PORTS = (7070, 9292)
WANDERING_HERE = (*WANDERING, (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"), "…"))


def _reader(folder: Path) -> Path:
    shutil.copytree(ROOT / "examples" / "webhooks", folder / "webhooks", ignore=shutil.ignore_patterns("__pycache__"))
    return _fresh(folder)


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_reader(tmp_path), *PORTS) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_setting_that_the_page_names_exists() -> None:
    named = set(re.findall(r"TROTH_([A-Z_]+)", PAGE.read_text()))
    assert named <= {field.name.upper() for field in fields(Settings)}
    assert {"WEBHOOK_PROXY", "WEBHOOK_LEASE", "SECRET_KEY", "ASK_AGAIN_TIMES"} <= named


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, Session(_reader(Path(made)), *PORTS) as running:
        text = PAGE.read_text()
        for one in list(steps(text)):
            shown = running.printed_by(one.command)
            for pattern, replacement in WANDERING_HERE:
                shown = pattern.sub(replacement, shown)
            text = text.replace(f"$ {one.command}{one.claimed}", f"$ {one.command}{shown}", 1)
        PAGE.write_text(text)
