"""Taking secrets out of a text by their value, in every form in which a call or its echo may carry them."""

import base64
import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from troth_broker.core.calls import OutgoingCall

HIDDEN = "**********"
_SHORTEST = 4
"""Values that are only guessed to be secret, by the name they stand under, are left alone when they are shorter."""
_SENSITIVE = re.compile(
    r"authori[sz]ation|token|secret|passw|pwd|api[-_]?key|cookie|credential|signature", re.IGNORECASE
)


def is_sensitive(name: str) -> bool:
    """Whether what stands under this name is better not shown."""
    return _SENSITIVE.search(name) is not None


class Redactor:
    """Replaces values that must not be seen: as they are, percent-encoded, in JSON, in HTML, in base64."""

    def __init__(self, values: Iterable[str]) -> None:
        forms = {pattern for value in values if value for pattern in _patterns(value)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join(longest_first)) if forms else None

    def __call__(self, text: str) -> str:
        """The text without the values."""
        return text if self._pattern is None else self._pattern.sub(HIDDEN, text)

    def headers(self, headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Headers without the values; a header whose name tells that it is secret loses all of its value."""
        for name, value in headers:
            yield self(name), HIDDEN if is_sensitive(name) else self(value)


def _patterns(value: str) -> Iterator[str]:
    """Expressions for the forms of a value; in base64 with the signs beside it, which hold bits of it."""
    raw = value.encode("utf-8", "surrogatepass")
    yield from map(re.escape, _forms(value))
    if len(raw) >= _SHORTEST:
        yield from (f"[\\w+/-]?{re.escape(form)}[\\w+/-]?=*" for form in _in_base64(raw))


def _forms(value: str) -> Iterator[str]:
    raw = value.encode("utf-8", "surrogatepass")
    yield value
    yield raw.decode("latin-1")  # who reads UTF-8 as Latin-1 shows it so
    for encoded in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield encoded
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), encoded)
    for ascii_only in (True, False):
        written = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield written
        yield re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), written)
    yield escape(value)


def _in_base64(raw: bytes) -> Iterator[str]:
    """The part of base64 text that a value makes up wherever in the encoded bytes it stands (as in `user:password`)."""
    for before in range(3):
        start, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
        encoded = base64.b64encode(bytes(before) + raw).decode()[start:end]
        yield encoded
        yield encoded.replace("+", "-").replace("/", "_")
        yield quote(encoded, safe="")


def sensitive_values(call: OutgoingCall) -> Iterator[str]:
    """What in a call is secret by the name it stands under, beside the secrets that are known to be such."""
    if call.password:
        yield call.password
    found = [*_of_headers(call), *_of_url(call.url), *_of_body(call.body or "")]
    yield from (value for value in found if len(value) >= _SHORTEST)


def _of_headers(call: OutgoingCall) -> Iterator[str]:
    for name, value in call.headers:
        if is_sensitive(name):
            yield value
            yield from value.split()[1:]  # `Bearer TOKEN`: the word before it is no secret


def _of_url(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    for text in (parts.username, parts.password):
        if text:
            yield unquote(text)
    yield from _of_form(parts.query)


def _of_body(body: str) -> Iterator[str]:
    try:
        yield from _of_json(json.loads(body))
    except (ValueError, RecursionError):
        yield from _of_form(body)


def _of_form(text: str) -> Iterator[str]:
    try:
        yield from (value for name, value in parse_qsl(text) if is_sensitive(name))
    except ValueError:
        return


def _of_json(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            if isinstance(item, str) and is_sensitive(name):
                yield item
            yield from _of_json(item)
    elif isinstance(value, list):
        for item in value:
            yield from _of_json(item)
