"""A provider that is not there, in each of the ways in which it can be absent, and runs that end early."""

import asyncio
import os
import signal
import socket
import struct
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import until
from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, given, http, message, v4
from tests.verifiers.providing import TLS, Answer, Provider, providing
from troth_verifiers import (
    Outcome,
    ProviderNameUnknown,
    ProviderNotHttp,
    ProviderRefused,
    ProviderTimedOut,
    ProviderTlsFailed,
    ProviderUnreachable,
    Target,
    TargetIncomplete,
    verify,
)
from troth_verifiers.preflight import check

ONE = contract(v4(http("one")))


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A socket that listens, and never accepts."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield listening


def url_of(listening: socket.socket, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listening.getsockname()[1]}"


def answering(listening: socket.socket, answer: bytes) -> None:
    """Answer one connection with some bytes and close it."""

    def serve() -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()


def test_a_provider_that_does_not_run_is_refused() -> None:
    with pytest.raises(
        ProviderRefused, match=r"Nothing listens at 127\.0\.0\.1:1: .* Is the provider running\?"
    ) as got:
        verify(ONE, "http://127.0.0.1:1")
    assert got.value.exit_code == 3
    assert isinstance(got.value, ConnectionError)
    assert got.value.url == "http://127.0.0.1:1"


def test_a_host_name_that_does_not_resolve_is_told() -> None:
    with pytest.raises(ProviderNameUnknown, match=r"'nowhere.invalid' does not resolve"):
        verify(ONE, "http://nowhere.invalid:8000")


def test_a_provider_that_takes_connections_and_stays_silent_timed_out(silent: socket.socket) -> None:
    with pytest.raises(ProviderTimedOut, match=r"takes connections but did not answer within 0.2 s"):
        verify(ONE, Target(url_of(silent), timeout=0.2))


def test_a_provider_that_stays_silent_in_the_handshake_timed_out(silent: socket.socket) -> None:
    with pytest.raises(ProviderTimedOut, match=r"The TLS handshake took longer than 0.2 s"):
        verify(ONE, Target(url_of(silent, "https"), timeout=0.2))


def test_an_address_that_swallows_connections_timed_out() -> None:
    """A listener whose queue is full answers no further connection at all."""
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        with pytest.raises(ProviderTimedOut, match=r"Connecting to .* took longer than 0.3 s"):
            verify(ONE, Target(url_of(full), timeout=0.3))
        for one in waiting:
            one.close()


def test_a_certificate_that_nobody_vouches_for_is_a_tls_failure() -> None:
    with providing(tls=True) as provider, pytest.raises(ProviderTlsFailed, match="certificate is not trusted: "):
        verify(ONE, provider.url)


@pytest.mark.parametrize("believed", [{}, {"insecure": True}])
def test_a_redirect_to_a_certificate_that_nobody_vouches_for_is_followed_only_if_any_will_do(
    provider: Provider, believed: dict[str, Any]
) -> None:
    with providing(tls=True) as other:
        other.answers["/"] = Answer()
        provider.answers["/"] = Answer(302, headers={"Location": other.url})
        (result,) = verify(ONE, Target(provider.url, **believed)).results
    assert (result.outcome is Outcome.PASSED) == bool(believed)
    assert bool(other.asked) == bool(believed)
    if result.cause is not None:
        assert f"GET /: the redirect to {other.url} cannot be followed: [SSL: CERTIFICATE_VERIFY" in result.cause.text


def test_a_certificate_that_only_the_library_refuses_is_not_called_a_dropped_connection() -> None:
    """An authority that stands for itself as a server: OpenSSL takes it, the library does not."""
    with providing(tls=True, certificate="selfsigned.pem") as provider:
        report = verify(ONE, Target(provider.url, ca_file=str(TLS / "selfsigned.pem"), engine="pact"))
    cause = report.results[0].cause
    assert cause is not None
    assert cause.kind == "provider-dropped"
    assert "its certificate is one that the pact library does not accept" in cause.text


