"""One request to the provider and its whole answer, within time and size."""

import asyncio
import re
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx

from troth_verifiers.api import Exchange, Outgoing, Payload, Target
from troth_verifiers.errors import (
    AnswerTooLarge,
    NotReplayable,
    ProviderDropped,
    ProviderNotHttp,
    ProviderTimedOut,
    ProviderUnreachable,
    TargetIncomplete,
)
from troth_verifiers.preflight import check

_MOST: Final = 64 * 1024 * 1024
_SHOWN: Final = 4000
_BYTES: Final = re.compile(r"bytearray\(b(.*)\)")
_HUNG_UP: Final = re.compile(r"disconnected|peer closed", re.IGNORECASE)
_GZIP: Final = zlib.MAX_WBITS | 16


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the header lines, the whole body, and the exchange as people are shown it.

    ``encoded`` names the encoding that the body is still in, because no decoder for it is installed.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    content: bytes
    exchange: Exchange
    encoded: str = ""

    @property
    def unread(self) -> str:
        """Why the body cannot be held against a schema; "" where it can."""
        if not self.encoded or not self.content:
            return ""
        return (
            f"The response is in the content encoding {self.encoded}, which was not asked for and is not undone, "
            "so it is not checked; answer without it, or install its decoder."
        )


async def send(client: httpx.AsyncClient, request: Outgoing, target: Target, *, follow: bool) -> Answer:
    """Send a request and read the answer; raises the `ProviderUnreachable` that says why there was none.

    Raises `NotReplayable` for a request that HTTP cannot carry.
    """
    began = time.monotonic()
    try:
        async with asyncio.timeout(target.timeout):
            made = client.build_request(
                request.method, request.url, headers=_as_bytes(request.headers), content=request.content or None
            )
            if "transfer-encoding" in made.headers:  # which goes with no length (RFC 9112, 6.2)
                made.headers.pop("content-length", None)
            response = await client.send(made, stream=True, follow_redirects=follow)
            first = time.monotonic()
            try:
                content = await _read(response)
            finally:
                await response.aclose()
    except TimeoutError:
        text = f"{_told(request)}: no complete answer within {target.timeout:g} s."
        raise ProviderTimedOut(request.url, text) from None
    except httpx.InvalidURL as error:
        raise TargetIncomplete(f"{request.url!r} is no address: {error}.") from None
    except httpx.LocalProtocolError as error:
        raise NotReplayable(f"{_told(request)}: HTTP cannot carry the request: {_why(error)}.") from None
    except httpx.HTTPError as error:
        await check(target)  # says better what is wrong, if anything still is
        raise _failure(request, error) from None
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw)
    timings = {"answer": first - began, "whole": time.monotonic() - began}
    sent = Payload(f"{request.method} {request.url}", request.headers, shown(request.content), len(request.content))
    received = Payload(str(response.status_code), headers, shown(content), len(content))
    exchange = Exchange("http", sent, received, timings)
    return Answer(response.status_code, headers, content, exchange, _still_encoded(headers, client))


def _failure(request: Outgoing, error: httpx.HTTPError) -> ProviderUnreachable:
    """What kept the answer from coming, as far as the client can tell."""
    told, why = _told(request), _why(error)
    match error:
        case _TooLarge():
            return AnswerTooLarge(request.url, f"{told}: the answer is longer than {_MOST // 1024 // 1024} MB.")
        case httpx.DecodingError():
            text = f"{told}: the answer's body is not in the encoding that its Content-Encoding states: {why}."
            return ProviderDropped(request.url, text)
        case httpx.TooManyRedirects() | httpx.UnsupportedProtocol():
            return ProviderDropped(request.url, f"{told}: the provider's redirects lead nowhere: {why}.")
        case httpx.ConnectError() if (there := _origin(error.request.url)) != _origin(httpx.URL(request.url)):
            return ProviderUnreachable(request.url, f"{told}: the redirect to {there} cannot be followed: {why}.")
        case httpx.RemoteProtocolError() if not _HUNG_UP.search(why):
            return ProviderNotHttp(request.url, f"{told}: the answer is not HTTP/1.1 as it should be: {why}.")
    text = f"{told}: the provider closed the connection without a complete answer"
    return ProviderDropped(request.url, f"{text}; its own log should say why ({why}).")


def _still_encoded(headers: Sequence[tuple[str, str]], client: httpx.AsyncClient) -> str:
    """The encodings of a body that the client has no decoder for, and so leaves as they are."""
    said = [value for name, value in headers if name.lower() == "content-encoding"]
    if not said:
        return ""
    known = {"identity", *(one.strip() for one in client.headers.get("accept-encoding", "").split(","))}
    stated = (one.strip().lower() for one in ",".join(said).split(","))
    return ", ".join(one for one in stated if one and one not in known)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _why(error: httpx.HTTPError) -> str:
    return _BYTES.sub(r"\1", str(error)).rstrip(".") or type(error).__name__


def _told(request: Outgoing) -> str:
    return f"{request.method} {urlsplit(request.url).path or '/'}"


def shown(content: bytes) -> str:
    """Content as a text of a readable length; what is no text by its length and its beginning."""
    try:
        text = content[: 4 * _SHOWN].decode()
    except UnicodeDecodeError as error:
        if error.start < len(content[: 4 * _SHOWN]) - 4:
            return f"{len(content)} bytes: {content[:64].hex(' ')}{' …' if len(content) > 64 else ''}"
        text = content[: error.start].decode()
    return text if len(text) <= _SHOWN and len(content) <= 4 * _SHOWN else f"{text[:_SHOWN]}…"


def _as_bytes(headers: Sequence[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Header lines as they travel: in Latin-1 as HTTP has it, in UTF-8 where that cannot be."""
    plain = {value: max(value, default="") <= "\xff" for _, value in headers}
    return [(name.encode(), value.encode("latin-1" if plain[value] else "utf-8")) for name, value in headers]


class _TooLarge(httpx.ReadError):
    """The answer is longer than anyone would compare."""


async def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    async for part in _unzipped(response) if _is_gzip(response) else response.aiter_bytes():
        content += part
        if len(content) > _MOST:
            raise _TooLarge("too large")
    return bytes(content)


def _is_gzip(response: httpx.Response) -> bool:
    stated: str = response.headers.get("content-encoding", "")
    return stated.strip().lower() == "gzip"


async def _unzipped(response: httpx.Response) -> AsyncIterator[bytes]:
    """What comes, unpacked. The client itself takes a stream that is cut off for whole, and reads one of several."""
    stream = None
    try:
        async for part in response.aiter_raw():
            left = part
            while left:
                stream = zlib.decompressobj(_GZIP) if stream is None or stream.eof else stream
                yield stream.decompress(left)
                left = stream.unused_data.lstrip(b"\0")  # some fill up with zeros
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from None
    if stream is not None and not stream.eof:
        raise httpx.DecodingError("it ends before its end")
