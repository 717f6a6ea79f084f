"""Dates and times under the formats of matching rules: every letter, and the calendar."""

import pytest

from troth_schemas.matching.dates import date_trouble


@pytest.mark.parametrize(
    ("written", "fits", "does_not"),
    [
        ("yyyy-MM-dd", ("2020-02-29", "2020-1-2", "1-1-1"), ("2021-02-29", "2021-02-30", "2021-13-01", "20201-01-01")),
        ("yy/M/d", ("20/1/31",), ("2020/1/31", "20/1/32", "20/0/1")),
        ("u", ("2",), ("20", "")),
        ("dd/MM", ("31/12", "29/02"), ("30/02", "31/04")),
        ("yy-MM-dd", ("20-02-29", "00-02-29"), ("21-02-29", "21-02-30")),
        ("YYYY-MM-dd", ("2021-02-28",), ("2021-02-30",)),
        ("yyyyy-MM-dd", ("12020-02-29",), ("12021-02-29",)),
        ("YYYY-'W'ww-e", ("2020-W53-1", "2020-W1-7"), ("2020-W57-1", "2020-W01-8", "2020-53-1")),
        ("yyyy-DDD", ("2020-001", "2020-366"), ("2020-367", "2020-0")),
        ("W F", ("1 0", "5 4"), ("0 0", "1 5")),
        ("d MMM yyyy", ("31 jan 2020", "1 Jun 2020"), ("31 Jun 2020", "1 Foo 2020", "1 June 2020")),
        ("d MMMM yyyy", ("1 June 2020",), ("1 Jun 2020",)),
        ("L", ("1", "12"), ("13", "Jan")),
        ("EEE EEEE", ("Mon monday",), ("Monday Mon",)),
        ("e c eee", ("1 7 Tue",), ("0 7 Tue", "1 8 Tue")),
        ("Q q QQQ QQQQ", ("1 4 Q3 3rd quarter",), ("5 4 Q3 3rd quarter", "1 4 Q5 3rd quarter", "1 4 Q3 3. quarter")),
        ("HH:mm:ss.SSS", ("23:59:60.1", "00:00:00.123"), ("24:00:00.0", "00:60:00.0", "00:00:61.0", "00:00:00.1234")),
        ("h a", ("12 pm", "1 AM"), ("0 AM", "13 PM", "1 XM")),
        ("k:K", ("24:0", "1:11"), ("0:0", "24:12")),
        ("HHmm", ("0930",), ("930",)),
        ("A n N", ("1 22 333",), ("a 1 1",)),
        ("G", ("AD", "bc"), ("CE",)),
        ("x", ("+01", "-1100"), ("+01:00", "+12")),
        ("xx", ("+0100",), ("+01",)),
        ("XXX", ("Z", "+01:00"), ("+0100", "+13:00")),
        ("XXXX", ("-083015", "-0830"), ("-08:30",)),
        ("XXXXX", ("-08:30:15", "-08:30"), ("-0830",)),
        ("Z", ("+0000",), ("Z", "+00:00")),
        ("ZZZZ", ("GMT", "UTC+01:00"), ("+01:00",)),
        ("ZZZZZ", ("+01:00",), ("+0100",)),
        ("O", ("GMT+8", "UTC-08:00"), ("GMT", "+8")),
        ("OOOO", ("GMT+08:00",), ("GMT+8",)),
        ("z", ("CET", "CEST", "UTC"), ("XYZ", "Europe/Berlin")),
        ("VV", ("Europe/Berlin", "America/Argentina/Buenos_Aires", "Z"), ("Berlin",)),
        ("yyyy 'o''clock' ''", ("2020 o'clock '",), ("2020 oclock '",)),
    ],
)
def test_a_text_fits_its_format_or_not(written: str, fits: tuple[str, ...], does_not: tuple[str, ...]) -> None:
    assert {text: date_trouble(written, text) for text in fits} == dict.fromkeys(fits)
    assert [text for text in does_not if date_trouble(written, text) is None] == []


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("yyyy 'open", 'the format "yyyy \'open" is not understood'),
        ("aa", "the format 'aa' has too many letters 'a'"),
        ("b", "the letter 'b' of the format 'b' means nothing"),
    ],
)
def test_a_format_that_means_nothing_fits_nothing(written: str, reason: str) -> None:
    assert date_trouble(written, "2020") == reason


def test_it_is_told_where_a_text_goes_wrong() -> None:
    assert date_trouble("yyyy-MM-dd", "2021-02-30") == "there is no such day in the calendar"
    assert date_trouble("yyyy-MM-dd", "2021-02-03x") == "it goes on at character 11"
    assert date_trouble("yyyy-MM-dd", "2021/02/03") == "'-' is missing at character 5"
    assert date_trouble("yyyy-MM-dd", "2021-x") == "character 6 is of another kind"
    assert date_trouble("HH", "25") == "25 is not between 0 and 23"
