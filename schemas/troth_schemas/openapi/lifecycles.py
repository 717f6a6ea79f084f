"""When may a thing go? What its deprecation and sunset say, against a day."""

from datetime import date
from typing import Final, Literal, TypeAlias

from troth_schemas.openapi.model import Lifecycle

STABILITY: Final = ("draft", "alpha", "beta", "stable")
"""The levels of ``x-stability-level``, the least settled first."""

Leave: TypeAlias = Literal["unannounced", "unsettled", "undated", "unreadable", "too-early", "due"]
"""How a removal was announced: not at all, not at all but the thing was only a draft, without a date, with one that
nobody can read, with one that has not come, or in time."""


def sunset_of(lifecycle: Lifecycle) -> date | None:
    """The day of ``x-sunset``; None where there is none, or nobody can read it."""
    try:
        return date.fromisoformat((lifecycle.sunset or "")[:10])
    except ValueError:
        return None


def unreadable(lifecycle: Lifecycle) -> bool:
    """Whether there is an ``x-sunset`` that is no date."""
    return lifecycle.sunset is not None and sunset_of(lifecycle) is None


def leave(lifecycle: Lifecycle, today: date | None) -> Leave:
    """How the removal of a thing was announced. Where no day is given, no sunset has passed."""
    if not lifecycle.deprecated:
        return "unsettled" if lifecycle.stability in STABILITY[:2] else "unannounced"
    if lifecycle.sunset is None:
        return "undated"
    day = sunset_of(lifecycle)
    if day is None:
        return "unreadable"
    return "due" if today is not None and day <= today else "too-early"


def rank(lifecycle: Lifecycle) -> int | None:
    """How settled a thing is, as a number; "stable" where nothing is said, None for a level that nobody knows."""
    level = lifecycle.stability or "stable"
    return STABILITY.index(level) if level in STABILITY else None
