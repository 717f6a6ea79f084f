"""The pages in a real browser over a fleet: clicked through, by keyboard, in either theme and width, without script."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.resources import files
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from examples.fleet.publish import publish
from tests.support.brokers import Broker, in_thread
from tests.support.browser import running, window
from tests.support.databases import SqliteDatabases
from tests.support.services import Missing, skip_or_fail

_RULES = {False: "", True: "{runOnly: ['color-contrast']}"}
"""All of axe's rules in light; in the dark, colours are all that differs."""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
_REACHABLE = """[...document.querySelectorAll('a[href], button, input, select, summary, [tabindex="0"]')]
  .filter((it) => it.checkVisibility({visibilityProperty: true}) && it.type !== 'hidden').length"""
_STOP = """() => {
  const it = document.activeElement, style = getComputedStyle(it);
  const all = [...document.querySelectorAll('*')];
  return [all.indexOf(it), it === document.body, style.outlineStyle !== 'none', it.outerHTML.slice(0, 120)];
}"""


@pytest.fixture(scope="module")
def fleet(sqlite_databases: SqliteDatabases) -> Iterator[Broker]:
    """A broker that knows a company with thirty services."""
    with ExitStack() as held:
        broker = held.enter_context(in_thread(held.enter_context(sqlite_databases.migrated())))
        publish(broker.url)
        yield broker


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """A running browser."""
    with ExitStack() as held:
        try:
            browser = held.enter_context(running())
        except Missing as missing:
            skip_or_fail(missing)
        yield browser


def _addresses(broker: Broker) -> list[str]:
    """One address of each kind of page."""
    version = broker.read("/pacticipants/orders/branches/main/latest-version")["number"]
    (uuid,) = [one["uuid"] for one in broker.read("/environments?name=production")["_embedded"]["environments"]]
    return [
        "/",
        "/can-i-deploy",
        f"/can-i-deploy?pacticipant=orders&version={version}&environment=production",
        "/matrix?q[][pacticipant]=orders&q[][pacticipant]=payments&latestby=cvpv",
        "/matrix/provider/payments/consumer/orders",
        "/pacts/provider/payments/consumer/orders/latest",
        "/pacts/provider/tax/consumer/pricing/latest",
        "/environments",
        f"/environments/{uuid}",
        "/pacticipants",
        "/pacticipants/orders",
        "/pacticipants/orders/versions",
        f"/pacticipants/orders/versions/{version}",
        "/network",
        "/pacticipants/tax/network",
        "/webhooks",
        "/dashboard?size=3",
        "/doc/pb:pacticipant",
    ]


def test_a_person_walks_from_what_is_blocked_to_the_mismatch_and_back(fleet: Broker, chromium: Chromium) -> None:
    with window(chromium) as seen:
        page = seen.page
        page.goto(fleet.url)
        expect(page.get_by_role("heading", level=1)).to_have_text("6 versions blocked")
        page.get_by_role("link", name=re.compile("^payments ")).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("production")
        page.get_by_role("link", name="Matrix of orders and payments").click()
        before = page.url
        page.get_by_role("link", name="failed").first.click()
        expect(page.locator("#result")).to_contain_text("body $.id")
        assert page.url == before, "the result opens in place"
        page.get_by_role("link", name="contract", exact=True).first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("What orders needs from payments")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("orders → payments")
        assert seen.complaints == []


def test_the_integrations_are_filtered_and_paged_in_place_with_addresses_to_share(
    fleet: Broker, chromium: Chromium
) -> None:
    with window(chromium) as seen:
        page = seen.page
        page.goto(f"{fleet.url}/?size=20")
        page.get_by_role("link", name="Next").click()
        expect(page.locator(".pages [aria-current=page]")).to_have_text("2")
        expect(page).to_have_url(f"{fleet.url}/?page=2&size=20")
        page.get_by_label("Name contains").fill("loyalty")
        page.get_by_role("button", name="Filter").click()
        expect(page.get_by_role("heading", name="4 integrations with “loyalty”")).to_be_visible()
        expect(page).to_have_url(f"{fleet.url}/?q=loyalty")
        assert seen.complaints == []


def test_the_gate_is_asked_by_its_form(fleet: Broker, chromium: Chromium) -> None:
    version = fleet.read("/pacticipants/tax/branches/main/latest-version")["number"]
    with window(chromium) as seen:
        page = seen.page
        page.goto(f"{fleet.url}/can-i-deploy")
        page.get_by_label("Application", exact=True).fill("tax")
        page.get_by_label("Version").fill(version)
        page.get_by_label("To environment").select_option("production")
        page.get_by_role("button", name="Can I deploy?").click()
        expect(page.locator(".verdict")).to_have_text("✓ YES")
        assert seen.complaints == []


def test_every_page_is_of_use_without_script(fleet: Broker, chromium: Chromium) -> None:
    with window(chromium, script=False) as seen:
        page = seen.page
        page.goto(f"{fleet.url}/matrix/provider/payments/consumer/orders")
        page.get_by_role("link", name="failed").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("breaks its contract with orders")
        page.goto(f"{fleet.url}/")
        page.get_by_label("Name contains").fill("loyalty")
        page.get_by_role("button", name="Filter").click()
        expect(page).to_have_url(f"{fleet.url}/?q=loyalty")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1600])
def test_no_page_is_wider_than_its_window_and_none_complains(
    fleet: Broker, chromium: Chromium, width: int, dark: bool
) -> None:
    with window(chromium, width=width, dark=dark) as seen:
        for address in _addresses(fleet):
            seen.page.goto(fleet.url + address)
            wide, there = seen.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            assert wide <= there, f"{address} is {wide} wide in a window of {there}"
        assert seen.complaints == []
        assert seen.asked == {urlsplit(fleet.url).netloc}, "a page asks another host"


def _focused(page: Page) -> tuple[str, bool]:
    """What has the focus, and whether that can be seen."""
    found = page.evaluate(
        """() => {
            const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
            return [it.textContent.trim() || it.name || it.id, style.outlineStyle !== 'none' && box.width > 0];
        }"""
    )
    return str(found[0]), bool(found[1])


def test_the_keyboard_reaches_everything_and_shows_where_it_is(fleet: Broker, chromium: Chromium) -> None:
    with window(chromium) as seen:
        page = seen.page
        page.goto(fleet.url)
        page.keyboard.press("Tab")
        assert _focused(page) == ("Skip to the content", True)
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
        page.goto(fleet.url + "/matrix/provider/payments/consumer/orders")
        reachable, met = page.evaluate(_REACHABLE), set()
        for _ in range(reachable + 1):
            page.keyboard.press("Tab")
            place, over, visible, shown = page.evaluate(_STOP)
            if over:
                break
            assert visible, f"nobody sees that this has the focus: {shown}"
            met.add(place)
        assert len(met) == reachable


def test_a_cell_opens_by_keyboard(fleet: Broker, chromium: Chromium) -> None:
    with window(chromium) as seen:
        page = seen.page
        page.goto(f"{fleet.url}/matrix/provider/payments/consumer/orders")
        page.get_by_role("link", name="failed").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#result")).to_contain_text("body $.id")
        assert seen.complaints == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_to_mend(fleet: Broker, chromium: Chromium, dark: bool) -> None:
    with window(chromium, dark=dark) as seen:
        for address in _addresses(fleet):
            seen.page.goto(fleet.url + address)
            seen.page.evaluate(AXE)
            found = seen.page.evaluate(
                f"axe.run({_RULES[dark]}).then(it => it.violations.map(v => [v.id, v.nodes.map(n => n.html)]))"
            )
            assert found == [], f"{address}: {found}"
