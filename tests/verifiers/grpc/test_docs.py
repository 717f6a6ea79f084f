"""docs/grpc.md is true: its contract is kept by the example's server, its Python runs, and its tables are whole."""

import re
from pathlib import Path

import pytest

from tests.verifiers.grpc.serving import FILES, orders
from troth_schemas.expectations.document import PROTOCOLS
from troth_verifiers import Outcome, Report, Target, verify

PAGE = (Path(__file__).parents[3] / "docs" / "grpc.md").read_text()
(CONTRACT,) = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(CODE,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "web.troth.yaml").write_text(CONTRACT)
    (tmp_path / "orders.proto").write_bytes(FILES["orders.proto"])
    return tmp_path


def test_the_python_of_the_page_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with orders() as service:
        del service.orders[7]
        names: dict[str, object] = {"make_order": lambda id: service.orders.update({id: "Ada"})}  # noqa: A006
        exec(CODE.replace("127.0.0.1:50051", service.address), names)
    report = names["report"]
    assert isinstance(report, Report)
    assert [result.outcome for result in report.results] == [Outcome.PASSED] * 3


def test_the_contract_of_the_page_is_not_kept_by_the_broken_version(folder: Path) -> None:
    with orders(broken=True) as service:
        report = verify(folder, Target(service.address), states=lambda state, params: None)
    assert [result.outcome for result in report.results] == [Outcome.FAILED] * 3


def test_every_member_of_the_form_is_on_the_page() -> None:
    rows = " ".join(re.findall(r"^\| (`[a-z].*?) \|", PAGE, re.MULTILINE))
    assert [member for member in PROTOCOLS["grpc"] if f"`{member}`" not in rows] == []


def test_the_links_of_the_page_lead_somewhere() -> None:
    links = re.findall(r"\]\((\.\./[^)]+)\)", PAGE)
    assert links
    assert all((Path(__file__).parents[3] / "docs" / link).exists() for link in links)
