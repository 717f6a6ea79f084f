"""One call on the wire, of any of the four kinds: what came back, whatever its status."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import grpc
import grpc.aio

from troth_verifiers.background import in_background
from troth_verifiers.grpc.channels import LARGEST, Lines
from troth_verifiers.grpc.metadata import Metadata
from troth_verifiers.grpc.prepared import Prepared

_MOST_RESPONSES: Final = 100_000
_BROKEN: Final = (
    "failed to connect", "Socket closed", "Connection reset", "Connection refused", "Broken pipe", "Stream removed",
    "Failed parsing HTTP/2", "GOAWAY", "RST_STREAM", "recvmsg:", "sendmsg:", "Name resolution", "DNS resolution",
    "handshake", "Received http2 header with status", "keepalive", "Stream closed", "stream is closed",
)  # fmt: skip
"""What the client library says of a call that was not ended by the server's own status."""
_LATE: Final = ("Deadline Exceeded", "Stream removed (Deadline Exceeded)")
_NOT_ALONE: Final = ("UNAVAILABLE", "INTERNAL", "UNKNOWN", "CANCELLED")
"""The statuses that it makes itself then; the statuses of HTTP stand for others."""
NO_GRPC: Final = "Received http2 header with status"


@dataclass(slots=True)
class Answer:
    """What came back. ``code`` is the status's name; ``cut`` says that the client ended the call as it was told to."""

    code: str = "OK"
    details: str = ""
    contents: list[bytes] = field(default_factory=list)
    initial: Metadata = ()
    trailing: Metadata = ()
    size: int = 0
    cut: bool = False
    too_large: bool = False
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def late(self) -> bool:
        """Whether it was the client's deadline that ended the call."""
        return self.code == "DEADLINE_EXCEEDED" and self.details in _LATE

    @property
    def maybe_unheard(self) -> bool:
        """Whether nothing shows that a server said this, which the client library says where it reaches none."""
        return self.code == "UNAVAILABLE" and not (self.contents or self.initial or self.trailing)

    @property
    def unheard(self) -> bool:
        """Whether there is no word of a server's."""
        return self.broken or self.late or self.maybe_unheard

    @property
    def broken(self) -> bool:
        """Whether the status is the client library's own: the server said none."""
        own = self.code in _NOT_ALONE and any(sign in self.details for sign in _BROKEN)
        return own or self.details.startswith(NO_GRPC)


async def call(
    lines: Lines, prepared: Prepared, requests: Sequence[bytes], metadata: Metadata, timeout: float
) -> Answer:
    """Make a call and wait for its end."""
    began = time.monotonic()
    answer = Answer()
    path = f"/{prepared.kind.method}"
    try:
        if prepared.kind.client_streams:
            several: Any = lines.blocking.stream_stream(path)
            made = several(iter(requests), metadata=metadata, timeout=timeout)
            await _in_thread(made, answer, prepared.cancel_after, began)
        elif prepared.kind.server_streams:
            single: Any = lines.ready.unary_stream(path)
            await _stream(single(requests[0], metadata=metadata, timeout=timeout), answer, prepared.cancel_after, began)
        else:
            made = lines.unary(path)(requests[0], metadata=metadata or None, timeout=timeout)
            content = await made
            if content is not None:  # OK without a message, which no server may say
                answer.contents.append(content)
                answer.size = len(content)
            answer.timings["answer"] = time.monotonic() - began
            answer.initial = _pairs(await made.initial_metadata())
            answer.trailing = _pairs(await made.trailing_metadata())
    except grpc.aio.AioRpcError as error:
        answer.code, answer.details = error.code().name, error.details() or ""
        answer.initial, answer.trailing = _pairs(error.initial_metadata()), _pairs(error.trailing_metadata())
    answer.too_large = answer.too_large or "message larger than max" in answer.details
    answer.timings["whole"] = time.monotonic() - began
    return answer


def _take(answer: Answer, content: bytes, most: int | None, began: float) -> bool:
    """Keep a response; tells whether that is enough."""
    answer.timings.setdefault("answer", time.monotonic() - began)
    answer.contents.append(content)
    answer.size += len(content)
    answer.cut = len(answer.contents) == most
    answer.too_large = answer.size > LARGEST or len(answer.contents) > _MOST_RESPONSES
    return answer.cut or answer.too_large


async def _stream(made: Any, answer: Answer, most: int | None, began: float) -> None:
    try:
        async for content in made:
            if _take(answer, content, most, began):
                answer.initial = _pairs(await made.initial_metadata())
                return
        answer.code = (await made.code()).name
        answer.details = await made.details() or ""
        answer.initial = _pairs(await made.initial_metadata())
        answer.trailing = _pairs(await made.trailing_metadata())
    finally:
        if not made.done():
            made.cancel()


async def _in_thread(made: Any, answer: Answer, most: int | None, began: float) -> None:
    """Read the answer to a stream of requests.

    grpc.aio makes an INTERNAL of its own out of a server's answer that comes while requests are still being written
    (seen in one of a hundred calls, 1.85), so the blocking client reads it.
    """
    try:
        await in_background(lambda: _read(made, answer, most, began))
    finally:
        made.cancel()


def _read(made: Any, answer: Answer, most: int | None, began: float) -> None:
    try:
        for content in made:
            if _take(answer, content, most, began):
                answer.initial = _pairs(made.initial_metadata())
                return
    except grpc.RpcError:
        pass  # the status says it
    answer.code, answer.details = made.code().name, made.details() or ""
    answer.initial, answer.trailing = _pairs(made.initial_metadata()), _pairs(made.trailing_metadata())


def _pairs(metadata: Any) -> Metadata:
    return () if metadata is None else tuple(metadata)
