"""What docs/snapshots.md shows is what happens.

`python -m tests.broker.test_snapshots_docs` writes down what its commands print now.
"""

import tempfile
from pathlib import Path

from tests.support.console import Session, steps

PAGE = Path(__file__).parents[2] / "docs" / "snapshots.md"


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(tmp_path) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, Session(Path(made)) as running:
        text = PAGE.read_text()
        for one in list(steps(text)):
            printed = running.printed_by(one.command)
            shown = one.claimed if one.is_true_of(printed) and one.claimed != "…\n" else printed
            text = text.replace(f"$ {one.command}{one.claimed}", f"$ {one.command}{shown}", 1)
        PAGE.write_text(text)
