"""Formats that other distributions bring, found through the entry points of the group ``troth.formats``.

The name of an entry point is the format's name, its value a function without arguments that gives a `Format`.
"""

from functools import cache
from importlib import import_module
from typing import Any, Final

from troth_schemas.errors import FormatBroken

GROUP: Final = "troth.formats"


@cache
def _entries() -> dict[str, tuple[Any, ...]]:
    """The distinct entry points by name; an installation that is found twice on the path counts once."""
    found: dict[str, dict[str, Any]] = {}
    for entry in import_module("importlib.metadata").entry_points(group=GROUP):
        found.setdefault(entry.name, {})[entry.value] = entry
    return {name: tuple(by_value.values()) for name, by_value in found.items()}


def names() -> tuple[str, ...]:
    """The names of all formats that are plugged in, sorted."""
    return tuple(sorted(_entries()))


@cache
def make(name: str) -> Any:
    """What the plug-in for a format makes; raises FormatBroken where it does not load, or where there are two."""
    entries = _entries()[name]
    if len(entries) > 1:
        both = " and ".join(sorted(entry.value for entry in entries))
        raise FormatBroken(name, f"more than one plug-in brings it: {both}")
    try:
        return entries[0].load()()
    except Exception as problem:
        raise FormatBroken(name, f"{entries[0].value} does not load: {type(problem).__name__}: {problem}") from problem


def recognised(name: str, content: bytes) -> str | None:
    """The first plugged-in format, by name, that takes a document for its own; one that does not load takes none."""
    return next((kind for kind in names() if _takes(kind, name, content)), None)


def _takes(kind: str, name: str, content: bytes) -> bool:
    try:
        return bool(make(kind).recognises(name, content))
    except Exception:  # noqa: BLE001 - a plug-in may raise anything, and others may know the document
        return False


def forget() -> None:
    """Look anew the next time: something was installed while this program runs."""
    _entries.cache_clear()
    make.cache_clear()
