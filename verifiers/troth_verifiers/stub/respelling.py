"""Operations of GraphQL in pacts: one that is spelled otherwise, and asks the same, is the same.

graphql-core comes with an extra; without it only equal texts are the same.
"""

import json
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from troth_schemas.json_body import Json
from troth_verifiers.errors import UsageError
from troth_verifiers.pact.own.wanted import Wanted
from troth_verifiers.stub.asked import Asked
from troth_verifiers.stub.parts import part


def respelled(asked: Asked, expected: Wanted) -> Asked:
    """The request with the pact's spelling of its operation, where both ask the same; else as it came."""
    text = _in_body(expected.body.content or b"")
    came = _in_body(asked.content)
    if text and came and text != came and meant(text) == meant(came):
        return replace(asked, content=json.dumps({**json.loads(asked.content), "query": text}).encode())
    text, came = next(iter(expected.query.get("query", ())), ""), next(iter(asked.query.get("query", ())), "")
    if text and came and text != came and meant(text) == meant(came):
        pairs = [(name, text if name == "query" else one) for name, values in asked.query.items() for one in values]
        return replace(asked, target=f"{asked.path}?{urlencode(pairs)}")
    return asked


def _in_body(content: bytes) -> str:
    """The operation in a body of JSON; "" where there is none."""
    if b'"query"' not in content or not content.lstrip().startswith(b"{"):
        return ""
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return ""
    text = value.get("query") if isinstance(value, dict) else None
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=256)
def meant(text: str) -> str:
    """An operation in one spelling, equal for texts that ask the same; any other text as it is."""
    try:
        found: bytes | None = part("graphql.spelling").spelled(text)
    except UsageError:
        return text
    return text if found is None else found.decode()
