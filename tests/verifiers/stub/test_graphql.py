"""A stub of GraphQL: the data of expectations and pacts, and data made up from a schema."""

import json
from hashlib import sha256
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, print_type

from tests.verifiers.pacts import contract as pact_contract
from tests.verifiers.pacts import http, v4
from tests.verifiers.stub.serving import EXAMPLES, serving
from troth_schemas.documents import read
from troth_verifiers import Contract, ContractUnreadable, Outcome, Target, verify_async

pytestmark = pytest.mark.anyio
EXPECTATIONS = EXAMPLES / "catalogue" / "web-catalogue.troth.yaml"
SCHEMA = EXAMPLES / "catalogue" / "schema.graphql"
PRODUCT = """
query Product($id: ID!) { product(id: $id) { maker { name }, ...Shown } }
fragment Shown on Product { price name id } # spelled otherwise than in the contract
"""


async def test_a_stub_keeps_the_contract_that_it_is_made_of() -> None:
    async with serving(EXPECTATIONS) as (stub, _):
        report = await verify_async(EXPECTATIONS, Target(stub.url), ignore_missing_states=True)
        assert {one.outcome for one in report.results} == {Outcome.PASSED}, report.results


async def test_an_operation_is_known_by_what_it_asks_and_its_variables() -> None:
    async with serving(EXPECTATIONS) as (stub, client):
        known = {"query": PRODUCT, "variables": {"id": "1"}}
        assert (await client.post("/graphql", json=known)).json()["data"]["product"]["name"] == "hammer"
        answer = await client.post("/graphql", json={"query": PRODUCT, "variables": {"id": "2", "other": 1}})
        assert answer.status_code == 501
        text = answer.json()["errors"][0]["message"]
        assert text == answer.json()["error"] == stub.refused[0].text
        assert text.startswith(
            "No contract knows POST /graphql (query Product).\n  a product (given a product costs):\n"
        )
        assert 'variables.id: Expected it to be equal to "1" (text), but it is "2" (text).' in text
        assert "variables: Not expected: other." in text


async def test_a_state_chooses_among_operations_and_one_that_there_is_not_is_told() -> None:
    written: Any = read(EXPECTATIONS.name, EXPECTATIONS.read_bytes()).value
    first = written["interactions"][0]
    gone = {**first, "states": [{"name": "it is gone"}], "data": {"product": None}}
    files = {SCHEMA.name: SCHEMA.read_bytes()}
    content = json.dumps({**written, "interactions": [first, gone]}).encode()
    asked = {"query": first["operation"], "variables": {"id": "1"}}
    async with serving(Contract("web", "catalogue", content, "web.troth.yaml", format="graphql", files=files)) as (
        _,
        client,
    ):
        answer = await client.post("/graphql", json=asked, headers={"X-Troth-State": "it is gone"})
        assert answer.json()["data"] == {"product": None}
        answer = await client.post("/graphql", json=asked, headers={"X-Troth-State": "it is lost"})
        assert answer.status_code == 501
        assert "Given 'it is gone', and x-troth-state asks for 'it is lost'." in answer.json()["error"]


async def test_what_is_expected_is_answered_and_not_what_a_schema_given_before_makes_up() -> None:
    async with serving(SCHEMA, EXPECTATIONS) as (_, client):
        for number, name in (("1", "hammer"), ("2", "name")):
            answer = await client.post("/graphql", json={"query": PRODUCT, "variables": {"id": number}})
            assert answer.json()["data"]["product"]["name"] == name


