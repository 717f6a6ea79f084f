"""Pacts written by hand from the specification, and contracts made of them."""

import json
from typing import Any

from troth_verifiers import Contract

Json = Any


def http(description: str, path: str = "/", status: int = 200, body: Json = None, **more: Json) -> dict[str, Json]:
    """A V4 HTTP interaction: GET a path, expect a status and perhaps a JSON body."""
    response: dict[str, Json] = {"status": status}
    if body is not None:
        response["body"] = {"content": body, "contentType": "application/json", "encoded": False}
    return {
        "type": "Synchronous/HTTP",
        "description": description,
        "request": {"method": "GET", "path": path},
        "response": response,
        **more,
    }


def message(description: str, content: Json, **more: Json) -> dict[str, Json]:
    """A V4 one-way message with JSON contents."""
    return {"type": "Asynchronous/Messages", "description": description, "contents": contents(content), **more}


def sync_message(description: str, request: Json, *responses: Json, **more: Json) -> dict[str, Json]:
    """A V4 message with a request and some responses."""
    return {
        "type": "Synchronous/Messages",
        "description": description,
        "request": {"contents": contents(request)},
        "response": [{"contents": contents(response)} for response in responses],
        **more,
    }


def contents(content: Json) -> dict[str, Json]:
    """The envelope of JSON contents in V4."""
    return {"content": content, "contentType": "application/json", "encoded": False}


def given(*names: str, **params: Json) -> list[dict[str, Json]]:
    """Provider states, all with the same parameters."""
    return [{"name": name, **({"params": params} if params else {})} for name in names]


def v4(*interactions: Json, consumer: str = "web", provider: str = "orders", **metadata: Json) -> dict[str, Json]:
    """A V4 pact."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "4.0"}, **metadata},
    }


def contract(pact: Json, **more: Json) -> Contract:
    """A contract as a source would hand it over."""
    content = pact if isinstance(pact, bytes) else json.dumps(pact).encode()
    fields: dict[str, Json] = {"consumer": "web", "provider": "orders", "name": "web-orders.json", **more}
    return Contract(content=content, **fields)
