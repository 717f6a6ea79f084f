"""A request's body, read within bounds of size and of time."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

_PATIENCE = 20.0
_SLOWEST = 16 * 1024
"""A body may take this many seconds, and one more for each so many bytes that have come."""
_DISCARDED = 4
"""So many times the limit is still read, and forgotten, so that its sender gets to see the refusal."""


class TooLarge(Exception):
    """A body over the limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"the body is larger than the {limit} bytes that this broker takes (max_body_bytes)")


class TooSlow(Exception):
    """A body that does not come in time."""

    def __init__(self) -> None:
        super().__init__("the request's body did not come in time: is the connection very slow?")


class Gone(Exception):
    """The client left before its request was complete."""


async def read_body(
    receive: Receive, headers: Mapping[str, str], limit: int, *, patience: float = _PATIENCE, slowest: int = _SLOWEST
) -> bytes:
    """The whole body. Raises TooLarge, TooSlow or Gone; never keeps more than `limit` bytes."""
    announced = headers.get("content-length", "")
    too_large = announced.isdigit() and int(announced[:20]) > limit
    if too_large and "expect" in headers:
        raise TooLarge(limit)  # the sender asks before it sends
    started = asyncio.get_running_loop().time()
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        try:
            async with asyncio.timeout_at(started + patience + size / slowest):
                message = await receive()
        except TimeoutError:
            raise (TooLarge(limit) if too_large else TooSlow()) from None
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        more = bool(message.get("more_body", False))
        if size > limit:
            too_large = True
            parts.clear()
            if size > _DISCARDED * limit:
                break
        elif not too_large:
            parts.append(chunk)
    if too_large:
        raise TooLarge(limit)
    return parts[0] if len(parts) == 1 else b"".join(parts)