async def test_operations_are_asked_by_get_and_by_their_hash_too() -> None:
    async with serving(EXPECTATIONS) as (stub, client):
        absent = await client.get("/graphql", params={"query": '{ product(id: "404") { id } }'})
        assert absent.json() == {"data": {"product": None}}
        search = 'query Search { search(text: "m") { __typename ... on Product { price } ... on Maker { name } } }'
        persisted = {"persistedQuery": {"version": 1, "sha256Hash": sha256(search.encode()).hexdigest()}}
        answer = await client.post("/graphql", json={"extensions": persisted})
        assert answer.json()["data"]["search"] == [{"__typename": "Product", "price": 9.5}]
        persisted["persistedQuery"]["sha256Hash"] = "0" * 64
        answer = await client.get("/graphql", params={"extensions": json.dumps(persisted)})
        assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        assert not stub.refused


@pytest.mark.parametrize("contract", [SCHEMA, EXPECTATIONS])
async def test_a_mutation_is_not_taken_by_get(contract: Any) -> None:
    async with serving(contract) as (_, client):
        answer = await client.get("/graphql", params={"query": 'mutation { setPrice(id: "404", price: 1) { id } }'})
        assert answer.status_code == 501
        assert answer.json()["error"] == "GET /graphql (mutation): a mutation is not sent by GET."


@pytest.mark.parametrize("variables", [{}, {"id": "1"}])
async def test_a_variable_with_its_default_is_as_one_that_is_left_out(variables: dict[str, Any]) -> None:
    one = {"operation": 'query Q($id: ID! = "1") { product(id: $id) { name } }', "data": {"product": {"name": "saw"}}}
    head = {"troth": 1, "protocol": "graphql", "consumer": "web", "provider": "catalogue"}
    for stated in ({}, {"id": "1"}):
        interactions = [{"description": "a product", "variables": stated, **one}]
        content = json.dumps({**head, "interactions": interactions}).encode()
        async with serving(Contract("web", "catalogue", content, "web.json", format="graphql")) as (_, client):
            answer = await client.post("/graphql", json={"query": one["operation"], "variables": variables})
            assert answer.json() == {"data": one["data"]}
            answer = await client.post("/graphql", json={"query": one["operation"], "variables": {"id": "2"}})
            assert answer.status_code == 501


async def test_data_are_made_up_from_a_schema() -> None:
    query = """query Q($id: ID!) {
      product(id: $id) { id name price stock maker { __typename name } } products { name }
      search(text: "x") { __typename } }"""
    async with serving(SCHEMA) as (_, client):
        first = (await client.post("/graphql", json={"query": query, "variables": {"id": "7"}})).json()
        assert first["data"] == {
            "product": {
                "id": "7",
                "name": "name",
                "price": 1.5,
                "stock": 1,
                "maker": {"__typename": "Maker", "name": "name"},
            },
            "products": [{"name": "name"}],
            "search": [{"__typename": "Maker"}],
        }
        assert (await client.post("/graphql", json={"query": query, "variables": {"id": "7"}})).json() == first
        told = (await client.post("/graphql", json={"query": get_introspection_query()})).json()
        made = build_client_schema(told["data"]).get_type("Maker")
        assert made is not None
        assert "name: String!" in print_type(made)


@pytest.mark.parametrize(
    ("method", "more", "why"),
    [
        ("POST", {"json": {"query": "{ prodct { id } }"}}, "Cannot query field 'prodct' on type 'Query'"),
        (
            "POST",
            {"json": {"query": "query ($id: ID!) { product(id: $id) { id } }"}},
            "Variable '$id' has invalid value",
        ),
        ("POST", {"json": {"query": "{ products { id }"}}, "Syntax Error: Expected Name, found <EOF> (line 1, column"),
        ("POST", {"json": {"query": "{ a } { b }"}}, "There are 2 operations; say by `operationName` which is meant"),
        (
            "POST",
            {"json": {"query": 'subscription { priceChanged(id: "2") { id } }'}},
            "by graphql-transport-ws",
        ),
        ("POST", {"json": [{"query": "{ products { id } }"}]}, "batches of operations are not answered"),
        ("POST", {"content": b"{"}, "The body is no JSON"),
        ("POST", {"json": {}}, "The request has no `query`."),
        ("PUT", {"json": {"query": "{ products { id } }"}}, "asked by POST or GET, not by PUT"),
        ("POST", {"json": {"query": " "}}, "The request has no `query`"),
        ("GET", {"params": {"query": "{ products { id } }", "variables": "{"}}, "The parameter 'variables' is no JSON"),
        ("GET", {"params": {"query": "{ a }", "variables": "[" * 3000}}, "The parameter 'variables' is no JSON"),
    ],
)
async def test_what_a_schema_does_not_allow_is_refused(method: str, more: Any, why: str) -> None:
    async with serving(SCHEMA) as (stub, client):
        answer = await client.request(method, "/graphql", **more)
        assert answer.status_code == 501
        assert why in answer.json()["errors"][0]["message"]
        assert len(stub.refused) == 1


