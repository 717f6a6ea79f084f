"""GraphQL requests in pacts: which interactions are judged, and how answers and variables are."""

import json

from troth_schemas.contract import Contract
from troth_schemas.json_body import Document, Json
from troth_schemas.pairs import find, judge
from troth_schemas.report import Report
from troth_schemas.sources import one

SDL = """
type Query { order(id: ID!): Order nodes(ids: [ID!], tags: [Tag!]): [Node] }
interface Node { id: ID! }
type Order implements Node { id: ID! total: Float at: Time kind: Kind! lines: [Line!] }
type Line implements Node { id: ID! sku: String }
input Tag { name: String! below: [Tag!] }
enum Kind { A B }
scalar Time
"""
GET = "query Get($id: ID!) { order(id: $id) { id total kind at } }"


def interaction(body: Json, answer: Json, description: str = "it", **request: Json) -> Document:
    headers: Document = {"Content-Type": "application/json"}
    asked: Document = {"method": "POST", "path": "/graphql", "headers": headers, "body": body}
    return {"description": description, "request": {**asked, **request}, "response": {"status": 200, "body": answer}}


def pact(*interactions: Document) -> Contract:
    whole = {"consumer": {"name": "Shop"}, "provider": {"name": "Orders"}, "interactions": list(interactions)}
    metadata = {"pactSpecification": {"version": "3.0.0"}}
    return Contract("pact", one("pact.json", json.dumps({**whole, "metadata": metadata}).encode()))


def judged(*interactions: Document) -> Report:
    return judge(pact(*interactions), Contract("graphql", one("schema.graphql", SDL.encode())))


def asked(query: str, data: Json, variables: Json = None) -> Report:
    return judged(interaction({"query": query, "variables": variables}, {"data": data}))


def test_only_graphql_requests_are_judged_and_the_others_are_named() -> None:
    rest: Document = {"description": "rest", "request": {"path": "/orders"}, "response": {"status": 200}}
    report = judged(interaction({"query": GET, "variables": {"id": "1"}}, {"data": {"order": {"id": "1"}}}), rest)
    assert (report.scope, report.unjudged, report.compatible) == (
        ("it (POST /graphql)",), ("rest (GET /orders)",), None,
    )  # fmt: skip


def test_an_operation_in_plain_text_or_in_the_address_is_judged() -> None:
    text = interaction("{ order(id: 1) { id } }", {"data": {"order": {"id": 1}}},
                       headers={"Content-Type": "application/graphql"})  # fmt: skip
    address = interaction(None, {"data": {"order": {"id": 1}}}, method="GET",
                          query={"query": ["{ order(id: 1) { id } }"]})  # fmt: skip
    for each in (text, address):
        assert [finding.rule for finding in judged(each).breaking] == ["pact-graphql/answer-impossible"]


def test_a_wrong_operation_is_told_by_the_rules_for_operations_with_the_interaction() -> None:
    (finding,) = asked("{ order(id: 1) { totel } }", {"order": None}).breaking
    assert (finding.rule, finding.interaction, finding.element) == (
        "graphql-operations/unknown-field", "it (POST /graphql)", "Order.totel",
    )  # fmt: skip
    assert finding.writer is not None
    assert finding.writer.pointer == "/interactions/0/request/body/query"


def test_interfaces_answer_with_the_fields_of_their_objects() -> None:
    query = "{ nodes { __typename id ... on Order { total } ...L } } fragment L on Line { sku }"
    fits: list[Json] = [{"__typename": "Order", "id": "1", "total": 2}, {"__typename": "Line", "sku": None}, None]
    assert asked(query, {"nodes": fits}).compatible is True
    assert asked(query, {"nodes": [{"__typename": "Line", "total": 2}]}).compatible is False


def test_lists_of_inputs_take_single_ones_and_inputs_may_hold_themselves() -> None:
    query = "query N($ids: [ID!], $tags: [Tag!]) { nodes(ids: $ids, tags: $tags) { id } }"
    assert (
        asked(query, None, {"ids": 1, "tags": {"name": "a", "below": [{"name": "b", "below": []}]}}).compatible is True
    )
    (finding,) = asked(query, None, {"tags": [{"name": "a", "below": [{"nam": "b", "name": "c"}]}]}).breaking
    assert finding.rule == "pact-graphql/variables-refused"
    assert finding.writer is not None
    assert finding.writer.pointer == "/interactions/0/request/body/variables/tags/0/below/0/nam"


def test_scalars_of_the_schema_may_be_anything_but_null() -> None:
    assert asked(GET, {"order": {"at": {"any": ["thing"]}}}, {"id": "1"}).compatible is True


def test_errors_may_come_beside_data() -> None:
    both = interaction({"query": GET, "variables": {"id": "1"}},
                       {"data": {"order": None}, "errors": [{"message": "no", "path": ["order"]}]})  # fmt: skip
    assert judged(both).compatible is True
    neither = interaction({"query": GET, "variables": {"id": "1"}}, {"order": {}})
    assert [one.rule for one in judged(neither).breaking] == ["pact-graphql/member-not-asked-for"]


def test_uses_are_those_of_the_operations() -> None:
    pair = find("pact", "graphql")
    assert pair is not None
    assert pair.uses is not None
    consumer = pact(interaction({"query": GET}, None), interaction({"query": "{ broken"}, None, "broken"))
    found = pair.uses(consumer.loaded.document, Contract("graphql", one("s.graphql", SDL.encode())).loaded.document)
    assert {"Query.order", "Query.order(id)", "Order.total", "Kind"} <= found
    assert "Order.lines" not in found


def test_answers_of_many_names_and_of_objects_within_fragments_are_judged() -> None:
    query = "{ nodes { id " + " ".join(f"n{index}: id" for index in range(100)) + " } }"
    assert asked(query, {"nodes": [{"n7": "1"}]}).compatible is True
    deep = "{ nodes { ... on Line { id } ... on Order { lines { id } } } }"
    assert asked(deep, {"nodes": [{"lines": [{"id": "1"}]}]}).compatible is True


def test_fragments_that_spread_each_other_twice_are_followed_in_bounded_time() -> None:
    twice = " ".join(f"fragment F{index} on Order {{ ...F{index + 1} ...F{index + 1} }}" for index in range(40))
    query = f"{{ order(id: 1) {{ ...F0 }} }} {twice} fragment F40 on Order {{ id }}"
    assert asked(query, {"order": {"id": "1"}}).compatible is True
    assert asked(query, {"order": {"id": None}}).compatible is False
