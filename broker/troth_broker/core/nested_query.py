"""Nested parameters in a query string: `s[][b]=main&s[][l]=true&p=false` is a list of objects beside a plain value.

The grammar is Rack's, which the Pact Broker and its clients speak: `a[]=1` appends to a list, `a[b]=1` fills an
object, `a[][b]=1` fills the list's last object until a key repeats, and `a[]b=1` means the same.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote, unquote_plus

Nested = str | list["Nested"] | dict[str, "Nested"]

_NAME = re.compile(r"\A[\[\]]*([^\[\]]+)\]*")
_LIST_OF_OBJECTS = re.compile(r"\A\[\]\[([^\[\]]+)\]\Z")
_LIST_THEN = re.compile(r"\A\[\](.+)\Z", re.DOTALL)
_DEEPEST = 32


class BadQuery(ValueError):
    """A parameter that is used as two kinds of thing at once, or nested too deeply."""


def split_pairs(text: str) -> list[tuple[str, str]]:
    """The decoded (name, value) pairs of a query string; a name without `=` has an empty value."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]


def join_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """A query string with everything but unreserved characters escaped, brackets included."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


@lru_cache(maxsize=16384)
def _quoted(text: str) -> str:
    return quote(text, safe="")


def nest(pairs: Iterable[tuple[str, str]]) -> dict[str, Nested]:
    """The nested form of (name, value) pairs. Raises BadQuery where one name is used in two ways."""
    found: dict[str, Nested] = {}
    for name, value in pairs:
        _put(found, name, value, _DEEPEST)
    return found


def _put(into: dict[str, Nested], name: str, value: str, depth: int) -> None:
    if depth == 0:
        raise BadQuery(f"the parameter is nested more than {_DEEPEST} levels deep")
    match = _NAME.match(name)
    if match is None:
        return
    key, rest = match.group(1), name[match.end() :]
    if rest in {"", "["}:
        into[key] = value
    elif rest == "[]":
        _list(into, key).append(value)
    elif item := (_LIST_OF_OBJECTS.match(rest) or _LIST_THEN.match(rest)):
        _put_in_last(_list(into, key), item.group(1), value, depth)
    else:
        child = into.setdefault(key, {})
        if not isinstance(child, dict):
            raise BadQuery(f"the parameter {key!r} is used both as an object and as something else")
        _put(child, rest, value, depth - 1)


def _put_in_last(items: list[Nested], child_key: str, value: str, depth: int) -> None:
    last = items[-1] if items else None
    if not isinstance(last, dict) or _has(last, child_key):
        last = {}
        items.append(last)
    _put(last, child_key, value, depth - 1)


def _list(into: dict[str, Nested], key: str) -> list[Nested]:
    child = into.setdefault(key, [])
    if not isinstance(child, list):
        raise BadQuery(f"the parameter {key!r} is used both as a list and as something else")
    return child


def _has(item: dict[str, Nested], path: str) -> bool:
    """Whether the object holds what `path` names already; a path that ends in a list never does."""
    if "[]" in path:
        return False
    at: Nested = item
    for part in re.split(r"[\[\]]+", path):
        if part == "":
            continue
        if not isinstance(at, dict) or part not in at:
            return False
        at = at[part]
    return True
