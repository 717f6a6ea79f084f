"""The running schema against the published one: what it no longer keeps fails, what cannot be seen does not pass."""

from typing import Any

import pytest
from ariadne import make_executable_schema
from ariadne.asgi import GraphQL
from graphql import build_schema, execute_sync, parse

from tests.support.brokers import serving
from tests.verifiers.graphql.making import answering, cause, document, expectations, replayed, told
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Outcome

PUBLISHED = """
"Everything."
type Query { order(id: ID!): Order  search(text: String = "a", kind: Kind): [Order!]! }
type Order { id: ID! total: Float @deprecated(reason: "use price") price: Float! note: String }
enum Kind { A B }
scalar Date @specifiedBy(url: "https://example.com/date")
directive @mark(of: String) on FIELD
"""


def running(sdl: str, published: str = PUBLISHED, **more: Any) -> Any:
    """The result of comparing a server of this schema with the published one."""
    api = GraphQL(make_executable_schema(sdl), logger="quiet", **more)
    with serving(api) as url:
        (result,) = replayed(document(published, "schema.graphql"), f"{url}/")
    return result


def test_a_server_that_serves_what_is_published_passes() -> None:
    result = running(PUBLISHED)
    assert result.outcome is Outcome.PASSED, result


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("note: String", "", "Order.note"),
        ("price: Float!", "price: Float", "Order.price"),
        ("price: Float!", "price: Int!", "Order.price"),
        ("id: ID!)", "id: ID!, shop: ID!)", "Query.order"),
        ('= "a"', '= "b"', "Query.search(text)"),
        ("{ A B }", "{ A }", "Kind.B"),
        ("directive @mark(of: String) on FIELD", "", "@mark"),
    ],
)
def test_a_server_that_drifted_away_fails_with_the_place(old: str, new: str, place: str) -> None:
    result = running(PUBLISHED.replace(old, new))
    assert place in {where for kind, where in told(result) if kind == "schema"}


BESIDES = [
    ("note: String", "note: String extra: Int", "Order.extra"),
    ("id: ID!)", "id: ID!, shop: ID)", "Query.order"),
    ("type Order {", "interface Node { id: ID! } type Order implements Node {", "Node.Order"),
]


@pytest.mark.parametrize(("old", "new", "place"), BESIDES)
def test_what_the_server_has_besides_passes_unless_it_is_refused(old: str, new: str, place: str) -> None:
    assert old in PUBLISHED
    schema = make_executable_schema(PUBLISHED.replace(old, new))
    if "Node" in schema.type_map:
        schema.type_map["Node"].resolve_type = lambda *_: "Order"  # type: ignore[attr-defined]  # it is an interface
    api = GraphQL(schema, logger="quiet")
    one = {"operation": '{ order(id: "1") { id } }', "data": {"order": None}}
    files = {"schema.graphql": PUBLISHED.encode()}
    with serving(api) as url:
        _, lenient = replayed(expectations(one, files=files), f"{url}/")
        _, strict = replayed(expectations(one, files=files, settings={"additions": "refused"}), f"{url}/")
    assert lenient.outcome is Outcome.PASSED, lenient
    assert ("schema", place) in told(strict)


def test_a_new_value_that_is_given_out_is_no_addition_but_a_drift() -> None:
    published = PUBLISHED.replace("note: String", "kind: Kind")
    result = running(published.replace("{ A B }", "{ A B C }"), published)
    assert told(result) == {("schema", "Kind")}


def test_a_server_that_hides_its_schema_does_not_pass() -> None:
    kind, text = cause(running(PUBLISHED, introspection=False))
    assert kind == "schema-unknown"
    assert "introspection" in text.lower()


def test_a_server_that_tells_nonsense_of_its_schema_does_not_pass(provider: Provider) -> None:
    answering(provider, {"data": {"__schema": {"types": [{"kind": "OBJECT"}]}}})
    (result,) = replayed(document(PUBLISHED, "schema.graphql"), provider.url)
    kind, text = cause(result)
    assert kind == "schema-unknown"
    assert "without a name" in text


def test_an_introspection_without_a_schema_is_told_as_such(provider: Provider) -> None:
    answering(provider, {"data": {"order": None}})
    (result,) = replayed(document(PUBLISHED, "schema.graphql"), provider.url)
    assert cause(result)[1].endswith("cannot be judged: Its answer to the introspection has no `__schema`.")


def test_an_old_server_is_asked_a_plainer_question(provider: Provider) -> None:
    refused = {"errors": [{"message": "Cannot query field 'isOneOf' on type '__Type'."}]}
    plain = {"data": {"__schema": {"types": [{"kind": "OBJECT", "name": "Query", "fields": []}]}}}
    answering(provider, refused, refused, plain)
    (result,) = replayed(document("type Query { a: Int }", "schema.graphql"), provider.url)
    assert [b"isOneOf" in one.body for one in provider.asked] == [True, False, False]
    assert [b"isRepeatable" in one.body for one in provider.asked] == [True, True, False]
    assert "Query.a" in {place for _, place in told(result)}


def test_a_server_that_knows_no_one_of_is_still_asked_for_what_is_deprecated(provider: Provider) -> None:
    sdl = """
      directive @mark(of: String @deprecated) repeatable on FIELD
      type Query { order(id: ID, old: Int @deprecated): Int  found(by: By): Int }
      input By { id: ID name: String @deprecated }
    """
    schema = build_schema(sdl)

    def answer(asked: Asked) -> Answer:
        if b"isOneOf" in asked.body:
            return Answer(400, json={"errors": [{"message": "Cannot query field 'isOneOf' on type '__Type'."}]})
        return Answer(json={"data": execute_sync(schema, parse(asked.json["query"])).data})

    provider.answers["/graphql"] = answer
    (result,) = replayed(document(sdl, "schema.graphql"), provider.url)
    assert result.outcome is Outcome.PASSED, result


SUBGRAPH = """
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { a: Int }
type Order @key(fields: "id") { id: ID! }
"""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"data": {"_service": {"sdl": SUBGRAPH}}}, None),
        ({"data": {"_service": {"sdl": SUBGRAPH.replace("a: Int", "b: Int")}}}, "Query.a"),
        ({"data": {"_service": {"sdl": SUBGRAPH.replace(' @key(fields: "id")', "")}}}, "Order"),
        ({"data": {"_service": {"sdl": ""}}}, "Query._service"),
        ({"data": {"_service": {"sdl": "type {"}}}, "Query._service"),
        ({"errors": [{"message": "Cannot query field '_service'"}]}, "Query._service"),
    ],
    ids=["the same", "another field", "no entity", "nothing", "broken", "no subgraph"],
)
def test_a_subgraph_is_compared_by_the_sdl_that_it_tells(provider: Provider, answer: Any, said: str | None) -> None:
    answering(provider, answer)
    (result,) = replayed(document(SUBGRAPH, "schema.graphql"), provider.url)
    if said is None:
        assert result.outcome is Outcome.PASSED, result
    else:
        assert said in {place for _, place in told(result)}
