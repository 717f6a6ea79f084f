"""Pages as a browser gets them: asked for in a browser's words and read by a parser that takes no nonsense."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import httpx

from tests.support.brokers import Broker

BROWSER = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "User-Agent": "Mozilla/5.0",
}
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its address, its answer and its tree."""

    address: str
    answer: httpx.Response
    root: Element

    @property
    def text(self) -> str:
        """What people read on it, outside the navigation."""
        return words(self.one("main"))

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Every element of a tag whose attributes hold these values (`class_` for `class`)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            found
            for found in self.root.iter(tag)
            if all(value in [*(found.get(name) or "").split(), found.get(name)] for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The one element of a tag with these attributes."""
        (found,) = self.all(tag, **attributes)
        return found

    @property
    def title(self) -> str:
        """Its first heading."""
        return words(self.all("h1")[0])

    def rows(self) -> list[list[str]]:
        """The cells of every table row in words, headings left out."""
        return [[words(cell) for cell in row if cell.tag in {"td", "th"}] for body in self.all("tbody") for row in body]

    def links(self) -> Iterator[str]:
        """Where its links, forms, style sheets, scripts and images lead, on this broker."""
        for found in self.root.iter():
            for name in ("href", "src", "action", "hx-get"):
                value = found.get(name)
                if value is not None and not value.startswith("#"):
                    address = urljoin(self.address, value).partition("#")[0]
                    if urlsplit(address).netloc == urlsplit(self.address).netloc:
                        yield address

    def link(self, name: str) -> str:
        """The address of the first link with these words or this label."""
        return next(
            urljoin(self.address, found.get("href") or "")
            for found in self.root.iter("a")
            if name in {words(found), found.get("aria-label")}
        )


def words(element: Element) -> str:
    """The text of an element, its white space put right."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def page(broker: Broker, path: str, status: int = 200, **headers: str) -> Page:
    """A page that a browser gets; its form is that of every page."""
    answer = broker.client.get(path, headers={**BROWSER, **headers}, follow_redirects=True)
    assert answer.status_code == status, f"GET {path} → {answer.status_code} {answer.text[:2000]}"
    assert answer.headers["content-type"] == "text/html;charset=utf-8"
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    found = Page(str(answer.url), answer, parser.parse(answer.text))
    _check(found)
    return found


def _check(found: Page) -> None:
    policy = dict(rule.strip().split(" ", 1) for rule in found.answer.headers["content-security-policy"].split(";"))
    assert policy.items() >= _POLICY.items()
    assert found.answer.headers["x-content-type-options"] == "nosniff"
    assert found.one("html").get("lang") == "en"
    assert found.one("main").get("id") == "main"
    assert len(found.all("h1")) == 1, f"{found.address} has {len(found.all('h1'))} first headings"
    ids = [element.get("id") for element in found.root.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"{found.address}: an id is given twice"
    for element in found.root.iter():
        assert element.tag != "style", "an inline style sheet"
        assert element.get("style") is None, "an inline style"
        assert not [name for name in element.attrib if str(name).startswith("on")], "an inline script"
        if element.tag == "script":
            assert element.get("src"), "an inline script"
            assert not words(element)
        if element.tag == "th":
            assert element.get("scope") in {"col", "row"}, f"{found.address}: a heading without a scope"
        if element.tag in {"input", "select"} and element.get("type") != "hidden":
            labels = {label.get("for") for label in found.root.iter("label")}
            assert element.get("aria-label") or element.get("id") in labels, "a field without a label"
    assert not set(_references(found)) - set(ids), f"{found.address} names ids that are not there"


def _references(found: Page) -> Iterator[str]:
    for element in found.root.iter():
        for name in ("for", "aria-labelledby", "aria-controls"):
            yield from (element.get(name) or "").split()
