"""docs/graphql.md is true: its commands run beside the example, and print what it says.

`python -m tests.verifiers.graphql.test_docs` writes down what the commands print now.
"""

import re
import shutil
import tempfile
from pathlib import Path

from tests.support.console import Session, files_of, steps, write
from tests.verifiers.graphql.making import replayed
from troth_schemas.expectations.document import COMMON, PROTOCOLS
from troth_verifiers import Outcome
from troth_verifiers.files import contract_in

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "graphql.md"


def _folder(folder: Path) -> Path:
    """A reader's folder with the example in it."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "examples" / "catalogue", folder / "examples" / "catalogue", ignore=ignored)
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_folder(tmp_path), 8141, 8142) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_the_contract_of_the_page_is_kept(tmp_path: Path, catalogue: str) -> None:
    write(files_of(PAGE.read_text()), tmp_path)
    shutil.copy(ROOT / "examples" / "catalogue" / "schema.graphql", tmp_path)
    results = replayed(contract_in(tmp_path / "web-orders.troth.yaml"), catalogue)
    assert [one.outcome for one in results] == [Outcome.PASSED] * 3, results


def test_every_member_of_the_form_is_on_the_page() -> None:
    page = PAGE.read_text()
    shown = {name for name in (*PROTOCOLS["graphql"], *COMMON) if re.search(rf"`{name}[`:]", page)}
    assert {*PROTOCOLS["graphql"], *COMMON} - shown == {"description", "id", "comment"}


def _rewrite() -> None:
    page = PAGE.read_text()
    with tempfile.TemporaryDirectory() as name, Session(_folder(Path(name)), 8141, 8142) as session:
        for step in list(steps(page)):
            printed = session.printed_by(step.command)
            if not step.is_true_of(printed) or step.claimed == "…\n":
                printed = re.sub(r"\d+\.\d+ s\b", "… s", printed)
                page = page.replace(f"$ {step.command}{step.claimed}", f"$ {step.command}{printed}", 1)
    PAGE.write_text(page)


if __name__ == "__main__":
    _rewrite()
