"""Regular expressions and date formats of matching rules, as the consumers' languages write them."""

import re
from functools import lru_cache
from typing import Final

from troth_schemas.matching.dates import date_trouble
from troth_schemas.matching.difference import shown

_SPELLINGS: Final = (
    (re.compile(r"\(\?<([A-Za-z_]\w*)>"), r"(?P<\1>"),  # how most languages name a group
    (re.compile(r"\\k<([A-Za-z_]\w*)>"), r"(?P=\1)"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\z"), r"\1\\Z"),
    (re.compile(r"(?<!\\)((?:\\\\)*)\\h"), r"\1[0-9a-fA-F]"),
)


@lru_cache(maxsize=4096)
def compiled(written: str) -> re.Pattern[str] | str:
    """The pattern, or why it is none."""
    text = written
    for spelling, ours in _SPELLINGS:
        text = spelling.sub(ours, text)
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        return str(error)


def fits_pattern(written: str, text: str) -> str | None:
    """Why a text as a whole is not what a pattern describes; None if it is."""
    pattern = compiled(written)
    if isinstance(pattern, str):
        return f"{written!r} is not a valid regular expression: {pattern}."
    return None if pattern.fullmatch(text) else f"Expected a text that matches {written!r}, but it is {shown(text)}."


def fits_date(written: str, text: str) -> str | None:
    """Why a text is no date or time of a format; None if it is."""
    trouble = date_trouble(written, text)
    return trouble and f"Expected a date or time like {written!r}, but it is {shown(text)}: {trouble}."
