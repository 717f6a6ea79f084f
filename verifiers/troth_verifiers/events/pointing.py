"""What stands in a message where a runtime expression of AsyncAPI points to: ``$message.payload#/id``."""

import json
from collections.abc import Mapping
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.problem import steps_of
from troth_verifiers.transport import Event

_PARTS: Final = ("$message.payload", "$message.header")


def points(location: str) -> bool:
    """Whether a text is an expression that points into a message."""
    return location.partition("#")[0] in _PARTS


def read_at(location: str, tree: Json, headers: Mapping[str, str]) -> str | None:
    """The value at a place as a text; None where there is none, or null."""
    where, _, pointer = location.partition("#")
    value: Json = tree if where.endswith("payload") else {**headers}
    for step in steps_of(pointer):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if value is None or isinstance(value, str) else json.dumps(value)


def headers_of(event: Event) -> dict[str, str]:
    """The headers that came with a message, the broker's own correlation id among them."""
    found = dict(event.headers)
    if event.correlation_id:
        found.setdefault("correlationId", event.correlation_id)
    return found
