"""One connection of a client, with bounds on how slowly and at what length a request's head may come."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 that ends connections which hold their place and send next to nothing."""

    head_seconds = 20.0
    """How long a client may take to send a request's head: from the connection, or from the head's first byte."""
    head_bytes = 64 * 1024
    rest_seconds = 30.0
    """How long the rest of a body may take that came with a request which was answered already."""

    _deadline: asyncio.TimerHandle | None = None
    _awaited = True
    """Whether a head is awaited; while it is, `_begun` says whether some of it has come, and `_head` how much."""
    _begun = False
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._end_in(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a head that grows for ever is refused."""
        self._head += len(data)
        super().data_received(data)
        if self._awaited and self._head > self.head_bytes and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large", b"the request's head is too long")

    def on_message_begin(self) -> None:
        """A head begins to come in."""
        super().on_message_begin()
        if not self._awaited:
            self._head = 0
        self._awaited = self._begun = True
        self._end_in(self.head_seconds)

    def on_headers_complete(self) -> None:
        """The head is complete; its body has bounds of its own."""
        self._awaited = self._begun = False
        self._wait_no_longer()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The whole request is there."""
        self._wait_no_longer()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The answer is out; what is left of the request is not waited for much longer."""
        if self.cycle.more_body:
            self._end_in(self.rest_seconds)
        super().on_response_complete()

    def _end_in(self, seconds: float) -> None:
        self._wait_no_longer()
        self._deadline = self.loop.call_later(seconds, self._too_slow)

    def _wait_no_longer(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _too_slow(self) -> None:
        if self._begun:
            self._refuse(b"408 Request Timeout", b"the request did not come in time")
        else:
            self.transport.close()

    def _refuse(self, status: bytes, why: bytes) -> None:
        lines = (
            b"HTTP/1.1 " + status,
            b"Content-Type: text/plain",
            b"Content-Length: %d" % len(why),
            b"Connection: close",
        )
        self.transport.write(b"\r\n".join((*lines, b"", why)))
        self.transport.close()
