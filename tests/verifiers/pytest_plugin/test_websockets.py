"""Websockets in process: what an ASGI application says over them, and GraphQL subscriptions of a real server."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.verifiers.pytest_plugin.projects import Project
from troth_verifiers.pytest_plugin.asgi import AsgiServer

ROOT = Path(__file__).parents[3]
CONFTEST = """
import sys

import pytest

sys.path.insert(0, "ROOT")
from examples.catalogue.service import Catalogue, application, schema_of
from troth_verifiers.pytest_plugin import provider_state

CATALOGUE = Catalogue()


@pytest.fixture(scope="session")
def troth_app():
    return application(CATALOGUE, schema_of(CATALOGUE))


@provider_state("a product costs")
def costs(id, price):
    CATALOGUE.reset()
    CATALOGUE.products[id]["price"] = price
"""


def test_a_graphql_server_is_verified_in_process_with_its_subscriptions(shop: Project) -> None:
    for name in ("web-catalogue.troth.yaml", "schema.graphql"):
        shop.write(f"pacts/{name}", (ROOT / "examples" / "catalogue" / name).read_text())
    (shop.folder / "pacts" / "web-orders.json").unlink()
    shop.write("tests/conftest.py", CONFTEST.replace("ROOT", str(ROOT)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "7 passed, 1 deselected", ran.text
    assert "troth::web → catalogue::a price that changes" in ran.told("PASSED")
    broken = CONFTEST.replace("service import Catalogue", "next_service import NextCatalogue as Catalogue")
    shop.write("tests/conftest.py", broken.replace("ROOT", str(ROOT)))
    assert "troth::web → catalogue::a price that changes" in shop.run("--troth", "pacts", "-m", "troth").told("FAILED")


async def talkative(scope: Any, receive: Any, send: Any) -> None:
    """Echoes; some words make it leave, break or refuse."""
    if scope["type"] != "websocket":
        return
    assert await receive() == {"type": "websocket.connect"}
    if scope["path"] == "/closed":
        await send({"type": "websocket.close"})
        return
    if scope["path"] == "/broken":
        raise ValueError("broken before it began")
    chosen = "b" if "b" in scope["subprotocols"] else None
    await send({"type": "websocket.accept", "subprotocol": chosen, "headers": [(b"x-query", scope["query_string"])]})
    while (event := await receive())["type"] == "websocket.receive":
        if event.get("text") == "leave":
            await send({"type": "websocket.close", "code": 4001, "reason": "as you wish"})
            return
        if event.get("text") == "break":
            raise ValueError("broken on demand")
        await send({**event, "type": "websocket.send"})
    scope["state"]["left"].append(event["code"])


async def stateful(scope: Any, receive: Any, send: Any) -> None:
    """Keeps something for all its requests when it starts, as frameworks do."""
    if scope["type"] != "lifespan":
        await talkative(scope, receive, send)
        return
    await receive()
    scope["state"]["left"] = LEFT
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})


LEFT: list[int] = []


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[tuple[AsgiServer, str]]:
    server = AsgiServer(app)
    url = await server.start()
    try:
        yield server, url.replace("http", "ws", 1)
    finally:
        await server.stop()


def test_texts_bytes_and_pieces_come_and_go_and_the_end_is_told() -> None:
    async def talk() -> None:
        async with serving(stateful) as (server, url):
            async with connect(f"{url}/?a=1", subprotocols=[Subprotocol("a"), Subprotocol("b")], proxy=None) as client:
                assert client.subprotocol == "b"
                assert client.response is not None
                assert client.response.headers["x-query"] == "a=1"
                for said in ("x" * 300_000, b"\x00\xff", "ö"):
                    await client.send(said)
                    assert await client.recv() == said
                await client.send(["in ", "several ", "pieces"])
                assert await client.recv() == "in several pieces"
                await (await client.ping())
            LEFT.clear()
            async with connect(url, proxy=None) as client:
                await client.close(4000)
            async with asyncio.timeout(30):
                while not LEFT:
                    await asyncio.sleep(0)
            assert LEFT == [4000]
            assert server.raised == []

    asyncio.run(talk())


def test_an_application_is_told_of_a_connection_that_was_reset() -> None:
    async def talk() -> None:
        async with serving(stateful) as (server, url):
            LEFT.clear()
            client = await connect(url, proxy=None)
            at_once = struct.pack("ii", 1, 0)
            client.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            client.transport.abort()
            async with asyncio.timeout(30):
                while not LEFT:
                    await asyncio.sleep(0)
            assert LEFT == [1006]
            assert server.raised == []

    asyncio.run(talk())


@pytest.mark.parametrize(("word", "code", "raised"), [("leave", 4001, []), ("break", 1011, ["broken on demand"])])
def test_an_application_that_leaves_or_breaks_closes_the_websocket(word: str, code: int, raised: list[str]) -> None:
    async def talk() -> None:
        async with serving(stateful) as (server, url):
            async with connect(url, proxy=None) as client:
                await client.send(word)
                with pytest.raises(ConnectionClosed) as closed:
                    await client.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code
            assert [str(error) for error in server.raised] == raised

    asyncio.run(talk())


@pytest.mark.parametrize(("path", "status"), [("/closed", 403), ("/broken", 500)])
def test_a_websocket_that_is_not_accepted_is_refused(path: str, status: int) -> None:
    async def talk() -> None:
        async with serving(talkative) as (_, url):
            with pytest.raises(InvalidStatus) as refused:
                await connect(f"{url}{path}", proxy=None)
            assert refused.value.response.status_code == status

    asyncio.run(talk())


def test_what_the_application_keeps_from_its_start_reaches_its_requests() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        if scope["type"] == "lifespan":
            scope["state"]["word"] = b"kept"
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": scope["state"]["word"]})

    async def talk() -> str:
        async with serving(app) as (_, url), httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(url.replace("ws", "http", 1))).text

    assert asyncio.run(talk()) == "kept"


def test_the_server_ends_while_a_websocket_is_open() -> None:
    async def talk() -> None:
        async with serving(talkative) as (_, url):
            client = await connect(url, proxy=None)
        with pytest.raises(ConnectionClosed):
            await client.recv()

    asyncio.run(talk())
