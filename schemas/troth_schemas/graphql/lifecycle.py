"""What was deprecated may go: how bad it is that something deprecated has gone."""

import re
from datetime import date
from typing import Final

from troth_schemas.finding import Severity
from troth_schemas.graphql.literals import plain
from troth_schemas.graphql.model import Usage, usage
from troth_schemas.options import Options

DEFAULT_REASON: Final = "No longer supported"
_DATE: Final = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b")


def reason(usages: tuple[Usage, ...]) -> str | None:
    """Why something is deprecated; None where it is not."""
    found = usage(usages, "deprecated")
    if found is None:
        return None
    literal = found.arguments.get("reason", "null")
    return plain(literal) if literal.startswith('"') else DEFAULT_REASON


def parting(usages: tuple[Usage, ...], options: Options) -> tuple[Severity | None, str]:
    """The severity of a removal and what to say of it; None leaves the rule's own.

    A date in the reason is when the thing goes: before it a removal is breaking, after it safe, without one risky.
    """
    why = reason(usages)
    if why is None:
        return None, ""
    found = _DATE.search(why)
    day = _day(found[1]) if found else None
    if day is None:
        return "risky", f" It was deprecated: {why}"
    if options.today is not None and options.today >= day:
        return "safe", f" It was deprecated until {day}: {why}"
    return None, f" It was deprecated, but only from {day} on might it go: {why}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