def test_plain_http_where_tls_is_expected_is_a_tls_failure(provider: Provider) -> None:
    with pytest.raises(ProviderTlsFailed, match="Does the provider speak plain HTTP there"):
        verify(ONE, provider.url.replace("http:", "https:"))


def test_a_connection_reset_in_the_handshake_is_a_tls_failure(silent: socket.socket) -> None:
    answering(silent, b"")
    with pytest.raises(ProviderTlsFailed, match="The TLS handshake failed"):
        verify(ONE, url_of(silent, "https"))


def test_a_server_that_hangs_up_on_head_is_asked_once_more(silent: socket.socket) -> None:
    asked: list[bytes] = []

    def serve() -> None:
        for answer in (b"", b"HTTP/1.0 200 OK\r\n\r\n"):
            connection, _ = silent.accept()
            with connection:
                asked.append(connection.recv(1000).split()[0])
                connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    asyncio.run(check(Target(url_of(silent))))
    assert asked == [b"HEAD", b"GET"]


def test_a_server_that_hangs_up_on_everything_is_told(silent: socket.socket) -> None:
    def serve() -> None:
        for _ in range(2):
            connection, _ = silent.accept()
            connection.recv(1000)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # reset, not goodbye
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    with pytest.raises(ProviderNotHttp, match=r"it answered b''. It may speak TLS: try https"):
        asyncio.run(check(Target(url_of(silent))))


def test_a_name_that_takes_too_long_to_look_up_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: released.wait())
    with pytest.raises(ProviderTimedOut, match=r"Looking up the host name 'slow.invalid' took longer than 0.1 s"):
        asyncio.run(check(Target("http://slow.invalid", timeout=0.1)))
    released.set()


def test_something_else_than_http_is_told(silent: socket.socket) -> None:
    answering(silent, b"220 mail.example ESMTP\r\n")
    with pytest.raises(ProviderNotHttp, match="does not speak HTTP: it answered b'220 m'"):
        verify(ONE, url_of(silent))


def test_an_address_that_cannot_be_connected_to_is_told() -> None:
    with pytest.raises(ProviderUnreachable, match=r"Connecting to 255.255.255.255:80 failed"):
        verify(ONE, "http://255.255.255.255")


def test_each_failure_is_a_class_and_a_sentence_of_its_own() -> None:
    kinds = {ProviderRefused, ProviderNameUnknown, ProviderTimedOut, ProviderTlsFailed, ProviderNotHttp}
    assert len({kind.kind for kind in kinds}) == len(kinds)
    assert all(issubclass(kind, ProviderUnreachable) for kind in kinds)


@pytest.mark.parametrize("trust", [{"ca_file": str(TLS / "authority.pem")}, {"insecure": True}])
def test_a_provider_behind_tls_is_verified_with_its_authority_or_without_any(trust: dict[str, str | bool]) -> None:
    with providing(tls=True) as provider:
        provider.answers["/"] = Answer()
        report = verify(ONE, Target(provider.url, **trust))  # type: ignore[arg-type]
    assert report.ok, report.to_text()


@pytest.mark.parametrize("file", ["nowhere.pem", "key.pem"])
def test_certificates_that_cannot_be_read_are_told(file: str) -> None:
    with (
        providing(tls=True) as provider,
        pytest.raises(TargetIncomplete, match=rf"The certificates in .*{file} cannot be"),
    ):
        verify(ONE, Target(provider.url, ca_file=str(TLS / file)))


def test_a_provider_with_messages_only_needs_no_address() -> None:
    assert verify(contract(v4(message("m", {"a": 1}))), messages={"m": {"a": 1}}).ok


def test_a_request_that_is_not_answered_in_time_errors_alone(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    provider.answers["/slow"] = "hang"
    pact = v4(http("one"), http("slow", "/slow"), http("two"))
    report = verify(contract(pact), Target(provider.url, timeout=2))
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "passed"]
    cause = report.results[1].cause
    assert cause is not None
    assert (cause.kind, cause.text) == ("provider-timed-out", "GET /slow: no complete answer within 2 s.")
    assert report.exit_code == 3


