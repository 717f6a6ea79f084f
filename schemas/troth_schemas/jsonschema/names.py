"""Names of members to show: one that matches what it should, and that nobody has used for something else."""

import re
from typing import Final

from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.objects import Objects
from troth_schemas.jsonschema.patterns import listing, matches
from troth_schemas.jsonschema.words import Undecided, find

_ONE_NAME: Final = re.compile(r"\^([A-Za-z0-9_ @:-]*)\$")
"""An expression that takes one name and no other."""


def fresh_name(pattern: str | None, part: Objects, facts: Facts, also: tuple[str, ...]) -> str | None:
    """A name that matches a pattern (and others) and that neither side names; None where there is none."""
    return name_outside((*(() if pattern is None else (pattern,)), *also), (), part, facts)


def name_outside(wanted: tuple[str, ...], off: tuple[str, ...], part: Objects, facts: Facts) -> str | None:
    """A name that matches some patterns and not others and that neither side names; None where there is none."""
    for only in filter(None, map(_ONE_NAME.fullmatch, wanted)):
        name = only[1]
        return name if _is_free(name, part, facts) and _fits(name, wanted, off) else None
    for name in _plain_names():
        if _is_free(name, part, facts) and _fits(name, wanted, off):
            return name
    try:
        return find(wanted, (*off, *_taken(wanted, off, part, facts)))
    except Undecided:
        return _guess(wanted)


def _taken(wanted: tuple[str, ...], off: tuple[str, ...], part: Objects, facts: Facts) -> tuple[str, ...]:
    """An expression for the names that would do, had not one side named them."""
    names = {**dict.fromkeys(facts.properties), **part.known, **dict.fromkeys(sorted(part.absent))}
    fitting = tuple(name for name in names if _fits(name, wanted, off))
    return (listing(fitting),) if fitting else ()


def _plain_names() -> tuple[str, ...]:
    return ("other", "other1", "another", "x-other", "x", "1", "other_2", "OTHER")


def _is_free(name: str, part: Objects, facts: Facts) -> bool:
    return name not in facts.properties and name not in part.known and name not in part.absent


def _fits(name: str, wanted: tuple[str, ...], off: tuple[str, ...]) -> bool:
    return all(matches(one, name) for one in wanted) and not any(matches(one, name) for one in off)


def _guess(wanted: tuple[str, ...]) -> str | None:
    """Something, where it cannot be known: whoever shows it asks both schemas first."""
    return wanted[0] if wanted else "other"
