"""A consumer's AsyncAPI document with schemas in files of its own, through the broker and from the folder it is in."""

from io import BytesIO
from pathlib import Path

import fastavro
import pytest

from tests.support.brokers import Broker
from tests.support.cli import troth
from troth_verifiers import Report, verify

DOCUMENT = """asyncapi: 2.6.0
info: {title: billing, version: '1'}
channels:
  orders.placed:
    publish:
      operationId: bill
      message: {$ref: ../common/messages.yaml#/placed}
  orders.counted:
    publish:
      operationId: count
      message:
        name: Counted
        schemaFormat: application/vnd.google.protobuf;version=3
        payload: {$ref: schemas/counted.proto}
  orders.shipped:
    publish:
      operationId: ship
      message: {name: shipped, payload: {$ref: schemas/shipped.json#/definitions/shipped}}
"""
FILES = {
    "../common/messages.yaml": "placed:\n  name: placed\n  schemaFormat: application/vnd.apache.avro;version=1.9.0\n"
    "  payload: {$ref: placed.avsc}\n",
    "../common/placed.avsc": '{"type": "record", "name": "Placed", "fields": [{"name": "id", "type": "long"}]}',
    "schemas/counted.proto": 'syntax = "proto3"; message Counted { int32 number = 1; }',
    "schemas/shipped.json": '{"definitions": {"shipped": {"type": "object", "required": ["id"]}}}',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the document in a folder of its own, and its schemas below that and in another."""
    for name, text in {"billing.yaml": DOCUMENT, **FILES}.items():
        path = tmp_path / "api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def placed() -> bytes:
    """An order in Avro."""
    target = BytesIO()
    schema = {"type": "record", "name": "Placed", "fields": [{"name": "id", "type": "long"}]}
    fastavro.schemaless_writer(target, schema, {"id": 7})
    return target.getvalue()


def test_a_consumer_s_document_comes_with_its_files_and_the_provider_sends_what_it_receives(
    sqlite_broker: Broker, folder: Path
) -> None:
    given = ("--allow", "common", "--role", "consumer", "--consumer", "billing", "--provider", "orders")
    troth(
        "publish",
        "api/billing.yaml",
        *given,
        "-a",
        "1",
        "--branch",
        "main",
        "-b",
        sqlite_broker.url,
        folder=folder,
        code=0,
    )

    def verified(shipped: object) -> Report:
        messages = {
            "bill receives placed": placed,
            "count receives Counted": lambda: b"\x08\x03",
            "ship receives shipped": lambda: shipped,
        }
        return verify(sqlite_broker.url, provider="orders", messages=messages)

    report = verified({"id": 1})
    assert report.ok, report.to_text()
    assert len(report.results) == 3
    assert verified({}).exit_code == 1


def test_a_document_in_its_folder_is_the_application_s_own(folder: Path) -> None:
    api = folder / "api" / "billing.yaml"
    api.write_text(api.read_text().replace("../common/messages.yaml#/placed", "messages.yaml#/placed"))
    (folder / "common").rename(folder / "api" / "common")
    (folder / "api" / "messages.yaml").write_text("placed: {$ref: common/messages.yaml#/placed}")
    seen: list[object] = []

    def take(request: dict[str, object]) -> str:
        seen.append(request["contents"])
        return "taken"

    report = verify(str(api), messages=take)
    assert report.ok, report.to_text()
    assert {"id": 0} in seen
    assert {"number": 2} in seen


def test_a_file_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "api" / "schemas" / "shipped.json").unlink()
    (folder / "api" / "billing.yaml").write_text(DOCUMENT.replace("../common/messages.yaml#/placed", "'#/info'"))
    report = verify(str(folder / "api" / "billing.yaml"), messages=lambda: 1)
    assert (report.exit_code, "shipped.json cannot be read" in report.to_text()) == (2, True)
