"""AsyncAPI documents whose payloads are .proto files that import others, in the document's folder or below."""

from pathlib import Path

import pytest

from tests.verifiers.providing import Answer, Provider
from troth_schemas import formats
from troth_schemas.sources import Sources
from troth_verifiers import Message, Outcome, Report, verify
from troth_verifiers.addresses import Addresses

DOCUMENT = """
asyncapi: 3.0.0
info: {title: orders, version: '1'}
channels:
  placed:
    address: orders.placed
    messages:
      Order:
        contentType: application/protobuf
        payload:
          schemaFormat: application/vnd.google.protobuf;version=3
          schema: {$ref: protos/shop/order.proto}
operations:
  place: {action: send, channel: {$ref: '#/channels/placed'}}
"""
ORDER = """
syntax = "proto3";
package shop;
import "common/money.proto";
import "google/protobuf/timestamp.proto";
message Order { message Line { int32 sku = 1; } int32 id = 1; common.Money total = 2; repeated Line lines = 3; }
"""
MONEY = 'syntax = "proto3"; package common; import "common/units/unit.proto"; message Money { int64 cents = 1; }'
UNIT = 'syntax = "proto3"; package common.units; message Unit { string name = 1; }'
FILES = {
    "asyncapi.yaml": DOCUMENT,
    "protos/shop/order.proto": ORDER,
    "protos/common/money.proto": MONEY,
    "protos/common/units/unit.proto": UNIT,
    "protos/shop/unrelated.proto": 'syntax = "proto3"; message Unrelated {',
}
GOOD, BAD = b"\x08\x07\x12\x03\x08\xb1\x09", b"\x08\x07\x12\x7f"


def written(folder: Path, **instead: str) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(instead.get(Path(name).stem, text))
    return folder / "asyncapi.yaml"


def replayed(place: str | Addresses, came: bytes) -> Report:
    return verify(place, messages=lambda: Message(came, "application/protobuf"))


def test_what_a_proto_file_imports_is_read_with_it(tmp_path: Path) -> None:
    path = str(written(tmp_path))
    (good,), (bad,) = replayed(path, GOOD).results, replayed(path, BAD).results
    assert good.outcome is Outcome.PASSED, good
    assert good.exchanges[0].received is not None
    assert '"total": {"cents": 1201}' in good.exchanges[0].received.body
    assert bad.outcome is Outcome.FAILED


def test_nothing_outside_of_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "money.proto").write_text(MONEY)
    inside = tmp_path / "inside"
    path = written(inside, order=ORDER.replace("common/money.proto", "../../../money.proto"))
    (result,) = replayed(str(path), GOOD).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "../../../money.proto" in result.cause.text


def test_an_import_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = written(tmp_path)
    (tmp_path / "protos/common/units/unit.proto").unlink()
    (result,) = replayed(str(path), GOOD).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert "common/units/unit.proto" in result.cause.text


@pytest.mark.parametrize("there", [True, False])
def test_a_document_on_the_web_is_fetched_with_what_is_imported(provider: Provider, there: bool) -> None:
    for name, text in FILES.items():
        if there or "unit." not in name:
            provider.answers[f"/{name}"] = Answer(200, text.encode())
    (result,) = replayed(Addresses((f"{provider.url}/asyncapi.yaml",)), GOOD).results
    assert result.outcome is (Outcome.PASSED if there else Outcome.ERRORED), result


def test_the_digest_knows_what_is_imported_and_nothing_beside_it() -> None:
    def digest(**instead: str) -> str:
        files = {name: instead.get(Path(name).stem, text).encode() for name, text in FILES.items()}
        known = formats.find("asyncapi")
        loaded = known.load(Sources("asyncapi.yaml", files))
        assert loaded.usable, loaded.problems
        return known.digest(loaded.document)

    assert digest() == digest(unrelated="message Other {}") == digest(money=MONEY.replace(";", " ;"))
    assert digest() != digest(money=MONEY.replace("int64", "int32"))
