"""What docs/policy.md shows is what happens, and its tables name all that there is.

`python -m tests.broker.test_policy_docs` writes down what its commands print now.
"""

import base64
import json
import re
import tempfile
from pathlib import Path
from typing import Any

from tests.support.console import Session, steps
from troth_broker.core.blockers import Class
from troth_broker.core.policy_document import MEMBERS

PAGE = Path(__file__).parents[2] / "docs" / "policy.md"
WANDERING = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
PACT = {
    "consumer": {"name": "web"},
    "provider": {"name": "orders"},
    "interactions": [
        {
            "description": "a request for an order",
            "request": {"method": "GET", "path": "/orders/7"},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": {"id": 7, "price": 12},
            },
        }
    ],
    "metadata": {"pactSpecification": {"version": "2.0.0"}},
}


def _document(*properties: str) -> dict[str, Any]:
    schema = {
        "type": "object",
        "required": [*properties],
        "properties": {one: {"type": "integer"} for one in properties},
    }
    answer = {
        "description": "The order",
        "content": {"application/json": {"schema": {**schema, "additionalProperties": False}}},
    }
    parameter = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    get = {"parameters": [parameter], "responses": {"200": answer}}
    return {"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": {"/orders/{id}": {"get": get}}}


def _reader(folder: Path) -> Path:
    (folder / "pacts").mkdir()
    (folder / "pacts" / "web-orders.json").write_text(json.dumps(PACT))
    for version, properties in (("5", ("id", "price")), ("6", ("id",))):
        content = base64.b64encode(json.dumps(_document(*properties)).encode()).decode()
        sent = {"content": content, "contractType": "oas", "contentType": "application/json"}
        (folder / f"orders-{version}.json").write_text(json.dumps(sent))
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_reader(tmp_path), 9292) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


def test_every_member_of_a_policy_and_every_class_has_a_line() -> None:
    lines = re.findall(r"^\| `([a-z_-]+)` \|", PAGE.read_text(), re.MULTILINE)
    assert lines == [*MEMBERS, *(one.value for one in Class)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, Session(_reader(Path(made)), 9292) as running:
        text, place = PAGE.read_text(), 0
        for one in list(steps(text)):
            before, shown = f"$ {one.command}{one.claimed}", running.printed_by(one.command)
            after = f"$ {one.command}{WANDERING.sub('…', shown)}"
            place = text.index(before, place)
            text = text[:place] + after + text[place + len(before) :]
            place += len(after)
        PAGE.write_text(text)
