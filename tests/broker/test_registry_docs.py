"""What docs/registry.md shows is what happens.

`python -m tests.broker.test_registry_docs` writes down what its commands print now.
"""

import json
import tempfile
from pathlib import Path

from tests.support.console import Session, steps

PAGE = Path(__file__).parents[2] / "docs" / "registry.md"
FIELDS = ({"name": "id", "type": "long"}, {"name": "note", "type": "string"})


def _reader(folder: Path) -> Path:
    for number in (1, 2):
        schema = json.dumps({"type": "record", "name": "Order", "fields": FIELDS[:number]})
        (folder / f"order-{number}.json").write_text(json.dumps({"schema": schema}) + "\n")
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_reader(tmp_path), 9292) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, Session(_reader(Path(made)), 9292) as running:
        text = PAGE.read_text()
        for one in list(steps(text)):
            shown = running.printed_by(one.command)
            text = text.replace(f"$ {one.command}{one.claimed}", f"$ {one.command}{shown}", 1)
        PAGE.write_text(text)
