"""A schema against its own past: Confluent's seven modes over any comparison of a reader with a writer."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from troth_schemas.options import Mode
from troth_schemas.report import Report, merge

T = TypeVar("T")


def evolve(
    new: T,
    history: Sequence[T],
    mode: Mode,
    compare: Callable[[T, T], Report],
    forward: Callable[[T, T], Report] | None = None,
) -> Report:
    """What a new version owes its past. ``history`` is oldest first; ``compare`` takes a reader and a writer.
    ``forward`` does the same where the reader is the older of the two, for formats that tell the two apart.

    BACKWARD: the new version reads what the last one wrote. FORWARD: the last one reads what the new one writes. FULL:
    both. The transitive modes ask this of every earlier version. Nothing is owed to an empty past: the report of NONE
    or of no history has nothing judged and nothing found.
    """
    past = history if mode.endswith("_TRANSITIVE") else history[-1:]
    return merge(_reports(new, past, mode, compare, forward or compare))


def _reports(
    new: T,
    past: Sequence[T],
    mode: Mode,
    compare: Callable[[T, T], Report],
    forward: Callable[[T, T], Report],
) -> Iterator[Report]:
    direction = mode.removesuffix("_TRANSITIVE")
    for old in past:
        if direction in ("BACKWARD", "FULL"):
            yield compare(new, old)
        if direction in ("FORWARD", "FULL"):
            yield forward(old, new)
