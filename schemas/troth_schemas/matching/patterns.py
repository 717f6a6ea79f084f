"""Regular expressions and date formats of matching rules, as the consumers' languages write them.

An expression may be made to take for ever: ``(a|a)*$``. So each has a time, in seconds of the processor, after which
the answer is that nobody can say; one that used it up gets little the next time, and soon none. Where an expression
cannot take long, nobody looks at the clock, which takes longer than most matches do.
"""

import re
from functools import lru_cache
from typing import Any, Final

import regex

from troth_schemas.matching.dates import date_trouble
from troth_schemas.matching.difference import shown
from troth_schemas.matching.spelling import SETS, spelled

LONGEST: Final = 20_000
"""Characters; a longer expression is not read."""
_PATIENCE: Final = 1.0
_LITTLE: Final = 0.05
_A_MEGABYTE: Final = 0.2
"""Seconds that come on top for each million characters of the text."""
_TRIES: Final = 20
_STEPS: Final = 100_000
"""Ways to match that are tried in no time."""
_REPEATS: Final = re.compile(r"[*+?{]")
_REFUSED: Final = (regex.error, OverflowError, RecursionError, ValueError)


class NoExpression(ValueError):
    """A text is no regular expression; the reason is a sentence."""


class TooLong(ValueError):
    """It takes too long to say whether an expression matches; the reason is a sentence."""


class _Spent:
    """How often an expression ran out of its time."""

    def __init__(self) -> None:
        self.times = 0


@lru_cache(maxsize=4096)
def compiled(written: str) -> "regex.Pattern[str] | str":
    """The pattern, or why it is none."""
    if len(written) > LONGEST:
        return f"it has {len(written)} characters, and {LONGEST} are the most that are read"
    text = spelled(written)
    try:
        return regex.compile(text)
    except _REFUSED as error:
        try:  # a class in a class may have been meant as a bracket, as JavaScript has it
            return regex.compile(text.removeprefix(SETS))
        except _REFUSED:
            return str(error)


@lru_cache(maxsize=4096)
def quick_for(written: str) -> int:
    """Characters of a text of which as many surely do not keep an expression busy.

    Without a parenthesis there is no repetition in a repetition, no choice in one and no reference back, so each
    repetition can end at any character, and a search can begin at any.
    """
    text = spelled(written)
    if "(" in text.removeprefix(SETS):
        return 0
    tries = _STEPS // (text.count("|") + 1)
    return int(tries ** (1 / (len(_REPEATS.findall(text)) + 1)))


@lru_cache(maxsize=4096)
def _spent(_written: str) -> _Spent:
    return _Spent()


def matched(written: str, text: str, *, whole: bool = True) -> "regex.Match[str] | None":
    """How an expression matches a text as a whole, else somewhere in it.

    Raises `NoExpression` for what is none, `TooLong` for what cannot be told in time.
    """
    pattern = compiled(written)
    if isinstance(pattern, str):
        raise NoExpression(f"{_cut(written)!r} is not a valid regular expression: {pattern}.")
    if len(text) <= quick_for(written):
        return pattern.fullmatch(text) if whole else pattern.search(text)
    spent = _spent(written)
    if spent.times > _TRIES:
        raise TooLong(_too_long(written, text))
    patience = (_LITTLE if spent.times else _PATIENCE) + len(text) / 1_000_000 * _A_MEGABYTE
    find: Any = pattern.fullmatch if whole else pattern.search
    try:
        found: regex.Match[str] | None = find(text, timeout=patience)
    except TimeoutError:
        spent.times += 1
        raise TooLong(_too_long(written, text)) from None
    return found


def _too_long(written: str, text: str) -> str:
    return (
        f"The regular expression {_cut(written)!r} takes too long on {shown(_cut(text))}, so nobody can say whether it "
        "matches; write it so that no text can be matched in many ways, for instance without a repetition inside of "
        "another."
    )


def _cut(text: str) -> str:
    return text if len(text) <= 200 else f"{text[:200]}…"


def fits_pattern(written: str, text: str, told: str = "") -> str | None:
    """Why a text as a whole is not what a pattern describes; None if it is. ``told`` is how people are shown it."""
    try:
        found = matched(written, text)
    except ValueError as problem:
        return str(problem)
    return None if found else f"Expected a text that matches '{written}', but it is {told or shown(text)}."


def fits_date(written: str, text: str, told: str = "") -> str | None:
    """Why a text is no date or time of a format; None if it is. ``told`` is how people are shown it."""
    trouble = date_trouble(written, text)
    return trouble and f"Expected a date or time like {written!r}, but it is {told or shown(text)}: {trouble}."
