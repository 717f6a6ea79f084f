"""Whether a JSON value holds at least what is expected of it."""

import re
from typing import Any


def lacks(actual: Any, expected: Any, place: str = "") -> str | None:
    """Where a JSON value does not hold what is expected; None if it does.

    Types and patterns stand for the values that fit them; each item expected of a list may be anywhere in it.
    """
    if isinstance(expected, type):
        return None if isinstance(actual, expected) else f"{place} is {actual!r}"
    if isinstance(expected, re.Pattern):
        return None if expected.search(str(actual)) else f"{place} is {actual!r}"
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return f"{place} is {actual!r}"
        found = (
            f"{place}/{key} is missing" if key not in actual else lacks(actual[key], wanted, f"{place}/{key}")
            for key, wanted in expected.items()
        )
        return next(filter(None, found), None)
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return f"{place} is no list"
        for wanted in expected:
            if all(lacks(item, wanted) for item in actual):
                return f"{place} holds nothing like {wanted}: {actual!r}"
        return None
    return None if actual == expected else f"{place} is {actual!r}, not {expected!r}"
