"""What is odd on the wire of a stub: targets, bodies that wait or are too large, and answers that HTTP cannot carry."""

import asyncio
import base64
import gzip
import ssl
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.stub.test_tls import AUTHORITY, CERTIFICATE
from troth_verifiers.stub import Stub
from troth_verifiers.stub.pacts import PactBook

pytestmark = pytest.mark.anyio
END = b"HTTP/1.1\r\nHost: stub\r\n"


def stub_of(*interactions: dict[str, Any]) -> Stub:
    return Stub(PactBook([contract(v4(*interactions))]))


async def said(stub: Stub, *sent: bytes) -> bytes:
    """What comes back on a connection of its own until the stub ends it; each piece waits for some answer before."""
    place = urlsplit(stub.url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    found = b""
    for index, piece in enumerate(sent):
        if index:
            found += await reader.readuntil(b"\r\n\r\n")
        writer.write(piece)
    found += await reader.read()
    writer.close()
    return found


async def test_two_slashes_begin_a_path_and_name_no_host() -> None:
    async with stub_of(http("seven", "/7", 200), http("an order", "/orders/7", 204)) as stub:
        assert b" 501 " in await said(stub, b"GET //orders/7 %bConnection: close\r\n\r\n" % END)
        assert b" 501 " in await said(stub, b"GET //[orders %bConnection: close\r\n\r\n" % END)
        assert b" 204 " in await said(stub, b"GET http://elsewhere/orders/7?#a %bConnection: close\r\n\r\n" % END)
        assert [one.interaction for one in stub.answered] == ["an order"]


async def test_a_client_that_waits_for_leave_to_send_its_body_gets_it() -> None:
    placed = http("an order is placed", "/orders", 201)
    placed["request"] |= {"method": "POST", "body": {"content": "pen", "contentType": "text/plain"}}
    async with stub_of(placed) as stub:
        head = b"POST /orders %bContent-Type: text/plain\r\nContent-Length: 3\r\nConnection: close\r\n" % END
        answers = await said(stub, head + b"Expect: 100-continue\r\n\r\n", b"pen")
        assert answers.startswith(b"HTTP/1.1 100 ")
        assert b"HTTP/1.1 201 " in answers


@pytest.mark.parametrize(
    ("request_", "answer", "why"),
    [
        (b"POST / %bContent-Length: 99999999999\r\n\r\n" % END, b"413", b"A body is taken up to 64 MB."),
        (b"HELLO\r\n\r\n", b"400", b"What came is no request of HTTP/1.1"),
        (b"PUT /_troth/faults %bContent-Length: 200000\r\nConnection: close\r\n\r\n" % END + b"[" * 200_000, b"400",
         b"The faults are no JSON"),
        (b"GET / %bX-Troth-Fault: latency=%b\r\nConnection: close\r\n\r\n" % (END, b"9" * 400), b"400", b"at most"),
    ],
    ids=["too large", "no HTTP", "too deep", "too late"],
)  # fmt: skip
async def test_what_cannot_be_taken_is_told(request_: bytes, answer: bytes, why: bytes) -> None:
    async with stub_of(http("an order", "/orders/7", 204)) as stub:
        told = await said(stub, request_)
        assert told.startswith(b"HTTP/1.1 %b " % answer)
        assert why in told


@pytest.mark.parametrize(
    ("status", "headers", "why"),
    [(100, {}, b"status_code should be"), (200, {"x-note": ["a\nb"]}, b"Illegal header value")],
)
async def test_an_answer_that_http_cannot_carry_is_refused(status: int, headers: Any, why: bytes) -> None:
    odd = http("odd", "/odd", status)
    odd["response"]["headers"] = headers
    async with stub_of(odd) as stub:
        told = await said(stub, b"GET /odd %bConnection: close\r\n\r\n" % END)
        assert told.startswith(b"HTTP/1.1 501 ")
        assert b"The answer of 'odd' cannot be sent over HTTP" in told
        assert why in told
        assert not stub.answered


async def test_headers_beyond_ascii_are_sent_and_204_has_no_body() -> None:
    odd = http("odd", "/odd", 204, {"a": 1})
    odd["response"]["headers"] = {"x-latin": ["é"], "x-other": ["€"]}
    async with stub_of(odd) as stub:
        told = await said(stub, b"GET /odd %bConnection: close\r\n\r\n" % END)
        assert b"x-latin: \xe9\r\n" in told
        assert "x-other: €\r\n".encode() in told
        assert told.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "tls"])
async def test_a_connection_that_is_reset_ends_as_tcp_resets_one(tls: bool) -> None:
    certificate = CERTIFICATE if tls else None
    trusted = ssl.create_default_context(cafile=AUTHORITY) if tls else None
    async with Stub(PactBook([contract(v4(http("an order", "/orders/7")))]), certificate=certificate) as stub:
        place = urlsplit(stub.url)
        reader, writer = await asyncio.open_connection(place.hostname, place.port, ssl=trusted)
        writer.write(b"GET /orders/7 %bX-Troth-Fault: reset\r\n\r\n" % END)
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.close()


async def test_an_answer_says_in_words_what_its_status_means() -> None:
    async with stub_of(http("an order", "/orders/7", 404), http("odd", "/odd", 299)) as stub:
        assert b"HTTP/1.1 404 Not Found\r\n" in await said(stub, b"GET /orders/7 %bConnection: close\r\n\r\n" % END)
        assert b"HTTP/1.1 299 \r\n" in await said(stub, b"GET /odd %bConnection: close\r\n\r\n" % END)


@pytest.mark.parametrize("charset", ["utf-8", "latin-1"])
async def test_a_header_is_known_in_utf_8_and_in_latin_1(charset: str) -> None:
    asked = http("an order", "/orders/7", 204)
    asked["request"]["headers"] = {"X-Name": ["Müller"]}
    async with stub_of(asked) as stub:
        head = b"GET /orders/7 %bX-Name: %b\r\nConnection: close\r\n\r\n" % (END, "Müller".encode(charset))
        assert b" 204 " in await said(stub, head)


@pytest.mark.parametrize(("coding", "kept"), [("gzip", "gzip"), ("deflate", "deflate"), ("br", None)])
async def test_a_body_is_sent_in_the_coding_that_its_header_says(coding: str, kept: str | None) -> None:
    plain, binary, empty = (http(name, f"/{name}", body={"id": 7}) for name in ("plain", "binary", "empty"))
    packed = base64.b64encode(gzip.compress(b'{"id":7}')).decode()
    binary["response"]["body"] = {"content": packed, "contentType": "application/json", "encoded": "base64"}
    del empty["response"]["body"]
    for one in (plain, empty):
        one["response"]["headers"] = {"Content-Encoding": [coding]}
    binary["response"]["headers"] = {"Content-Encoding": ["gzip"]}
    text = http("text", "/text")
    text["response"]["body"] = {"content": "x marks the spot", "contentType": "text/plain"}
    text["response"]["headers"] = {"Content-Encoding": [coding]}
    async with (
        stub_of(plain, binary, empty, text) as stub,
        httpx.AsyncClient(base_url=stub.url, trust_env=False, timeout=120) as client,
    ):
        for path in ("/plain", "/binary"):
            assert (await client.get(path)).json() == {"id": 7}
        assert (await client.get("/plain")).headers.get("content-encoding") == kept
        assert (await client.get("/empty")).content == b""
        assert (await client.get("/text")).text == "x marks the spot"
