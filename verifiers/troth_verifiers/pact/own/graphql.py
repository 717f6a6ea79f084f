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

_OPERATION: Final = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:(?:query|mutation|fragment)\b[^{]*)?\{")
_MAY_NAME_IT: Final = re.compile(r"\?.*(?:query|%)")
"""A URL with a parameter ``query``; where a character of its name may be written as ``%71``, it has to be read."""
_SHOWN: Final = 300


def graphql_mismatches(request: Outgoing, expected: Wanted, content: bytes) -> Iterator[Mismatch]:
    """The errors of an answer to an operation, where the pact expects data and says nothing of errors."""
    if not is_operation(request):
        return
    wanted, came = _object(expected.body.content or b""), _object(content)
    if "data" not in wanted or "errors" in wanted:
        return
    errors = came.get("errors")
    for index, one in enumerate(errors if isinstance(errors, list) else []):
        message = one.get("message") if isinstance(one, dict) else None
        text = (message if isinstance(message, str) else json.dumps(one, default=str))[:_SHOWN]
        yield Mismatch("body", f"$.errors[{index}]", f"No error is expected, and there is one: {text}", "", text)


def is_operation(request: Outgoing) -> bool:
    """Whether a request is an operation of GraphQL, by its body or by its query."""
    kind = next((media_type(value) for name, value in request.headers if name.lower() == "content-type"), "")
    text: Json = None
    if kind == "application/graphql":
        text = request.content.decode("utf-8", "replace")
    elif request.content:
        text = _object(request.content).get("query")
    elif request.method == "GET" and _MAY_NAME_IT.search(request.url):
        text = next(iter(parse_qs(urlsplit(request.url).query).get("query", ())), None)
    return isinstance(text, str) and _OPERATION.match(text) is not None


def _object(content: bytes) -> dict[str, Json]:
    if content.lstrip()[:1] != b"{":
        return {}
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
