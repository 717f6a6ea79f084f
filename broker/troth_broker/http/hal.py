"""Small pieces of HAL documents: links, titles, curies and pages."""

from collections.abc import Mapping
from typing import Any

from troth_broker.web.call import Call, Page

Link = dict[str, Any]
Body = dict[str, Any]


def link(href: str, title: str | None = None, name: str | None = None, *, templated: bool = False) -> Link:
    """One link; members that have nothing to say are left out."""
    made: Link = {}
    if title is not None:
        made["title"] = title
    if name is not None:
        made["name"] = name
    made["href"] = href
    if templated:
        made["templated"] = True
    return made


def curies(base: str, context: str) -> list[Link]:
    """Where the relations that start with `pb:` are described."""
    return [{"name": "pb", "href": f"{base}/doc/{{rel}}?context={context}", "templated": True}]


def without_nulls(body: Mapping[str, Any]) -> Body:
    """The members that have a value."""
    return {name: value for name, value in body.items() if value is not None}


def paged(body: Body, call: Call, page: Page | None, total: int) -> Body:
    """Add the `page` member and the links to the neighbouring pages; nothing if the whole collection was asked for."""
    if page is None:
        return body
    pages = max(1, -(-total // page.size))
    body["page"] = {"number": page.number, "size": page.size, "totalElements": total, "totalPages": pages}

    def neighbour(number: int) -> Link:
        query = f"pageSize={page.size}&pageNumber={number}" if call.parameter("pageNumber", "pageSize") else None
        return link(f"{call.url}?{query or f'size={page.size}&page={number}'}", f"Page {number}")

    links = body.setdefault("_links", {})
    if page.number > 1:
        links["previous"] = neighbour(page.number - 1)
    if page.number < pages:
        links["next"] = neighbour(page.number + 1)
    return body
