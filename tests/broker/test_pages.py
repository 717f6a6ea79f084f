"""Every page over a fleet: valid, accessible in its form, safe, and every link on it leads somewhere."""

from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import unquote, urlsplit

import pytest

from examples.fleet.publish import publish
from tests.conftest import DATABASES
from tests.support import pacts
from tests.support.brokers import Broker, in_thread
from tests.support.pages import BROWSER, Page, page, words

_EACH_KIND = 4
"""How many addresses of one shape are followed."""


@pytest.fixture(scope="module", params=DATABASES)
def fleet(request: pytest.FixtureRequest) -> Iterator[Broker]:
    """A broker that knows a company with thirty services; nobody changes it."""
    kind = "sqlite" if request.param == "sqlite" else "postgres"
    databases = request.getfixturevalue(f"{kind}_databases")
    with ExitStack() as running:
        broker = running.enter_context(in_thread(running.enter_context(databases.migrated())))
        publish(broker.url)
        yield broker


def _shape(address: str) -> tuple[object, ...]:
    """What an address has in common with others of its kind."""
    parts = urlsplit(address)
    names = ("pact-version", "verification-results", "versions", "pacticipants", "environments", "provider", "consumer")
    path = tuple(part if part in names or index == 0 else "*" for index, part in enumerate(parts.path.split("/")[1:]))
    return *path, *sorted(pair.partition("=")[0] for pair in parts.query.split("&"))


def test_every_link_on_every_page_leads_somewhere(fleet: Broker) -> None:
    followed: dict[tuple[object, ...], int] = {}
    waiting, met = deque([fleet.url + "/"]), {fleet.url + "/"}
    pages = 0
    while waiting:
        address = waiting.popleft()
        answer = fleet.client.get(address, headers=BROWSER, follow_redirects=True)
        assert answer.status_code == 200, f"{address} → {answer.status_code} {answer.text[:500]}"
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        pages += 1
        for link in page(fleet, address).links():
            shape = _shape(link)
            if link not in met and followed.get(shape, 0) < _EACH_KIND:
                met.add(link)
                followed[shape] = followed.get(shape, 0) + 1
                waiting.append(link)
    assert pages > 60


def _head(broker: Broker, name: str) -> str:
    return str(broker.read(f"/pacticipants/{name}/branches/main/latest-version")["number"])


def test_the_gate_says_no_with_the_pair_the_mismatch_and_the_way_to_yes(fleet: Broker) -> None:
    version = _head(fleet, "payments")
    found = page(fleet, f"/can-i-deploy?pacticipant=payments&version={version}&environment=production")
    assert found.title == f"payments {version[:7]} → production: 1 of 5 pairs is in the way"
    assert "✗ NO" in found.text
    assert "Waiting will not help." in found.text
    assert "body $.id Expected 7 (int)" in found.text
    (way,) = found.all("ol", class_="way")
    assert words(way).startswith("mend what fails between orders")


def test_the_gate_says_yes_and_what_it_rests_on(fleet: Broker) -> None:
    version = _head(fleet, "tax")
    found = page(fleet, f"/can-i-deploy?pacticipant=tax&version={version}&environment=production")
    assert "✓ YES" in found.text
    assert "all 2 pairs are verified" in found.title
    assert [row[2] for row in found.rows() if len(row) == 4] == ["✓ passed", "✓ passed"]


def test_a_question_with_a_wrong_name_brings_the_form_back_with_what_is_wrong(fleet: Broker) -> None:
    found = page(fleet, "/can-i-deploy?pacticipant=nobody&version=1&environment=production", status=400)
    assert "There is no application named nobody" in found.text
    assert found.one("input", id="ask-application").get("value") == "nobody"
    incomplete = page(fleet, "/can-i-deploy?pacticipant=tax", status=400)
    assert "The version is missing" in incomplete.text
    assert "Choose an environment" in incomplete.text


def test_a_branch_s_head_and_a_tag_are_asked_about_on_pages_of_their_own(fleet: Broker) -> None:
    head = page(fleet, "/pacticipants/tax/branches/main/latest-version/can-i-deploy/to-environment/production")
    assert head.title.startswith(f"tax {_head(fleet, 'tax')[:7]} → production")
    page(fleet, "/pacticipants/tax/latest-version/none/can-i-deploy/to/none", status=404)


def test_an_integration_shows_versions_as_rows_and_each_result_opens_onto_its_mismatches(fleet: Broker) -> None:
    found = page(fleet, "/matrix/provider/payments/consumer/orders")
    version = _head(fleet, "orders")
    newest = next(row for row in found.rows() if row[0].startswith(version[:7]))
    assert newest[1] == "✗ failed"
    assert "✓ passed" in newest
    opened = next(link for link in found.links() if "/verification-results/" in link)
    result = page(fleet, opened)
    assert "breaks its contract with orders" in result.title
    assert ["body $.id", 'Expected 7 (int) to be the same type as "pay_8412"'] in result.rows()


