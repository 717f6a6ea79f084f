"""Servers that are down, slow, speak something else, break off or answer garbage, and contracts that do not fit."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import pytest

from examples.grpc_orders.service import Orders, serve
from tests.verifiers.grpc.serving import (
    GET,
    KNOWN,
    LIST,
    contract,
    cutting,
    listening,
    message,
    one,
    orders,
    replayed,
    told,
    wild,
)
from tests.verifiers.providing import TLS, providing
from troth_verifiers import Outcome, Target, verify

CALL = {**GET, "request": {"id": 7}, "response": {"id": 7}}


def _http_1(connection: socket.socket) -> None:
    connection.recv(100)
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    connection.close()


def _garbage(connection: socket.socket) -> None:
    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian\r\n")


def _hangs_up(connection: socket.socket) -> None:
    connection.recv(100)
    connection.close()


@pytest.mark.parametrize(
    ("talk", "timeout", "kind", "part"),
    [
        (_http_1, 30, "provider-not-grpc", "speaks HTTP/1 only"),
        (_garbage, 30, "provider-not-grpc", "does not speak gRPC: it answered b'SSH-2.0-O'"),
        (_hangs_up, 30, "provider-not-grpc", "does not speak gRPC: it answered b''"),
        (lambda _: None, 0.3, "provider-timed-out", "did not answer within 0.3 s"),
    ],
)
def test_what_speaks_no_grpc_is_told_apart(
    talk: Callable[[socket.socket], None], timeout: float, kind: str, part: str
) -> None:
    with listening(talk) as address:
        result = one(CALL, address, timeout=timeout)
    assert result.cause is not None
    assert (result.outcome, result.cause.kind) == (Outcome.ERRORED, kind)
    assert part in result.cause.text
    assert result.exchanges[0].received is None


def test_a_server_that_is_down_passes_no_expected_status() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    found = replayed(contract(CALL, {**GET, "request": {}, "status": "UNAVAILABLE"}), address)
    assert [result.cause and result.cause.kind for result in found] == ["provider-refused"] * 2


def test_a_name_that_nobody_has_is_no_answer() -> None:
    found = replayed(contract(CALL, {**GET, "request": {}, "status": "UNAVAILABLE"}), "nobody.invalid:50051")
    assert [result.cause and result.cause.kind for result in found] == ["provider-name-unknown"] * 2
    assert [result.exchanges[0].received for result in found] == [None] * 2


def test_a_server_that_goes_away_and_comes_back_costs_the_calls_between_only() -> None:
    service: Any = Orders(KNOWN)
    service.orders[7] = "Ada"
    server, port = serve(service, KNOWN)
    servers = [server]

    class Restarting:
        ended = 0

        def contract_started(self, _contract: Any, _interactions: Any) -> None:
            """Nothing is to be done."""

        def interaction_done(self, _contract: Any, _result: Any) -> None:
            self.ended += 1
            if self.ended == 5:
                servers[0].stop(None).wait()
            if self.ended == 10:
                servers.append(serve(service, KNOWN, port=port)[0])

    call = {**GET, "request": {"id": 7}, "response": {"id": 7}}
    target = Target(others={"grpc": f"127.0.0.1:{port}"}, timeout=10, concurrency=1)
    try:
        report = verify(contract(*[call] * 800), target, progress=Restarting())
    finally:
        servers[-1].stop(None).wait()
    outcomes = [result.outcome for result in report.results]
    assert outcomes[:5] == [Outcome.PASSED] * 5
    assert {*outcomes[6:10]} == {Outcome.ERRORED}
    assert outcomes[-1] is Outcome.PASSED
    assert {result.cause.kind for result in report.results if result.cause} <= {"provider-refused", "provider-dropped"}


def test_a_silent_server_does_not_keep_the_promise_to_be_late() -> None:
    call = {**GET, "request": {}, "status": "DEADLINE_EXCEEDED", "timeout": 0.3}
    with listening(lambda _: None) as address:
        result = one(call, address)
    assert result.cause is not None
    assert result.cause.kind == "provider-timed-out"
    with wild(GetOrder=_never) as (address, _):
        assert one(call, address).outcome is Outcome.PASSED


def test_the_limit_of_the_run_does_not_make_a_server_late() -> None:
    call = {**GET, "request": {}, "status": "DEADLINE_EXCEEDED"}
    with wild(GetOrder=_never) as (address, _):
        result = one(call, address, timeout=0.3)
    assert result.cause is not None
    assert result.cause.kind == "provider-timed-out"
    assert "a call that is to be late says its own timeout" in result.cause.text
    with wild(GetOrder=_late) as (address, _):
        assert one(call, address).outcome is Outcome.PASSED


def _late(_requests: list[bytes], context: Any) -> Iterator[bytes]:
    context.abort(grpc.StatusCode.DEADLINE_EXCEEDED, "the shelf did not answer")
    yield from ()


def _never(_requests: list[bytes], context: Any) -> Iterator[bytes]:
    while context.is_active():
        pass
    yield from ()


def test_a_stream_that_does_not_end_in_time_is_an_error_that_says_how() -> None:
    def ever(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        yield message("Order", id=1)
        yield from _never([], context)

    with wild(ListOrders=ever) as (address, _):
        result = one({**LIST, "request": {}, "responses": [{"id": 1}]}, address, timeout=2)
    (sentence,) = told(result)
    assert sentence.startswith("The provider did not end its answer within 2 s, though 1 responses came;")
    assert sentence.endswith("Then say cancelAfter.")
    assert result.exchanges[0].received is not None


def test_a_server_that_answers_unavailable_is_compared() -> None:
    def busy(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        context.abort(grpc.StatusCode.UNAVAILABLE, "busy")
        yield b""

    with wild(GetOrder=busy) as (address, _):
        found = replayed(contract(CALL, {**GET, "request": {}, "status": "UNAVAILABLE"}), address)
    assert [result.outcome for result in found] == [Outcome.FAILED, Outcome.PASSED]


def test_a_server_that_closes_in_the_middle_of_a_stream_is_an_error_and_the_rest_go_on() -> None:
    def large(_requests: list[bytes], context: Any) -> Iterator[bytes]:
        yield message("Order", id=1, note="x" * 1000)
        yield from _never([], context)

    stream = {**LIST, "request": {}, "responses": [{"id": 1}]}
    answers = {"ListOrders": large, "GetOrder": lambda requests, _: iter(requests)}
    with wild(**answers) as (address, _), cutting(address, 1000) as relay:
        found = replayed(contract(stream, CALL), relay, timeout=5)
    assert found[0].cause is not None
    assert found[0].cause.kind == "provider-dropped"
    assert [result.outcome for result in found] == [Outcome.ERRORED, Outcome.PASSED]


def test_bytes_that_are_no_message_fail_with_the_type_that_was_expected() -> None:
    with wild(GetOrder=lambda *_: iter([b"\xff\xff\xff garbage"])) as (address, _):
        result = one(CALL, address)
    assert result.outcome is Outcome.FAILED
    assert told(result)[0].startswith("What came back is no shop.Order: ")
    assert result.exchanges[0].received is not None
    assert result.exchanges[0].received.body.startswith("11 bytes: ff ff ff 20")


def test_an_answer_of_50_mb_is_compared_and_a_larger_one_is_an_error() -> None:
    def large(requests: list[bytes], _context: Any) -> Iterator[bytes]:
        yield message("Order", id=7, note="x" * KNOWN.pool.new("shop.GetOrderRequest").FromString(requests[0]).id)

    call = {**CALL, "request": {"id": 50_000_000}}
    with wild(GetOrder=large) as (address, _):
        found = replayed(contract(call, {**CALL, "request": {"id": 70_000_000}}, {**CALL, "request": {}}), address,
                         timeout=60)  # fmt: skip
    assert [result.outcome for result in found] == [Outcome.PASSED, Outcome.ERRORED, Outcome.PASSED]
    assert found[0].exchanges[0].received is not None
    assert found[0].exchanges[0].received.body == "50,000,007 bytes"
    assert found[1].cause is not None
    assert found[1].cause.kind == "answer-too-large"
    assert "larger than the 64 MB" in found[1].cause.text


@pytest.mark.parametrize(
    ("certificate", "trust", "kind"),
    [
        ("certificate.pem", {"ca_file": str(TLS / "authority.pem")}, None),
        ("certificate.pem", {"insecure": True}, None),
        ("selfsigned.pem", {"insecure": True}, None),
        ("certificate.pem", {}, "provider-tls-failed"),
        ("selfsigned.pem", {"ca_file": str(TLS / "authority.pem")}, "provider-tls-failed"),
        ("certificate.pem", {"ca_file": str(TLS / "absent.pem")}, "target-incomplete"),
    ],
)
def test_tls_trusts_what_the_target_trusts(certificate: str, trust: Any, kind: str | None) -> None:
    with orders(secure=True, certificate=certificate) as service:
        result = one(CALL, service.address, **trust)
    assert (result.cause and result.cause.kind) == kind, told(result)
    assert (result.outcome is Outcome.PASSED) is (kind is None)


def test_plain_and_tls_mistaken_for_each_other_are_told() -> None:
    with orders(secure=True) as service:
        result = one(CALL, service.address.replace("grpcs", "grpc"))
    assert "It may speak TLS: try grpcs." in told(result)[0]
    with orders() as service:
        result = one(CALL, service.address.replace("grpc:", "grpcs:"), ca_file=str(TLS / "authority.pem"))
    assert result.cause is not None
    assert result.cause.kind == "provider-tls-failed"


def test_an_http_server_is_told() -> None:
    with providing() as provider:
        result = one(CALL, provider.url)
    assert result.cause is not None
    assert result.cause.kind == "provider-not-grpc"


@pytest.mark.parametrize("address", ["", "nowhere", "127.0.0.1:x", "ftp://a:1", "grpc://a:1/x", "grpc://u:p@a:1"])
def test_an_address_that_is_none_is_told(address: str) -> None:
    result = one(CALL, address)
    assert result.cause is not None
    assert result.cause.kind == "target-incomplete"


def test_a_frame_that_is_too_large_is_garbage_and_no_answer_that_is_too_large() -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(1000)
        connection.sendall(b"\x00\x00\x00\x04\x00\x00\x00\x00\x00")  # settings
        connection.sendall(b"\x7f\xff\xff\x00\x00\x00\x00\x00\x01" + b"x" * 100)
        connection.recv(10_000)

    with listening(talk) as address:
        result = one({**GET, "request": {}, "response": {}}, address)
    assert result.cause is not None
    assert result.cause.kind == "provider-dropped"
