"""Badges over HTTP: what they say, in which colour, and how they are drawn."""

import xml.etree.ElementTree as ElementTree

import httpx
import pytest
from sqlalchemy import create_engine

from tests.broker import test_contracts, test_expectations
from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from tests.support.pacts import deployed, environment, interaction, pact, put, verified, version_of
from tests.support.statements import caught, scans
from troth_broker.core.badges import Badge, Naming, can_i_merge_badge, pact_badge, pact_title
from troth_broker.core.standing import Status
from troth_broker.http.badge_svg import shields_address, svg, text_width

SVG = {"Accept": "image/svg+xml"}
PAIR = "/pacts/provider/billing/consumer/shop"
"""The pair that most tests are about."""


def _get(broker: Broker, path: str) -> httpx.Response:
    answer = broker.client.get(path, headers=SVG)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml"), answer.text
    return answer


def _says(broker: Broker, path: str) -> str:
    """The badge's title, which is what a screen reader says."""
    drawn = ElementTree.fromstring(_get(broker, path).text)
    title = drawn.findtext("{http://www.w3.org/2000/svg}title")
    assert title == drawn.get("aria-label")
    return str(title)


@pytest.mark.parametrize(
    ("status", "right", "colour"),
    [
        (Status.SUCCESS, "verified", "brightgreen"),
        (Status.FAILED, "failed", "red"),
        (Status.FAILED_PENDING, "failed (pending)", "red"),
        (Status.STALE, "changed", "orange"),
        (Status.NEVER, "unknown", "lightgrey"),
    ],
)
def test_a_badge_says_how_a_contract_stands(status: Status, right: str, colour: str) -> None:
    badge = pact_badge(pact_title("Shop", "Billing"), status)
    assert (badge.left, badge.right, badge.colour) == ("shop/billing pact", right, colour)


@pytest.mark.parametrize(
    ("naming", "title"),
    [
        (Naming(), "web shop/billing-service pact"),
        (Naming(label="consumer"), "web shop pact"),
        (Naming(label="Provider"), "billing-service pact"),
        (Naming(label="else"), "web shop/billing-service pact"),
        (Naming(initials=True), "ws/bs pact"),
        (Naming(consumer_tag="Dev", provider_tag="prod"), "web shop (dev)/billing-service (prod) pact"),
    ],
)
def test_a_badge_names_the_two_sides(naming: Naming, title: str) -> None:
    assert pact_title("Web Shop", "billing-service", naming) == title


def test_initials_are_those_of_words_however_they_are_joined() -> None:
    titles = [pact_title(name, "x", Naming("consumer", initials=True)) for name in ("WebShop", "web_shop", "shop")]
    assert titles == ["ws pact", "ws pact", "shop pact"]


def test_a_badge_is_drawn_with_its_texts_escaped() -> None:
    drawn = svg(Badge('<b> & "c"', "\x01\ufffe", "red"))
    title = ElementTree.fromstring(drawn).findtext("{http://www.w3.org/2000/svg}title")
    assert title == '<b> & "c": \ufffd\ufffd'
    assert text_width("&amp;&lt;") == text_width("00")
    assert text_width("iii") < text_width("mmm") < text_width("契約契約")


def test_a_badge_service_is_told_the_same() -> None:
    address = shields_address("https://img.shields.io/", Badge("a-b_c/d pact", "failed (pending)", "red"))
    assert address == "https://img.shields.io/badge/a--b__c%2Fd%20pact-failed%20%28pending%29-red.svg"


def test_whether_one_may_merge_is_success_failed_or_unknown() -> None:
    said = [(badge.right, badge.colour) for badge in map(can_i_merge_badge, (True, False, None))]
    assert said == [("success", "brightgreen"), ("failed", "red"), ("unknown", "lightgrey")]


