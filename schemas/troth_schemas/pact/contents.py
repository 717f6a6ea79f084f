"""What a request, a response or a message carries: its content as a value, its type, its headers and its query.

Versions 1 to 3 write a body as it is, version 4 as ``{"content", "contentType", "encoded"}``. A body that is missing
(nothing is said of it), null (there is none) and empty (of no length) are three things.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from urllib.parse import parse_qsl

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Document, Json, parse
from troth_schemas.pact.sniffing import sniffed

State: TypeAlias = Literal["missing", "null", "empty", "present"]
Kind: TypeAlias = Literal["json", "form", "text", "xml", "multipart", "binary"]
"""How content is written. ``form`` is application/x-www-form-urlencoded."""

Headers: TypeAlias = Mapping[str, tuple[str, ...]]
"""Values by name, in lower case."""

_FORM: Final = "application/x-www-form-urlencoded"
_TEXTS: Final = ("application/javascript", "application/graphql", "application/yaml", "application/x-yaml")
_MOST_FIELDS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Contents:
    """A body. ``value`` is decoded JSON, the text, or for binary content its length; ``media_type`` is without
    parameters and in lower case, "" where nothing names or shows it. ``pointer`` leads to the value within the part.
    ``unreadable`` says why content that calls itself JSON cannot be read as such.
    """

    state: State = "missing"
    kind: Kind = "json"
    value: Json = None
    media_type: str = ""
    pointer: str = "/body"
    unreadable: str = ""

    @property
    def present(self) -> bool:
        """Whether there is something to compare."""
        return self.state == "present"


def media_type(content_type: str) -> str:
    """``text/html`` of ``Text/HTML; charset=utf-8``."""
    return content_type.partition(";")[0].strip().lower()


def kind_of(media: str) -> Kind:
    """How content of a media type is written."""
    main, _, sub = media.partition("/")
    if sub == "json" or sub.endswith("+json") or media == "":
        return "json"
    if media == _FORM:
        return "form"
    if sub == "xml" or sub.endswith("+xml"):
        return "xml"
    if main == "multipart":
        return "multipart"
    return "text" if main == "text" or media in _TEXTS else "binary"


def read_contents(part: Document, name: str = "body", *, header: str = "", v4: bool = False) -> Contents:
    """The content of a part under ``body`` or ``contents``; ``header`` is its Content-Type header, if it has one."""
    at = f"/{name}"
    if name not in part:
        return Contents(media_type=media_type(header), pointer=at)
    written = part[name]
    if v4 and isinstance(written, dict) and "content" in written:
        return _version_4(written, at, media_type(header))
    if written is None:
        return Contents("null", media_type=media_type(header), pointer=at)
    if isinstance(written, str):
        return _of_text(written, media_type(header) or sniffed(written.encode(errors="replace")), at)
    media = media_type(header) or "application/json"
    return Contents("present", "json", written, media, at)


def _version_4(written: Document, at: str, header: str) -> Contents:
    stated, content, encoded = written.get("contentType"), written["content"], written.get("encoded")
    media = media_type(stated) if isinstance(stated, str) else header
    at = f"{at}/content"
    if content is None:
        return Contents("null", media_type=media, pointer=at)
    if not isinstance(content, str):
        return Contents("present", "json", content, media or "application/json", at)
    if encoded is True or (isinstance(encoded, str) and encoded.lower() == "base64"):
        return _of_bytes(content, media, at)
    if content and (isinstance(encoded, str) or not media):  # encoded as "JSON": what it holds is the body's text
        return _of_whole(content, media or sniffed(content.encode(errors="replace")), at)
    if content and kind_of(media) == "json":
        return Contents("present", "json", content, media, at)
    return _of_text(content, media, at)


def _of_bytes(encoded: str, media: str, at: str) -> Contents:
    try:
        content = b64decode(encoded, validate=True)
        text = content.decode()
    except ValueError:
        return Contents("present", "binary", None, media, at)
    return _of_whole(text, media or sniffed(content), at)


def _of_text(text: str, media: str, at: str) -> Contents:
    if not text:
        return Contents("empty", media_type=media, pointer=at)
    kind = kind_of(media)
    value = _inline(text) if kind == "json" else text
    return Contents("present", kind, value, media, at)


def _of_whole(text: str, media: str, at: str) -> Contents:
    """The text of a body: under JSON it writes a value."""
    if not text or kind_of(media) != "json":
        return _of_text(text, media, at)
    try:
        return Contents("present", "json", parse(text.encode(errors="replace"), what="the body"), media, at)
    except ContractUnreadable as problem:
        return Contents("present", "json", None, media, at, unreadable=str(problem))


def _inline(text: str) -> Json:
    """What a text stands for under JSON in versions 1 to 3: an object or a string that it writes, or else itself.

    The official library reads it so: `"1"` is the text 1 and no number, `"[1]"` no array.
    """
    try:
        value = parse(text.encode(), what="the body")
    except (ContractUnreadable, UnicodeEncodeError):
        return text
    return value if isinstance(value, dict | str) else text


def read_headers(part: Document, name: str = "headers") -> Headers:
    """The headers (or metadata) of a part: one text, or a list of them; a number counts as its text."""
    written = part.get(name)
    return {
        key.lower(): tuple(_text(one) for one in (value if isinstance(value, list) else [value]))
        for key, value in (written.items() if isinstance(written, dict) else ())
    }


def read_query(part: Document) -> Mapping[str, tuple[str, ...]]:
    """The query's values by name: a text in version 2, lists from version 3 on."""
    written = part.get("query")
    found: dict[str, tuple[str, ...]] = {}
    if isinstance(written, str):
        for key, text in fields(written):
            found[key] = (*found.get(key, ()), text)
    elif isinstance(written, dict):
        for key, value in written.items():
            found[key] = tuple(_text(one) for one in (value if isinstance(value, list) else [value]))
    return found


def fields(text: str) -> list[tuple[str, str]]:
    """Names and values of a query or of a form, decoded, in their order."""
    try:
        return parse_qsl(text.removeprefix("?"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return []


def _text(value: Json) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)
