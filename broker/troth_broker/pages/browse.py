"""Every other resource of the API as a page: its properties as a table, its links to follow, what it holds as lists."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.web.call import Call, Reply
from troth_broker.web.relations import meaning

_MOST = 200
"""How many entries of a list, and how many signs of a text, a page shows of a resource."""
_LONGEST = 200_000
_NAMED = ("name", "title", "number", "uuid")


@dataclass(frozen=True, slots=True)
class LinkShown:
    """One link, as people can follow it; None where it is a template or leads elsewhere by another method."""

    rel: str
    meaning: str
    text: str
    address: str
    follows: bool


@dataclass(frozen=True, slots=True)
class Node:
    """A resource or a part of one."""

    title: str
    properties: tuple[tuple[str, str], ...]
    nodes: "tuple[Node, ...]"
    links: tuple[LinkShown, ...]
    left_out: int = 0


def browse(call: Call, reply: Reply) -> Reply:
    """The page of a resource that has none of its own; an answer that is no success, or no text, as it is."""
    if not 200 <= reply.status < 300 or reply.media.startswith("image/"):
        return reply
    encoded = reply.encoded()
    document: Any = None
    if "json" in reply.media:
        try:
            document = json.loads(encoded)
        except ValueError:
            document = None
    raw = (
        json.dumps(document, indent=2, ensure_ascii=False) if document is not None else encoded.decode(errors="replace")
    )
    answer = page(
        call,
        "browse.html",
        reply.status,
        title=_title(call, document),
        node=node("", document, call.base) if isinstance(document, dict) else None,
        raw=raw[:_LONGEST],
        cut=len(raw) > _LONGEST,
    )
    kept = {name: value for name, value in reply.headers.items() if name.lower() != "cache-control"}
    return Reply(answer.status, answer.body, answer.media, {**kept, **answer.headers})


def node(title: str, document: dict[str, Any], base: str) -> Node:
    """What a HAL document says, level by level."""
    properties: list[tuple[str, str]] = []
    nodes: list[Node] = []
    for name, value in document.items():
        if name in {"_links", "_embedded"}:
            continue
        if isinstance(value, dict):
            nodes.append(node(name, value, base))
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            nodes.append(_listed(name, value, base))
        else:
            properties.append((name, _text(value)))
    embedded = document.get("_embedded")
    for name, value in (embedded if isinstance(embedded, dict) else {}).items():
        if isinstance(value, list):
            nodes.append(_listed(name, value, base))
        elif isinstance(value, dict):
            nodes.append(node(name, value, base))
    return Node(title, tuple(properties), tuple(nodes), tuple(_links(document.get("_links"), base)))


def _listed(title: str, found: list[Any], base: str) -> Node:
    shown = [one for one in found[:_MOST] if isinstance(one, dict)]
    entries = tuple(node(_name(one, number), one, base) for number, one in enumerate(shown, 1))
    return Node(f"{title} ({len(found):,})", (), entries, (), len(found) - len(found[:_MOST]))


def _name(document: dict[str, Any], number: int) -> str:
    own = _self(document)
    titles = [own.get("name"), own.get("title")] if isinstance(own, dict) else []
    return next((str(one) for one in [*map(document.get, _NAMED), *titles] if one), str(number))


def _self(document: dict[str, Any]) -> Any:
    links = document.get("_links")
    return links.get("self") if isinstance(links, dict) else None


def _links(found: Any, base: str) -> list[LinkShown]:
    listed: list[LinkShown] = []
    for rel, value in (found if isinstance(found, dict) else {}).items():
        if rel == "curies":
            continue
        found_here = value[:_MOST] if isinstance(value, list) else [value]
        listed += [
            _link(rel, one, base) for one in found_here if isinstance(one, dict) and isinstance(one.get("href"), str)
        ]
    return listed


def _link(rel: str, found: dict[str, Any], base: str) -> LinkShown:
    href = found["href"]
    text = str(found.get("name") or found.get("title") or href)
    ours = href == base or href.startswith((f"{base}/", "/"))
    follows = ours and not found.get("templated") and not re.search(r"[{}]", href)
    relative = To.below(base).root + (href.removeprefix(base)) if ours else href
    return LinkShown(rel, meaning(rel.rpartition(":")[2]) or "", text, relative or "/", follows)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _title(call: Call, document: Any) -> str:
    if isinstance(document, dict):
        own = _self(document)
        if isinstance(own, dict) and own.get("title"):
            return f"{own['title']}: {own['name']}" if own.get("name") else str(own["title"])
    return urlsplit(call.path).path
