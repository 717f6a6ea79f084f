"""The paths that matching rules and generators are written under: ``$.items[*].id``, ``$['a b'][0]``, ``$.*``."""

import re
from functools import lru_cache
from typing import Final, TypeAlias

Step: TypeAlias = str | int

ANY: Final = None
"""Stands for every member and every element: ``.*``."""
ANY_INDEX: Final = -1
"""Stands for every element, and for no member: ``[*]``."""

_STEP: Final = re.compile(r"\.([^.\[*]+)|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]|\[(\d+)\]|(\.\*)|(\[\*\])")


@lru_cache(maxsize=4096)
def steps(path: str) -> tuple[Step | None, ...] | None:
    """The steps of a path from its root, ``$``; None if it is written otherwise."""
    found: list[Step | None] = []
    at = 1 if path.startswith("$") else len(path) + 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            return None
        name, single, double, index, anything, element = step.groups()
        if anything:
            found.append(ANY)
        elif element:
            found.append(ANY_INDEX)
        elif index is not None:
            found.append(int(index))
        else:
            found.append(next(one for one in (name, single, double) if one is not None))
        at = step.end()
    return tuple(found) if at == len(path) else None


def reaching(step: Step) -> tuple[Step | None, ...]:
    """The steps of paths that reach a member or an element, the closest last."""
    return (ANY, ANY_INDEX, step) if isinstance(step, int) else (ANY, step)


def is_wild(step: Step | None) -> bool:
    """Whether a step of a path is a wildcard."""
    return step is ANY or step == ANY_INDEX