def test_the_badges_of_pacts_follow_their_lines(broker: Broker) -> None:
    first = put(broker, pact("shop", "billing", interaction("a")), "1", tags=["prod"])
    verified(broker, first, "b1")
    version_of(broker, "billing", "b1", tags=["live"])
    second = put(broker, pact("shop", "billing", interaction("b")), "2", tags=["dev"])
    verified(broker, second, "b2", success=False)
    put(broker, pact("shop", "billing", interaction("c")), "3")
    same_as_golden("badge", _get(broker, f"{PAIR}/latest/prod/badge"))
    assert _says(broker, f"{PAIR}/latest/badge") == "shop/billing pact: failed (pending)"
    assert _says(broker, f"{PAIR}/latest/dev/badge") == "shop/billing pact: failed (pending)"
    assert _says(broker, f"{PAIR}/latest/prod/badge?label=provider") == "billing pact: verified"
    assert _says(broker, f"{PAIR}/latest-untagged/badge?initials=true") == "shop/billing pact: failed (pending)"
    between = "/matrix/provider/billing/latest/live/consumer/shop/latest"
    assert _says(broker, f"{between}/prod/badge") == "shop (prod)/billing (live) pact: verified"
    assert _says(broker, f"{between}/dev/badge") == "shop (dev)/billing (live) pact: changed"
    elsewhere = "/matrix/provider/billing/latest/none/consumer/shop/latest/prod/badge"
    assert _says(broker, elsewhere) == "shop (prod)/billing (none) pact: unknown"


