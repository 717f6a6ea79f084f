"""Contracts that are wrong themselves: told as their own fault, with the line, and nothing is sent for them."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.verifiers.graphql.making import SDL, answering, cause, document, expectations, replayed
from tests.verifiers.providing import Provider
from troth_verifiers import Contract, Outcome, Target, verify

GOOD = {"operation": "{ order { id } }", "data": {"order": {"id": "7"}}}
SCHEMA = f"{SDL} type Subscription {{ ticks: Int }}"
FILES = {"schema.graphql": SCHEMA.encode(), "two.graphql": b"query A { order { id } }\nquery B { orders { id } }"}


TYPE = {"match": "type"}
TICKS = {"operation": "subscription { ticks }"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"operation": "{ order { id }"}, "Expected Name"),
        ({"operation": "{ order { prize } }"}, "Cannot query field 'prize' on type 'Order'"),
        ({"operation": "{ order }"}, "must have a selection of subfields"),
        ({"operation": ""}, "There is no operation"),
        ({"data": {}}, "There is no operation"),
        ({"operation": "fragment F on Order { id }"}, "There is no operation in it"),
        ({"operation": "two.graphql"}, "say by `operationName` which is meant: A, B"),
        ({"operation": "two.graphql", "operationName": "C"}, "No operation is called 'C'"),
        ({"operation": "three.graphql"}, "three.graphql is no document of operations"),
        ({"operation": "mutation ($id: ID!) { pay(id: $id) { id } }"}, "requires $id"),
        ({"operation": 'mutation { pay(id: "7") { id } }', "method": "GET"}, "A mutation is not sent by GET"),
        ({"operation": "{ order { id } }", "method": "PUT"}, "'PUT'; it is GET or POST"),
        ({"operation": "{ order { id } }", "data": {"order": {"total": 1}}}, "$.data.order.total is expected"),
        ({"operation": "{ order { id } }", "events": [{}]}, "A subscription has `events`"),
        ({"operation": "{ order { id } }", "errors": {}}, "`errors` is a list"),
        ({"operation": "{ order { id } }", "variables": [1]}, "`variables` is an object"),
        ({"operation": "{ order { id } }", "trigger": "{ order { id } }"}, "Only a subscription has a trigger"),
        ({"operation": "{ order { id } }", "wrong": 1}, "'wrong' is not known here"),
        ({"operation": "{ order { id } }", "persisted": "yes"}, "`persisted` is true or false, not 'yes'"),
        ({"operation": "{ order { id } }", "operationName": 5}, "`operationName` is a text"),
        ({"operation": "{ order { id } }", "connection": {}}, "Only a subscription has a `connection`"),
        ({**TICKS, "events": ["now"]}, "An event is an object with `data` and `errors`, and nothing else"),
        ({**TICKS, "events": [{"dat": {"ticks": 1}}]}, "An event is an object with `data` and `errors`"),
        ({**TICKS, "events": [{}], "data": {"ticks": 1}}, "of a subscription stand in its `events`"),
        ({**TICKS, "events": {}}, "`events` is a list"),
        ({"operation": "{ order { id } }", "rules": {"$.data[": {"match": "type"}}}, "is not understood"),
        (
            {**GOOD, "rules": {"$.data.order.name": TYPE}},
            "The rule $.data.order.name leads to nothing that is expected",
        ),
        ({**GOOD, "rules": {"$.data.orders[*].id": TYPE}}, "The rule $.data.orders[*].id leads to nothing"),
        ({**GOOD, "rules": {"$.order.id": TYPE}}, "Paths begin at the answer's top; write $.data.order for $.order."),
        ({**GOOD, "rules": {"$.oder.id": TYPE}}, "The rule $.oder.id leads to nothing that is expected"),
        (
            {"operation": "{ order { id } }", "rules": {"$.data['order']": TYPE}},
            "The rule $.data.order leads to nothing",
        ),
        ({**TICKS, "events": [{"data": {"ticks": 1}}], "rules": {"$.data.ticks": TYPE}}, "The rule $.data.ticks leads"),
        ({**GOOD, "rules": {"$.data.order.id": {"match": "tpye"}}}, "No such matching rule is known: tpye"),
        ({**GOOD, "rules": {"metadata": {"x": TYPE}}}, "Rules are about places of the answer, which begin with `$`"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_fault_is_told_with_its_line_and_the_rest_go_on(
    provider: Provider, wrong: Mapping[str, Any], said: str
) -> None:
    answering(provider, {"data": {"order": {"id": "7"}}})
    first, second, _ = replayed(expectations(wrong, GOOD, files=FILES), provider.url)
    kind, text = cause(first)
    assert kind == "contract-unreadable"
    assert said in text
    assert "line " in text
    assert second.outcome is Outcome.PASSED, second.mismatches
    assert len([one for one in provider.asked if b"Introspection" not in one.body]) == 1


def test_a_rule_may_lead_anywhere_in_what_is_expected(provider: Provider) -> None:
    answering(provider, {"data": {"orders": [{"id": "8"}, {"id": "9"}], "order": {"id": "7"}}})
    every = {
        "operation": "{ orders { id } order { id } }",
        "data": {"orders": [{"id": "7"}], "order": {"id": "7"}},
        "rules": {"$": TYPE, "$.data.orders[1].id": TYPE, "$.data.*.id": TYPE, "$.data.orders[*].*": TYPE},
    }
    state = {
        "operation": "{ order { id } }",
        "data": {"order": "${order}"},
        "rules": {"$.data.order.id": TYPE},
        "states": [{"name": "an order"}],
    }
    none = {"operation": "{ order { id } }", "data": {"order": None}, "rules": {"$.data.order.id": TYPE}}
    states = {"an order": lambda: {"order": {"id": "x"}}}
    results = replayed(expectations(every, state, none), provider.url, states=states)
    assert [one.outcome for one in results] == [Outcome.PASSED, Outcome.PASSED, Outcome.FAILED], results


def test_an_operation_that_is_to_be_refused_is_sent_all_the_same(provider: Provider) -> None:
    answering(provider, {"errors": [{"message": "Cannot query field", "locations": []}]})
    refused = {"operation": "{ order { prize } }", "errors": [{"message": "Cannot query field"}]}
    first, _ = replayed(expectations(refused, files=FILES), provider.url)
    assert first.outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("contract", "said"),
    [
        (document("query {"), "Expected Name"),
        (document("query A { order { id } }", schema__graphql="type Query {"), "schema.graphql"),
        (document("query A { order { id } }", web__variables__json="{"), "web.variables.json is no JSON: Expecting"),
        (document("query A { order { id } }", web__variables__json=""), "web.variables.json is no JSON: Expecting"),
        (document("query A { order { id } }", web__variables__json='{"A": {"x": NaN}}'), "NaN is no number of JSON"),
        (document("query A { order { id } }", web__variables__json="[{}]"), "web.variables.json is no object"),
        (document("query A { order { id } }", web__variables__json='{"A": 1}'), "the variables of A"),
        (expectations(GOOD, files={"schema.graphql": b"type Query {"}), "schema.graphql"),
        (expectations(GOOD, protocol="gopher"), "'gopher' is not a protocol"),
        (expectations(), "There is no interaction"),
        (expectations(GOOD, schema=["gone.graphql"]), "The document gone.graphql is referred to, and was not given"),
        (expectations(GOOD, files={"other.json": b"{}"}), "other.json is neither a schema of GraphQL nor operations"),
        (expectations(GOOD, settings=["/api"]), "The settings of GraphQL are an object"),
        (expectations(GOOD, settings={"paht": "/api"}), "there are path, subscriptions, additions"),
        (expectations(GOOD, settings={"path": 5}), "/settings/path: It is a path, not 5"),
        (expectations(GOOD, settings={"additions": "refuse"}), "It is refused or allowed, not 'refuse'"),
        (Contract("web", "orders", b"{", "web.json", format="graphql"), "web.json"),
    ],
)
def test_a_contract_that_cannot_be_read_is_told_as_a_whole(contract: Contract, said: str) -> None:
    report = verify(contract, Target("http://127.0.0.1:9"), allow_empty=True)
    problem = report.contracts[0].problem
    assert problem is not None
    assert problem.kind == "contract-unreadable"
    assert said in problem.text
