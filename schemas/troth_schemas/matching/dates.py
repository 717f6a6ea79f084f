"""Dates and times under a format of letters, as ``java.time`` and the official pact library read them.

A field takes as many digits as it may, at least one: ``yyyy-MM-dd`` lets 2020-1-2 pass. Where a month and a day of the
month are told, the day has to be in the calendar, of that year or, where none is told, of any; a second of 60 is a leap
second.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from troth_schemas.pact.dates import fields

_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOUR: Final = "(1[01]|0?[0-9])"
_MINUTE: Final = "[0-5][0-9]"
_ZONES: Final = (
    "ACWST|ACDT|ACST|AEDT|AEST|AKDT|AKST|AMST|AWST|AZOT|BIOT|BRST|CEST|CHOT|CHST|CHUT|CIST|CWST|DAVT|DDUT|"
    "EAST|EEST|EGST|FKST|GALT|GAMT|GILT|HAEC|HOVT|IDLW|IRDT|IRKT|IRST|KALT|KOST|KRAT|LHST|LINT|MAGT|MART|"
    "MAWT|MEST|MIST|NZDT|NZST|OMST|ORAT|PETT|PHOT|PHST|PMDT|PMST|PONT|PYST|ROTT|SAKT|SAMT|SAST|SLST|SRET|"
    "SYOT|TAHT|ULAT|VLAT|VOLT|VOST|WAKT|WAST|WEST|YAKT|YEKT|ACT|ADT|AET|AFT|AMT|ART|AST|AZT|BDT|BIT|BNT|"
    "BOT|BRT|BST|BTT|CAT|CCT|CDT|CET|COT|CST|CVT|CXT|DFT|EAT|ECT|EDT|EET|EGT|EST|FET|FJT|FKT|FNT|GET|GFT|"
    "GIT|GMT|GST|GYT|HDT|HKT|HMT|HST|ICT|IDT|IOT|IST|JST|KGT|KST|MDT|MET|MHT|MIT|MMT|MSK|MST|MUT|MVT|MYT|"
    "NCT|NDT|NFT|NPT|NST|NUT|PDT|PET|PGT|PHT|PKT|PST|PWT|PYT|RET|SBT|SCT|SDT|SGT|SRT|SST|TFT|THA|TJT|TKT|"
    "TLT|TMT|TOT|TRT|TVT|UTC|UYT|UZT|VET|VUT|WAT|WET|WIT|WST"
)
"""Abbreviations of time zones, longer ones first."""


@dataclass(frozen=True, slots=True)
class _Field:
    """What a field of a format takes: a pattern, and for a number what it lies between."""

    pattern: re.Pattern[str]
    least: int | None = None
    most: int = 0
    kind: str = ""


def _number(digits: int, least: int, most: int, kind: str = "") -> _Field:
    return _Field(re.compile(f"[0-9]{{1,{digits}}}"), least, most, kind)


def _word(*words: str, kind: str = "") -> _Field:
    return _Field(re.compile("|".join(words), re.IGNORECASE), kind=kind)


def _text(pattern: str) -> _Field:
    return _Field(re.compile(pattern))


_ANY_NUMBER: Final = _text("[0-9]+")
_ZONE_ID: Final = _text(r"[A-Za-z0-9]+/[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)?|Z|UTC|GMT")
_OFFSETS: Final[Mapping[int, str]] = {
    1: f"[+-]{_HOUR}({_MINUTE})?",
    2: f"[+-]{_HOUR}{_MINUTE}",
    3: f"[+-]{_HOUR}:{_MINUTE}",
    4: f"[+-]{_HOUR}{_MINUTE}({_MINUTE})?",
    5: f"[+-]{_HOUR}:{_MINUTE}(:{_MINUTE})?",
}
_NUMBERS: Final[Mapping[str, _Field]] = {
    "D": _number(3, 1, 366), "d": _number(2, 1, 31, "day"), "w": _number(2, 1, 56), "W": _number(2, 1, 5),
    "F": _number(2, 0, 4), "h": _number(2, 1, 12), "H": _number(2, 0, 23), "k": _number(2, 1, 24),
    "K": _number(2, 0, 11), "m": _number(2, 0, 59), "s": _number(2, 0, 60), "n": _ANY_NUMBER, "A": _ANY_NUMBER,
    "N": _ANY_NUMBER, "q": _number(2, 1, 4), "L": _number(2, 1, 12, "month"), "G": _word("ad", "bc"),
    "a": _word("am", "pm"), "V": _ZONE_ID,
}  # fmt: skip
_MOST: Final = {
    "G": 5, "a": 1, "w": 2, "W": 2, "F": 2, "d": 2, "E": 5, "e": 5, "c": 1, "M": 5, "L": 5, "Q": 5, "q": 2, "h": 2,
    "H": 2, "k": 2, "K": 2, "m": 2, "s": 2, "x": 5, "X": 5, "Z": 5, "O": 4, "V": 2, "z": 4,
}  # fmt: skip
"""The longest run of a letter that means something."""


def date_trouble(written: str, text: str) -> str | None:
    """What is wrong with a text under a format, as half a sentence; None if nothing is."""
    parts = _parts(written)
    if isinstance(parts, str):
        return parts
    at, told = 0, dict[str, int]()
    for part in parts:
        if isinstance(part, str):
            if not text.startswith(part, at):
                return f"{part!r} is missing at character {at + 1}"
            at += len(part)
            continue
        found = part.pattern.match(text, at)
        if found is None or not found.group():
            return f"character {at + 1} is of another kind"
        value = found.group()
        if part.least is not None and not part.least <= int(value) <= part.most:
            return f"{value} is not between {part.least} and {part.most}"
        if part.kind:
            told[part.kind] = int(value) if value.isdecimal() else _month(value)
        at = found.end()
    if at < len(text):
        return f"it goes on at character {at + 1}"
    return _out_of_calendar(told)


def _out_of_calendar(told: Mapping[str, int]) -> str | None:
    if "month" not in told or "day" not in told:
        return None
    try:
        date(told.get("year", 0) % 400 or 400, told["month"], told["day"])  # the calendar repeats itself
    except ValueError:
        return "there is no such day in the calendar"
    return None


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name.lower()))


@lru_cache(maxsize=1024)
def _parts(written: str) -> tuple[str | _Field, ...] | str:
    """The fields and texts of a format, or why it is none."""
    parts: list[str | _Field] = []
    for letter, run in fields(written):
        if not letter:
            parts.append(run)
            continue
        if run == "":
            return f"the format {written!r} is not understood"
        if len(run) > _MOST.get(letter, len(run)):
            return f"the format {written!r} has too many letters {letter!r}"
        field = _field(letter, len(run))
        if field is None:
            return f"the letter {letter!r} of the format {written!r} means nothing"
        parts.append(field)
    return tuple(parts)


def _field(letter: str, length: int) -> _Field | None:
    match letter:
        case "y" | "Y" | "u":
            return _Field(re.compile(f"[0-9]{{1,{length}}}"), kind="year")
        case "M" if length > 2:
            return _word(*(one if length > 3 else one[:3] for one in _MONTHS), kind="month")
        case "M":
            return _NUMBERS["L"]
        case "E" | "e" | "c" if letter == "E" or length > 2:
            return _word(*(one if length > 3 else one[:3] for one in _DAYS))
        case "e" | "c":
            return _number(1, 1, 7)
        case "Q":
            return _NUMBERS["q"] if length < 3 else _word(*_quarters(length))
        case "S":
            return _text(f"[0-9]{{1,{length}}}")
        case _:
            return _NUMBERS.get(letter) or _zone(letter, length)


def _quarters(length: int) -> tuple[str, ...]:
    return ("q[1-4]",) if length == 3 else ("(1st|2nd|3rd|4th) quarter",)


def _zone(letter: str, length: int) -> _Field | None:
    match letter:
        case "x":
            return _text(_OFFSETS[length])
        case "X":
            return _text(f"Z|{_OFFSETS[length]}")
        case "Z" if length < 4:
            return _text(_OFFSETS[2])
        case "Z" if length == 4:
            return _text(f"(GMT|UTC)({_OFFSETS[3]})?")
        case "Z":
            return _text(_OFFSETS[3])
        case "O":
            return _text(f"(GMT|UTC)[+-]{_HOUR}{'(:' if length < 4 else ':'}{_MINUTE}{')?' if length < 4 else ''}")
        case "z":
            return _text(_ZONES)
        case _:
            return None
