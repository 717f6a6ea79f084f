"""What docs/contracts.md shows is what happens.

`python -m tests.broker.test_contracts_docs` writes down what its commands print now.
"""

import json
import tempfile
from pathlib import Path

from tests.support.console import Session, steps

PAGE = Path(__file__).parents[2] / "docs" / "contracts.md"
PORT = 9292
OPENAPI = """openapi: 3.0.3
info: {title: Orders, version: '5'}
paths:
  /orders/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
      responses:
        '200':
          description: the order
          content:
            application/json:
              schema: {$ref: 'schemas/order.yaml'}
"""
ORDER = """type: object
required: [id, price]
properties:
  id: {type: integer}
  price: {type: integer}
"""
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
PLACED = {
    "type": "record",
    "name": "OrderPlaced",
    "fields": [{"name": "id", "type": "string"}, {"name": "total", "type": "long"}],
}
EXPECTED = """troth: 1
protocol: message
consumer: mailer
provider: orders
interactions:
  - {description: an order was placed, contents: {id: "7"}}
"""
READ = {**PLACED, "fields": [{"name": "id", "type": "string"}]}


def _reader(folder: Path) -> Path:
    """The folder of a reader, with what the two builds have written."""
    files = {
        "orders/openapi.yaml": OPENAPI,
        "orders/schemas/order.yaml": ORDER,
        "orders/placed.avsc": json.dumps(PLACED),
        "web/pacts/web-orders.json": json.dumps(PACT),
        "mailer/placed.avsc": json.dumps(READ),
        "mailer/orders.troth.yaml": EXPECTED,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_every_command_of_the_page_prints_what_the_page_says(tmp_path: Path) -> None:
    with Session(_reader(tmp_path), PORT) as session:
        for step in steps(PAGE.read_text()):
            printed = session.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}— but the page says —\n{step.claimed}"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made, Session(_reader(Path(made)), PORT) as running:
        text = PAGE.read_text()
        for one in list(steps(text)):
            printed = running.printed_by(one.command)
            shown = one.claimed if one.is_true_of(printed) and one.claimed else printed
            text = text.replace(f"$ {one.command}{one.claimed}", f"$ {one.command}{shown}", 1)
        PAGE.write_text(text)
