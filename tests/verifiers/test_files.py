"""What a file is, told from what it says, and the documents beside it that it refers to."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.verifiers.pacts import http, v4
from troth_verifiers import Contract, Files

EXPECTATIONS = """
troth: 1
protocol: grpc
consumer: web
provider: {name: orders}
schema: [proto/orders.proto]
interactions: [{description: an order}]
"""


def found(*places: str | Path) -> list[Contract]:
    async def listed() -> list[Contract]:
        return [contract async for contract in Files(*places).contracts()]

    return asyncio.run(listed())


def test_expectations_have_their_protocol_as_format_and_their_schemas_with_them(tmp_path: Path) -> None:
    (tmp_path / "proto").mkdir()
    (tmp_path / "proto/orders.proto").write_text('syntax = "proto3";')
    (tmp_path / "web.troth.yaml").write_text(EXPECTATIONS)
    (tmp_path / "values.yaml").write_text("a: 1")
    (contract,) = found(tmp_path)
    assert (contract.format, contract.consumer, contract.provider) == ("grpc", "web", "orders")
    assert contract.files == {"proto/orders.proto": b'syntax = "proto3";'}


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.json", json.dumps(v4(http("one"))), "pact"),
        ("a.json", "{", "pact"),
        ("a.yaml", "- : :", "pact"),
        ("a.yaml", "asyncapi: 3.0.0", "asyncapi"),
        ("a.graphql", "query A { a }", "graphql-operations"),
        ("a.json", '{"format": "apollo-persisted-query-manifest", "operations": []}', "graphql-operations"),
        ("a.json", '{"troth": 1, "interactions": []}', "expectations"),
    ],
)
def test_a_format_is_told_from_what_a_file_says(name: str, content: str, kind: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    (contract,) = found(tmp_path / name)
    assert contract.format == kind


@pytest.mark.parametrize(
    ("schema", "why"),
    [("[../a.proto]", "is not in its folder"), ("/etc/passwd", "is not in its folder"), ("a.proto", "No such file")],
)
def test_a_schema_outside_the_folder_is_not_read(schema: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(EXPECTATIONS.replace("[proto/orders.proto]", schema))
    (contract,) = found(tmp_path / "a.yaml")
    assert (contract.consumer, why in contract.unreadable, contract.files) == ("web", True, {})


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"troth: 1\nconsumer: [", "is not YAML: "),
        (b"\xff\xfe\x00", "a.yaml"),
        (
            b"type: message\nconsumer: web",
            "it is YAML, and no contract that is known: expectations begin with `troth: 1`",
        ),
    ],
)
def test_yaml_that_is_no_contract_is_said_to_be_none(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(content)
    (contract,) = found(tmp_path / "a.yaml")
    assert why in contract.unreadable


def test_a_folder_called_like_a_contract_is_one_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    (tmp_path / "b.json").write_text(json.dumps(v4(http("one"))))
    first, second = found(tmp_path)
    assert (first.unreadable, second.unreadable) == (f"{tmp_path / 'a.json'} cannot be read: Is a directory.", "")
