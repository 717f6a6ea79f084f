"""Pacts whose requests are operations of GraphQL: an answer with errors is not the answer that was expected.

The order of members and members that were not asked for never matter in a response; what a pact cannot say is that
there are to be no errors beside the data.
"""

import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit

from troth_schemas.json_body import Json
from troth_schemas.pact.contents import media_type
from troth_verifiers.api import Mismatch, Outgoing
from troth_verifiers.pact.own.wanted import Wanted

_IGNORED: Final = r"(?:[\s,\ufeff]|#[^\n\r]*+)*+"
_DESCRIPTION: Final = r'(?:"""(?:[^"]|"(?!""))*+"""|"(?:[^"\\\n]|\\.)*+")?+'
_OPERATION: Final = re.compile(
    rf"{_IGNORED}(?:{_DESCRIPTION}{_IGNORED}(?:query|mutation|subscription|fragment)\b[^{{]*)?\{{"
)
_MAY_NAME_IT: Final = re.compile(r"\?.*(?:query|extensions|%)")
"""A URL that may ask for an operation; where a character of a name may be written as ``%71``, it has to be read."""
_SHOWN: Final = 300


def graphql_mismatches(request: Outgoing, expected: Wanted, content: bytes) -> Iterator[Mismatch]:
    """The errors of an answer to an operation, where the pact expects data and says nothing of errors.

    A batch of operations has a list of answers, each of which is held against its own.
    """
    if not is_operation(request):
        return
    wanted, came = _json(expected.body.content or b""), _json(content)
    if isinstance(wanted, list) and isinstance(came, list):
        for index, (one, answer) in enumerate(zip(wanted, came, strict=False)):
            yield from _unexpected(one, answer, f"$[{index}]")
    else:
        yield from _unexpected(wanted, came, "$")


def _unexpected(wanted: Json, came: Json, at: str) -> Iterator[Mismatch]:
    if not isinstance(wanted, dict) or "data" not in wanted or "errors" in wanted or not isinstance(came, dict):
        return
    errors = came.get("errors")
    for index, one in enumerate(errors if isinstance(errors, list) else []):
        message = one.get("message") if isinstance(one, dict) else None
        text = (message if isinstance(message, str) else json.dumps(one, default=str))[:_SHOWN]
        yield Mismatch("body", f"{at}.errors[{index}]", f"No error is expected, and there is one: {text}", "", text)


def is_operation(request: Outgoing) -> bool:
    """Whether a request is an operation of GraphQL, a batch or the hash of one, by its body or by its query."""
    kind = next((media_type(value) for name, value in request.headers if name.lower() == "content-type"), "")
    if kind == "application/graphql":
        return _is_text(request.content.decode("utf-8", "replace"))
    if request.content:
        asked = _json(request.content)
        return all(map(_asks, asked)) if isinstance(asked, list) and asked else _asks(asked)
    if request.method == "GET" and _MAY_NAME_IT.search(request.url):
        query = parse_qs(urlsplit(request.url).query)
        return _is_text(next(iter(query.get("query", ())), None)) or any(map(_has_hash, query.get("extensions", ())))
    return False


def _asks(one: Json) -> bool:
    if not isinstance(one, dict):
        return False
    extensions = one.get("extensions")
    return _is_text(one.get("query")) or (isinstance(extensions, dict) and "persistedQuery" in extensions)


def _has_hash(extensions: str) -> bool:
    return _asks({"extensions": _json(extensions.encode())})


def _is_text(text: Json) -> bool:
    return isinstance(text, str) and _OPERATION.match(text) is not None


def _json(content: bytes) -> Json:
    """An object or a list; None for everything else."""
    if content.lstrip()[:1] not in (b"{", b"["):
        return None
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value
