"""Formats of texts that openapi-core lets pass: held against answers only, since providers take more than they give."""

import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, Final

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\U0010ffff<>\"{}|\\^`]*"),
    "iri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f<>\"{}|\\^`]*"),
    "uri-reference": re.compile(r"[^\x00-\x20\x7f-\U0010ffff<>\"{}|\\^`]*"),
    "hostname": re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*"),
    "duration": re.compile(
        r"[+-]?P(?:[0-9]+W|(?=[0-9T])(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?"
        r"(?:T(?=[0-9])(?:[0-9]+H)?(?:[0-9]+M)?(?:[0-9]+(?:[.,][0-9]+)?S)?)?)"
    ),
}
"""Of RFC 3986, 3987, 1123 and 3339 (appendix A; with signs and with fractions of seconds, as they are written)."""
_TIME: Final = re.compile(
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)


def _checks(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: not isinstance(value, str) or pattern.fullmatch(value) is not None


def _is_base64(value: Any) -> bool:
    if not isinstance(value, str | bytes):
        return True
    try:
        b64decode(value.encode() if isinstance(value, str) else value, validate=True)
    except ValueError:
        return False
    return True


MENDED: Final[Mapping[str, Callable[[Any], bool]]] = {"byte": _is_base64, "time": _checks(_TIME)}
"""What tells better than openapi-core whether a value is of a format, in requests too; whatever is no text is.

A time may lack its offset: half of the world's libraries write it so. Base64 with other letters than ASCII is none.
"""
FURTHER: Final = {**MENDED, **{name: _checks(one) for name, one in _PATTERNS.items()}}
"""The same for answers."""
