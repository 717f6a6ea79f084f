"""Regular expressions that only list what they match, such as ``^(NEW|PAID|SENT)$``, as that list."""

from itertools import product
from typing import Final

MOST: Final = 64
"""An expression that matches more texts than this is no list."""

_SPECIAL: Final = frozenset("^$.|?*+()[]{}")
_ESCAPED_CLASSES: Final = frozenset("dDwWsSbBAZzGpPkQERXNhHvVuUx0123456789cnrtfae")


class _NoList(Exception):
    """The expression matches too much, or is written in a way that is not read here."""


def alternatives(pattern: str) -> tuple[str, ...] | None:
    """All texts that the whole expression matches; None where they are too many or it is anything but simple.

    It has to be anchored on both sides; without any anchor it must at least name two: ``NEW|PAID`` is meant as a list,
    though engines that search would find it in a longer text.
    """
    begins, ends = pattern.startswith("^"), pattern.endswith("$") and not pattern.endswith("\\$")
    try:
        found, rest = _choice(pattern.removeprefix("^").replace("$|^", "|"))
    except (_NoList, RecursionError):
        return None
    listed = tuple(dict.fromkeys(found))
    whole = (begins and ends) or (not begins and not ends and len(listed) > 1)
    return listed if whole and rest in ("", "$") else None


def _choice(text: str) -> tuple[list[str], str]:
    """Alternatives up to a closing parenthesis or the end, and what is left."""
    found: list[str] = []
    while True:
        one, text = _sequence(text)
        found += one
        if len(found) > MOST:
            raise _NoList
        if not text.startswith("|"):
            return found, text
        text = text[1:]


def _sequence(text: str) -> tuple[list[str], str]:
    found = [""]
    while text and text[0] not in "|)" and text != "$":
        atom, text = _atom(text)
        if text.startswith("?"):
            atom, text = [*atom, ""], text[1:]
        if text[:1] in ("*", "+", "{", "?"):
            raise _NoList
        found = [one + other for one, other in product(found, atom)]
        if len(found) > MOST:
            raise _NoList
    return found, text


def _atom(text: str) -> tuple[list[str], str]:
    match text[0]:
        case "(":
            inner = text[3:] if text.startswith("(?:") else text[1:]
            if inner.startswith("?"):
                raise _NoList
            found, rest = _choice(inner)
            if not rest.startswith(")"):
                raise _NoList
            return found, rest[1:]
        case "[":
            return _class(text[1:])
        case "\\":
            if len(text) < 2 or text[1] in _ESCAPED_CLASSES:
                raise _NoList
            return [text[1]], text[2:]
        case char if char in _SPECIAL:
            raise _NoList
        case char:
            return [char], text[1:]


def _class(text: str) -> tuple[list[str], str]:
    members, closed, rest = text.partition("]")
    if not closed or not members or members[0] == "^" or set(members) & {"\\", "[", "-", "&"}:
        raise _NoList
    return list(members), rest