def test_a_pact_that_nobody_verified_is_unknown(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1")
    assert _says(broker, f"{PAIR}/latest/badge") == "shop/billing pact: unknown"


def test_where_there_is_no_pact_a_badge_is_about_the_contract_of_another_format(broker: Broker) -> None:
    latest = "/pacts/provider/orders/consumer/{}/latest/badge"
    test_expectations.publish(broker)
    assert _says(broker, latest.format("web")) == "web/orders contract: unknown"
    test_expectations.verified(broker, success=True)
    assert _says(broker, latest.format("web")) == "web/orders contract: verified"
    reader, writer = test_contracts.AVRO, test_contracts.WITH_TOTAL
    compared = "/matrix?q[][pacticipant]=shop&q[][version]={}&q[][pacticipant]=orders&q[][version]={}&latestby=cvpv"
    for number, reads, writes, said in (("a", reader, writer, "compatible"), ("b", writer, reader, "incompatible")):
        test_contracts.publish(broker, test_contracts.single(reads), number)
        test_contracts.say(broker, test_contracts.single(writes), number)
        broker.read(compared.format(number, number))
        assert _says(broker, latest.format("shop")) == f"shop/orders contract: {said}"


def test_a_badge_is_about_all_contracts_of_a_version_together(broker: Broker) -> None:
    latest = "/pacts/provider/orders/consumer/web/latest/badge"
    path = put(broker, pact("web", "orders"), "1")
    verified(broker, path, "5")
    assert _says(broker, latest) == "web/orders pact: verified"
    test_expectations.publish(broker, branch=None)
    assert _says(broker, latest) == "web/orders contracts: unknown"
    test_expectations.verified(broker, success=True)
    assert _says(broker, latest) == "web/orders contracts: verified"
    test_expectations.verified(broker, success=False, provider_version="6")
    assert _says(broker, latest) == "web/orders contracts: failed"
    test_expectations.publish(broker, "2")  # a newer version without a pact: the newest pact goes on to count
    test_expectations.verified(broker, success=True, provider_version="7")
    verified(broker, path, "7", success=False)
    assert _says(broker, latest) == "web/orders contracts: failed"


def test_what_is_missing_is_said_on_the_badge_and_never_404(broker: Broker) -> None:
    assert _says(broker, f"{PAIR}/latest/badge") == "shop/billing pact: shop not found"
    put(broker, pact("shop", "stock"), "1")
    version_of(broker, "billing", "1")
    put(broker, pact("app", "billing"), "1")
    assert _says(broker, f"{PAIR}/latest/badge") == "shop/billing pact: pact not found"
    assert _says(broker, f"{PAIR}/latest/dev/badge") == "shop/billing pact: pact not found"
    assert "nobody" in _says(broker, "/pacticipants/nobody/latest-version/a/can-i-deploy/to/b/badge")
    assert "tag a" in _says(broker, "/pacticipants/shop/latest-version/a/can-i-deploy/to/b/badge")
    to_test = "/pacticipants/shop/branches/main/latest-version/can-i-deploy/to-environment/test/badge"
    assert "test" in _says(broker, to_test)
    merge = "/pacticipants/{}/main-branch/can-i-merge/badge"
    assert _says(broker, merge.format("nobody")) == "can-i-merge: nobody not found"
    assert _says(broker, merge.format("shop")) == "can-i-merge: main branch of shop not found"
    broker.client.patch("/pacticipants/shop", json={"mainBranch": "main"}).raise_for_status()
    assert _says(broker, merge.format("shop")) == "can-i-merge: version on main not found"
    assert _get(broker, merge.format("shop")).headers["cache-control"] == "no-cache"


def test_whether_one_may_deploy_is_a_badge(broker: Broker) -> None:
    environment(broker, "test")
    path = put(broker, pact("shop", "billing"), "1", branch="main", tags=["dev"])
    verified(broker, path, "b1", branch="main")
    version_of(broker, "billing", "b1", tags=["prod"])
    to_tag = "/pacticipants/shop/latest-version/dev/can-i-deploy/to/prod/badge"
    to_test = "/pacticipants/shop/branches/main/latest-version/can-i-deploy/to-environment/test/badge"
    assert _says(broker, to_tag) == "can-i-deploy: dev to prod"
    assert "#4c1" in _get(broker, to_tag).text
    assert "#4c1" not in _get(broker, to_test).text
    deployed(broker, "billing", "b1", "test")
    assert "#4c1" in _get(broker, to_test).text
    assert _says(broker, f"{to_test}?label=shop") == "shop: main to test"


def test_whether_one_may_merge_is_a_badge_that_may_be_kept_a_while(broker: Broker) -> None:
    path = put(broker, pact("shop", "billing"), "1", branch="main")
    merge = "/pacticipants/shop/main-branch/can-i-merge/badge"
    assert _says(broker, merge) == "can-i-merge: unknown"
    verified(broker, path, "b1", branch="main", success=False)
    assert _says(broker, merge) == "can-i-merge: failed"
    verified(broker, path, "b1", branch="main")
    assert _says(broker, f"{merge}?label=merge%3F") == "merge?: success"
    assert _get(broker, merge).headers["cache-control"] == "max-age=30"


def test_a_badge_has_its_suffix_or_an_accept_that_takes_pictures(broker: Broker) -> None:
    put(broker, pact("shop", "billing"), "1", tags=["dev"])
    for path in (f"{PAIR}/latest/badge", f"{PAIR}/latest/dev/badge", f"{PAIR}/latest-untagged/badge"):
        assert broker.client.get(path).status_code == 406, path
        assert _get(broker, path).headers["cache-control"] == "no-cache"
        suffixed = broker.client.get(f"{path}.svg")
        assert (suffixed.status_code, suffixed.headers["content-type"]) == (200, "image/svg+xml"), path
        assert broker.client.get(path, headers={"Accept": "*/*"}).status_code == 200


def test_a_badge_service_may_draw_instead(start_broker: StartBroker, sqlite_url: str) -> None:
    broker = start_broker(sqlite_url, badge_provider_mode="redirect", shields_io_base_url="https://badges.example")
    answer = broker.client.get(f"{PAIR}/latest/badge.svg")
    assert (answer.status_code, answer.content) == (307, b"")
    drawn = "https://badges.example/badge/shop%2Fbilling%20pact-shop%20not%20found-lightgrey.svg"
    assert answer.headers["location"] == drawn


def test_badges_use_an_index(sqlite_broker: Broker) -> None:
    path = put(sqlite_broker, pact("shop", "billing"), "1", branch="main", tags=["dev"])
    verified(sqlite_broker, path, "b1", branch="main")
    version_of(sqlite_broker, "billing", "b1", tags=["prod"])
    for badge in (
        f"{PAIR}/latest/badge",
        f"{PAIR}/latest/dev/badge",
        f"{PAIR}/latest-untagged/badge",
        "/matrix/provider/billing/latest/prod/consumer/shop/latest/dev/badge",
        "/pacticipants/shop/latest-version/dev/can-i-deploy/to/prod/badge",
        "/pacticipants/shop/main-branch/can-i-merge/badge",
    ):
        with caught() as statements:
            _get(sqlite_broker, badge)
        assert statements, badge
        assert scans(create_engine(sqlite_broker.database_url), statements) == [], badge
