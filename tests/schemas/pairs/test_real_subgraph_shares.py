"""How much of federated subgraphs is judged, and how much of what breaks their router and clients is shown.

The subgraphs have no mutations; what a client may change is added here, as a team would write it.
"""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    parse,
    print_ast,
)

from tests.schemas.graphql.test_real import FEDERATED, SUBGRAPHS, contract, needed
from tests.schemas.pairs.test_real_shares import assert_judged_and_shown
from troth_schemas.contract import Contract, compare
from troth_schemas.pairs import judge
from troth_schemas.report import merge
from troth_schemas.sources import Sources

MUTATIONS = """
input NewProduct { sku: String! package: String }
extend type Mutation {
  createProduct(product: NewProduct!): Product
  renameProduct(id: ID!, sku: String!): Product
  deleteProduct(id: ID!): Boolean!
}
"""
TYPES = (
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
)
LEAVES = ("ID", "String", "Int", "Float", "Boolean")


def text_of(name: str) -> str:
    return (SUBGRAPHS / name).read_text() + (MUTATIONS if name.startswith("products") else "")


def fields(text: str) -> Iterator[tuple[str, FieldDefinitionNode]]:
    """Every field that the subgraph itself answers, with its type's name."""
    for one in parse(text).definitions:
        if isinstance(one, TYPES):
            for field in one.fields or ():
                if not any(directive.name.value == "external" for directive in field.directives or ()):
                    yield one.name.value, field


def free(text: str) -> Iterator[FieldDefinitionNode]:
    """The fields whose type no interface holds, so that another one leaves the schema sound."""
    bound = {"Inventory", "OpenSourceInventory"}
    return (field for owner, field in fields(text) if owner not in bound or "interfaceObject" in text)


def with_other_type(text: str, field: FieldDefinitionNode) -> str:
    """The subgraph with one field of another type."""
    assert field.type.loc is not None
    return f"{text[: field.type.loc.start]}[[Int!]]{text[field.type.loc.end :]}"


def operations(text: str) -> list[str]:
    """What a router asks for each entity's fields, and what clients ask of the roots."""
    found = []
    keyed = {one.name.value for one in parse(text).definitions if isinstance(one, TYPES) and _is_entity(one)}
    for number, (owner, field) in enumerate(fields(text)):
        inner = "" if _is_leaf(field) else " { __typename }"
        given = ", ".join(f"{one.name.value}: ${one.name.value}" for one in field.arguments or ())
        declared = [f"${one.name.value}: {print_ast(one.type)}" for one in field.arguments or ()]
        call = f"{field.name.value}{f'({given})' if given else ''}{inner}"
        if owner in ("Query", "Mutation"):
            head = f"({', '.join(declared)})" if declared else ""
            found.append(f"{owner.lower()} Root{number}{head} {{ {call} }}")
        elif owner in keyed:
            head = ", ".join(["$r: [_Any!]!", *declared])
            found.append(
                f"query Entity{number}({head}) {{ _entities(representations: $r) {{ ... on {owner} {{ {call} }} }} }}"
            )
    return found


def _is_entity(one: object) -> bool:
    return any(directive.name.value == "key" for directive in getattr(one, "directives", None) or ())


def _is_leaf(field: FieldDefinitionNode) -> bool:
    return _named(field) in LEAVES


def _named(field: FieldDefinitionNode) -> str:
    return re.sub(r"[\[\]!]", "", print_ast(field.type))


def asking(text: str) -> Contract:
    return Contract("graphql-operations", Sources("a.graphql", {"a.graphql": "\n".join(operations(text)).encode()}))


@needed
def test_subgraphs_are_judged_and_what_breaks_their_router_and_clients_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked, evolved, count, edits = [], [], 0, 0
    for name in FEDERATED:
        path, text = SUBGRAPHS / name, text_of(name)
        client, old = asking(text), contract(path, text)
        whole = judge(client, old)
        assert [
            (one.rule, one.message) for one in (*whole.findings, *whole.not_covered) if one.severity != "risky"
        ] == []
        assert whole.compatible is True
        assert whole.judged == len(operations(text))
        for field in free(text):
            new = contract(path, with_other_type(text, field))
            evolved.append(compare(new, old))
            asked.append(judge(client, new))
            edits += 1
            count += whole.judged
    assert any("mutation" in one for one in operations(text_of(FEDERATED[0])))
    assert all(one.compatible is False for one in evolved), "each change of a type is found"
    assert_judged_and_shown("GraphQL × GraphQL, subgraphs (one field at a time)", merge(evolved), edits, capsys)
    assert_judged_and_shown("operations × GraphQL, subgraphs", merge(asked), count, capsys, least=10)
