"""What docs/comparing.md shows is what happens.

`python -m tests.broker.test_comparing_docs` writes down what its commands print now.
"""

import json
import re
import tempfile
from pathlib import Path

from tests.broker.test_cli_docs import _fresh
from tests.support.cli import troth
from tests.support.console import Session, steps

PAGE = Path(__file__).parents[2] / "docs" / "comparing.md"
HOUSE = """[severity]
"openapi/response-optional-property-removed" = "safe"

[[waiver]]
fingerprint = "{fingerprint}"
reason = "the shop reads texts since May"
person = "ada@example.com"
expires = 2099-12-31
"""


def _reader(folder: Path) -> Path:
    made = _fresh(folder)
    asked = ("diff", "shop/orders/openapi.yaml", "shop/orders/openapi-next.yaml", "--output", "json")
    found = json.loads(troth(*asked, folder=made).out)["findings"]
    waived = next(one["fingerprint"] for one in found if one["severity"] == "breaking")
    (made / "house.toml").write_text(HOUSE.format(fingerprint=waived))
    return made


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_reader(tmp_path)) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_link_of_the_page_leads_somewhere() -> None:
    for name in re.findall(r"\]\(([\w.]+)\)", PAGE.read_text()):
        assert (PAGE.parent / name).exists(), name


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, Session(_reader(Path(name))) as running:
        text = PAGE.read_text()
        for one in list(steps(text)):
            shown = running.printed_by(one.command)
            text = text.replace(f"$ {one.command}{one.claimed}", f"$ {one.command}{shown}", 1)
        PAGE.write_text(text)
