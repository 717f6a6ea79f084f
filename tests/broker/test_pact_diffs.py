"""What changed between two pacts, over HTTP: with the previous one, between versions, between contents."""

import contextlib

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import interaction, pact, put
from troth_broker.services import pact_diffs
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store

PAIR = "/pacts/provider/orders/consumer/web"
TEXT = {"Accept": "text/plain"}


def history(broker: Broker) -> dict[str, str]:
    """Versions 1 to 4 of web: two requests; the same again; one asks another path, one came; a new example only."""
    rules = {"body": {"$.id": {"matchers": [{"match": "type"}]}}}

    def shows(number: int) -> dict[str, object]:
        shown = interaction("shows", "/orders/7")
        return {**shown, "response": {"status": 200, "body": {"id": number}, "matchingRules": rules}}

    first = pact("web", "orders", interaction("lists", "/orders"), shows(1), interaction("cancels", status=204))
    put(broker, first, "1")
    put(broker, {**first, "interactions": first["interactions"][::-1]}, "2")
    third = pact("web", "orders", interaction("lists", "/all"), shows(1), interaction("adds", state="a cart"))
    put(broker, third, "3")
    fourth = pact("web", "orders", interaction("lists", "/all"), shows(2), interaction("adds", state="a cart"))
    put(broker, fourth, "4")
    links = {number: broker.read(f"{PAIR}/version/{number}")["_links"] for number in "1234"}
    return {number: found["pb:pact-version"]["name"] for number, found in links.items()}


def test_what_changed_since_the_previous_different_pact_is_told_as_text_first(broker: Broker) -> None:
    history(broker)
    answer = broker.client.get(f"{PAIR}/version/3/diff/previous-distinct", headers={"Accept": "*/*"})
    same_as_golden("pact_diff_text", answer)


def test_and_as_values_for_whoever_asks(broker: Broker) -> None:
    history(broker)
    same_as_golden("pact_diff", broker.client.get(f"{PAIR}/version/3/diff/previous-distinct"))
    as_json = broker.client.get(f"{PAIR}/version/3/diff/previous-distinct", headers={"Accept": "application/json"})
    assert as_json.headers["content-type"] == "application/json;charset=utf-8"


def test_a_new_example_is_no_change_unless_everything_is_compared(broker: Broker) -> None:
    history(broker)
    path = f"{PAIR}/version/4/diff/previous-distinct"
    same_as_golden("pact_diff_of_an_example_text", broker.client.get(path, headers=TEXT))
    found = broker.read(path)
    assert found["summary"]["examplesNotShown"] == 1
    assert found["interactions"] == {"added": [], "removed": [], "changed": []}
    same_as_golden("pact_diff_of_an_example_raw_text", broker.client.get(f"{path}?raw=true", headers=TEXT))
    (changed,) = broker.read(f"{path}?raw=true")["interactions"]["changed"]
    assert changed["changes"] == [
        {"path": "$.response.body.id", "kind": "changed", "old": 1, "new": 2, "example": True}
    ]


@pytest.mark.parametrize("number", ["1", "2"])
def test_a_first_pact_has_nothing_before_it_and_says_so(broker: Broker, number: str) -> None:
    history(broker)
    path = f"{PAIR}/version/{number}"
    assert broker.client.get(f"{path}/previous-distinct").status_code == 404
    text = broker.client.get(f"{path}/diff/previous-distinct", headers=TEXT)
    assert text.status_code == 200
    told = "# There is no earlier version of the pact between web and orders that says something else than version"
    assert text.text == f"{told} {number}.\n"
    found = broker.read(f"{path}/diff/previous-distinct")
    assert not any(found["summary"].values())
    assert list(found["_links"]) == ["self", "pb:pact-version", "curies"]


def test_the_previous_different_pact_is_found_beyond_equal_ones(broker: Broker) -> None:
    history(broker)
    found = broker.read(f"{PAIR}/version/3/previous-distinct")
    assert found["_links"]["pb:consumer-version"]["name"] == "2"


def test_two_versions_are_compared_with_each_other_and_not_with_the_previous_one(broker: Broker) -> None:
    history(broker)
    found = broker.read(f"{PAIR}/version/1/diff/version/4")
    assert [one["title"] for one in found["interactions"]["added"]] == ["cancels (GET /)"]
    assert found["_links"]["pb:comparison-pact-version"]["name"] == "Pact between web (4) and orders"
    same = broker.client.get(f"{PAIR}/version/1/diff/version/2", headers=TEXT)
    assert "Both promise the same." in same.text
    alike = broker.client.get(f"{PAIR}/version/1/diff/version/1?raw=true", headers=TEXT)
    assert "Both are written alike." in alike.text


def test_two_contents_are_compared_by_the_link_that_a_pact_carries(broker: Broker) -> None:
    digests = history(broker)
    link = broker.read(f"{PAIR}/version/3")["_links"]["pb:diff"]["href"]
    found = broker.read(link.replace("{pactVersion}", digests["4"]))
    assert found["summary"] == {
        "added": 0,
        "removed": 0,
        "changed": 0,
        "examplesNotShown": 1,
        "changesNotShown": 0,
    }


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("version/9/diff/previous-distinct", None),
        ("version/9/previous-distinct", None),
        ("version/9/diff/version/1", "9"),
        ("version/1/diff/version/9", "9"),
        ("pact-version/abc/diff/pact-version/def", "abc"),
    ],
)
def test_what_is_not_there_cannot_be_compared(broker: Broker, path: str, missing: str | None) -> None:
    history(broker)
    answer = broker.client.get(f"{PAIR}/{path}")
    assert answer.status_code == 404
    if missing:
        assert answer.json()["error"] == f"No pact between web and orders is known under {missing}"


def test_numbers_of_any_size_are_told_as_they_were_published(broker: Broker) -> None:
    for number, value in (("1", 1), ("2", 12345678901234567890123)):
        put(broker, pact("web", "orders", {**interaction("asks"), "response": {"body": value}}), number)
    (changed,) = broker.read(f"{PAIR}/version/2/diff/previous-distinct")["interactions"]["changed"]
    assert changed["changes"][0]["new"] == 12345678901234567890123


def test_a_comparison_that_takes_too_long_is_given_up(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, pact_content_diff_timeout=0)
    history(broker)
    answer = broker.client.get(f"{PAIR}/version/3/diff/previous-distinct", headers=TEXT)
    assert answer.status_code == 408
    assert "pact_content_diff_timeout" in answer.json()["error"]


def test_a_comparison_is_given_up_by_the_clock_in_the_midst_of_two_large_pacts(
    broker: Broker, database_url: str
) -> None:
    for number in ("1", "2"):
        put(broker, pact("web", "orders", {**interaction("asks"), "response": {"body": [number] * 5000}}), number)
    ticks = iter(range(0, 10_000_000_000, 10_000))  # each look at the clock is ten milliseconds later
    with contextlib.closing(Store(database_url)) as store:
        world = World(store, Settings(), lambda: next(ticks))
        with pytest.raises(TimeoutError):
            pact_diffs.with_previous_distinct(world, "orders", "web", "2")
        assert next(ticks) < 16_000_000