def test_the_matrix_s_form_leads_to_a_clean_address(fleet: Broker) -> None:
    form = (
        "q[][pacticipant]=orders&q[][version]=&q[][branch]=main&q[][tag]=&q[][environment]=&q[][latest]=true"
        "&q[][pacticipant]=&q[][version]=&q[][branch]=&q[][tag]=&q[][environment]=&q[][latest]=&latestby=cvpv&limit=100"
    )
    found = page(fleet, f"/matrix?{form}")
    query = "q[][pacticipant]=orders&q[][branch]=main&q[][latest]=true&latestby=cvpv&limit=100"
    assert unquote(urlsplit(found.address).query) == query
    assert "passed" in found.text
    assert page(fleet, "/matrix?q[][pacticipant]=nobody", status=400).text.count("There is no application named nobody")


def test_a_contract_is_told_in_words_with_what_changed_since_the_one_before(fleet: Broker) -> None:
    found = page(fleet, "/pacts/provider/payments/consumer/orders/latest")
    assert found.title == "What orders needs from payments"
    assert ["body $.id", r"a text that matches pay_\d+"] in found.rows()
    assert ["body $.amount", "any number with decimals"] in found.rows()
    assert "Changed since" in found.text
    assert "Given it exists" in found.text


def test_messages_and_plug_ins_are_told_too(fleet: Broker) -> None:
    message = page(fleet, "/pacts/provider/orders/consumer/data-warehouse/latest")
    assert "an order was placed" in message.text
    assert ["topic", "orders"] in message.rows()
    call = page(fleet, "/pacts/provider/tax/consumer/pricing/latest")
    assert "with the plug-in protobuf 0.5.4" in call.text
    assert "application/protobuf;message=.tax.Rates in base64" in call.text
    assert "message RateRequest" in call.text


def test_an_environment_shows_what_runs_there_and_what_is_blocked(fleet: Broker) -> None:
    (uuid,) = [one["uuid"] for one in fleet.read("/environments?name=production")["_embedded"]["environments"]]
    found = page(fleet, f"/environments/{uuid}")
    assert "6 versions blocked" in found.text
    assert "What runs here 27 versions" in found.text
    filtered = page(fleet, f"/environments/{uuid}?q=CATA")
    assert [row[0] for row in filtered.rows()] == ["catalogue"]


def test_the_blocked_are_exactly_the_heads_that_the_gate_refuses(fleet: Broker) -> None:
    (uuid,) = [one["uuid"] for one in fleet.read("/environments?name=production")["_embedded"]["environments"]]
    cards = page(fleet, f"/environments/{uuid}").all("li", class_="card")
    blocked = {" ".join(words(card).split()[:2]) for card in cards}
    heads = {one["name"]: _head(fleet, one["name"]) for one in fleet.read("/pacticipants")["_embedded"]["pacticipants"]}
    refused = {
        f"{name} {head[:7]}"
        for name, head in heads.items()
        if not fleet.read(f"/can-i-deploy?pacticipant={name}&version={head}&environment=production")["summary"][
            "deployable"
        ]
    }
    assert blocked == refused


def test_an_application_shows_who_uses_it_and_whom_it_uses(fleet: Broker) -> None:
    found = page(fleet, "/pacticipants/orders")
    assert "Used by 5 applications" in found.text
    assert "Uses 6 applications" in found.text
    assert found.link("Network around it").endswith("/pacticipants/orders/network")


def test_a_version_shows_its_contracts_and_where_it_may_be(fleet: Broker) -> None:
    found = page(fleet, f"/pacticipants/payments/versions/{_head(fleet, 'payments')}")
    cards = [words(card) for card in found.all("li", class_="card")]
    assert cards == [f"{name} ✗ incompatible" for name in ("production", "staging", "test")]
    assert [row[0] for row in found.rows()] == ["fraud", "ledger"]


def test_the_network_is_drawn_with_a_link_for_each_application(fleet: Broker) -> None:
    found = page(fleet, "/network")
    drawn = [words(one) for one in found.root.iter("{http://www.w3.org/2000/svg}text")]
    assert len(drawn) == 27
    assert {"orders", "web-shop", "feature-flags"} <= set(drawn)
    around = page(fleet, "/pacticipants/orders/network")
    assert around.title == "Around orders"
    page(fleet, "/pacticipants/nobody/network", status=404)


def test_what_has_no_page_of_its_own_is_browsed(fleet: Broker) -> None:
    found = page(fleet, "/dashboard?size=1")
    assert "verificationStatus" in found.text
    assert page(fleet, "/doc/pb:pacticipant").text


def test_what_is_not_there_is_said_on_a_page(fleet: Broker) -> None:
    for path in ("/nothing", "/pacticipants/nobody", "/pacts/provider/a/consumer/b/latest", "/webhooks/none"):
        found = page(fleet, path, status=404)
        assert found.title == "There is nothing here"
    assert (
        fleet.client.get("/nothing", headers={"Accept": "application/json"})
        .headers["content-type"]
        .startswith("application/json")
    )


