"""The part of a stub that speaks gRPC: a server of grpc.aio, with server reflection."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from types import TracebackType
from typing import Any, Final

import grpc
import grpc.aio
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_reflection.v1alpha import reflection_pb2  # type: ignore[import-untyped]  # it ships no types
from grpc_reflection.v1alpha.reflection import aio as reflecting  # type: ignore[import-untyped]

from troth_schemas.protobuf.pool import Pool
from troth_verifiers.background import Worker
from troth_verifiers.errors import UsageError
from troth_verifiers.grpc.reflection import REFLECTION
from troth_verifiers.grpc.showing import texts
from troth_verifiers.stub.asked import Known, Refused
from troth_verifiers.stub.faults import ON_PURPOSE, Fault
from troth_verifiers.stub.generating import Unmade
from troth_verifiers.stub.grpc.book import GrpcBook
from troth_verifiers.stub.grpc.pages import Answer, Call, Page
from troth_verifiers.stub.memory import Memory, pause
from troth_verifiers.stub.tls import Certificate

_LARGEST: Final = 64 * 1024 * 1024
_BESIDES: Final = 1024
"""Bytes that one request takes at least, however little it says."""
_TOO_MUCH: Final = "The requests of the call are more than a stub keeps: 64 MB, each counted as 1 KB and its contents."
_LONGEST: Final = 4000
"""Characters of a status's message: trailers have a limit."""


class GrpcServer:
    """Answers the calls of a book; refuses the others with UNIMPLEMENTED, and keeps both."""

    def __init__(
        self,
        book: GrpcBook,
        memory: Memory,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: Certificate | None = None,
    ) -> None:
        self._book = book
        self._memory = memory
        self._place = f"[{host}]" if ":" in host else host
        self._port = port
        self._certificate = certificate
        self._server: grpc.aio.Server | None = None
        self._looking = Worker("troth-stub-grpc")
        """Looks calls up, one after the other: the others go on meanwhile."""

    @property
    def address(self) -> str:
        """``host:port``."""
        return f"{self._place}:{self._port}"

    async def __aenter__(self) -> "GrpcServer":
        options = [
            ("grpc.so_reuseport", 0),  # two stubs on one port would share the calls without a word
            ("grpc.max_receive_message_length", _LARGEST),
            ("grpc.max_send_message_length", -1),
        ]
        self._server = grpc.aio.server(options=options)
        self._server.add_generic_rpc_handlers((_Handler(self._book, self._memory, self._looking),))
        try:
            self._port = self._listen(self._server)
        except RuntimeError:
            raise OSError(f"{self.address} cannot be listened at: its port is taken, or not ours") from None
        await self._server.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        await self._server.stop(None)
        self._looking.close()

    def _listen(self, server: grpc.aio.Server) -> int:
        if self._certificate is None:
            return server.add_insecure_port(self.address)
        return server.add_secure_port(self.address, grpc.ssl_server_credentials([self._certificate.pair]))


class _Handler(grpc.GenericRpcHandler):
    """Every call of whatever kind is one of streams: on the wire they are the same."""

    def __init__(self, book: GrpcBook, memory: Memory, looking: Worker) -> None:
        self._book = book
        self._memory = memory
        self._looking = looking
        files = {file.name: file for schema in reversed(book.schemas) for file in schema.descriptors.file}
        self._reflecting = reflecting.ReflectionServicer(
            (*book.services, *REFLECTION), pool=Pool(FileDescriptorSet(file=files.values())).pool
        )

    def service(self, details: grpc.HandlerCallDetails) -> Any:
        method = str(details.method).removeprefix("/")
        if method.partition("/")[0] in REFLECTION:
            return grpc.stream_stream_rpc_method_handler(
                self._reflecting.ServerReflectionInfo,
                request_deserializer=reflection_pb2.ServerReflectionRequest.FromString,
                response_serializer=reflection_pb2.ServerReflectionResponse.SerializeToString,
            )

        async def handle(requests: AsyncIterator[bytes], context: Any) -> None:
            await _Talk(self._book, self._memory, self._looking, method, context).run(requests)

        return grpc.stream_stream_rpc_method_handler(handle)


