"""What changed between two pacts, as a short text for people.

Interactions are paired by what makes them the same before any lines are compared, so that a new order is no change and
the cost grows with the size of the pacts, not with its square.
"""

import difflib
import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import TypeAlias

from troth_schemas.json_body import Json
from troth_schemas.pact.identity import raw_spec_version
from troth_schemas.pact.interactions import elements, one_line, read_interaction
from troth_schemas.pact.merging import identity
from troth_schemas.pact.ruby_json import sorted_text

MAX_LINES = 60
_MAX_WIDTH = 200
_COMPARED_LINES = 400

_Named: TypeAlias = dict[tuple[str, str, str, str, int], tuple[str, Json]]


def diff_text(old: Json, new: Json, *, max_lines: int = MAX_LINES) -> str:
    """What ``new`` promises otherwise than ``old``: lines with ``-`` and ``+`` under the title of each interaction.

    Pretty JSON with sorted members. At most ``max_lines`` lines, the last of which says how many more there are; ""
    where both promise the same.
    """
    lines = [_clip(line) for line in _changes(old, new)]
    if len(lines) > max_lines:
        kept = lines[: max(max_lines - 1, 0)]
        lines = [*kept, f"… and {len(lines) - len(kept)} more lines"]
    return "\n".join(lines)


def _changes(old: Json, new: Json) -> Iterator[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        yield from _between(_pretty(old), _pretty(new))
        return
    versions = [sorted_text(raw_spec_version(document)) for document in (old, new)]
    if versions[0] != versions[1]:
        yield "@@ changed: version of the Pact specification @@"
        yield from (f"{sign}{version}" for sign, version in zip("-+", versions, strict=True))
    before, after = _named(old), _named(new)
    for same, (title, element) in before.items():
        if same not in after:
            yield f"@@ removed: {title} @@"
            yield from (f"-{line}" for line in _pretty(element))
        elif sorted_text(element) != sorted_text(after[same][1]):
            yield f"@@ changed: {after[same][0]} @@"
            yield from _between(_pretty(element), _pretty(after[same][1]))
    for same, (title, element) in after.items():
        if same not in before:
            yield f"@@ added: {title} @@"
            yield from (f"+{line}" for line in _pretty(element))


def _named(document: Json) -> _Named:
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found: _Named = {}
    for section, index, element in elements(document):
        same = (section, *identity(section, element))
        if isinstance(element, dict):
            title = read_interaction(document, section, index, element).title
        else:
            title = f"element {index} of {section}"
        found[*same, seen[same]] = title, element
        seen[same] += 1
    return found


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


def _clip(line: str) -> str:
    line = one_line(line)
    return line if len(line) <= _MAX_WIDTH else f"{line[: _MAX_WIDTH - 1]}…"
