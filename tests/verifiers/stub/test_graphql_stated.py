"""A stub of GraphQL whose contract states a part of an answer: the rest is made up in its form."""

import json
from typing import Any

import pytest

from tests.verifiers.pacts import contract as pact_contract
from tests.verifiers.pacts import http, v4
from tests.verifiers.stub.serving import serving
from troth_verifiers import Contract

pytestmark = pytest.mark.anyio
SCHEMA = b"""
interface Item { id: ID! }
type Book implements Item { id: ID! pages: Int! authors: [Author!]! }
type Film implements Item { id: ID! minutes: Int! }
type Author { name: String! }
type Query { item: Item items: [Item!]! books(first: Int): [Book!]! }
type Mutation { lend(id: ID!): Book }
type Subscription { lent: Item! }
"""


def library(*interactions: Any) -> Contract:
    written = {"troth": 1, "protocol": "graphql", "consumer": "app", "provider": "library", "schema": ["s.graphql"]}
    content = json.dumps({**written, "interactions": list(interactions)}).encode()
    return Contract("app", "library", content, "app.troth.yaml", format="graphql", files={"s.graphql": SCHEMA})


@pytest.mark.parametrize(
    ("operation", "stated", "answered"),
    [
        (
            "{ books { id pages authors { name } } }",
            {"books": [{"id": "4"}, {"id": "5", "authors": []}]},
            {
                "books": [
                    {"id": "4", "pages": 1, "authors": [{"name": "name"}]},
                    {"id": "5", "pages": 1, "authors": []},
                ]
            },
        ),
        ("{ books { id } }", {"books": []}, {"books": []}),
        (
            "{ item { __typename id ... on Book { pages } ... on Film { minutes } } }",
            {"item": {"__typename": "Film", "minutes": 117}},
            {"item": {"__typename": "Film", "id": "1", "minutes": 117}},
        ),
        (
            "{ items { id ... on Book { pages } ... on Film { minutes } } }",
            {"items": [{"minutes": 117}, {"pages": 9}]},
            {"items": [{"id": "1", "minutes": 117}, {"id": "1", "pages": 9}]},
        ),
        ("{ one: item { id } books { pages } }", {"one": None}, {"one": None, "books": [{"pages": 1}]}),
    ],
)
async def test_what_a_stated_answer_lacks_is_made_up_in_its_form(operation: str, stated: Any, answered: Any) -> None:
    async with serving(library({"description": "a", "operation": operation, "data": stated})) as (_, client):
        answer = await client.post("/graphql", json={"query": operation})
        assert answer.json() == {"data": answered}


async def test_the_operations_that_ask_for_the_same_are_told_first_before_contracts_of_http() -> None:
    known = library(
        {"description": "an item", "operation": "{ item { id } }"},
        {"description": "lending", "operation": 'mutation { lend(id: "1") { id } }', "data": {"lend": None}},
    )
    pact = pact_contract(v4(*(http(f"other {path}", path=f"/{path}") for path in "abcd")))
    async with serving(pact, known) as (stub, client):
        await client.post("/graphql", json={"query": 'mutation { lend(id: "2") { id } }'})
        assert stub.refused[0].asked.protocol == "graphql"
        assert stub.refused[0].text.startswith(
            "No contract knows POST /graphql (mutation).\n"
            "  lending:\n    It selects something else, or asks in another way.\n"
            "  an item:\n    It is another operation: query of item.\n"
        )
