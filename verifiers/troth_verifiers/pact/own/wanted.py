"""What a pact asks to be sent, and what it expects to come back, as bytes and texts, whichever version wrote it."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.matching import Body
from troth_schemas.matching.bodies import charset_of
from troth_schemas.matching.contents import sniffed
from troth_schemas.pact.contents import kind_of, media_type, read_query
from troth_schemas.pact.rules import MatchingRules, read_rules

_LISTS: Final = frozenset(
    {
        "accept", "accept-encoding", "accept-language", "access-control-allow-headers", "access-control-allow-methods",
        "access-control-expose-headers", "access-control-request-headers", "allow", "cache-control", "if-match",
        "if-none-match", "vary",
    }
)  # fmt: skip
"""Headers whose commas part values; in any other a comma is a part of the value, as for the official library."""

Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to send, or a response or message to expect."""

    headers: Texts
    body: Body
    rules: MatchingRules
    method: str = "GET"
    path: str = "/"
    query: Texts = field(default_factory=dict)
    status: int = 200


def request_of(part: Document) -> Wanted:
    """The request of an interaction."""
    method, path = part.get("method"), part.get("path")
    return Wanted(
        headers=headers_of(part),
        body=_to_send(part),
        rules=read_rules(part.get("matchingRules")),
        method=method.upper() if isinstance(method, str) else "GET",
        path=path if isinstance(path, str) else "/",
        query=read_query(part),
    )


def response_of(part: Document) -> Wanted:
    """The response that an interaction expects; without a status any 2xx is not enough, it is 200."""
    status = part.get("status")
    return Wanted(
        headers=headers_of(part),
        body=body_of(part, "body"),
        rules=read_rules(part.get("matchingRules")),
        status=status if isinstance(status, int) else 200,
    )


def headers_of(part: Document) -> dict[str, tuple[str, ...]]:
    """Headers by name as they are written, each with its values."""
    written = part.get("headers")
    found: dict[str, tuple[str, ...]] = {}
    for name, value in written.items() if isinstance(written, dict) else ():
        if isinstance(value, list):
            found[name] = tuple(_text(one) for one in value)
        else:
            found[name] = values_of(name, _text(value))
    return found


def values_of(name: str, text: str) -> tuple[str, ...]:
    """The values that one line of a header holds, by its commas."""
    if name.lower() not in _LISTS:
        return (text.strip(),)
    return tuple(one.strip() for one in text.split(","))


def body_of(part: Document, name: str, *, stated: str = "") -> Body:
    """A body with its content type: the header's, the envelope's, or `stated`."""
    header = next(
        (_text(_first(value)) for key, value in _members(part, "headers") if key.lower() == "content-type"), ""
    )
    if name not in part:
        return Body(None, header or stated)
    written = part[name]
    if isinstance(written, dict) and "content" in written and written.keys() <= _ENVELOPE:
        return _enveloped(written, header or stated)
    if written is None:
        return Body(b"", header or stated)
    kind = header or stated
    if isinstance(written, str):
        kind = kind or sniffed(written.encode())
        return Body(_of_text(written, kind), kind)
    return Body(_json(written), kind or "application/json")


def _to_send(part: Document) -> Body:
    """The body of a request: under a type of JSON, a null that stands for the body is one of JSON."""
    body = body_of(part, "body")
    if part.get("body", ...) is None and body.content_type and kind_of(media_type(body.content_type)) == "json":
        return Body(b"null", body.content_type)
    return body


_ENVELOPE: Final = {"content", "contentType", "contentTypeHint", "encoded"}


def _enveloped(written: Document, header: str) -> Body:
    stated = written.get("contentType")
    kind = stated if isinstance(stated, str) else header
    content, encoded = written["content"], written.get("encoded")
    if content is None or content == "":
        return Body(b"", kind)
    if not isinstance(content, str):
        return Body(_json(content), kind or "application/json")
    if encoded is True or (isinstance(encoded, str) and encoded.lower() == "base64"):
        return Body(b64decode(content), kind)
    if isinstance(encoded, str) or not kind:  # encoded as "JSON": what it holds is the body's text
        kind = kind or sniffed(content.encode())
        return Body(_encoded(content, kind), kind)
    return Body(_json(content) if kind_of(media_type(kind)) == "json" else _encoded(content, kind), kind)


def _of_text(text: str, kind: str) -> bytes:
    """A text as a body; under JSON, a text that is no object and no string is a JSON string without its quotes."""
    if text and kind_of(media_type(kind)) == "json":
        try:
            whole = isinstance(json.loads(text), dict | str)
        except (ValueError, RecursionError):
            whole = False
        return text.encode() if whole else _json(text)
    return _encoded(text, kind)


def _encoded(text: str, kind: str) -> bytes:
    """A text by the charset of its type; what that lacks, or what is no plain text, is in UTF-8."""
    if kind_of(media_type(kind)) != "text":
        return text.encode()
    try:
        return text.encode(charset_of(kind))
    except UnicodeEncodeError:
        return text.encode()


_WRITER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _json(value: Json) -> bytes:
    return _WRITER.encode(value).encode()


def _members(part: Document, name: str) -> list[tuple[str, Json]]:
    written = part.get(name)
    return list(written.items()) if isinstance(written, dict) else []


def _first(value: Json) -> Json:
    return (value[0] if value else "") if isinstance(value, list) else value


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
