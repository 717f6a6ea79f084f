"""Plain operations, manifests and schemas: replayed as they stand, and held against the schema."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.graphql.conftest import CATALOGUE
from tests.verifiers.graphql.making import SDL, answering, cause, document, replayed, told
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Outcome, Target, verify

OPERATIONS = """
query Products { products(first: 1) { ...Shown } }
query Product($id: ID!) { product(id: $id) { ...Shown stock } }
mutation Price { setPrice(id: "1", price: 3) { id price } }
query Search($text: String = "a") { search(text: $text) { __typename ... on Product { id } ... on Maker { name } } }
fragment Shown on Product { id price maker { ... on Maker { name } } }
"""
VARIABLES = json.dumps({"Product": [{"id": "1"}, {"id": "404"}]})


def test_each_operation_is_replayed_with_its_variables_and_held_against_introspection(catalogue: str) -> None:
    results = replayed(document(OPERATIONS, web__variables__json=VARIABLES), catalogue)
    assert [one.interaction.description for one in results] == [
        "Products",
        "Product with its variables 1",
        "Product with its variables 2",
        "Price",
        "Search",
    ]
    assert [one.outcome for one in results] == [Outcome.PASSED] * 5, results


def test_what_the_published_schema_does_not_give_out_fails(next_catalogue: str) -> None:
    sdl = (CATALOGUE / "schema.graphql").read_text()
    contract = document(OPERATIONS, web__variables__json=VARIABLES, schema__graphql=sdl)
    results = {one.interaction.description: one for one in replayed(contract, next_catalogue)}
    assert told(results["Products"]) == {("data", "$.data.products[0].price")}
    assert told(results["Price"]) == {("data", "$.data.setPrice.price")}
    assert results["Search"].outcome is Outcome.PASSED
    assert ("schema", "Product.price") in told(results["the schema is as published"])


def test_an_operation_that_lacks_a_variable_is_not_passed(catalogue: str) -> None:
    kind, text = cause(replayed(document("query A($id: ID!) { product(id: $id) { id } }"), catalogue)[0])
    assert kind == "variables-missing"
    assert "$id; give values in web.variables.json" in text


def test_variables_of_no_operation_are_told_beside_the_others(provider: Provider) -> None:
    answering(provider, {"data": {"order": {"id": "7"}}})
    beside = {"schema__graphql": SDL, "web__variables__json": '{"Orders": {"id": "7"}}'}
    first, strange, _ = replayed(document("query Order($id: ID) { order(id: $id) { id } }", **beside), provider.url)
    assert first.outcome is Outcome.PASSED
    text = "There are variables of Orders, and no operation is called so; there are: Order."
    assert cause(strange) == ("contract-unreadable", text)


def test_without_a_schema_to_hold_it_against_an_answer_does_not_pass(provider: Provider) -> None:
    def answer(asked: Asked) -> Answer:
        if b"__schema" in asked.body:
            return Answer(400, json={"errors": [{"message": "GraphQL introspection is not allowed"}]})
        return Answer(json={"data": {"order": {"id": "7"}}})

    provider.answers["/graphql"] = answer
    results = replayed(document("query A { order { id } }\nquery B { order { id } }"), provider.url)
    for one in results:
        kind, text = cause(one)
        assert kind == "schema-unknown"
        assert "introspection is not allowed" in text
    assert len([one for one in provider.asked if b"__schema" in one.body]) == 3  # more and more plainly, once for both


def test_errors_fail_whatever_is_known_of_the_schema(provider: Provider) -> None:
    answering(provider, {"data": {"order": None}, "errors": [{"message": "no", "path": ["order"]}]})
    first, _ = replayed(document("{ order { id } }", schema__graphql=SDL), provider.url)
    assert told(first) == {("errors", "$.errors[0]")}


def test_the_shape_of_answers_is_what_the_operation_asks_for(provider: Provider) -> None:
    text = """{ o: order { id total state lines { name count } buyer { name } }
      found { ... on Order { id } ... on Buyer { name } } orders { id } }"""
    data = {
        "o": {"id": 7, "total": 1, "state": "LOST", "lines": [{"name": "a"}, None, 3], "buyer": None},
        "found": [{"id": "1"}, {"__typename": "Shop"}, None],
        "orders": {},
    }
    answering(provider, {"data": data})
    first, _ = replayed(document(text, schema__graphql=SDL), provider.url)
    assert {place for _, place in told(first)} == {
        "$.data.o.id",
        "$.data.o.state",
        "$.data.o.lines[0]",
        "$.data.o.lines[1]",
        "$.data.o.lines[2]",
        "$.data.found[1]",
        "$.data.found[2]",
        "$.data.orders",
    }


def test_an_object_that_tells_its_type_is_held_against_that_type(provider: Provider) -> None:
    text = "{ found { __typename ... on Order { id } ... on Buyer { name } } }"
    answering(provider, {"data": {"found": [{"__typename": "Order", "name": "n"}, {"__typename": "Shop"}]}})
    first, _ = replayed(document(text, schema__graphql=SDL), provider.url)
    assert told(first) == {("data", "$.data.found[0]"), ("data", "$.data.found[1]")}
    assert "Missing: id" in first.mismatches[0].text


def test_what_clients_keep_to_themselves_is_not_sent(provider: Provider) -> None:
    answering(provider, {"data": {"order": {"id": "7"}}})
    text = "query A { order { id mine @client } }"
    first, _ = replayed(document(text, schema__graphql=SDL), provider.url)
    assert first.outcome is Outcome.PASSED
    assert "mine" not in next(one.json["query"] for one in provider.asked if b"__schema" not in one.body)


def test_the_operations_of_a_map_of_persisted_queries_are_replayed(catalogue: str) -> None:
    manifest = json.dumps({"one": "query A { products { id } }", "two": "query B { nothing }"})
    first, second = replayed(document(manifest, "queries.json"), catalogue)
    assert first.outcome is Outcome.PASSED
    assert told(second) == {("errors", "$.errors[0]")}


def _manifest(text: str) -> str:
    one = {"id": sha256(text.encode()).hexdigest(), "name": "A", "type": "query", "body": text}
    return json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": [one]})


def test_an_operation_of_apollos_manifest_is_asked_for_by_its_hash_and_sent_where_that_is_unknown(
    catalogue: str,
) -> None:
    text = "query A {\n  products { name }\n}"
    for sent in (2, 1):
        (result,) = replayed(document(_manifest(text), "queries.json"), catalogue)
        assert result.outcome is Outcome.PASSED, (result.mismatches, result.cause)
        assert len(result.exchanges) == sent


def test_it_is_sent_in_whole_to_a_server_that_knows_no_hashes(provider: Provider) -> None:
    def answer(asked: Asked) -> Answer:
        found = "query" in asked.json
        return Answer(json={"data": {"order": None}}) if found else Answer(400, b"no query")

    provider.answers["/graphql"] = answer
    first, _ = replayed(document(_manifest("query A { order { id } }"), "q.json", schema__graphql=SDL), provider.url)
    assert first.outcome is Outcome.PASSED


def test_a_published_schema_is_compared_with_the_running_one(catalogue: str, next_catalogue: str) -> None:
    contract = document((CATALOGUE / "schema.graphql").read_text(), "schema.graphql")
    (kept,) = replayed(contract, catalogue)
    assert kept.outcome is Outcome.PASSED
    (broken,) = replayed(contract, next_catalogue)
    assert told(broken) == {("schema", "Product.price"), ("schema", "PriceChange.price")}


def test_documents_in_files_find_what_stands_beside_them(tmp_path: Path, catalogue: str) -> None:
    (tmp_path / "web.graphql").write_text(OPERATIONS)
    (tmp_path / "web.variables.json").write_text(VARIABLES)
    (tmp_path / "schema.graphql").write_text((CATALOGUE / "schema.graphql").read_text())
    (tmp_path / "queries.json").write_text(json.dumps({"one": "query A { products { id } }"}))
    report = verify(tmp_path / "web.graphql", Target(catalogue))
    assert (len(report.contracts[0].results), report.ok) == (6, True), report.to_text()
    report = verify(tmp_path, Target(catalogue))
    assert [Path(one.contract.name).name for one in report.contracts] == ["queries.json"]
    assert report.ok, report.to_text()


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        ({"errors": [{"message": "There is no query"}]}, 2),
        ({"data": None, "errors": [{"message": "There is no query"}]}, 2),
        ({"data": None, "errors": [{"message": "PersistedQueryNotSupported", "path": []}]}, 2),
        ({"data": None, "errors": [{"message": "out of stock", "path": ["pay"]}]}, 1),
        ({"data": {"pay": None}, "errors": [{"message": "out of stock", "path": ["pay"]}]}, 1),
    ],
)
def test_what_was_run_by_its_hash_is_not_run_again(provider: Provider, first: Any, asked: int) -> None:
    text = 'mutation Pay { pay(id: "1") { id } }'
    operations = [{"id": sha256(text.encode()).hexdigest(), "body": text, "name": "Pay", "type": "mutation"}]
    manifest = json.dumps({"format": "apollo-persisted-query-manifest", "version": 1, "operations": operations})
    whole = {"data": {"pay": {"id": "1"}}}
    provider.answers["/graphql"] = lambda one: Answer(json=whole if b'"query"' in one.body else first)
    paid = replayed(document(manifest, "m.json", schema__graphql=SDL), provider.url)[0]
    assert len([one for one in provider.asked if b"__schema" not in one.body]) == asked
    assert paid.outcome is (Outcome.PASSED if asked == 2 else Outcome.FAILED)
