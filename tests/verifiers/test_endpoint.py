"""The endpoint for states and messages, spoken to in plain bytes."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from troth_verifiers.api import Interaction
from troth_verifiers.desk import Desk
from troth_verifiers.endpoint import Answer, Endpoint
from troth_verifiers.messages import NoMessages
from troth_verifiers.states import NoStates


async def said(url: str, request: bytes) -> bytes:
    """What comes back for some bytes."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    writer.write_eof()
    answer = await reader.read()
    writer.close()
    return answer


def talk(*requests: bytes) -> list[bytes]:
    """What an endpoint with one desk, which repeats what it is told, answers to each request."""

    async def desk(body: bytes) -> Answer:
        return Answer(200, body, {"x-said": "yes"})

    async def run() -> list[bytes]:
        async with Endpoint() as endpoint:
            endpoint.open("/desk", desk)
            path = urlsplit(f"{endpoint.url}/desk").path.encode()
            return [await said(endpoint.url, request.replace(b"PATH", path)) for request in requests]

    return asyncio.run(run())


def test_a_body_with_a_length_and_one_in_chunks_are_understood() -> None:
    length = b"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    chunks = b"POST PATH HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"
    for answer in talk(length, chunks):
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert b"x-said: yes" in head
        assert body == b"hello"


@pytest.mark.parametrize(
    "request_", [b"\x16\x03\x01 not http", b"POST PATH HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe", b""]
)
def test_what_is_not_a_whole_request_is_refused(request_: bytes) -> None:
    (answer,) = talk(request_)
    assert answer.startswith(b"HTTP/1.1 400 ")


def test_nobody_gets_in_without_the_secret() -> None:
    (answer,) = talk(b"POST /desk HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 404 ")


def test_two_endpoints_have_different_secrets_and_listen_on_this_machine_only() -> None:
    async def run() -> tuple[str, str]:
        async with Endpoint() as one, Endpoint() as other:
            return one.url, other.url

    one, other = (urlsplit(url) for url in asyncio.run(run()))
    assert one.path != other.path
    assert {one.hostname, other.hostname} == {"127.0.0.1"}


def test_the_end_of_a_run_ends_talks_that_have_not_ended() -> None:
    async def run() -> bytes:
        async def desk(_: bytes) -> Answer:
            reached.set()
            await asyncio.Event().wait()
            raise AssertionError("never reached")

        reached = asyncio.Event()
        async with Endpoint() as endpoint:
            endpoint.open("/desk", desk)
            path = urlsplit(f"{endpoint.url}/desk").path.encode()
            request = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
            talking = asyncio.create_task(said(endpoint.url, request))
            await reached.wait()
        return await talking

    assert asyncio.run(run()) == b""


def test_a_question_that_nests_too_deep_is_refused_and_asks_for_no_state() -> None:
    async def run() -> tuple[bytes, object]:
        desk = Desk(Interaction(0, "a thing"), NoStates(), NoMessages())
        async with Endpoint() as endpoint:
            desk.open(endpoint, "/0")
            path = urlsplit(f"{endpoint.url}/0/state").path
            body = b"[" * 200_000
            head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            return await said(endpoint.url, head.encode() + body), desk.cause

    answer, cause = asyncio.run(run())
    head, _, told = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(told) == {"error": "this is nested too deep to be read"}
    assert cause is None


def test_a_desk_is_opened_when_somebody_first_comes_to_it() -> None:
    async def run() -> tuple[list[str], list[bytes]]:
        async def desk(_: bytes) -> Answer:
            return Answer(200, b"")

        opened: list[str] = []

        def opener(name: str) -> None:
            opened.append(name)
            if name == "7":
                endpoint.open("/0/7/state", desk)

        async with Endpoint() as endpoint:
            endpoint.open_when_asked("/0", opener)
            answers = [await asked(f"{endpoint.url}{path}") for path in ("/0/7/state", "/0/7/state", "/0/8/state", "/")]
            endpoint.shut_all("/0")
            answers.append(await asked(f"{endpoint.url}/0/9/state"))
        return opened, answers

    async def asked(url: str) -> bytes:
        answer = await said(url, f"POST {urlsplit(url).path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
        return answer.split()[1]

    opened, statuses = asyncio.run(run())
    assert opened == ["7", "8"]
    assert statuses == [b"200", b"200", b"404", b"404", b"404"]
