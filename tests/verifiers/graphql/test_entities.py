"""Look-ups of entities: each answer is the entity that its representation asks for."""

from typing import Any

import pytest

from tests.verifiers.graphql.making import answering, cause, expectations, replayed, told
from tests.verifiers.providing import Provider
from troth_verifiers import Outcome, Target, verify

SUBGRAPH = b"""
extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
type Query { top: Product }
interface Thing @key(fields: "id") { id: ID! }
type Product implements Thing @key(fields: "id") { id: ID! stars: Int! }
type Maker implements Thing @key(fields: "id") { id: ID! name: String! }
"""
FILES = {"schema.graphql": SUBGRAPH}
KEYS = [{"__typename": "Product", "id": "1"}, {"__typename": "Maker", "id": "2"}]
LOOK_UP = {"operation": "{ ... on Product { stars } ... on Maker { name } }", "representations": KEYS}
WHOLE = {
    "operation": """query ($keys: [_Any!]!) {
      them: _entities(representations: $keys) { __typename ... on Product { stars } ... on Maker { name } } }""",
    "variables": {"keys": KEYS},
}
PRODUCT: dict[str, Any] = {"stars": 5}
MAKER: dict[str, Any] = {"name": "Hammer & Sons"}


@pytest.mark.parametrize(
    ("found", "places"),
    [
        ([PRODUCT, MAKER], set()),
        ([PRODUCT, None], set()),
        ([MAKER, PRODUCT], {"[0]", "[1]"}),
        ([PRODUCT], {""}),
        ([PRODUCT, MAKER, MAKER], {""}),
        ([], {""}),
    ],
    ids=["as asked", "one is not there", "mixed up", "one less", "one more", "none"],
)
def test_each_entity_is_the_one_that_is_asked_for(provider: Provider, found: list[Any], places: set[str]) -> None:
    answering(provider, {"data": {"_entities": found}})
    first, _ = replayed(expectations(LOOK_UP, files=FILES), provider.url)
    assert {one.place for one in first.mismatches} == {f"$.data._entities{place}" for place in places}
    assert (first.outcome is Outcome.PASSED) is (not places)


@pytest.mark.parametrize(
    ("kinds", "places"),
    [(("Product", "Maker"), set()), (("Maker", "Product"), {("data", f"$.data.them[{n}]") for n in (0, 1)})],
)
def test_an_entity_that_says_its_type_says_that_of_its_key(
    provider: Provider, kinds: tuple[str, ...], places: set[Any]
) -> None:
    answering(provider, {"data": {"them": [{"__typename": one, **PRODUCT, **MAKER} for one in kinds]}})
    first, _ = replayed(expectations(WHOLE, files=FILES), provider.url)
    assert (told(first) if places else set(first.mismatches)) == places


def test_the_key_of_an_interface_may_find_any_of_its_objects(provider: Provider) -> None:
    answering(provider, {"data": {"them": [{"__typename": "Maker", **MAKER}]}})
    one = {**WHOLE, "variables": {"keys": [{"__typename": "Thing", "id": "2"}]}}
    first, _ = replayed(expectations(one, files=FILES), provider.url)
    assert first.outcome is Outcome.PASSED, first


def test_entities_are_counted_though_nothing_is_known_of_the_schema(provider: Provider) -> None:
    answering(provider, {"data": {"_entities": [PRODUCT]}})
    (result,) = replayed(expectations({**LOOK_UP, "data": {}}), provider.url)
    assert told(result) == {("data", "$.data._entities")}
    assert result.mismatches[0].text == "Expected an entity for each of 2 representations, but 1 came."


@pytest.mark.parametrize("representations", [KEYS[0], [{"id": "1"}], ["1"], None])
def test_what_is_no_representation_is_the_fault_of_the_contract(provider: Provider, representations: Any) -> None:
    one = {**LOOK_UP, "representations": representations}
    first, _ = replayed(expectations(one, files=FILES), provider.url)
    kind, text = cause(first)
    assert kind == "contract-unreadable"
    assert "`representations` is a list of objects, each with its `__typename`." in text


@pytest.mark.parametrize("representations", ["${keys}", ["${product}", "${maker}"]])
def test_representations_may_be_values_of_provider_states(provider: Provider, representations: Any) -> None:
    answering(provider, {"data": {"_entities": [MAKER, PRODUCT]}})
    contract = expectations({**LOOK_UP, "representations": representations, "states": ["there"]}, files=FILES)
    given = {"keys": KEYS, "product": KEYS[0], "maker": KEYS[1]}
    report = verify(contract, Target(provider.url), states={"there": lambda: given})
    assert {place for _, place in told(report.contracts[0].results[0])} == {f"$.data._entities[{n}]" for n in (0, 1)}


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("{ ... on Product { price } }", "Cannot query field 'price' on type 'Product'"),
        ("{ ... on Order { id } }", "Unknown type 'Order'"),
    ],
)
def test_what_the_subgraph_that_is_asked_lacks_is_the_fault_of_the_contract(
    provider: Provider, operation: str, said: str
) -> None:
    answering(provider, {"data": {"_entities": [PRODUCT]}})
    look_up = {"operation": operation, "representations": KEYS[:1]}
    first, _ = replayed(expectations(look_up, files=FILES), provider.url)
    kind, text = cause(first)
    assert kind == "contract-unreadable"
    assert said in text


def test_a_key_of_a_type_that_the_subgraph_lacks_is_the_fault_of_the_contract(provider: Provider) -> None:
    answering(provider, {"data": {"_entities": [PRODUCT]}})
    asked = {**LOOK_UP, "representations": [{"__typename": "Order", "id": "1"}]}
    first, _ = replayed(expectations(asked, files=FILES), provider.url)
    assert "The published schema has no type Order, which a representation is of" in cause(first)[1]
