"""What changed between two pacts, as a short text for people.

Interactions are paired by what makes them the same before any lines are compared, so that a new order is no change and
the cost grows with the size of the pacts, not with its square.
"""

import difflib
import json
from collections.abc import Iterable, Iterator
from itertools import islice

from troth_schemas.json_body import Json
from troth_schemas.pact.identity import raw_spec_version
from troth_schemas.pact.pairing import paired
from troth_schemas.pact.ruby_json import sorted_text
from troth_schemas.problem import one_line

MAX_LINES = 60
_MAX_WIDTH = 200
_COMPARED_LINES = 400


def diff_text(old: Json, new: Json, *, max_lines: int = MAX_LINES) -> str:
    """What ``new`` promises otherwise than ``old``: lines with ``-`` and ``+`` under the title of each interaction.

    Pretty JSON with sorted members. At most ``max_lines`` lines, the last of which says how many more there are; ""
    where both promise the same.
    """
    return cut(_changes(old, new), max_lines)


def _changes(old: Json, new: Json) -> Iterator[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield from _between(_pretty(old), _pretty(new))
        return
    versions = [sorted_text(raw_spec_version(document)) for document in (old, new)]
    if versions[0] != versions[1]:
        yield "@@ changed: version of the Pact specification @@"
        yield from (f"{sign}{version}" for sign, version in zip("-+", versions, strict=True))
    for pair in paired(old, new):
        if pair.new is None:
            assert pair.old is not None  # one of the two has it
            yield f"@@ removed: {pair.old.interaction.title} @@"
            yield from (f"-{line}" for line in _pretty(pair.old.element))
        elif pair.old is None:
            yield f"@@ added: {pair.new.interaction.title} @@"
            yield from (f"+{line}" for line in _pretty(pair.new.element))
        elif sorted_text(pair.old.element) != sorted_text(pair.new.element):
            yield f"@@ changed: {pair.new.interaction.title} @@"
            yield from _between(_pretty(pair.old.element), _pretty(pair.new.element))


def raw_diff_text(old: Json, new: Json, *, max_lines: int = MAX_LINES) -> str:
    """The two documents as they are written, order and all, compared line by line; "" where nothing differs."""
    return cut(_between(_as_written(old), _as_written(new)), max_lines)


def _as_written(value: Json) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False).split("\n")


def _pretty(value: Json) -> list[str]:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False).split("\n")


def _between(old: list[str], new: list[str]) -> Iterator[str]:
    """The differing lines with three lines around them; a very long stretch is told as removed and added at once."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    first, last = max(start - 3, 0), max(end - 3, 0)
    old_part, new_part = old[first : len(old) - last], new[first : len(new) - last]
    if old_part == new_part:
        return
    if max(len(old_part), len(new_part)) > _COMPARED_LINES:
        yield from (f"-{line}" for line in old_part)
        yield from (f"+{line}" for line in new_part)
        return
    hunks = islice(difflib.unified_diff(old_part, new_part, lineterm="", n=3), 3, None)  # the first three name files
    yield from (" …" if line.startswith("@@") else line for line in hunks)


def cut(lines: Iterable[str], max_lines: int) -> str:
    """The lines, each clipped, as one text; of too many the last says how many more there are."""
    clipped = [clip(line) for line in lines]
    if len(clipped) > max_lines:
        kept = clipped[: max(max_lines - 1, 0)]
        clipped = [*kept, f"… and {len(clipped) - len(kept)} more lines"]
    return "\n".join(clipped)


def clip(line: str) -> str:
    """The line without anything that could command a terminal, and not longer than a screen can bear."""
    line = one_line(line)
    return line if len(line) <= _MAX_WIDTH else f"{line[: _MAX_WIDTH - 1]}…"
