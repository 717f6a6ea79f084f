"""Moments as generators tell them, from one moment on: 1 January 2000, a Saturday, ten in the morning."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from troth_schemas.matching.dates import date_trouble
from troth_schemas.matching.moments import BadExpression, moved, written_as

NOW = datetime(2000, 1, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", "2000-01-01T10:00:00"),
        ("now", "2000-01-01T10:00:00"),
        ("today", "2000-01-01T10:00:00"),
        ("yesterday", "1999-12-31T10:00:00"),
        ("tomorrow+ 4 years", "2004-01-02T10:00:00"),
        ("+ 1 day - 2 weeks", "1999-12-19T10:00:00"),
        ("next week", "2000-01-08T10:00:00"),
        ("last month", "1999-12-01T10:00:00"),
        ("next fortnight", "2000-01-15T10:00:00"),
        ("next monday", "2000-01-03T10:00:00"),
        ("next sat", "2000-01-08T10:00:00"),
        ("last wednesday", "1999-12-29T10:00:00"),
        ("last saturday", "1999-12-25T10:00:00"),
        ("last december + 2 weeks + 4 days", "1999-12-19T10:00:00"),
        ("next jan", "2001-01-01T10:00:00"),
        ("next june + 2 weeks", "2000-06-15T10:00:00"),
        ("@ midnight", "2000-01-01T00:00:00"),
        ("@ noon", "2000-01-01T12:00:00"),
        ("@ 2 o'clock", "2000-01-01T14:00:00"),
        ("@ 11 o'clock", "2000-01-01T11:00:00"),
        ("@ 12 o'clock am", "2000-01-01T12:00:00"),
        ("@ 1 o'clock pm + 1 hour", "2000-01-01T14:00:00"),
        ("@ - 2 minutes", "2000-01-01T09:58:00"),
        ("@ + 4 seconds", "2000-01-01T10:00:04"),
        ("@ next hour", "2000-01-01T11:00:00"),
        ("@ last minute", "2000-01-01T09:59:00"),
        ("yesterday @ midnight - 1 hour", "1999-12-30T23:00:00"),
        ("tomorrow+ 4 years @ 3 o'clock + 40 milliseconds", "2004-01-02T15:00:00.040000"),
        ("last month @ last hour", "1999-12-01T09:00:00"),
    ],
)
def test_an_expression_leads_from_now_to_a_moment(expression: str, expected: str) -> None:
    assert moved(NOW, expression, "DateTime") == datetime.fromisoformat(f"{expected}+00:00")


def test_days_that_a_month_has_not_are_its_last() -> None:
    assert moved(NOW.replace(day=31), "+ 1 month", "Date").date().isoformat() == "2000-02-29"
    assert moved(NOW, "noon + 5 minutes", "Time") == NOW.replace(hour=12, minute=5)


@pytest.mark.parametrize(
    "expression",
    [
        "now today", "what ever", "+ 1", "+ one day", "* 1 day", "+ 1 hour", "next", "@ + 1 day", "@ 44 o'clock",
        "@ x o'clock", "+ 9999999 days", "+ 999999 years", "§", "@ noon 2 hours",
    ],
)  # fmt: skip
def test_what_is_no_expression_is_said(expression: str) -> None:
    with pytest.raises(BadExpression):
        moved(NOW, expression, "DateTime")


THEN = datetime(2026, 7, 4, 15, 6, 7, 123456, timezone(timedelta(hours=-3, minutes=-30)))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", "2026-07-04T15:06:07.123-03:30"),
        ("yy M d L", "26 7 4 7"),
        ("EEE, d MMM yyyy h:mm a Z", "Sat, 4 Jul 2026 3:06 PM -0330"),
        ("EEEE MMMM e eee", "Saturday July 6 Sat"),
        ("D w YYYY Q q G", "185 27 2026 3 3 AD"),
        ("k K H m s", "15 3 15 6 7"),
        ("SSSSSSSSS n", "123456000 123456000"),
        ("A N", "54367123 54367123000000"),
        ("x xx xxx X ZZZZ ZZZZZ", "-0330 -0330 -03:30 -0330 GMT-03:30 -03:30"),
        ("'o''clock' ''", "o'clock '"),
    ],
)
def test_a_moment_is_written_in_a_format_and_fits_it(written: str, expected: str) -> None:
    assert written_as(THEN, written) == expected
    assert date_trouble(written, expected) is None


def test_whole_hours_and_no_offset_are_written_short() -> None:
    assert written_as(NOW, "X XXX x z a") == "Z Z +00 UTC AM"
    assert written_as(NOW.replace(tzinfo=None), "Z z") == "+0000 UTC"


@pytest.mark.parametrize("written", ["b", "yyyy 'open"])
def test_a_format_that_means_nothing_writes_nothing(written: str) -> None:
    with pytest.raises(BadExpression):
        written_as(NOW, written)
