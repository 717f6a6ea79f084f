"""Values as they travel: parameters in their styles, bodies in their media types."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

import httpx

from troth_schemas.json_body import Document, Json
from troth_schemas.openapi.media_types import essence
from troth_verifiers.json_bodies import is_json
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.hints import hints_of
from troth_verifiers.openapi.xml_bodies import is_xml, write_xml

Body: TypeAlias = tuple[str, bytes]
"""A content type, and the bytes."""

_DELIMITERS: Final[Mapping[str, str]] = {"spaceDelimited": " ", "pipeDelimited": "|"}


@dataclass
class Written:
    """The parts of a request, ready to be put together."""

    path: dict[str, str] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    headers: list[tuple[str, str]] = field(default_factory=list)
    cookies: list[tuple[str, str]] = field(default_factory=list)

    def add(self, parameter: Document, value: Json) -> None:
        """Write a parameter of OpenAPI 3 with a value; one with ``content`` is written as JSON."""
        name, where = str(parameter.get("name")), parameter.get("in")
        if "content" in parameter:
            value = json.dumps(value)
        explode = parameter.get("explode")
        style = str(parameter.get("style") or ("form" if where in ("query", "cookie") else "simple"))
        spread = explode if isinstance(explode, bool) else style in ("form", "cookie")
        if where == "path":
            self.path[name] = _in_path(name, value, style, spread=spread)
        elif where == "query":
            self.query += _in_query(name, value, style, spread=spread)
        elif where == "header":
            self.headers.append((name, ",".join(_flat(value, spread=spread))))
        elif where == "cookie":
            self.cookies += _in_query(name, value, "form", spread=spread)

    def target(self, template: str) -> str:
        """The path with its values, and the query."""
        path = template
        for name, text in self.path.items():
            path = path.replace(f"{{{name}}}", text)
        return f"{path}?{urlencode(self.query, quote_via=quote)}" if self.query else path

    def lines(self) -> tuple[tuple[str, str], ...]:
        """The header lines, the cookies among them."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies)
        return (*self.headers, *((("Cookie", cookie),) if cookie else ()))


def body_as(kind: str, value: Json, media: Document | None = None, document: Document | None = None) -> Body | None:
    """A body with the content type to send it under; None where nothing here writes that type.

    ``media`` is the media type object of the whole ``document``, with the schema and the encoding of parts.
    """
    bare = essence(kind)
    media, document = media or {}, document or {}
    if "*" in bare:
        bare, kind = "application/json", "application/json"
    if is_json(bare):
        return kind, json.dumps(value, ensure_ascii=False).encode()
    if is_xml(bare) and not isinstance(value, str):
        return kind, write_xml(value, media.get("schema"), document)
    if bare == "application/x-www-form-urlencoded" and isinstance(value, dict):
        pairs = [pair for name, one in value.items() for pair in _in_query(name, one, "form", spread=True)]
        return kind, urlencode(pairs).encode()
    if bare == "multipart/form-data" and isinstance(value, dict):
        files = list(_parts(value, media, document))
        made = httpx.Request("POST", "http://provider.invalid", files=files, headers={"Content-Type": _BOUNDARY})
        return _BOUNDARY, made.read()
    return (kind, value.encode()) if isinstance(value, str) else None


def _parts(value: Document, media: Document, document: Document) -> Iterator[tuple[str, Any]]:
    """The parts of a form: a file for what is binary, JSON for what has members, one part for each value of a list."""
    properties = hints_of(document, media.get("schema")).properties
    encodings = media.get("encoding")
    for name, several in value.items():
        own = hints_of(document, properties.get(name))
        encoding = followed(document, encodings.get(name)) if isinstance(encodings, dict) else {}
        stated = str(encoding.get("contentType") or "").partition(",")[0].strip()
        hints = own.of(own.items) if isinstance(several, list) else own
        for one in several if isinstance(several, list) else [several]:
            has_members = isinstance(one, dict | list)
            kind = stated if stated and "*" not in stated else "application/json" if has_members else ""
            file = name if hints.is_binary else None
            kind = kind or ("application/octet-stream" if file else "")
            text = one if isinstance(one, str) else json.dumps(one)
            yield name, (file, text.encode(), kind) if kind else (file, text.encode())


_BOUNDARY: Final = "multipart/form-data; boundary=troth-part-of-the-form"
"""The same one always, so that the same example is the same request."""


def _in_path(name: str, value: Json, style: str, *, spread: bool) -> str:
    if style == "label":
        return "." + ("." if spread else ",").join(quote(one, safe="") for one in _flat(value, spread=spread))
    if style == "matrix":
        if spread and isinstance(value, dict | list):
            return "".join(f";{key}={quote(one, safe='')}" for key, one in _in_query(name, value, "form", spread=True))
        return f";{name}=" + ",".join(quote(one, safe="") for one in _flat(value, spread=False))
    return ",".join(quote(one, safe="=") for one in _flat(value, spread=spread))


def _in_query(name: str, value: Json, style: str, *, spread: bool) -> Iterator[tuple[str, str]]:
    if style == "deepObject" and isinstance(value, dict):
        yield from ((f"{name}[{key}]", _text(one)) for key, one in value.items())
    elif spread and isinstance(value, dict):
        yield from ((key, _text(one)) for key, one in value.items())
    elif spread and isinstance(value, list):
        yield from ((name, _text(one)) for one in value)
    else:
        yield name, _DELIMITERS.get(style, ",").join(_flat(value, spread=False))


def _flat(value: Json, *, spread: bool) -> list[str]:
    """The texts of an array or an object in one row."""
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, dict):
        pairs = [(key, _text(one)) for key, one in value.items()]
        return [f"{key}={one}" for key, one in pairs] if spread else [text for pair in pairs for text in pair]
    return [_text(value)]


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
