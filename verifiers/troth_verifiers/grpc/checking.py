"""Whether anything at an address speaks HTTP/2, asked step by step so that the answer says which step failed."""

import asyncio
from typing import Final

from troth_verifiers.api import Target
from troth_verifiers.errors import ProviderNotGrpc, ProviderTimedOut, ProviderTlsFailed
from troth_verifiers.grpc.addresses import Address
from troth_verifiers.preflight import connect, resolve, shake_hands

_PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
_SETTINGS: Final = 4
_HEAD: Final = 9


async def check(address: Address, target: Target) -> None:
    """Resolve, connect, shake hands and wait for the first frame of HTTP/2.

    Raises the `ProviderUnreachable` that tells which step failed. Each step may take the target's time-out.
    """
    url = str(address)
    found = await resolve(url, address.host, address.port, target.timeout)
    reader, writer = await connect(url, address.place, found, target.timeout)
    try:
        if address.secure:
            await shake_hands(url, writer, address.host, target, protocols=("h2",))
        start = await _first_frame(address, reader, writer, target)
    finally:
        writer.transport.abort()
    if start.startswith(b"HTTP/"):
        raise ProviderNotGrpc(url, f"What listens at {address.place} speaks HTTP/1 only, so it serves no gRPC.")
    if address.secure and not start:
        wanted = "another certificate of its clients?" if target.client_cert else "a certificate of its clients?"
        text = f"{address.place} closed the connection after the TLS handshake without a word; does it want {wanted}"
        raise ProviderTlsFailed(url, text)
    if len(start) < _HEAD or start[3] != _SETTINGS:
        hint = "" if address.secure else " It may speak TLS: try grpcs."
        raise ProviderNotGrpc(url, f"What listens at {address.place} does not speak gRPC: it answered {start!r}.{hint}")


async def _first_frame(
    address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: Target
) -> bytes:
    try:
        async with asyncio.timeout(target.timeout):
            writer.write(_PREFACE)
            return await reader.readexactly(_HEAD)
    except asyncio.IncompleteReadError as error:
        return error.partial
    except TimeoutError:
        raise ProviderTimedOut(
            str(address),
            f"{address.place} takes connections but said nothing within {target.timeout:g} s; is the provider stuck?",
        ) from None
    except OSError:
        return b""
