"""A difference between two pacts as lines that people read: by interaction, each change with its path."""

import json
from collections.abc import Iterator

from troth_schemas.json_body import Json
from troth_schemas.pact.changes import Change, Difference
from troth_schemas.pact.difference import cut

MAX_LINES = 2000


def changes_text(found: Difference, *, max_lines: int = MAX_LINES) -> str:
    """The changes with ``-`` before what stood and ``+`` before what stands there; "" where there are none.

    At most ``max_lines`` lines, the last of which says how many more there are.
    """
    return cut(_lines(found), max_lines)


def _lines(found: Difference) -> Iterator[str]:
    if found.document:
        yield "@@ changed: the pact as a whole @@"
        yield from _changes(found.document)
    for placed in found.removed:
        yield f"@@ removed: {placed.interaction.title} @@"
        yield from (f"-{line}" for line in _pretty(placed.element))
    for changed in found.changed:
        yield f"@@ changed: {changed.new.title} @@"
        yield from _changes(changed.changes)
    for placed in found.added:
        yield f"@@ added: {placed.interaction.title} @@"
        yield from (f"+{line}" for line in _pretty(placed.element))
    if found.omitted:
        yield f"… and {found.omitted} more changes"


def _changes(changes: tuple[Change, ...]) -> Iterator[str]:
    for change in changes:
        remark = f" ({change.kind})" if change.kind != "changed" else " (an example)" if change.example else ""
        yield f" {change.path}{remark}"
        if change.kind != "added":
            yield from (f"-  {line}" for line in _pretty(change.old))
        if change.kind != "removed":
            yield from (f"+  {line}" for line in _pretty(change.new))


def _pretty(value: Json) -> list[str]:
    return json.dumps(value, indent=2, ensure_ascii=False).split("\n")