def test_a_failure_is_said_on_a_page_with_its_reference(fleet: Broker) -> None:
    found = page(fleet, "/test/error", status=500)
    assert "reference" in found.text


def test_the_hal_browser_s_address_leads_home(fleet: Broker) -> None:
    assert urlsplit(page(fleet, "/hal-browser/browser.html").address).path == "/"


def test_a_name_that_looks_like_markup_stays_text_on_every_page(sqlite_broker: Broker) -> None:
    name = "<img src=x onerror=alert(1)>"
    quoted = "%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E"
    body = pacts.pact("x", "orders", pacts.interaction("<script>alert(2)</script>", "/<b>"))
    body["consumer"]["name"] = name
    pacts.put_json(sqlite_broker, f"/pacticipants/{quoted}/branches/%3Cb%3E/versions/%3Ci%3E", {})
    path = f"/pacts/provider/orders/consumer/{quoted}/version/%3Ci%3E"
    pacts.put_json(sqlite_broker, path, body)
    pacts.verified(sqlite_broker, path, "<u>")
    home = page(sqlite_broker, "/")
    links = [link for link in home.links() if "format=json" not in link and "/assets/" not in link]
    seen = [home, *(page(sqlite_broker, link) for link in links)]
    for found in (*seen, page(sqlite_broker, f"/pacticipants/{quoted}/versions/%3Ci%3E")):
        assert not [element for element in found.root.iter("img") if element.get("src") == "x"]
        assert not found.all("b")
        assert not found.all("u")
    assert _reads(seen, name)


def _reads(pages: list[Page], text: str) -> bool:
    return any(text in found.text for found in pages)


def test_links_keep_the_path_that_a_proxy_serves_the_broker_at(sqlite_url: str) -> None:
    with in_thread(sqlite_url, base_urls=("https://pacts.example.com/broker",)) as broker:
        pacts.put(broker, pacts.pact("web", "orders"), "1")
        answer = broker.client.get("/", headers=BROWSER)
        assert 'href="/broker/pacticipants/web"' in answer.text
        assert 'src="/broker/assets/htmx.' in answer.text


_HOOK = {
    "description": "tell the pipeline",
    "events": [{"name": "contract_content_changed"}],
    "request": {
        "method": "POST",
        "url": "https://ci.example.com/verify",
        "headers": {"Authorization": "Bearer hush-hush"},
        "body": {"pact": "${pactbroker.pactUrl}"},
    },
}


def test_a_webhook_is_shown_with_its_calls_and_their_log_and_without_its_secrets(broker: Broker) -> None:
    assert page(broker, "/webhooks").title == "0 webhooks"
    made = broker.client.post("/webhooks", json={**_HOOK, "provider": {"label": "red"}})
    assert made.status_code == 201, made.text
    pacts.put(broker, pacts.pact("web", "orders"), "1")
    broker.client.put("/pacticipants/orders/labels/red", json={}).raise_for_status()
    pacts.put(broker, pacts.pact("web", "orders", pacts.interaction("more")), "2")
    listed = page(broker, "/webhooks")
    assert listed.rows() == [["tell the pipeline", "any", "red", "contract content changed", "✓ enabled"]]
    shown = page(broker, listed.link("tell the pipeline"))
    assert "Bearer" not in shown.answer.text
    assert "hush-hush" not in shown.answer.text
    (row,) = shown.rows()
    assert row[1:3] == ["contract content changed", "web and orders"]
    log = page(broker, shown.link(row[0]))
    assert log.title == "tell the pipeline: contract content changed"
    assert page(broker, "/webhooks/consumer/web").title == "0 webhooks"


def test_lines_of_versions_have_pages(fleet: Broker) -> None:
    version = _head(fleet, "tax")
    fleet_head = page(fleet, "/pacticipants/tax/latest-version")
    assert fleet_head.title == f"tax {version}"
    assert page(fleet, "/pacticipants/tax/branches/main/latest-version").title == f"tax {version}"
    assert "on branch main" in page(fleet, "/pacticipants/tax/branches/main/versions").title
    assert page(fleet, "/pacticipants/tax/tags/none/versions").text.endswith("There is none.")
    assert page(fleet, "/pacts/provider/tax/consumer/pricing/branch/main/latest").title == "What pricing needs from tax"
    assert page(fleet, "/pacts/provider/tax/consumer/pricing/latest-untagged").title == "What pricing needs from tax"
    assert "labelled mobile" in page(fleet, "/pacticipants/label/mobile").title


def test_a_body_that_is_no_pact_is_shown_as_it_stands(sqlite_broker: Broker) -> None:
    path = "/pacts/provider/orders/consumer/web/version/1"
    pacts.put_json(sqlite_broker, path, {"hello": ["world", {"<b>": 1}]})
    found = page(sqlite_broker, path)
    assert "This contract has no interaction that can be told" in found.text
    assert '"<b>": 1' in found.text
    assert page(sqlite_broker, "/matrix/provider/orders/consumer/web").title == "web → orders"
    page(sqlite_broker, "/matrix/provider/orders/consumer/nobody", status=404)
