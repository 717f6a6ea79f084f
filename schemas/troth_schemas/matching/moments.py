"""Moments as generators tell them: ``next monday + 2 weeks @ 3 o'clock``, written in a format of letters.

Before the ``@`` stands the day (now, today, yesterday, tomorrow; next and last week, monday, june; + and - days to
years), behind it the time (now, midnight, noon, 3 o'clock pm; next and last hour; + and - hours to milliseconds).
"""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from troth_schemas.pact.dates import fields

_TOKEN: Final = re.compile(r"\s*([0-9]+|[+-]|[a-z]+('clock)?)")
_DAYS: Final = ("mon(day)?", "tues(day)?", "wed(nesday)?", "thurs(day)?", "fri(day)?", "sat(urday)?", "sun(day)?")
_MONTHS: Final = (
    "jan(uary)?", "feb(ruary)?", "mar(ch)?", "apr(il)?", "may", "june?", "july?", "aug(ust)?", "sep(tember)?",
    "oct(ober)?", "nov(ember)?", "dec(ember)?",
)  # fmt: skip
_BASES: Final = {"now": 0, "today": 0, "yesterday": -1, "tomorrow": 1}
_UNITS: Final = {
    "hour": timedelta(hours=1), "minute": timedelta(minutes=1), "second": timedelta(seconds=1),
    "millisecond": timedelta(milliseconds=1),
}  # fmt: skip
_MOST: Final = 1_000_000


class BadExpression(ValueError):
    """An expression or a format that is not understood; the reason is a sentence."""


def moved(now: datetime, expression: str, kind: str) -> datetime:
    """The moment that an expression leads to, from now. ``kind`` is Date, Time or DateTime."""
    day, _, time = expression.partition("@") if kind == "DateTime" else (expression, "", expression)
    try:
        then = now if kind == "Time" else _dated(now, day)
        return then if kind == "Date" else _timed(then, time)
    except OverflowError:
        raise BadExpression(f"{expression!r} leads out of the calendar.") from None


def _tokens(expression: str) -> list[str]:
    found, at, text = [], 0, expression.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise BadExpression(f"{expression!r} is not understood at character {at + 1}.")
        found.append(token[1])
        at = token.end()
    return found


def _dated(now: datetime, expression: str) -> datetime:
    tokens, then = _tokens(expression), now
    if tokens and tokens[0] in _BASES:
        then += timedelta(days=_BASES[tokens.pop(0)])
    elif len(tokens) > 1 and tokens[0] in ("next", "last"):
        then = _towards(then, tokens[1], 1 if tokens[0] == "next" else -1, expression)
        del tokens[:2]
    for count, unit in _steps(tokens, expression):
        then = _by(then, unit, count, expression)
    return then


def _steps(tokens: list[str], expression: str) -> list[tuple[int, str]]:
    """``+ 2 weeks - 1 day`` as its steps, units in the singular."""
    if len(tokens) % 3:
        raise BadExpression(f"{expression!r} is not understood: after + or - stand a number and a unit.")
    found = []
    for sign, count, unit in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True):
        if sign not in ("+", "-") or not count.isdecimal():
            raise BadExpression(f"{expression!r} is not understood at {sign!r}.")
        if len(count) > len(str(_MOST)):
            raise BadExpression(f"{expression!r} leads too far.")
        found.append((int(count) * (1 if sign == "+" else -1), unit.removesuffix("s")))
    return found


def _by(then: datetime, unit: str, count: int, expression: str) -> datetime:
    match unit:
        case "day":
            return then + timedelta(days=count)
        case "week":
            return then + timedelta(weeks=count)
        case "month" | "year":
            months = then.year * 12 + then.month - 1 + count * (1 if unit == "month" else 12)
            year, month = divmod(months, 12)
            if not 1 <= year <= 9999:
                raise OverflowError
            return then.replace(year=year, month=month + 1, day=min(then.day, monthrange(year, month + 1)[1]))
        case _:
            raise BadExpression(f"{expression!r} is not understood: {unit!r} is no unit of days.")


def _towards(then: datetime, what: str, direction: int, expression: str) -> datetime:
    """The next or the last day, week, month, year, fortnight, Monday or June."""
    if what == "fortnight":
        return then + timedelta(weeks=2 * direction)
    for number, pattern in enumerate(_DAYS):
        if re.fullmatch(pattern, what):
            ahead = (number - then.weekday()) * direction % 7 or 7
            return then + timedelta(days=ahead * direction)
    for number, pattern in enumerate(_MONTHS, 1):
        if re.fullmatch(pattern, what):
            ahead = (number - then.month) * direction % 12 or 12
            return _by(then.replace(day=1), "month", ahead * direction, expression)
    return _by(then, what, direction, expression)


