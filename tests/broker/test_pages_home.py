"""The home page: what is blocked and who must act, then every integration; the first steps where there is none."""

import json
from urllib.parse import quote, urlsplit

import pytest

from tests.broker import test_expectations
from tests.broker.test_comparing import openapi, pact, publish_openapi, publish_pact
from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.pages import BROWSER, Page, page, words
from tests.support.waiting import until


def _home_that_says(broker: Broker, text: str) -> Page:
    """The home page once it knows of what has just happened."""
    found: list[Page] = []

    def says() -> bool:
        found[:] = [page(broker, "/")]
        return text in found[0].text

    until(says, what=f"a home page with {text!r}")
    return found[0]


def test_an_empty_broker_shows_the_first_steps_with_its_own_address(broker: Broker) -> None:
    start = page(broker, "/")
    assert start.title == "No contract has been published yet"
    assert f"export PACT_BROKER_BASE_URL={broker.url}" in start.text


def test_a_program_still_gets_the_index(broker: Broker) -> None:
    assert "pb:pacticipants" in broker.client.get("/").json()["_links"]


def test_a_browser_gets_the_same_address_as_json_by_a_link(broker: Broker) -> None:
    address = page(broker, "/").link("This page as JSON")
    answer = broker.client.get(address, headers=BROWSER)
    assert answer.headers["content-type"].startswith("application/hal+json")
    assert "_links" in json.loads(answer.text)


def test_each_integration_shows_what_was_published_and_verified_last(broker: Broker) -> None:
    verified = pacts.put(broker, pacts.pact("web", "orders"), "1", branch="main")
    pacts.verified(broker, verified, "7")
    pacts.put(broker, pacts.pact("web", "stock"), "1")
    failed = pacts.put(broker, pacts.pact("app", "orders"), "3")
    pacts.verified(broker, failed, "8", success=False)
    pacts.put(broker, pacts.pact("app", "orders", pacts.interaction("something new")), "4")
    shown = {tuple(row[:2]): row[2:4] for row in page(broker, "/").rows()}
    assert shown["web", "orders"] == ["just now in 1", "✓ passed just now by 7"]
    assert shown["web", "stock"] == ["just now in 1", "– never"]
    assert shown["app", "orders"] == ["just now in 4", "↻ changed since"]


def test_what_a_comparison_says_of_the_newest_contract_stands_beside_the_replay(broker: Broker) -> None:
    publish_pact(broker, "1", pact())
    assert [row[2:4] for row in page(broker, "/").rows()] == [["just now in 1", "– never"]]
    publish_openapi(broker, "5", openapi())
    asked = "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=5&latestby=cvpv"
    broker.read(asked)  # compares what is due
    assert [row[2:4] for row in page(broker, "/").rows()] == [["just now in 1", "✓ fits"]]
    pacts.verified(broker, "/pacts/provider/orders/consumer/web/version/1", "5", success=False)
    home = page(broker, "/")
    assert [row[2:4] for row in home.rows()] == [["just now in 1", "✗ failed just now by 5 ✓ fits"]]
    assert page(broker, home.link("✓ fits")).title == "web and orders, compared"
    assert "✗ failed just now by 5 ✓ fits" in page(broker, "/pacticipants/web").rows()[0]


def test_contracts_of_several_formats_stand_on_the_home_page_as_one(broker: Broker) -> None:
    def shown() -> str:
        [row] = page(broker, "/").rows()
        assert page(broker, "/pacticipants/orders").rows()[0][1:3] == row[2:4]
        return row[3]

    path = pacts.put(broker, pacts.pact("web", "orders"), "1")
    pacts.verified(broker, path, "5")
    test_expectations.publish(broker)
    assert shown() == "– never"
    test_expectations.verified(broker, success=True, provider_version="6")
    assert shown() == "✓ passed just now by 6"
    pacts.verified(broker, path, "7", success=False)
    test_expectations.verified(broker, success=True, provider_version="8")
    assert shown() == "✗ failed just now by 7"


def test_integrations_are_filtered_by_name_and_paged_on_the_server(broker: Broker) -> None:
    for number in range(5):
        pacts.put(broker, pacts.pact(f"consumer-{number}", "provider"), "1")
    first = page(broker, "/?size=2")
    assert [row[0] for row in first.rows()] == ["consumer-4", "consumer-3"]
    second = page(broker, first.link("Next"))
    assert [row[0] for row in second.rows()] == ["consumer-2", "consumer-1"]
    assert urlsplit(second.address).query == "page=2&size=2"
    filtered = page(broker, "/?q=R-3")
    assert [row[0] for row in filtered.rows()] == ["consumer-3"]
    assert page(broker, "/?q=nothing%25like_it").text.endswith("has “nothing%like_it” in its name.")


def test_htmx_gets_the_list_without_the_overview(broker: Broker) -> None:
    pacts.put(broker, pacts.pact("web", "orders"), "1")
    answer = broker.client.get("/?q=web", headers={**BROWSER, "HX-Request": "true", "HX-Target": "integrations"})
    assert 'id="integrations"' in answer.text
    assert 'id="blocked-title"' not in answer.text
    assert "HX-Target" in answer.headers["vary"]


