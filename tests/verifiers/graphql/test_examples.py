"""The contracts of `examples/catalogue/`: kept by its servers, broken by their deliberately broken versions."""

from tests.verifiers.graphql.conftest import CATALOGUE, example
from troth_verifiers import Outcome, Target, verify
from troth_verifiers.api import Result


def replay(contract: str, url: str) -> dict[str, Result]:
    """The results of an example's contract by description."""
    report = verify(CATALOGUE / contract, Target(url, timeout=20), states=f"{url}/_states")
    return {one.interaction.description: one for one in report.contracts[0].results}


def test_the_catalogue_keeps_what_web_expects(catalogue: str) -> None:
    results = replay("web-catalogue.troth.yaml", catalogue)
    assert len(results) == 7
    assert {name: one.outcome for name, one in results.items()} == dict.fromkeys(results, Outcome.PASSED)


def test_every_exchange_is_kept_with_its_timings(catalogue: str) -> None:
    results = replay("web-catalogue.troth.yaml", catalogue)
    for one in results.values():
        for exchange in one.exchanges:
            assert exchange.protocol == "graphql"
            assert exchange.sent is not None
            assert exchange.received is not None
            assert exchange.timings["whole"] > 0
    sent = [one.sent.body for one in results["a search"].exchanges if one.sent]
    assert "sha256Hash" in sent[0]
    assert '"query"' not in sent[0]
    assert "sha256Hash" in sent[-1]
    changed = results["a price that changes"].exchanges
    assert changed[0].received is not None
    assert changed[0].received.summary == "2 events"
    assert changed[1].sent is not None
    assert "setPrice" in changed[1].sent.body
    (by_get,) = results["a product that is not there"].exchanges
    assert by_get.sent is not None
    assert by_get.sent.summary.startswith("GET ")


def test_its_next_version_fails_each_for_its_own_reason(next_catalogue: str) -> None:
    results = replay("web-catalogue.troth.yaml", next_catalogue)
    failed = {
        name: {(each.kind, each.place) for each in one.mismatches}
        for name, one in results.items()
        if one.outcome is Outcome.FAILED
    }
    assert failed == {
        "a product": {("data", "$.data.product.price")},
        "a product whose stock is not known": {("data", "$.data")},
        "a price of an unknown product": {
            ("errors", "$.errors[0].extensions.code"),
            ("errors", "$.errors[0].message"),
        },
        "a search": {("data", "$.data.search[0].price")},
        "a price that changes": {
            ("data", f"$.events[{index}].data.priceChanged.{member}")
            for index in (0, 1)
            for member in ("price", "step")
        },
        "the schema is as published": {
            ("schema", "Product.price"),
            ("schema", "PriceChange.price"),
        },
    }
    assert results["a product that is not there"].outcome is Outcome.PASSED


def test_entities_of_a_subgraph_are_looked_up_and_its_schema_compared() -> None:
    with example("reviews") as url:
        results = replay("gateway-reviews.troth.yaml", url)
    assert [one.outcome for one in results.values()] == [Outcome.PASSED] * 3, results
    sent = results["the schema is as published"].exchanges[0].sent
    assert sent is not None
    assert "_service" in sent.body


def test_a_broken_subgraph_mixes_entities_up_and_lacks_a_field() -> None:
    with example("reviews", "--broken") as url:
        results = replay("gateway-reviews.troth.yaml", url)
    mixed = {one.place for one in results["what people say of two products"].mismatches}
    assert mixed >= {"$.data._entities[0].id", "$.data._entities[1].id"}
    assert results["a product that is not there"].outcome is Outcome.PASSED
    (drift,) = results["the schema is as published"].mismatches
    assert (drift.kind, drift.place) == ("schema", "Query.latest")
