"""What other distributions bring: formats, and comparisons of pairs of formats, found through entry points.

An entry point of the group ``troth.formats`` is called like its format, one of ``troth.pairs`` like the consumer's and
the provider's with a dot between them. The value is a function without arguments that gives a `Format` or a `Pair`.
What there is can be told without loading any of it.
"""

from functools import cache
from importlib import import_module
from typing import Any, Final

from troth_schemas.errors import FormatBroken, PluginFailed
from troth_schemas.loading import StillLoadingError, in_time, loaded
from troth_schemas.problem import one_line

FORMATS: Final = "troth.formats"
PAIRS: Final = "troth.pairs"
_LONGEST: Final = 300
"""Characters that are told of what a plug-in raised."""


@cache
def _entries(group: str) -> dict[str, tuple[Any, ...]]:
    """The distinct entry points by name; an installation that is found twice on the path counts once."""
    found: dict[str, dict[tuple[str, str], Any]] = {}
    for entry in installed(group):
        found.setdefault(entry.name, {})[entry.value, _distribution(entry)] = entry
    return {name: tuple(by_value.values()) for name, by_value in found.items()}


def installed(group: str) -> tuple[Any, ...]:
    """What all installed distributions bring; one whose entry points cannot be read brings nothing."""
    metadata = import_module("importlib.metadata")
    try:
        return tuple(metadata.entry_points(group=group))
    except Exception:  # noqa: BLE001 - whatever stands in anybody's entry points, those of the others count
        return tuple(
            entry for one in _distributions() if _fault(one) is None for entry in one.entry_points.select(group=group)
        )


def unreadable() -> tuple[tuple[str, str], ...]:
    """The distributions whose entry points cannot be read: where each lies, and why."""
    faults = ((str(getattr(one, "_path", one)), _fault(one)) for one in _distributions())
    return tuple((where, why) for where, why in faults if why is not None)


def _distributions() -> tuple[Any, ...]:
    return tuple(import_module("importlib.metadata").distributions())


def _fault(distribution: Any) -> str | None:
    try:
        tuple(distribution.entry_points)
    except Exception as problem:  # noqa: BLE001 - bytes that are no text, lines without a value, files without rights
        return raised(problem)
    return None


def _distribution(entry: Any) -> str:
    return entry.dist.name or "" if entry.dist is not None else ""


def names(group: str = FORMATS) -> tuple[str, ...]:
    """The names of all that is plugged in, sorted."""
    return tuple(sorted(_entries(group)))


def is_there(group: str, name: str) -> bool:
    """Whether something of that name is plugged in."""
    return name in _entries(group)


@cache
def make(name: str, group: str = FORMATS) -> Any:
    """What a plug-in makes; raises FormatBroken where it does not load, not in time, or where there are two."""
    entries = _entries(group)[name]
    if len(entries) > 1:
        both = " and ".join(sorted(_told(entries)))
        raise broken(name, group, f"more than one plug-in brings it: {both}")
    value, load = entries[0].value, entries[0].load
    try:
        return in_time(group, value, lambda: loaded(value, load)())
    except StillLoadingError as problem:
        raise broken(name, group, str(problem)) from None
    except (Exception, SystemExit) as problem:
        raise broken(name, group, f"{value} does not load: {raised(problem)}") from problem


def _told(entries: tuple[Any, ...]) -> list[str]:
    """What they point to; with who brings them, where two point to the same."""
    values = [entry.value for entry in entries]
    return values if len(set(values)) == len(values) else [f"{each.value} of {_distribution(each)}" for each in entries]


def broken(name: str, group: str, why: str) -> FormatBroken:
    """The error for a plug-in that cannot be used."""
    return FormatBroken(name, why) if group == FORMATS else PluginFailed(words(name, group), f"cannot be used: {why}")


def distribution(name: str, group: str = FORMATS) -> str:
    """What is installed that brings something, by its name; "" if nothing does."""
    return next((_distribution(entry) for entry in _entries(group).get(name, ())), "")


def words(name: str, group: str = FORMATS) -> str:
    """What a plug-in is called in a sentence: its name, and who brings it."""
    entries = _entries(group).get(name, ())
    brought = f" of {entries[0].dist.name} {entries[0].dist.version}" if entries and entries[0].dist is not None else ""
    return f"plug-in {name}{brought}"


def raised(problem: BaseException) -> str:
    """What a plug-in raised, in one line."""
    told = one_line(str(problem)).strip()
    told = f"{told[:_LONGEST]}…" if len(told) > _LONGEST else told
    return f"{type(problem).__name__}: {told}" if told else type(problem).__name__


def recognised(name: str, content: bytes) -> str | None:
    """The first plugged-in format, by name, that takes a document for its own; one that does not load takes none."""
    return next((kind for kind in names() if _takes(kind, name, content)), None)


def unusable() -> tuple[str, ...]:
    """Why plugged-in formats cannot be asked whether a document is theirs, by their names."""
    return tuple(why for why in map(_unusable, names()) if why is not None)


def _unusable(kind: str) -> str | None:
    try:
        make(kind)
    except FormatBroken as problem:
        return str(problem).removesuffix(".")
    return None


def _takes(kind: str, name: str, content: bytes) -> bool:
    try:
        return bool(make(kind).recognises(name, content))
    except (Exception, SystemExit):  # noqa: BLE001 - a plug-in may raise anything, and others may know the document
        return False