def _timed(now: datetime, expression: str) -> datetime:
    tokens, then = _tokens(expression), now
    if tokens and tokens[0] in ("now", "midnight", "noon"):
        hour = {"now": None, "midnight": 0, "noon": 12}[tokens.pop(0)]
        then = then if hour is None else then.replace(hour=hour, minute=0, second=0, microsecond=0)
    elif len(tokens) > 1 and tokens[1] == "o'clock":
        then = _at_the_clock(then, tokens, expression)
    elif len(tokens) > 1 and tokens[0] in ("next", "last"):
        tokens[:2] = ["+" if tokens[0] == "next" else "-", "1", tokens[1]]
    for count, unit in _steps(tokens, expression):
        if unit not in _UNITS:
            raise BadExpression(f"{expression!r} is not understood: {unit!r} is no unit of time.")
        then += _UNITS[unit] * count
    return then


def _at_the_clock(then: datetime, tokens: list[str], expression: str) -> datetime:
    """``3 o'clock`` is the next one, ``3 o'clock pm`` in the afternoon; what was read is taken off the tokens."""
    hour = int(tokens[0]) if tokens[0].isdecimal() else 0
    if not 1 <= hour <= 12:
        raise BadExpression(f"{expression!r} is not understood: {tokens[0]!r} is no hour from 1 to 12.")
    half = tokens[2] if len(tokens) > 2 and tokens[2] in ("am", "pm") else ""
    del tokens[: 3 if half else 2]
    if half == "pm" or (not half and then.hour >= hour):
        hour += 12
    return then.replace(hour=hour % 24, minute=0, second=0, microsecond=0)


def written_as(moment: datetime, written: str) -> str:
    """A moment in a format of letters; raises `BadExpression` for one that means nothing."""
    found = []
    for letter, run in fields(written):
        made = _WRITTEN.get(letter)
        if not letter:
            found.append(run)
        elif made is None or not run:
            raise BadExpression(f"The date format {written!r} is not understood.")
        else:
            found.append(made(moment, len(run)))
    return "".join(found)


def _padded(value: int, length: int) -> str:
    return f"{value:0{length}d}"


def _year(moment: datetime, length: int) -> str:
    return _padded(moment.year % 100, 2) if length == 2 else _padded(moment.year, length)


def _month(moment: datetime, length: int) -> str:
    return _padded(moment.month, length) if length < 3 else _name(_MONTH_NAMES[moment.month - 1], length)


def _name(name: str, length: int) -> str:
    return name[:3] if length <= 3 else name


def _fraction(moment: datetime, length: int) -> str:
    return f"{moment.microsecond:06d}000"[:length].ljust(length, "0")


def _weekday(moment: datetime, length: int) -> str:
    return _padded(moment.isoweekday(), length) if length < 3 else _name(_DAY_NAMES[moment.weekday()], length)


def _offset(moment: datetime, colon: bool) -> str:
    text = moment.strftime("%z") or "+0000"
    return f"{text[:3]}:{text[3:5]}" if colon else text[:5]


def _x(moment: datetime, length: int) -> str:
    if length == 1:
        hours, minutes = _offset(moment, False)[:3], _offset(moment, False)[3:]
        return hours if minutes == "00" else hours + minutes
    return _offset(moment, length in (3, 5))


def _big_x(moment: datetime, length: int) -> str:
    return "Z" if _offset(moment, False) == "+0000" else _x(moment, length)


def _big_z(moment: datetime, length: int) -> str:
    return f"GMT{_offset(moment, True)}" if length == 4 else _offset(moment, length > 4)


def _number(value: Callable[[datetime], int]) -> Callable[[datetime, int], str]:
    return lambda moment, length: _padded(value(moment), length)


def _thousandths(moment: datetime) -> int:
    return ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1000 + moment.microsecond // 1000


_MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WRITTEN: Final[Mapping[str, Callable[[datetime, int], str]]] = {
    "y": _year, "u": _year, "Y": lambda moment, length: _padded(moment.isocalendar().year, length),
    "M": _month, "L": _number(lambda moment: moment.month), "d": _number(lambda moment: moment.day),
    "D": _number(lambda moment: moment.timetuple().tm_yday), "w": _number(lambda moment: moment.isocalendar().week),
    "E": lambda moment, length: _name(_DAY_NAMES[moment.weekday()], length), "e": _weekday, "c": _weekday,
    "H": _number(lambda moment: moment.hour), "k": _number(lambda moment: moment.hour or 24),
    "h": _number(lambda moment: moment.hour % 12 or 12), "K": _number(lambda moment: moment.hour % 12),
    "m": _number(lambda moment: moment.minute), "s": _number(lambda moment: moment.second), "S": _fraction,
    "n": _number(lambda moment: moment.microsecond * 1000), "A": _number(_thousandths),
    "N": _number(lambda moment: _thousandths(moment) * 1_000_000), "Q": _number(lambda moment: (moment.month + 2) // 3),
    "q": _number(lambda moment: (moment.month + 2) // 3), "G": lambda _moment, _length: "AD",
    "a": lambda moment, _length: "AM" if moment.hour < 12 else "PM", "x": _x, "X": _big_x, "Z": _big_z,
    "z": lambda moment, _length: moment.tzname() or "UTC",
}  # fmt: skip