class _Talk:
    """One call from its beginning to its end."""

    def __init__(self, book: GrpcBook, memory: Memory, looking: Worker, method: str, context: Any) -> None:
        self._book = book
        self._memory = memory
        self._looking = looking
        self._context = context
        metadata = tuple((one[0], one[1]) for one in context.invocation_metadata() or ())
        self._call = Call(method, texts(metadata))
        self._sent = 0
        self._begun = False

    async def run(self, requests: AsyncIterator[bytes]) -> None:
        """Read what is asked, and answer it."""
        try:
            fault = self._memory.fault_of(self._book.asked(self._call))
        except UsageError as error:
            await self._end("INVALID_ARGUMENT", error.text)
            return
        method = self._book.method(self._call.method)
        if method is not None and method.proto.client_streaming:
            await self._read_all(requests, fault, early=method.proto.server_streaming)
        elif method is not None:
            await self._read_one(requests)
        found = await self._looking.call(lambda: self._book.look_up(self._call))
        if isinstance(found, Refused):
            await self._refuse(found)
            return
        await self._answer(*found, fault)

    async def _read_one(self, requests: AsyncIterator[bytes]) -> None:
        async for content in requests:
            self._call = self._call.and_then(content)
            return

    async def _read_all(self, requests: AsyncIterator[bytes], fault: Fault, *, early: bool) -> None:
        """Read every request. ``early``: where each has its own response, that is not kept back until the end."""
        early = early and not fault.grpc_code and not fault.reset
        pages = self._book.beginnings(self._call) if early else []
        size = 0
        async for content in requests:
            size += _BESIDES + len(content)
            if size > _LARGEST + _BESIDES:
                await self._refuse_all()
            self._call = self._call.and_then(content)
            if pages:
                pages = await self._looking.call(partial(self._book.narrowed, pages, self._call))
            if pages:
                await self._answer_early(pages[0], len(self._call.requests) - 1, fault)

    async def _answer_early(self, page: Page, index: int, fault: Fault) -> None:
        """The response to the last request, where there is one for each."""
        made_up = page.requests is None
        try:
            answer = page.answer([page.read(self._call, index).message] if made_up else ())
        except (Unmade, ValueError):
            return  # it is told at the end
        if made_up:
            await self._send(answer, answer.contents, fault)
        elif answer.code == "OK" and len(page.requests or ()) == len(answer.contents) > index == self._sent:
            await self._send(answer, answer.contents[index : index + 1], fault)

    async def _answer(self, answer: Answer, known: Known, fault: Fault) -> None:
        self._memory.keep(known)
        if fault.grpc_code or fault.reset:
            await asyncio.sleep(pause(fault))
            code, text = (fault.grpc_code, ON_PURPOSE) if fault.grpc_code else ("UNAVAILABLE", "Connection reset")
            await self._end(code, text)
            return
        await self._send(answer, answer.contents[self._sent :], fault)
        if answer.code == "OK":
            self._context.set_trailing_metadata(answer.trailing)
        else:
            await self._begin(answer, fault)
            await self._end(answer.code, answer.message, answer.trailing)

    async def _begin(self, answer: Answer, fault: Fault) -> None:
        if not self._begun:
            self._begun = True
            await asyncio.sleep(pause(fault))
            await self._context.send_initial_metadata(answer.initial)

    async def _send(self, answer: Answer, contents: Sequence[bytes], fault: Fault) -> None:
        """Send responses, with their faults."""
        streamed = self._book.method(self._call.method)
        is_stream = streamed is not None and streamed.proto.server_streaming
        await self._begin(answer, fault)
        for content in contents:
            if is_stream and fault.truncate >= 0 and self._sent >= fault.truncate:
                await self._end("UNAVAILABLE", f"The stream broke off: {ON_PURPOSE}")
            if fault.drip:
                await asyncio.sleep(len(content) / fault.drip)
            cut = content if is_stream or fault.truncate < 0 else content[: fault.truncate]
            await self._context.write(cut)
            self._sent += 1

    async def _refuse(self, refused: Refused) -> None:
        self._memory.keep(refused)
        await self._end("UNIMPLEMENTED", refused.text)

    async def _refuse_all(self) -> None:
        """End a call whose requests never end; what they say is not recorded."""
        beginning = Call(self._call.method, self._call.metadata)
        self._memory.keep(Refused(self._book.asked(beginning), why=_TOO_MUCH))
        await self._end("RESOURCE_EXHAUSTED", _TOO_MUCH)

    async def _end(self, code: str, text: str, trailing: Any = ()) -> None:
        await self._context.abort(grpc.StatusCode[code], text[:_LONGEST], tuple(trailing))
