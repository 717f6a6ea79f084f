"""Contracts that are no pacts, and comparisons, on the pages: each under its own name, and what was found in words."""

import contextlib

from sqlalchemy import update

from tests.broker.test_comparing import waiting
from tests.broker.test_contracts import AVRO, WITH_TOTAL, bundle, publish, say, single
from tests.support.brokers import Broker
from tests.support.pages import page, words
from tests.support.waiting import until
from troth_broker.jobs.comparer import ChildComparer
from troth_broker.services import comparing
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.tables import comparison

GATE = "/matrix?q[][pacticipant]=shop&q[][version]=1&q[][pacticipant]=orders&q[][version]=a"


def compared(broker: Broker) -> None:
    """Contracts of two formats of the shop with the orders service, compared: the one breaks, the other fits."""
    say(broker, single(AVRO), branch="main")
    say(broker, bundle(), branch="main")
    publish(broker, single(WITH_TOTAL), branch="main")
    publish(broker, bundle(), branch="main")
    make_due(broker)


def make_due(broker: Broker) -> None:
    """Make every comparison that is due, as a worker does."""
    comparer = ChildComparer()
    with contextlib.closing(comparer), contextlib.closing(Store(broker.database_url, 2)) as store:
        ours = World(store, Settings(), comparer=comparer)
        until(lambda: comparing.make_due(ours) == 0 and waiting(broker) == 0, what="the comparisons")


def test_each_contract_of_a_version_has_its_own_row_its_format_and_what_comparing_it_said(broker: Broker) -> None:
    compared(broker)
    shown = page(broker, "/matrix/provider/orders/consumer/shop")
    assert [words(one) for one in shown.all("a") if "contract" in words(one)][1:] == [
        "protobuf contract",
        "avro contract",
    ]
    assert [row[1:] for row in shown.rows() if len(row) > 1] == [["✓ fits"], ["✗ breaks"]]
    for format_word in ("avro", "protobuf"):
        link = f"{format_word} contract"
        assert page(broker, shown.link(link)).title.startswith(f"Contract: {format_word} contract between shop (1)")


def test_the_newest_contract_of_two_without_a_pact_is_shown_in_its_own_format(broker: Broker) -> None:
    publish(broker, single(AVRO))
    assert page(broker, "/pacts/provider/orders/consumer/shop/latest").title.startswith("Contract: avro contract")


def test_a_version_that_publishes_stands_in_the_grid_though_nothing_was_verified(broker: Broker) -> None:
    publish(broker, single(AVRO))
    assert (
        "no version has verified a contract or published one yet"
        in page(broker, "/matrix/provider/orders/consumer/shop").text
    )
    say(broker, single(AVRO), "a")
    say(broker, single(b'{"type": "object"}', specification="json-schema"), "b")
    shown = page(broker, "/matrix/provider/orders/consumer/shop")
    assert [words(one) for one in shown.all("thead")[0].iter("th")][1:] == ["b", "a"]
    assert [row[1] for row in shown.rows() if len(row) > 1] == ["– never verified together"]


def test_the_answer_names_the_contract_and_its_format(broker: Broker) -> None:
    compared(broker)
    document = broker.read(GATE)
    assert {row["troth"]["format"] for row in document["matrix"]} == {"avro", "protobuf"}
    for row in document["matrix"]:
        told = broker.read(row["pact"]["_links"]["self"]["href"])
        assert told["format"] == row["troth"]["format"]
    assert [one["format"] for one in document["summary"]["troth"]["reasons"]] == ["avro"]
    assert next(row[0] for row in page(broker, GATE).rows()) == "shop 1 avro"
    assert [row[0] for row in page(broker, GATE).rows() if "1" in row[0]][-2:] == [
        "shop 1 main avro",
        "shop 1 main protobuf",
    ]


def test_a_version_that_publishes_nothing_of_the_format_is_told_so(broker: Broker) -> None:
    say(broker, bundle())
    publish(broker, single(AVRO))
    told = broker.read(GATE)["summary"]["troth"]
    assert (told["class"], told["reasons"][0]["text"]) == (
        "not-covered",
        "the provider's version publishes nothing that a contract of this format is compared with",
    )


def test_a_version_s_page_lists_what_it_publishes_on_either_side(broker: Broker) -> None:
    say(broker, {**bundle(), "name": "events"})
    publish(broker, single(AVRO), "a", "/consumer-contracts/provider/stock/consumer/orders")
    shown = page(broker, "/pacticipants/orders/versions/a")
    assert "published none" not in shown.text
    for link, title in (
        ("protobuf events", "Contract: protobuf contract events of orders (a)"),
        ("avro contract with stock", "Contract: avro contract between orders (a) and stock"),
    ):
        assert page(broker, shown.link(link)).title == title


def test_a_comparison_is_told_in_words_with_both_places_and_the_proof(broker: Broker) -> None:
    compared(broker)
    [reason] = broker.read(GATE)["summary"]["troth"]["evidence"]
    shown = page(broker, reason["url"])
    assert shown.title == "shop and orders, compared"
    assert "✗ breaks" in shown.text
    [row] = shown.rows()
    assert row[0].startswith("✗ breaking")
    assert "avro/" in row[1]
    assert "total" in row[1]
    assert shown.link("shop → orders")


def test_a_comparison_that_could_not_be_made_says_why(broker: Broker) -> None:
    compared(broker)
    with contextlib.closing(Store(broker.database_url)) as store:
        store.write(lambda db: db.execute(update(comparison).values(error="line 3 is no YAML", report=None)))
    shown = page(broker, "/comparisons/1")
    assert "… errored line 3 is no YAML" in shown.text
    assert "Nothing was found" not in shown.text
