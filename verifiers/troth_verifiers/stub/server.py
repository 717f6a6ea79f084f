"""The part of a stub that speaks HTTP: a small server in the running event loop, which tells about the stub too."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Final, Protocol

from troth_verifiers.background import Worker
from troth_verifiers.errors import UsageError
from troth_verifiers.stub.asked import Asked, Known, Refused, Reply
from troth_verifiers.stub.control import Control
from troth_verifiers.stub.cors import is_preflight, leave, shared
from troth_verifiers.stub.faults import NONE, ON_PURPOSE, Fault
from troth_verifiers.stub.memory import Memory, Recorded, Tell
from troth_verifiers.stub.replies import as_json, problem
from troth_verifiers.stub.tls import Certificate
from troth_verifiers.stub.wire import Streams, talk, unsendable

_WAITING: Final = 4096
"""Connections that may wait to be taken: of more at once each would be tried again a second later."""


_CORS: Final = "--cors (or `cors`) lets pages of other origins ask"


class Book(Protocol):
    """What a stub answers from: the interactions of pacts, an OpenAPI document, a schema of GraphQL."""

    @property
    def titles(self) -> Sequence[str]:
        """What it can answer, each in a few words."""
        ...

    def look_up(self, asked: Asked) -> Known | Refused:
        """The answer to a request, or why there is none."""
        ...


class Sockets(Protocol):
    """What a stub does with websockets."""

    async def serve(self, asked: Asked, streams: Streams) -> None:
        """Talk until either side has enough."""
        ...


class Stub(Recorded):
    """Answers what its book knows; refuses the rest with 501, and keeps both.

    ::

        async with Stub(PactBook([contract])) as stub:
            httpx.get(f"{stub.url}/orders/7")
            assert not stub.refused

    `tell` is told of every request as it is answered or refused. `memory` and `control` are given where the stub has
    other parts. With a `certificate` it speaks TLS. `cors` lets pages of any origin ask.
    """

    def __init__(
        self,
        book: Book,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        fault: Fault = NONE,
        tell: Tell | None = None,
        memory: Memory | None = None,
        control: Control | None = None,
        certificate: Certificate | None = None,
        cors: bool = False,
    ) -> None:
        self._book = book
        self._cors = cors
        self._certificate = certificate
        self.sockets: Sockets | None = None
        self._host = host
        self._port = port
        self._memory = memory or Memory(fault, tell)
        self._control = control or Control(self._memory, lambda: {"url": self.url, "interactions": list(book.titles)})
        self._server: asyncio.Server | None = None
        self._looking = Worker("troth-stub")
        """Looks things up, one after the other: a contract may be large, and faults and gRPC do not wait for it."""
        self._talks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        assert self._server is not None, "the stub is not started"
        host, port = self._server.sockets[0].getsockname()[:2]
        scheme = "https" if self._certificate else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def __aenter__(self) -> "Stub":
        context = self._certificate.context if self._certificate else None
        self._server = await asyncio.start_server(self._take, self._host, self._port, ssl=context, backlog=_WAITING)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for one in self._talks:
            one.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        self._looking.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            await talk(
                reader,
                writer,
                self._shared if self._cors else self._answer,
                self.sockets.serve if self.sockets else None,
            )
        except (OSError, asyncio.CancelledError):
            pass  # the other side has gone, or the stub ends
        finally:
            self._talks.discard(task)
            writer.close()

    async def look_up(self, asked: Asked) -> Known | Refused:
        """What the book says to a request."""
        return await self._looking.call(lambda: self._book.look_up(asked))

    async def _shared(self, asked: Asked) -> tuple[Reply, Fault]:
        """The answer to a page of any origin; its browser's own question is none that a contract would know."""
        if is_preflight(asked):
            return leave(asked), NONE
        reply, fault = await self._answer(asked)
        return shared(asked, reply), fault

    async def _answer(self, asked: Asked) -> tuple[Reply, Fault]:
        if self._control.is_meant(asked):
            return await self._control.answer(asked), NONE
        try:
            fault = self._memory.fault_of(asked)
        except UsageError as error:
            return problem(400, error.text), NONE
        found = await self.look_up(asked)
        if isinstance(found, Refused) and not found.why and is_preflight(asked):
            found = replace(found, why=f"No contract knows {asked.told}. A browser asks it for a page: {_CORS}.")
        if isinstance(found, Known) and (trouble := unsendable(found.reply)):
            found = Refused(asked, why=f"The answer of {found.interaction!r} cannot be sent over HTTP: {trouble}.")
        self._memory.keep(found)
        if isinstance(found, Refused):
            return _refusal(found), fault
        return (problem(fault.status, ON_PURPOSE) if fault.status else found.reply), fault


def _refusal(found: Refused) -> Reply:
    """The refusal; a client of GraphQL is told in its own words too."""
    told: dict[str, object] = {"error": found.text}
    if found.asked.protocol == "graphql":
        told["errors"] = [{"message": found.text}]
    reply = as_json(found.status, told)
    if not found.challenge:
        return reply
    return replace(reply, headers=(*reply.headers, ("www-authenticate", found.challenge)))
