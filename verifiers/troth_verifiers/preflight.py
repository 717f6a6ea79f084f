"""Whether the provider is there at all, asked step by step so that the answer says which step failed."""

import asyncio
import socket
import ssl
from urllib.parse import SplitResult, urlsplit

from troth_verifiers.api import Target
from troth_verifiers.background import in_background
from troth_verifiers.errors import (
    ProviderNameUnknown,
    ProviderNotHttp,
    ProviderRefused,
    ProviderTimedOut,
    ProviderTlsFailed,
    ProviderUnreachable,
    TargetIncomplete,
)


def is_url(text: str) -> bool:
    """Whether a text is a URL that can be asked over HTTP."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def checked_url(url: str) -> SplitResult:
    """The parts of a provider's base URL; raises `TargetIncomplete` with the reason if it is none."""
    if not is_url(url):
        raise TargetIncomplete(f"{url!r} is not the base URL of a provider; write it like http://127.0.0.1:8000.")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise TargetIncomplete(
            "The provider's URL holds credentials; give them as a header with every request instead."
        )
    if parts.query or parts.fragment:
        raise TargetIncomplete(f"{url!r} has a query or a fragment; a provider's base URL ends with a path.")
    return parts


async def check(target: Target) -> None:
    """Resolve, connect, shake hands and ask for one HTTP answer, whatever its status.

    Raises the `ProviderUnreachable` that tells which step failed. Each step may take the target's time-out.
    """
    assert target.url is not None
    parts = checked_url(target.url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    url, place = target.url, f"{host}:{port}"
    addresses = await resolve(url, host, port, target.timeout)
    for method in ("HEAD", "GET"):  # some small servers hang up on HEAD
        start = await _first_bytes(method, parts, addresses, target)
        if start:
            break
    if not start and parts.scheme == "https":  # over TLS 1.3 a server asks for certificates after the handshake
        wanted = "another client certificate" if target.client_cert else "a client certificate"
        text = f"{place} closed the connection after the TLS handshake without a word; does it want {wanted}?"
        raise ProviderTlsFailed(url, text)
    if start != b"HTTP/":
        hint = " It may speak TLS: try https." if parts.scheme == "http" else ""
        raise ProviderNotHttp(
            url, f"What listens at {place} does not speak {parts.scheme.upper()}: it answered {start!r}.{hint}"
        )


async def resolve(url: str, host: str, port: int, timeout: float) -> list[tuple[str, int]]:
    """The addresses of a host with the port; raises the `ProviderUnreachable` that says why there are none."""
    try:
        async with asyncio.timeout(timeout):
            found = await in_background(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (socket.gaierror, UnicodeError):
        raise ProviderNameUnknown(
            url, f"The provider's host name {host!r} does not resolve; is it spelt right, and is the network there?"
        ) from None
    except TimeoutError:
        raise ProviderTimedOut(url, f"Looking up the host name {host!r} took longer than {timeout:g} s.") from None
    return [(str(entry[4][0]), port) for entry in found]


async def _first_bytes(method: str, parts: SplitResult, addresses: list[tuple[str, int]], target: Target) -> bytes:
    """What the provider's answer to one request begins with; nothing if it hangs up."""
    assert target.url is not None
    url, host = target.url, parts.hostname or ""
    place = f"{host}:{addresses[0][1]}"
    reader, writer = await connect(url, place, addresses, target.timeout)
    try:
        if parts.scheme == "https":
            await shake_hands(url, writer, host, target)
        return await _ask(url, place, method, parts, reader, writer, target.timeout)
    finally:
        writer.transport.abort()


async def connect(
    url: str, place: str, addresses: list[tuple[str, int]], timeout: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first address that takes one; raises the `ProviderUnreachable` that says why none does."""
    error: OSError | None = None
    for address in dict.fromkeys(addresses):
        try:
            async with asyncio.timeout(timeout):
                return await asyncio.open_connection(*address)
        except OSError as this:  # TimeoutError included; another address may still answer
            error = this
    if isinstance(error, ConnectionRefusedError):
        raise ProviderRefused(url, f"Nothing listens at {place}: the connection was refused. Is the provider running?")
    if isinstance(error, TimeoutError):
        raise ProviderTimedOut(url, f"Connecting to {place} took longer than {timeout:g} s; a firewall may be silent.")
    raise ProviderUnreachable(url, f"Connecting to {place} failed: {error}.")


async def shake_hands(
    url: str, writer: asyncio.StreamWriter, host: str, target: Target, protocols: tuple[str, ...] = ()
) -> None:
    """Go over to TLS, offering protocols (ALPN); raises the `ProviderUnreachable` that says why it cannot be."""
    context = trust(target)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    try:
        async with asyncio.timeout(target.timeout):
            await writer.start_tls(context, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        raise ProviderTlsFailed(
            url, f"The provider's certificate is not trusted: {error.verify_message}. Name its authority, or trust any."
        ) from None
    except TimeoutError:
        raise ProviderTimedOut(url, f"The TLS handshake took longer than {target.timeout:g} s.") from None
    except OSError as error:  # SSLError and resets
        reason = error.reason if isinstance(error, ssl.SSLError) else error
        raise ProviderTlsFailed(
            url, f"The TLS handshake failed: {reason}. Does the provider speak plain HTTP there?"
        ) from None


def trust(target: Target) -> ssl.SSLContext:
    """Which certificates of the provider are believed, and as whom it is asked.

    Raises `TargetIncomplete` where a file of these cannot be read.
    """
    try:
        context = ssl.create_default_context(cafile=target.ca_file)
    except OSError as error:  # SSLError included
        reason = error.strerror or error
        raise TargetIncomplete(f"The certificates in {target.ca_file} cannot be read: {reason}.") from None
    if target.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if target.client_cert is not None:
        try:
            context.load_cert_chain(target.client_cert, target.client_key, password="")
        except OSError as error:  # SSLError included
            files = " and ".join(one for one in (target.client_cert, target.client_key) if one)
            reason = error.strerror or error
            raise TargetIncomplete(f"The client certificate and key in {files} cannot be used: {reason}.") from None
    elif target.client_key is not None:
        raise TargetIncomplete(f"{target.client_key} is the key of a client certificate, and none was given.")
    return context


async def _ask(
    url: str,
    place: str,
    method: str,
    parts: SplitResult,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    timeout: float,
) -> bytes:
    request = f"{method} {parts.path or '/'} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n"
    try:
        async with asyncio.timeout(timeout):
            writer.write(request.encode())
            return await reader.read(5)
    except TimeoutError:
        raise ProviderTimedOut(
            url, f"{place} takes connections but did not answer within {timeout:g} s; is the provider stuck?"
        ) from None
    except OSError:
        return b""
