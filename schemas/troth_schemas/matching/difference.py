"""One place where what came is not what was promised."""

import json
from dataclasses import dataclass
from typing import Final

from troth_schemas.json_body import Json

_LONGEST: Final = 1000
"""Characters of a value that are shown; a whole document stands in nobody's report."""


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """A difference.

    ``path`` leads to it (``$.items[0].id``, or the name of a header, a query parameter or a metadata entry); ``text``
    is a sentence that stands alone; ``expected`` and ``actual`` are the two values as texts, cut to a readable length.
    """

    path: str
    text: str
    expected: str = ""
    actual: str = ""


def shown(value: Json) -> str:
    """A value as people are shown it: compact JSON, cut where it is long."""
    return cut(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def cut(text: str) -> str:
    """A text of a readable length."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"


def kind_of(value: Json) -> str:
    """What people call a value's type."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "decimal"
        case str():
            return "text"
        case list():
            return "array"
        case _:
            return "object"
