"""Date and time patterns as matching rules have them (``yyyy-MM-dd'T'HH:mm:ssXXX``), as regular expressions."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

_RUN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|([^A-Za-z'])")
_FIELDS: Final = {
    "y": r"[0-9]{4}", "u": r"[0-9]{4}", "yy": r"[0-9]{2}", "uu": r"[0-9]{2}",
    "M": r"(1[0-2]|0?[1-9])", "MM": r"(0[1-9]|1[0-2])", "MMM": r"[A-Za-z]{3}", "MMMM": r"[A-Za-z]+",
    "d": r"(3[01]|[12][0-9]|0?[1-9])", "dd": r"(0[1-9]|[12][0-9]|3[01])",
    "H": r"(2[0-3]|1[0-9]|0?[0-9])", "HH": r"([01][0-9]|2[0-3])", "h": r"(1[0-2]|0?[1-9])", "hh": r"(0[1-9]|1[0-2])",
    "k": r"(2[0-4]|1[0-9]|0?[1-9])", "kk": r"(0[1-9]|1[0-9]|2[0-4])",
    "m": r"[0-5]?[0-9]", "mm": r"[0-5][0-9]", "s": r"[0-6]?[0-9]", "ss": r"[0-6][0-9]",
    "a": r"[AaPp][Mm]", "E": r"[A-Za-z]{3}", "EEEE": r"[A-Za-z]+",
    "X": r"(Z|[+-][0-9]{2}([0-9]{2})?)", "XX": r"(Z|[+-][0-9]{4})", "XXX": r"(Z|[+-][0-9]{2}:[0-9]{2})",
    "x": r"[+-][0-9]{2}([0-9]{2})?", "xx": r"[+-][0-9]{4}", "xxx": r"[+-][0-9]{2}:[0-9]{2}",
    "Z": r"[+-][0-9]{4}", "ZZ": r"[+-][0-9]{2}:[0-9]{2}", "z": r"[A-Za-z]+",
}  # fmt: skip
_SAME: Final = {"yyyy": "y", "yyy": "y", "uuuu": "u", "EE": "E", "EEE": "E", "ZZZ": "Z", "zz": "z", "zzz": "z"}
_FRACTIONS: Final = "Sn"

USUAL: Final = {"date": "yyyy-MM-dd", "time": "HH:mm:ss", "datetime": "yyyy-MM-dd'T'HH:mm:ssXXX"}
"""What a matcher without a format means."""


def fields(written: str) -> Iterator[tuple[str, str]]:
    """The runs of a format in order, each with its letter; ("", text) for literal text, ("?", "") where it breaks."""
    at = 0
    while at < len(written):
        run = _RUN.match(written, at)
        if run is None:
            yield "?", ""
            return
        quoted, letter, other = run.groups()
        if letter is not None:
            yield letter, run.group()
        else:
            yield "", "'" if quoted == "" else other if quoted is None else quoted.replace("''", "'")
        at = run.end()


@cache
def pattern(written: str) -> str | None:
    """The whole-string regular expression; None where a letter of the pattern is not known."""
    found: list[str] = []
    for letter, run in fields(written):
        if not letter:
            found.append(re.escape(run))
        elif letter in _FRACTIONS:
            found.append(rf"[0-9]{{{len(run)}}}")
        else:
            field = _FIELDS.get(_SAME.get(run, run))
            if field is None:
                return None
            found.append(field)
    return f"^{''.join(found)}$"


def json_format(written: str) -> str | None:
    """The ``format`` of JSON Schema that such values have: ``date`` or ``date-time``, or None."""
    if written == USUAL["date"]:
        return "date"
    offset = re.fullmatch(r"yyyy-MM-dd'T'HH:mm:ss(\.S{1,9})?(XXX|xxx|ZZ|'Z')", written)
    return "date-time" if offset else None
