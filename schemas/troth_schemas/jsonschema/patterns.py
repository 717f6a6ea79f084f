"""Regular expressions, asked of an engine that answers in bounded time."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

import jsonschema_rs

_LINEAR: Final = jsonschema_rs.RegexOptions(size_limit=1_000_000)
_BOUNDED: Final = jsonschema_rs.FancyRegexOptions(backtrack_limit=50_000, size_limit=1_000_000)


def engine(schema: dict[str, Any], **options: Any) -> jsonschema_rs.Validator:
    """A validator whose expressions run in linear time; if some look around, they give up instead of exploding.

    The linear engine comes first because the other one is wrong now and then: for it, "b" matches ``b+x*b+``.
    Raises ValueError for an expression that neither understands.
    """
    try:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=_LINEAR, **options)
    except ValueError:
        return jsonschema_rs.Draft202012Validator(schema, pattern_options=_BOUNDED, **options)


@lru_cache(maxsize=4096)
def _asked(pattern: str) -> jsonschema_rs.Validator | None:
    try:
        return engine({"pattern": pattern})
    except ValueError:
        return None


def is_pattern(pattern: str) -> bool:
    """Whether the engine understands a regular expression."""
    return _asked(pattern) is not None


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches somewhere; an expression that nobody understands matches nothing."""
    asked = _asked(pattern)
    return asked is not None and asked.is_valid(text)


def listing(texts: Iterable[str]) -> str:
    """An expression that matches these texts and no other."""
    return "^(" + "|".join(map(re.escape, texts)) + ")$"
