"""A running broker: in a thread of the tests (starts in milliseconds) or as a process of its own (`troth serve`)."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from tests.support.services import free_port
from tests.support.waiting import until
from troth_broker.app import build
from troth_broker.app.connections import BoundedProtocol
from troth_broker.settings import Settings

HAL = {"Accept": "application/hal+json"}


@dataclass(frozen=True, slots=True)
class Broker:
    """A broker that answers: its address, a client for it, and the database under it."""

    url: str
    database_url: str
    client: httpx.Client

    def read(self, path: str) -> Any:
        """The JSON of a resource that must be there."""
        answer = self.client.get(path)
        assert answer.is_success, f"GET {path} → {answer.status_code} {answer.text}"
        return answer.json()


@contextlib.contextmanager
def in_thread(database_url: str, **settings: Any) -> Iterator[Broker]:
    """Serve the application that `troth serve` serves, by the same server, from a thread."""
    api = build(Settings(database_url=database_url, **settings))
    try:
        with serving(api) as url, _client(url) as client:
            yield Broker(url, database_url, client)
    finally:
        api.close()
        api.world.store.close()


@contextlib.contextmanager
def in_process(database_url: str, *flags: str, environment: Mapping[str, str] | None = None) -> Iterator[Broker]:
    """Run `troth serve` as a child process."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "troth_broker.cli",
        "serve",
        "--database",
        database_url,
        "--port",
        str(port),
        *flags,
    ]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
    ) as child:
        url = f"http://127.0.0.1:{port}"
        try:
            with _client(url) as client:
                until(lambda: _answers(child, client), what="the start of troth serve")
                yield Broker(url, database_url, client)
        finally:
            child.terminate()
            child.communicate()


@contextlib.contextmanager
def serving(app: Any, protocol: type[BoundedProtocol] = BoundedProtocol) -> Iterator[str]:
    """Serve any ASGI application on a free port of 127.0.0.1, from a thread, and give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        host, port = listener.getsockname()
        config = uvicorn.Config(app, lifespan="off", log_level="warning", loop="uvloop", http=protocol, ws="none")
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="broker", daemon=True)
        thread.start()
        try:
            if not server.ready.wait(30):
                raise RuntimeError("the server did not start within 30 s")
            yield f"http://{host}:{port}"
        finally:
            server.stop()
            thread.join(30)


class _Server(uvicorn.Server):
    """A server that says when it listens, and stops when it is told to instead of looking every tenth of a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._told: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """End it, from another thread."""
        self.should_exit = True
        if self._loop is not None and self._told is not None:
            self._loop.call_soon_threadsafe(self._told.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop, self._told = asyncio.get_running_loop(), asyncio.Event()
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        assert self._told is not None
        await self.on_tick(0)
        await self._told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in self.servers:
            listening.close()
        for given in sockets or []:
            given.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        while state.connections or state.tasks:
            await asyncio.sleep(0.001)


def _client(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers=HAL, timeout=100, trust_env=False)


def _answers(child: "subprocess.Popen[bytes]", client: httpx.Client) -> bool:
    if child.poll() is not None:
        said = child.stdout.read() if child.stdout else b""
        raise RuntimeError(f"troth serve ended with {child.returncode}: {said.decode(errors='replace')}")
    try:
        return client.get("/diagnostic/status/heartbeat").is_success
    except httpx.TransportError:
        return False
