"""docs/verify.md is true: its files are written, its commands run, and they print what it says.

`python -m tests.verifiers.test_docs` writes down what the commands print now.
"""

import json
import re
import tempfile
import textwrap
from dataclasses import fields
from pathlib import Path

import pytest

from tests.support.console import Session, files_of, steps, write
from tests.verifiers.pacts import given, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Target, VerifierError, errors, states, verify

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "verify.md"
EXAMPLE_URL = "http://127.0.0.1:8000"
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def written(page: str, folder: Path) -> Path:
    """The folder with the files of the page."""
    write(files_of(page), folder)
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    page = PAGE.read_text()
    folder = written(page, tmp_path)
    assert len(list(folder.rglob("*.py"))) == 5
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


ABSTRACT = {"verifier-error", "contract", "state"}
RAISED_ONLY = {"usage", "publish-refused", "publish-failed", "source-unreadable"}


def test_every_kind_of_cause_is_on_the_page_and_no_other() -> None:
    _, _, table = PAGE.read_text().partition("## When something errored")
    shown = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    classes = {each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, VerifierError)}
    sources = "".join(path.read_text() for path in (ROOT / "verifiers").rglob("*.py"))
    made = set(re.findall(r'Cause\(\s*"([a-z-]+)"', sources))
    assert shown == {each.kind for each in classes} - ABSTRACT - RAISED_ONLY | made


def test_the_blocks_of_the_readme_run(provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    provider.answers["/"] = Answer()
    (tmp_path / "pacts").mkdir()
    pact = v4(http("one", providerStates=given("an order exists")))
    (tmp_path / "pacts" / "web-orders.json").write_text(json.dumps(pact))
    monkeypatch.chdir(tmp_path)
    (block,) = _PYTHON.findall((ROOT / "verifiers" / "README.md").read_text())
    made: list[int] = []
    exec(block.replace(EXAMPLE_URL, provider.url), {"make_order": lambda: made.append(1)})
    assert made == [1]


def test_the_example_of_a_state_handler_runs(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted: list[int] = []

    class User:
        def __init__(self, number: int) -> None:
            self.id = number

        def delete(self) -> None:
            deleted.append(self.id)

    provider.answers["/users/7"] = Answer()
    generators = {"path": {"type": "ProviderState", "expression": "/users/${id}"}}
    request = {"method": "GET", "path": "/users/0", "generators": generators}
    (tmp_path / "pacts").mkdir()
    pact = v4(http("a user", request=request, providerStates=given("a user exists", id=7)))
    (tmp_path / "pacts" / "web-orders.json").write_text(json.dumps(pact))
    monkeypatch.chdir(tmp_path)
    block = textwrap.dedent((states.__doc__ or "").partition("::\n")[2])
    exec(block.replace(EXAMPLE_URL, provider.url), {"make_user": User, "verify": verify})
    assert deleted == [7]
    assert provider.paths() == ["/users/7"]


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
