"""Secrets do not appear in logs: by their value, in every form in which a call or its echo carries them."""

import base64
import json
from html import escape
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth_broker.core.call_logs import LONGEST_PART, call_log, note
from troth_broker.core.calls import Answer, OutgoingCall, Sent
from troth_broker.core.redaction import HIDDEN, Redactor, sensitive_values

SECRET = 's3cr/et "wörd"&more'


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower().replace("wördmore", ""),
        quote_plus(SECRET),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        escape(SECRET),
        base64.b64encode(SECRET.encode()).decode().rstrip("="),
        base64.b64encode(f"bot:{SECRET}".encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"x:{SECRET}".encode()).decode(),
    ],
)
def test_a_secret_is_replaced_in_every_form(form: str) -> None:
    shown = Redactor([SECRET])(f"before {form} after")
    assert HIDDEN in shown
    assert SECRET not in shown
    assert len(shown) < len("before  after") + len(HIDDEN) + 7


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Redactor(["abcd", "abcdef"])("abcdef abcd") == f"{HIDDEN} {HIDDEN}"


def test_without_a_secret_a_text_stays_as_it_is() -> None:
    assert Redactor([])("text") == "text"
    assert Redactor([""])("text") == "text"


@given(secret=st.text(min_size=4, max_size=40), around=st.tuples(st.text(max_size=20), st.text(max_size=20)))
def test_no_secret_survives_whatever_stands_around_it(secret: str, around: tuple[str, str]) -> None:
    assert secret not in Redactor([secret])(secret.join(around)).replace(HIDDEN, "")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (OutgoingCall("POST", "https://x/", (("Authorization", "Bearer abc123"),)), {"Bearer abc123", "abc123"}),
        (OutgoingCall("POST", "https://x/", (("PRIVATE-TOKEN", "abc123"), ("X-Id", "42424242"))), {"abc123"}),
        (OutgoingCall("POST", "https://x/", password="pw"), {"pw"}),
        (OutgoingCall("POST", "https://me:p%40ss@x/"), {"p@ss"}),
        (OutgoingCall("POST", "https://x/?token=glptt-1&ref=main"), {"glptt-1"}),
        (OutgoingCall("POST", "https://x/", body="token=glptt-1&ref=main"), {"glptt-1"}),
        (OutgoingCall("POST", "https://x/", body='{"a": [{"api_key": "k-77", "ref": "main"}]}'), {"k-77"}),
        (OutgoingCall("POST", "https://x/?token=ab"), set()),  # too short to take out of a whole text
        (OutgoingCall("POST", "https://[x/", body="[" * 100_000), set()),
    ],
)
def test_what_stands_under_the_name_of_a_secret_is_taken_for_one(call: OutgoingCall, expected: set[str]) -> None:
    assert set(sensitive_values(call)) == expected


def log(call: OutgoingCall, sent: Sent, *, show_answer: bool = True, secrets: tuple[str, ...] = ()) -> str:
    redact = Redactor([*secrets, *sensitive_values(call)])
    return call_log(
        call, sent, delivery="d-1", attempt=2, at=1_700_000_000_000_000, redact=redact, show_answer=show_answer
    )


CALL = OutgoingCall(
    "POST",
    "https://ci.example.org/build?token=t0ken-1",
    (("Content-Type", "application/json"), ("Authorization", "Bearer t0ken-2")),
    '{"token": "t0ken-3", "ref": "main"}',
    "bot",
    "pass-4",
)


def test_a_log_tells_the_request_the_answer_and_the_outcome_without_a_secret() -> None:
    echo = "got t0ken-1 t0ken-2 t0ken-3 " + base64.b64encode(b"bot:pass-4").decode()
    assert log(CALL, Sent(True, Answer(200, (("Set-Cookie", "id=1"), ("X-Echo", "t0ken-1")), echo))) == (
        "[2023-11-14T22:13:20+00:00] Delivery d-1, attempt 2\n"
        "[2023-11-14T22:13:20+00:00] HTTP/1.1 POST https://ci.example.org/build?token=**********\n"
        "[2023-11-14T22:13:20+00:00] Content-Type: application/json\n"
        "[2023-11-14T22:13:20+00:00] Authorization: **********\n"
        "[2023-11-14T22:13:20+00:00] (with basic authentication as bot)\n"
        '[2023-11-14T22:13:20+00:00] {"token": "**********", "ref": "main"}\n'
        "[2023-11-14T22:13:20+00:00] Answer: status 200\n"
        "[2023-11-14T22:13:20+00:00] Set-Cookie: **********\n"
        "[2023-11-14T22:13:20+00:00] X-Echo: **********\n"
        "[2023-11-14T22:13:20+00:00] got ********** ********** ********** Ym90O**********\n"
        "[2023-11-14T22:13:20+00:00] The call succeeded\n"
    )


def test_a_log_says_that_the_answer_is_hidden_and_why() -> None:
    shown = log(CALL, Sent(False, Answer(500, (("X-Internal", "yes"),), "internal things")), show_answer=False)
    assert "internal" not in shown.lower()
    assert "webhook_host_whitelist is empty" in shown
    assert "The call failed" in shown


def test_a_log_names_what_went_wrong_without_a_secret() -> None:
    shown = log(CALL, Sent(False, problem="no t0ken-1 there"))
    assert "Error: no ********** there" in shown


def test_a_log_is_bounded_whatever_the_target_says() -> None:
    many = tuple((f"X-{number}", "v" * 100) for number in range(1000))
    shown = log(CALL, Sent(True, Answer(200, many, "y" * 1_000_000)))
    assert len(shown) < 3 * LONGEST_PART
    assert "… and more headers" in shown
    assert "… (cut)" in shown
    assert "short … (cut)" in log(CALL, Sent(True, Answer(200, (), "short", cut=True)))


def test_a_note_is_a_line_of_a_log() -> None:
    assert note("gone", at=0) == "[1970-01-01T00:00:00+00:00] gone\n"
