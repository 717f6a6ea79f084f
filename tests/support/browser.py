"""A headless Chromium that the tests drive; every complaint in its console is kept."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from tests.support.services import Missing

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TELL_OF_REFUSALS = """
document.addEventListener('securitypolicyviolation', (refused) =>
  console.error(`the policy refuses ${refused.blockedURI} by ${refused.violatedDirective}`))
"""


@dataclass(frozen=True, slots=True)
class Window:
    """A browser's window, and what its console complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """The hosts that anything was asked of."""


def find() -> Path | None:
    """Chromium on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("TROTH_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    return Path(found) if found else None


@contextlib.contextmanager
def running() -> Iterator[Chromium]:
    """A browser for as long as the block lasts. Raises Missing where there is none."""
    program = find()
    if program is None:
        raise Missing("no Chromium: apt-get install chromium, or set TROTH_TEST_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def window(
    browser: Chromium, *, width: int = 1280, height: int = 900, dark: bool = False, script: bool = True
) -> Iterator[Window]:
    """A window of its own, with nothing kept from others."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
    )
    context.set_default_timeout(20_000)
    page = context.new_page()
    found = Window(page)
    page.on("console", lambda message: found.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda request: found.asked.add(urlsplit(request.url).netloc))
    page.on(
        "response",
        lambda answer: found.complaints.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None,
    )
    context.add_init_script(_TELL_OF_REFUSALS)
    try:
        yield found
    finally:
        context.close()
