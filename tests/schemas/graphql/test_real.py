"""Schemas that real services publish go with themselves and with their own reformatted copies, and diffs are proved."""

import json
from pathlib import Path

import pytest
from graphql import parse, print_ast

from troth_schemas.contract import Contract, compare
from troth_schemas.sources import Sources

PACKAGES = Path(__file__).parents[3] / ".cache" / "contracts" / "node_modules"
GITHUB = PACKAGES / "@octokit/graphql-schema"
"""1.2 MB of SDL, and an older introspection result of 5 MB."""
SUBGRAPHS = PACKAGES / "@apollo/federation-subgraph-compatibility-tests"
"""Subgraphs of Federation 2."""
FEDERATED = ("products.graphql", "dist/subgraphs/inventory/inventory.graphql", "dist/subgraphs/users/users.graphql")

needed = pytest.mark.skipif(not GITHUB.exists(), reason="the real contracts are not set up: make contracts needs npm")


def contract(path: Path, text: str | None = None) -> Contract:
    content = path.read_bytes() if text is None else text.encode()
    return Contract("graphql", Sources(path.name, {path.name: content}))


@needed
def test_a_large_schema_goes_with_itself_and_with_its_reformatted_copy() -> None:
    path = GITHUB / "schema.graphql"
    printed = [print_ast(one) for one in parse(path.read_text()).definitions]
    original, copy = contract(path), contract(path, "\n# turned round\n".join(reversed(printed)))
    assert original.digest == copy.digest
    for reader, writer in ((original, original), (original, copy), (copy, original)):
        report = compare(reader, writer)
        assert report.findings == ()
        assert {one.rule for one in report.not_covered} <= {"graphql/unsound-schema"}  # it has a field twice
        assert report.judged > 10_000


@needed
def test_a_year_of_changes_is_told_with_proofs() -> None:
    report = compare(contract(GITHUB / "schema.graphql"), contract(GITHUB / "schema.json"))
    back = compare(contract(GITHUB / "schema.json"), contract(GITHUB / "schema.graphql"))
    breaking = [*report.breaking, *back.breaking]
    proved = sum(one.witness is not None for one in breaking)
    print(f"{len(breaking)} breaking findings, {proved} with a checked witness; {report.judged} elements judged")
    assert len(breaking) > 100
    assert proved >= 0.95 * len(breaking)


@needed
@pytest.mark.parametrize("name", FEDERATED)
def test_a_subgraph_loads_and_goes_with_itself_and_its_reformatted_copy(name: str) -> None:
    path = SUBGRAPHS / name
    original = contract(path)
    assert original.loaded.problems == ()
    assert original.loaded.document.schema.federated
    printed = [print_ast(one) for one in parse(path.read_text()).definitions]
    copy = contract(path, ",\n".join(reversed(printed)))
    assert original.digest == copy.digest
    for reader, writer in ((original, copy), (copy, original)):
        report = compare(reader, writer)
        assert (report.findings, report.not_covered, report.compatible) == ((), (), True)


@needed
def test_sdl_and_introspection_of_one_schema_say_the_same() -> None:
    result = json.loads((GITHUB / "schema.json").read_text())
    assert "__schema" in result or "__schema" in result["data"]
    assert contract(GITHUB / "schema.json").loaded.document.schema.types["Repository"].fields["name"].type == "String!"
