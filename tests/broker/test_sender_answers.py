"""Outgoing calls: how answers are taken, and that no target holds them up or floods."""

import contextlib
import gzip
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.broker.sending import INSIDE, Send, sending
from tests.support.targets import Target, drips, endless, hangs, says, target
from troth_broker.core.calls import OutgoingCall, Sent
from troth_broker.settings import Settings
from troth_broker.webhooks.reading import MOST
from troth_broker.webhooks.sender import HttpSender


@pytest.fixture
def send() -> Iterator[Send]:
    with sending() as found:
        yield found


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that says 200."""
    with target(says(body=b"thanks")) as running:
        yield running


@pytest.mark.parametrize("status", ["201 Created", "404 Not Found"])
def test_a_status_is_a_success_if_the_settings_say_so(send: Send, status: str) -> None:
    with target(says(status)) as listening:
        assert send(listening.url()).success is status.startswith("2")
        assert send(listening.url(), webhook_http_code_success=(404,)).success is status.startswith("4")


def test_a_target_that_says_nothing_is_given_up_in_time(send: Send) -> None:
    with target(hangs) as listening:
        sent = send(listening.url(), webhook_timeout=1)
    assert (sent.success, sent.answer) == (False, None)
    assert sent.problem == "no complete answer within 1 s"


def test_a_target_that_drips_its_headers_is_given_up_in_time(send: Send) -> None:
    with target(drips(b"HTTP/1.1 200 OK\r\nX-Slow: ")) as listening:
        sent = send(listening.url(), webhook_timeout=1)
    assert (sent.success, sent.answer) == (False, None)
    assert sent.problem == "no complete answer within 1 s"


def test_a_target_that_accepts_and_then_drips_its_body_counts_as_reached(send: Send) -> None:
    with target(drips(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")) as listening:
        sent = send(listening.url(), webhook_timeout=1)
    assert sent.success
    assert sent.problem == "no complete answer within 1 s"
    assert sent.answer is not None
    assert set(sent.answer.body) == {"x"}


def test_a_resolver_that_hangs_is_given_up_in_time(send: Send) -> None:
    stop = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        stop.wait(30)
        return []

    try:
        assert send("http://slow.test/", resolve=hanging, webhook_timeout=1).problem == "no complete answer within 1 s"
    finally:
        stop.set()


def test_a_target_that_promises_more_than_it_sends_counts_by_its_status(send: Send) -> None:
    with target(says("200 OK", b"half", promised=1000)) as listening:
        sent = send(listening.url())
    assert sent.success
    assert sent.answer is not None
    assert sent.answer.body == "half"
    assert sent.problem is not None
    assert sent.problem.startswith("the target broke HTTP: ")


def test_a_body_without_end_is_read_no_further_than_is_of_use(send: Send) -> None:
    with target(endless) as listening:
        sent = send(listening.url())
    assert sent.success
    assert sent.answer is not None
    assert (len(sent.answer.body), sent.answer.cut) == (MOST, True)


def test_a_body_that_was_packed_very_small_is_unpacked_no_further_than_is_of_use(send: Send) -> None:
    bomb = gzip.compress(bytes(20_000_000))
    assert len(bomb) < MOST
    with target(says("200 OK", bomb, "Content-Encoding: gzip")) as listening:
        sent = send(listening.url())
    assert sent.answer is not None
    assert (len(sent.answer.body), sent.answer.cut) == (MOST, True)


@pytest.mark.parametrize(
    ("encoding", "body", "charset", "expected"),
    [
        ("gzip", gzip.compress(b"packed", mtime=0), "utf-8", "packed"),
        ("gzip", b"not packed", "utf-8", "not packed"),
        ("br", b"12345", "utf-8", "(5 bytes in br)"),
        ("identity", "wörd".encode("latin-1"), "latin-1", "wörd"),
        ("identity", b"w\xff", "no-such-charset", "w�"),
    ],
)
def test_a_body_is_read_as_it_says_it_is_written(
    send: Send, encoding: str, body: bytes, charset: str, expected: str
) -> None:
    headers = (f"Content-Encoding: {encoding}", f"Content-Type: text/plain; charset={charset}")
    with target(says("200 OK", body, *headers)) as listening:
        sent = send(listening.url())
    assert sent.answer is not None
    assert sent.answer.body == expected


def test_a_target_that_does_not_speak_http_is_named_as_such(send: Send) -> None:
    with target(lambda connection, _: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")) as listening:
        sent = send(listening.url())
    assert (sent.success, sent.answer) == (False, None)
    assert (sent.problem or "").startswith("the target broke HTTP: ")


def test_calls_from_many_threads_do_not_wait_for_each_other(listening: Target) -> None:
    settings = Settings(webhook_scheme_whitelist=("http",), webhook_allowed_networks=INSIDE)
    together = threading.Barrier(9, timeout=100)

    def meet(connection: Any, stop: threading.Event) -> None:
        together.wait()
        says()(connection, stop)

    listening.behaviour = meet
    results: list[Sent] = []
    with contextlib.closing(HttpSender(settings)) as sender:
        call = OutgoingCall("POST", listening.url())
        threads = [
            threading.Thread(target=lambda: results.append(sender.send(call, delivery="d", attempt=1)))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        together.wait()
        for thread in threads:
            thread.join()
    assert [sent.success for sent in results] == [True] * 8


def test_closing_breaks_off_what_is_under_way() -> None:
    settings = Settings(webhook_scheme_whitelist=("http",), webhook_allowed_networks=INSIDE, webhook_timeout=60)
    sender = HttpSender(settings)
    with target(hangs) as listening:
        failed: list[BaseException] = []

        def call() -> None:
            try:
                sender.send(OutgoingCall("POST", listening.url()), delivery="d", attempt=1)
            except BaseException as error:  # noqa: BLE001 - whatever it is, the test looks at it
                failed.append(error)

        thread = threading.Thread(target=call)
        thread.start()
        give_up = time.monotonic() + 20
        while not listening.received and time.monotonic() < give_up:
            threading.Event().wait(0.01)
        sender.close()
        thread.join(20)
        assert not thread.is_alive()
        assert len(failed) == 1
    sender.close()