def test_a_version_that_may_not_go_where_its_application_runs_is_shown_with_who_must_act(broker: Broker) -> None:
    pacts.environment(broker, "production", production=True)
    first = pacts.put(broker, pacts.pact("web", "orders"), "web-1", branch="main")
    pacts.verified(broker, first, "orders-1", branch="main")
    pacts.deployed(broker, "web", "web-1", "production")
    pacts.deployed(broker, "orders", "orders-1", "production")
    assert "Nothing is blocked" in _home_that_says(broker, "Nothing is blocked").text
    pacts.verified(broker, first, "orders-2", success=False, branch="main")
    pacts.put(broker, pacts.pact("web", "orders", pacts.interaction("more")), "web-2", branch="main")
    home = _home_that_says(broker, "2 versions blocked")
    broken, waiting = (words(card) for card in home.all("li", class_="card"))
    assert broken.startswith("orders orders-2 cannot go to production ✗ incompatible since just now web web-1 → orders")
    assert "orders or web must act: mend what fails between web web-1 and orders orders-2" in broken
    assert waiting.startswith("web web-2 cannot go to production … nobody-asked")
    assert "orders must act: verify orders orders-1 against the contract of web web-2" in waiting


def test_a_version_that_runs_beside_what_it_was_never_proved_with_is_shown(broker: Broker) -> None:
    pacts.environment(broker, "production", production=True)
    pacts.put(broker, pacts.pact("web", "orders"), "web-1")
    pacts.version_of(broker, "orders", "orders-1", branch="main")
    pacts.deployed(broker, "web", "web-1", "production")
    pacts.deployed(broker, "orders", "orders-1", "production")
    home = _home_that_says(broker, "1 version blocked")
    (card,) = home.all("li", class_="card")
    assert words(card).startswith("web web-1 is unproved in production … nobody-asked")


def test_the_script_and_the_style_sheet_are_kept_for_ever_under_their_digests(sqlite_broker: Broker) -> None:
    found = page(sqlite_broker, "/")
    sources = [*(one.get("src") for one in found.all("script")), *(one.get("href") for one in found.all("link"))]
    for source in sources:
        assert source is not None
        answer = sqlite_broker.client.get(source)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        plain = source.replace(source.split(".")[1] + ".", "")
        assert sqlite_broker.client.get(plain).status_code == 404


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>", "{{7*7}}", "a/b c?d#e"]
)
def test_hostile_names_stay_text(sqlite_broker: Broker, name: str) -> None:
    sent = {"name": name}
    sqlite_broker.client.post("/pacticipants", json=sent).raise_for_status()
    body = pacts.pact("web", "orders")
    body["consumer"]["name"] = name
    path = f"/pacts/provider/orders/consumer/{quote(name, safe='')}/version/1"
    pacts.put_json(sqlite_broker, path, body)
    found = page(sqlite_broker, "/")
    assert found.rows()[0][0] == name
    assert page(sqlite_broker, f"/?q={quote(name, safe='')}").rows()[0][0] == name


def test_what_a_comparison_proves_is_not_blocked_and_what_it_refutes_is(broker: Broker) -> None:
    pacts.environment(broker, "production", production=True)
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    pacts.deployed(broker, "web", "1", "production")
    pacts.deployed(broker, "orders", "1", "production")
    broker.read("/can-i-deploy?pacticipant=web&version=1&environment=production")  # compares what is due
    assert "Nothing is blocked" in _home_that_says(broker, "Nothing is blocked").text
    publish_openapi(broker, "2", openapi("string"))
    broker.read("/can-i-deploy?pacticipant=orders&version=2&environment=production")
    home = _home_that_says(broker, "1 version blocked")
    (card,) = home.all("li", class_="card")
    assert words(card).startswith("orders 2 cannot go to production ✗ incompatible")


def test_what_a_policy_asks_for_besides_is_looked_at(broker: Broker) -> None:
    production = pacts.environment(broker, "production", production=True)
    first = pacts.put(broker, pacts.pact("web", "orders"), "web-1", branch="main")
    pacts.verified(broker, first, "orders-1", branch="main")
    pacts.deployed(broker, "web", "web-1", "production")
    pacts.deployed(broker, "orders", "orders-1", "production")
    assert "Nothing is blocked" in _home_that_says(broker, "Nothing is blocked").text
    where = f"{production}/policy"
    broker.client.put(where, json={"needs": ["replay", "comparison"]}).raise_for_status()
    home = _home_that_says(broker, "1 version blocked")
    (card,) = home.all("li", class_="card")
    assert words(card).startswith("web web-1 is unproved in production")


def test_a_version_that_breaks_its_own_past_is_blocked_where_a_policy_says_so(broker: Broker) -> None:
    production = pacts.environment(broker, "production", production=True)
    broker.client.put(f"{production}/policy", json={"evolution": "BACKWARD"}).raise_for_status()
    pacts.put(broker, pacts.pact("web", "stock"), "1")
    publish_openapi(broker, "1", openapi())
    pacts.deployed(broker, "orders", "1", "production")
    publish_openapi(broker, "2", openapi("string"))
    broker.read("/can-i-deploy?pacticipant=orders&version=2&environment=production")
    home = _home_that_says(broker, "1 version blocked")
    (card,) = home.all("li", class_="card")
    assert words(card).startswith("orders 2 cannot go to production ✗ incompatible")
