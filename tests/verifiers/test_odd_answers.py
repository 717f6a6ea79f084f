"""What providers may answer that is odd or broken: each is a clear result of its interaction, and the rest go on."""

import contextlib
import gzip
import json
import socket
import threading
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Outcome, Result, Target, verify

JSON = b'{"a": 1}'
TYPE = b"Content-Type: application/json"


def answer(body: bytes = JSON, *headers: bytes, status: bytes = b"200 OK", version: bytes = b"HTTP/1.1") -> bytes:
    lines = [version + b" " + status, TYPE, *headers, b"Connection: close", b"", body]
    return b"\r\n".join(lines)


def sized(body: bytes, *headers: bytes, **more: bytes) -> bytes:
    return answer(body, b"Content-Length: %d" % len(body), *headers, **more)


def encoded(name: bytes, body: bytes) -> bytes:
    return sized(body, b"Content-Encoding: " + name)


class Bytes:
    """A server that writes for each path the very bytes that a test gives it, and hangs up."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with contextlib.suppress(ConnectionError), connection, connection.makefile("rb") as read:
                connection.settimeout(30)
                method, path, *_ = (*read.readline().decode("latin-1").split(" "), "", "")
                while read.readline() not in (b"\r\n", b""):
                    pass
                if not method:
                    continue
                self.asked.append(path)
                content = answer(b"", b"Content-Length: 0") if method == "HEAD" else self.answers.get(path, b"")
                connection.sendall(content)
                connection.shutdown(socket.SHUT_WR)
                read.read()

    def stop(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Bytes]:
    made = Bytes()
    yield made
    made.stop()


def replayed(server: Bytes, content: bytes, **response: Any) -> Result:
    """The result of an interaction between two that pass."""
    server.answers |= {"/before": sized(JSON), "/odd": content, "/after": sized(JSON)}
    odd = http("odd", "/odd", body={"a": 1})
    odd["response"] |= response
    pact = v4(http("before", "/before", body={"a": 1}), odd, http("after", "/after", body={"a": 1}))
    before, result, after = verify(contract(pact), Target(server.url, timeout=20)).results
    assert before.outcome is after.outcome is Outcome.PASSED
    return result


@pytest.mark.parametrize(
    "content",
    [
        encoded(b"gzip", gzip.compress(JSON)),
        encoded(b"GZIP", gzip.compress(JSON[:4]) + gzip.compress(JSON[4:]) + b"\0\0"),
        encoded(b"deflate", zlib.compress(JSON)),
        encoded(b"identity", JSON),
        answer(b'4\r\n{"a"\r\n4\r\n: 1}\r\n0\r\n\r\n', b"Transfer-Encoding: chunked"),
        answer(version=b"HTTP/1.0"),
        b"HTTP/1.1 100 Continue\r\n\r\n" + sized(JSON),
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + sized(JSON),
    ],
)
def test_what_http_allows_is_read(server: Bytes, content: bytes) -> None:
    assert replayed(server, content).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("lines", "headers"),
    [
        ((b"X-A: 1", b"x-a: 2"), {"X-A": ["1, 2"]}),
        ((b"X-A: 1,\r\n 2",), {"x-a": ["1, 2"]}),
        ((b"X-A: caf\xe9",), {"X-A": ["café"]}),
        ((b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2"), {"Set-Cookie": ["a=1; Path=/", "b=2"]}),
    ],
)
def test_headers_are_told_by_name_whatever_their_case_lines_and_folds(
    server: Bytes, lines: tuple[bytes, ...], headers: Any
) -> None:
    assert replayed(server, sized(JSON, *lines), headers=headers).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("content", "kind", "text"),
    [
        (encoded(b"gzip", b"nonsense"), "provider-dropped", "not in the encoding that its Content-Encoding states"),
        (encoded(b"gzip", gzip.compress(JSON)[:-6]), "provider-dropped", "states: it ends before its end"),
        (encoded(b"gzip", gzip.compress(b" " * 70_000_000)), "answer-too-large", "longer than 64 MB"),
        (answer(b'zz\r\n{"a"', b"Transfer-Encoding: chunked"), "provider-not-http", r"chunk header: 'zz\r\n'"),
        (answer(b'4\r\n{"a"\r\n', b"Transfer-Encoding: chunked"), "provider-dropped", "without a complete answer"),
        (answer(JSON, b"Content-Length: 100"), "provider-dropped", "without a complete answer"),
        (answer(JSON, b"Content-Length: 8", b"Content-Length: 9"), "provider-not-http", "conflicting Content-Length"),
        (sized(JSON, b"no colon here"), "provider-not-http", "illegal header line: 'no colon here'"),
        (sized(JSON, b"X-A: " + b"a" * 300_000), "provider-not-http", "too long"),
        (b"HTTP/1.1 abc\r\n\r\n", "provider-not-http", "illegal status line"),
        (b"HTTP/1.1 101 Other\r\nConnection: upgrade\r\n\r\n", "provider-not-http", "not HTTP/1.1"),
        (b"\0\1\2\3" * 30, "provider-not-http", "not HTTP/1.1"),
        (JSON, "provider-dropped", "without a complete answer"),
        (b"", "provider-dropped", "without a complete answer"),
        (
            sized(b"", b"Location: /odd", status=b"302 Found"),
            "provider-dropped",
            "redirects lead nowhere: Exceeded maximum allowed redirects.",
        ),
        (sized(b"", b"Location: ftp://x/", status=b"302 Found"), "provider-dropped", "redirects lead nowhere"),
    ],
)
def test_what_is_no_answer_is_an_error_with_its_cause(server: Bytes, content: bytes, kind: str, text: str) -> None:
    result = replayed(server, content)
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert (result.cause.kind, text in result.cause.text) == (kind, True), result.cause.text
    assert not result.cause.text.endswith("..")
    assert result.duration > 0


def test_an_encoding_that_nothing_decodes_is_named(server: Bytes) -> None:
    result = replayed(server, encoded(b"x-nobodys", b"\x8b\x03"))
    assert [one.text for one in result.mismatches] == [
        "The body is encoded with x-nobodys, which nothing that is installed decodes."
    ]
    body = {"content": "iwM=", "contentType": "application/octet-stream", "encoded": "base64"}
    headers = {"Content-Encoding": ["x-nobodys"], "Content-Type": ["application/octet-stream"]}
    content = encoded(b"x-nobodys", b"\x8b\x03").replace(TYPE, b"Content-Type: application/octet-stream")
    assert replayed(server, content, body=body, headers=headers).outcome is Outcome.PASSED


def test_a_status_without_a_body_has_none_whatever_comes_behind_it(server: Bytes) -> None:
    result = replayed(server, sized(JSON, status=b"204 No Content"))
    assert [one.kind for one in result.mismatches] == ["body", "status"]
    assert replayed(server, answer(b"", status=b"204 No Content"), status=204, body=None).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("path", "query", "sent"),
    [
        ("/café", {}, "/caf%C3%A9"),
        ("/caf%C3%A9", {}, "/caf%C3%A9"),
        ("/a%2Fb", {}, "/a%2Fb"),
        ("/a b", {}, "/a%20b"),
        ("/a+b", {}, "/a+b"),
        ("/a", {"q": ["a b", "+", "%", "é&="]}, "/a?q=a%20b&q=%2B&q=%25&q=%C3%A9%26%3D"),
        ("/a", {"ids[]": ["1", "2"], "empty": [""]}, "/a?ids%5B%5D=1&ids%5B%5D=2&empty="),
    ],
)
def test_paths_and_queries_of_any_letters_are_sent_as_they_are_meant(
    server: Bytes, path: str, query: dict[str, list[str]], sent: str
) -> None:
    server.answers[sent] = sized(JSON)
    one = http("one", path, body={"a": 1})
    one["request"]["query"] = query
    assert verify(contract(v4(one)), server.url).ok
    assert server.asked[-1] == sent


def test_no_cookie_of_one_interaction_goes_with_another(provider: Provider) -> None:
    provider.answers["/in"] = Answer(200, b"", {"Set-Cookie": "session=1; Path=/"})
    provider.otherwise = Answer()
    with_own = http("own", "/own")
    with_own["request"]["headers"] = {"Cookie": ["a=1", "b=2"]}
    assert verify(
        contract(v4(http("in", "/in"), http("out", "/out"), with_own)), Target(provider.url, concurrency=1)
    ).ok
    assert [one.headers.get("cookie") for one in provider.asked] == [None, None, "a=1; b=2"]


def test_a_failing_state_handler_errors_its_interaction_alone(provider: Provider) -> None:
    provider.otherwise = Answer()

    def broken() -> None:
        raise RuntimeError("no database")

    pact = v4(http("one"), http("two", providerStates=given("broken")), http("three"))
    report = verify(contract(pact), provider.url, states={"broken": broken})
    assert [one.outcome for one in report.results] == [Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED]


def test_a_long_list_of_wrong_elements_is_told_by_the_first_ones(provider: Provider) -> None:
    provider.otherwise = Answer(200, json.dumps([{"id": 1}] * 12_000).encode(), {"Content-Type": "application/json"})
    one = http("one", body=[{"id": "x"}])
    one["response"]["matchingRules"] = {"body": {"$": {"matchers": [{"match": "type"}]}}}
    (result,) = verify(contract(v4(one)), Target(provider.url, timeout=60)).results
    assert result.outcome is Outcome.FAILED
    assert result.mismatches[-1].text == "… and 9900 more mismatches"


def test_an_expression_that_takes_for_ever_fails_its_interaction_alone(provider: Provider) -> None:
    provider.answers["/bad"] = Answer(json={"a": "d" * 60 + "!"})
    provider.otherwise = Answer(json={"a": "d"})
    rule = {"body": {"$.a": {"matchers": [{"match": "regex", "regex": "(d|dd)+$"}]}}}
    bad, good = (http(name, f"/{name}", body={"a": "d"}) for name in ("bad", "good"))
    for one in (bad, good):
        one["response"]["matchingRules"] = rule
    found = verify(contract(v4(bad, good)), Target(provider.url, timeout=60)).results
    assert [one.outcome for one in found] == [Outcome.FAILED, Outcome.PASSED]
    assert "takes too long" in found[0].mismatches[0].text
