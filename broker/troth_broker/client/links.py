"""Links of a HAL document: finding them by relation, expanding their templates (RFC 6570, level 1)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from troth_broker.client.errors import Invalid

_VARIABLE = re.compile(r"\{([A-Za-z0-9_]+)\}")


def segment(text: str) -> str:
    """A name as one segment of a path: everything but RFC 3986's unreserved characters is encoded.

    Raises `Invalid` for the three names that would lead to another resource, whatever their encoding.
    """
    if text in {"", ".", ".."}:
        raise Invalid(f"{text!r} cannot be the name of anything: an address cannot hold it", 400)
    return quote(text, safe="")


def expand(template: str, variables: Mapping[str, str]) -> str:
    """The URL that a template makes of these values; raises `KeyError` for a variable without value."""
    return _VARIABLE.sub(lambda found: segment(variables[found[1]]), template)


def links(document: Mapping[str, Any], relation: str) -> Iterator[Mapping[str, Any]]:
    """Every link of a relation, whether the document holds one object or a list of them."""
    found = document.get("_links")
    value = found.get(relation) if isinstance(found, Mapping) else None
    for link in value if isinstance(value, list) else [value]:
        if isinstance(link, Mapping) and isinstance(link.get("href"), str):
            yield link


def href(document: Mapping[str, Any], relation: str, name: str | None = None) -> str | None:
    """The address of a relation's first link, or of the one called `name`; None if there is none."""
    return next((link["href"] for link in links(document, relation) if name in {None, link.get("name")}), None)


def embedded(document: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The list of documents embedded under a name; empty if there is none."""
    found = document.get("_embedded")
    items = found.get(name) if isinstance(found, Mapping) else None
    return [item for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
