"""Makes outgoing calls over HTTP: only where the rules allow, to the address that was checked, in bounded time."""

import asyncio
import base64
import contextlib
import ssl
import threading
from collections.abc import AsyncIterable, Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import cast
from urllib.parse import unquote

import httpx

from troth_broker.core.calls import Answer, OutgoingCall, Sent
from troth_broker.core.egress import BadRule
from troth_broker.settings import Settings
from troth_broker.webhooks.reading import Beginning
from troth_broker.webhooks.target import (
    NotAllowed,
    Resolve,
    check_rules,
    check_without_resolving,
    checked_addresses,
    system_resolver,
)
from troth_broker.webhooks.trust import BadCertificate, trust

DELIVERY, ATTEMPT = "Troth-Delivery", "Troth-Attempt"
_OURS = {b"host", b"content-length", b"transfer-encoding", b"connection", b"upgrade", b"te", b"trailer"}
"""Headers that belong to the connection; a webhook's own are left out."""


class HttpSender:
    """Makes calls from any thread; all of them run in one event loop, which starts with the first."""

    def __init__(self, settings: Settings, resolve: Resolve = system_resolver) -> None:
        self._settings = settings
        self._resolve = resolve
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    def send(self, call: OutgoingCall, *, delivery: str, attempt: int, certificates: Sequence[str] = ()) -> Sent:
        """Make one call. Whatever the target does, this ends in time and gives what became of it."""
        work = self._send(call, delivery, attempt, tuple(certificates))
        return asyncio.run_coroutine_threadsafe(work, self._running()).result()

    def close(self) -> None:
        """End the event loop; calls that are under way are broken off."""
        with self._lock:
            loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(_end, loop)

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="troth-sender", daemon=True).start()
            return self._loop

    async def _send(self, call: OutgoingCall, delivery: str, attempt: int, certificates: tuple[str, ...]) -> Sent:
        exchange = _Exchange(self._settings, self._resolve, certificates)
        seconds = self._settings.webhook_timeout
        problem: str | None = None
        try:
            async with asyncio.timeout(seconds):
                await exchange.run(call, self._headers(call, delivery, attempt))
        except TimeoutError:
            problem = f"no complete answer within {seconds} s"
        except (NotAllowed, BadRule, BadCertificate) as refused:
            problem = f"not called: {refused}"
        except Exception as error:  # noqa: BLE001 - whatever goes wrong out there is an outcome, and is told
            problem = _words(error)
        answer = exchange.answer()
        success = answer is not None and answer.status in self._settings.webhook_http_code_success
        return Sent(success, answer, problem)

    def _headers(self, call: OutgoingCall, delivery: str, attempt: int) -> list[tuple[bytes, bytes]]:
        own = {"user-agent": self._settings.user_agent or _agent(), "accept": "*/*", "accept-encoding": "identity"}
        set_by_us = {DELIVERY: delivery, ATTEMPT: str(attempt)}
        given = [(name.encode("utf-8"), value.encode("utf-8")) for name, value in call.headers]
        reserved = _OURS | {name.lower().encode() for name in set_by_us}
        given = [(name, value) for name, value in given if name.lower() not in reserved]
        there = {name.lower() for name, _ in given}
        mine = [(name.encode(), value.encode()) for name, value in own.items() if name.encode() not in there]
        return [*mine, *given, *((name.encode(), value.encode()) for name, value in set_by_us.items())]


class _Exchange:
    """One request and what has been read of its answer, whenever it is broken off."""

    def __init__(self, settings: Settings, resolve: Resolve, certificates: tuple[str, ...]) -> None:
        self._settings = settings
        self._resolve = resolve
        self._certificates = certificates
        self._response: httpx.Response | None = None
        self._body = Beginning()

    def answer(self) -> Answer | None:
        """What has come so far; None before there was a status."""
        response = self._response
        if response is None:
            return None
        headers = tuple(response.headers.multi_items())
        text = self._body.text(response.headers.get("content-encoding", ""), response.charset_encoding)
        return Answer(response.status_code, headers, text, self._body.cut)

    async def run(self, call: OutgoingCall, headers: list[tuple[bytes, bytes]]) -> None:
        """Send the request and read the answer, each address of the host in turn until one takes the connection."""
        url = httpx.URL(call.url)
        check_rules(self._settings, call.method, url)
        authorization = _authorization(call, url)
        if authorization is not None and not any(name.lower() == b"authorization" for name, _ in headers):
            headers = [*headers, (b"authorization", authorization)]
        headers = [(b"host", url.netloc), *headers]
        url = url.copy_with(userinfo=b"", fragment=None)
        trusted = self._trust() if url.scheme == "https" else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        content = None if call.body is None else call.body.encode("utf-8", "surrogatepass")
        if self._settings.webhook_proxy:
            check_without_resolving(self._settings, url)
            await self._exchange(httpx.Request(call.method, url, headers=headers, content=content), trusted)
            return
        addresses = await checked_addresses(self._settings, url, self._resolve)
        named = {"sni_hostname": url.raw_host.decode("ascii").strip("[]")}
        for address in addresses:
            pinned = url.copy_with(host=address.partition("%")[0])
            request = httpx.Request(call.method, pinned, headers=headers, content=content, extensions=named)
            try:
                await self._exchange(request, trusted)
            except httpx.ConnectError:
                if address == addresses[-1]:
                    raise
            else:
                return

    async def _exchange(self, request: httpx.Request, trusted: ssl.SSLContext) -> None:
        proxy = self._settings.webhook_proxy or None
        transport = httpx.AsyncHTTPTransport(verify=trusted, trust_env=False, proxy=proxy)
        try:
            self._response = await transport.handle_async_request(request)
            await self._body.read(cast(AsyncIterable[bytes], self._response.stream))
        finally:
            with contextlib.suppress(Exception):
                await asyncio.wait_for(transport.aclose(), 1)

    def _trust(self) -> ssl.SSLContext:
        settings = self._settings
        return trust(settings.webhook_certificates, self._certificates, verify=not settings.disable_ssl_verification)


@lru_cache(maxsize=1)
def _agent() -> str:
    """Who calls, asked for with the first call: looking up one's own version takes a while."""
    return f"Troth/{version('troth')}"


def _authorization(call: OutgoingCall, url: httpx.URL) -> bytes | None:
    username, password = call.username, call.password
    if username is None and password is None:
        if not url.userinfo:
            return None
        username, password = unquote(url.username), unquote(url.password)
    return b"Basic " + base64.b64encode(f"{username or ''}:{password or ''}".encode("utf-8", "surrogatepass"))


def _words(error: Exception) -> str:
    """What went wrong, without the layers that it went through."""
    if isinstance(error, httpx.RemoteProtocolError):
        return f"the target broke HTTP: {error}"
    cause: BaseException = error
    while isinstance(cause.__cause__ or cause.__context__, Exception):
        cause = cast(BaseException, cause.__cause__ or cause.__context__)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted: {cause.verify_message}"
    text = str(error) or str(cause)
    return text or type(error).__name__


def _run(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        loop.close()


def _end(loop: asyncio.AbstractEventLoop) -> None:
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        asyncio.gather(*tasks, return_exceptions=True).add_done_callback(lambda _: loop.stop())
    else:
        loop.stop()