def test_a_connection_that_is_dropped_errors_alone(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    provider.answers["/drop"] = "drop"
    report = verify(contract(v4(http("one"), http("dropped", "/drop"), http("two"))), provider.url)
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "passed"]
    cause = report.results[1].cause
    assert cause is not None
    assert cause.kind == "provider-dropped"
    assert cause.text.startswith("GET /drop: the provider closed the connection without a complete answer")


def test_a_provider_that_dies_on_the_way_is_told_from_one_that_drops(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    pact = v4(http("one"), http("two", providerStates=given("the end")), http("three"))
    report = verify(contract(pact), Target(provider.url, engine="pact"), states={"the end": provider.stop})
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "errored"]
    assert report.results[1].cause is not None
    assert report.results[1].cause.kind == "provider-refused"
    assert report.results[2].cause is not None
    assert report.results[2].cause.kind == "provider-refused"


def test_what_the_deadline_cuts_off_is_errored_and_nothing_is_published(provider: Provider, recorder: Recorder) -> None:
    provider.answers["/"] = Answer()
    provider.answers["/slow"] = "hang"
    first = contract(v4(http("one"), http("slow", "/slow"), http("two")))
    second = contract(v4(http("never asked", "/never")))
    report = verify([first, second], Target(provider.url, concurrency=1, timeout=60), deadline=2.0, publish=recorder)
    assert [result.outcome.value for result in report.results[1:]] == ["errored"] * 3
    causes = {result.cause.kind for result in report.results if result.cause}
    assert causes == {"deadline-passed"}
    assert report.exit_code == 3
    assert recorder.verdicts == []
    assert report.unpublished is not None
    assert "interactions could not be judged" in report.unpublished
    assert set(provider.paths()) <= {"/", "/slow"}


CTRL_C = """
    import sys, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from tests.verifiers.pacts import contract, given, http, v4
    from troth_verifiers import Target, verify

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.send_response(200)
            self.end_headers()

        def do_GET(self):
            print("asked", flush=True)
            threading.Event().wait()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def stuck():
        print("asked", flush=True)
        threading.Event().wait()

    states = {"stuck": stuck} if "state" in sys.argv else {"stuck": lambda: None}
    pact = v4(http("one", providerStates=given("stuck")))
    verify(contract(pact), Target(f"http://127.0.0.1:{server.server_port}", timeout=600, engine="pact"),
           states=states, handler_timeout=600)
"""


@pytest.mark.parametrize("stuck", ["state", "provider"])
def test_ctrl_c_ends_a_stuck_run_at_once_and_its_child_too(stuck: str, tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(CTRL_C))
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script), stuck],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "asked\n"
        try:
            children = children_of(run.pid)
            assert children or stuck == "state"  # while a state is set up, the child may or may not have begun
            run.send_signal(signal.SIGINT)
            _, words = run.communicate(timeout=20)  # the request's own time-out is ten minutes
        finally:
            run.kill()
    assert run.returncode == -signal.SIGINT
    assert words.rstrip().endswith("KeyboardInterrupt")
    until(lambda: not any(alive(child) for child in children), what="the end of the child")


def test_the_child_ends_with_a_run_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(CTRL_C))
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, str(script), "provider"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "asked\n"
        children = children_of(run.pid)
        assert children
        run.kill()
    until(lambda: not any(alive(child) for child in children), what="the end of the child")


def children_of(pid: int) -> set[int]:
    """The child processes of a process."""
    found = (children.read_text().split() for children in Path(f"/proc/{pid}/task").glob("*/children"))
    return {int(child) for line in found for child in line}


def alive(pid: int) -> bool:
    """Whether a process still runs; one that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_credentials_in_the_url_are_refused() -> None:
    with pytest.raises(TargetIncomplete, match="holds credentials; give them as a header"):
        verify(ONE, "http://me:secret@127.0.0.1:1")
