"""A request of HTTP read as GraphQL: the operation with its variables, by POST, by GET, or by its hash."""

import json
from dataclasses import dataclass, field

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.contents import media_type
from troth_verifiers.stub.asked import SUBSCRIBE, Asked


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. `query` is "" where only `digest` came, the SHA-256 of a persisted operation."""

    query: str
    name: str | None = None
    variables: Document = field(default_factory=dict)
    digest: str = ""


class NoRequest(Exception):
    """It is no request of GraphQL; the text is a sentence."""


def request_of(asked: Asked) -> Request:
    """What a request asks. Raises `NoRequest`."""
    if asked.method == "GET":
        return _request({name: _read(name, values[0]) for name, values in asked.query.items()})
    if asked.method not in ("POST", SUBSCRIBE):
        raise NoRequest(f"GraphQL is asked by POST or GET, not by {asked.method}.")
    if asked.method == "POST" and media_type(asked.header("content-type")) == "application/graphql":
        return Request(asked.content.decode("utf-8", "replace"))
    try:
        value: Json = json.loads(asked.content)
    except (ValueError, RecursionError) as error:
        raise NoRequest(f"The body is no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise NoRequest("The body is no object with a `query`; batches of operations are not answered.")
    return _request(value)


def _read(name: str, text: str) -> Json:
    """A parameter of the query: objects are written in JSON."""
    if name not in ("variables", "extensions"):
        return text
    try:
        value: Json = json.loads(text or "null")
    except (ValueError, RecursionError) as error:
        raise NoRequest(f"The parameter {name!r} is no JSON: {error}.") from None
    return value


def _request(value: Document) -> Request:
    query, name, variables = value.get("query"), value.get("operationName"), value.get("variables")
    extensions = value.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not (isinstance(query, str) and query.strip()) and not isinstance(digest, str):
        raise NoRequest("The request has no `query`.")
    if variables is not None and not isinstance(variables, dict):
        raise NoRequest("`variables` is an object.")
    return Request(
        query if isinstance(query, str) else "",
        name if isinstance(name, str) and name else None,
        variables or {},
        digest if isinstance(digest, str) else "",
    )
