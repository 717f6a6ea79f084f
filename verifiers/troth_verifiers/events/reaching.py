"""Why a message broker cannot be reached, in words that say what to do; TLS is tried once more to find out.

The brokers' libraries tell a handshake that failed in words of their own, or only wait for an answer that never comes.
"""

import asyncio
import errno
import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from typing import Final

from troth_verifiers.events.errors import BrokerUnreachable
from troth_verifiers.transport import Broker, said

PLAIN: Final = {"amqps": "amqp", "kafkas": "kafka", "mqtts": "mqtt", "rediss": "redis", "tls": "nats"}
"""The schemes over TLS, each with the one that says the same without."""
_OVER_TLS: Final = {plain: tls for tls, plain in PLAIN.items()}
_PORTS: Final = {"amqp": 5672, "amqps": 5671, "kafka": 9092, "kafkas": 9092, "mqtt": 1883, "mqtts": 8883, "redis": 6379,
                 "rediss": 6379}  # fmt: skip
"""The usual ports of the brokers that are spoken to in TLS from the first byte, or not at all."""
_OF_OURS: Final = (
    "CERTIFICATE_REQUIRED", "HANDSHAKE_FAILURE", "UNKNOWN_CA", "BAD_CERTIFICATE", "CERTIFICATE_UNKNOWN"
)  # fmt: skip
"""What servers say of a client's certificate that is missing or not trusted."""
_NOBODY: Final = "nothing listens there, the connection was refused (does it run, and is this its address?)"
_MOMENT: Final = 1.0
"""Seconds for a look at what the server says of our handshake."""


async def unreachable(broker: Broker, error: BaseException) -> BrokerUnreachable:
    """The error that says why."""
    text = await _reason(broker, error)
    return BrokerUnreachable(broker.shown, f"The message broker at {broker.shown} cannot be reached: {text}.")


async def _reason(broker: Broker, error: BaseException) -> str:
    if isinstance(error, socket.gaierror):
        return "its name does not resolve"
    if _refused(error):
        return _NOBODY
    scheme = broker.parts.scheme
    known = _of_tls(scheme, broker, said(error))
    if known is None and scheme in _PORTS:
        known = await _tried(scheme, broker)
    if known is not None:
        return known
    if isinstance(error, TimeoutError):
        return f"it did not answer within {broker.timeout:g} s"
    if isinstance(error, ssl.SSLError):
        return f"the TLS handshake failed ({said(error)})"
    if scheme == "tls" and "cert" not in broker.options and not isinstance(error, ConnectionRefusedError):
        return f"{said(error)}; if it wants a certificate of ours, name one by the options `cert` and `key`"
    return said(error)


async def _tried(scheme: str, broker: Broker) -> str | None:
    """What a handshake of our own shows; None where it shows nothing."""
    context = broker.tls() if scheme in PLAIN else replace(broker, insecure=True).tls()
    try:
        async with asyncio.timeout(broker.timeout):
            reader, writer = await asyncio.open_connection(
                broker.host, broker.port(_PORTS[scheme]), ssl=context, ssl_handshake_timeout=broker.timeout / 2
            )
    except ssl.SSLError as error:
        return _of_tls(scheme, broker, said(error))
    except ConnectionAbortedError:
        return f"it says nothing to TLS; if it speaks none, write {PLAIN[scheme]}://" if scheme in PLAIN else None
    except ConnectionResetError:
        return _no_tls(scheme) if scheme in PLAIN else None
    except (OSError, TimeoutError) as error:
        return _NOBODY if _refused(error) else None
    try:
        if scheme in _OVER_TLS:
            return f"it speaks TLS: write {_OVER_TLS[scheme]}://"
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_MOMENT):
                await reader.read(1)
    except ssl.SSLError as error:
        return _of_tls(scheme, broker, said(error))
    finally:
        await hung_up(writer)
    return None


def _refused(error: BaseException) -> bool:
    """Whether the system says that nobody listens; of several addresses of one name it says so in a text."""
    stated = isinstance(error, ConnectionRefusedError) and error.errno is not None
    return stated or f"Errno {errno.ECONNREFUSED}]" in str(error)


async def hung_up(writer: asyncio.StreamWriter) -> None:
    """Let go of a connection, whatever the other side says to that."""
    writer.transport.abort()
    with suppress(OSError):
        await writer.wait_closed()


def _of_tls(scheme: str, broker: Broker, text: str) -> str | None:
    """What the words of a TLS library mean."""
    if scheme in _OVER_TLS:
        speaks = "CERTIFICATE_" in text or "HANDSHAKE_FAILURE" in text
        return f"it speaks TLS: write {_OVER_TLS[scheme]}://" if speaks else None
    if "mismatch" in text.lower():
        return f"its certificate is not for {broker.host}"
    if "has expired" in text:
        return "its certificate has expired"
    if "CERTIFICATE_VERIFY_FAILED" in text:
        trusted = broker.options.get("ca") or broker.ca_file or "by this machine"
        return f"its certificate is signed by nobody who is trusted ({trusted}); name the authority by the option `ca`"
    if any(word in text for word in _OF_OURS):
        if "cert" in broker.options:
            return "it does not trust our certificate"
        return "it wants a certificate of ours: name one by the options `cert` and `key`"
    return _no_tls(scheme) if "WRONG_VERSION_NUMBER" in text or "RECORD_LAYER_FAILURE" in text else None


def _no_tls(scheme: str) -> str:
    return f"it speaks no TLS: write {PLAIN[scheme]}://"