async def test_an_operation_that_is_expected_to_fail_fails_as_expected() -> None:
    errors = [{"message": "There is no such field."}]
    asked = {"description": "a wrong one", "operation": "{ colour }", "errors": errors}
    document = {
        "troth": 1,
        "protocol": "graphql",
        "consumer": "web",
        "provider": "catalogue",
        "schema": ["schema.graphql"],
    }
    content = json.dumps({**document, "interactions": [asked]}).encode()
    files = {"schema.graphql": SCHEMA.read_bytes()}
    async with serving(Contract("web", "catalogue", content, "x.json", format="graphql", files=files)) as (_, client):
        answer = await client.post("/graphql", json={"query": "{ colour }"})
        assert answer.json() == {"data": None, "errors": errors}
        answer = await client.post("/graphql", json={"query": "{ color }"})
        assert answer.json()["error"].startswith("The schema refuses POST /graphql (query).")


async def test_operations_of_a_document_are_answered_by_the_schema_that_is_given_with_it(tmp_path: Any) -> None:
    (tmp_path / "mine.graphql").write_text("query Mine { products { name } }")
    async with serving(tmp_path / "mine.graphql", SCHEMA) as (stub, client):
        answer = await client.post("/graphql", json={"query": "query Mine { products { name } }"})
        assert answer.json() == {"data": {"products": [{"name": "name"}]}}
        assert (await client.post("/graphql", json={"query": "{ products { name } }"})).status_code == 501
        assert (stub.answered[0].asked.what, stub.refused[0].asked.what) == ("query Mine", "query")


async def test_a_pacts_operation_may_be_spelled_otherwise() -> None:
    one = http("a product", "/graphql", body={"data": {"product": {"id": "1"}}})
    query = {"query": "query Product {\n  product(id: 1) { id }\n}", "variables": {"a": 1}}
    one["request"] |= {"method": "POST", "body": {"content": query, "contentType": "application/json"}}
    async with serving(pact_contract(v4(one))) as (stub, client):
        other = {**query, "query": "query Product { product(id: 1), { id } }"}
        assert (await client.post("/graphql", json=other)).json() == {"data": {"product": {"id": "1"}}}
        for wrong in ("query Product { product(id: 2) { id } }", "{"):
            assert (await client.post("/graphql", json={**query, "query": wrong})).status_code == 501
        assert len(stub.refused) == 2


async def test_lacking_data_and_a_broken_schema_are_told_before_anything_is_served() -> None:
    document = {"troth": 1, "protocol": "graphql", "consumer": "web", "provider": "catalogue"}
    asked = {"interactions": [{"description": "a product", "operation": "{ product { id } }"}]}
    bare = Contract("web", "catalogue", json.dumps({**document, **asked}).encode(), "x.json", format="graphql")
    with pytest.raises(ContractUnreadable, match="a product: it states no data, and there is no schema"):
        async with serving(bare):
            pass
    broken = Contract("", "", b"type Query { a: Nothing }", "schema.graphql", format="graphql")
    with pytest.raises(ContractUnreadable, match="Nothing"):
        async with serving(broken):
            pass
