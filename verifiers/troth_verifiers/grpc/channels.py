"""Connections to providers, one for each address and trust, kept for the whole run."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from inspect import isawaitable
from pathlib import Path
from typing import Any, Final, TypeAlias

import grpc
import grpc.aio

from troth_verifiers.api import Target, Trust
from troth_verifiers.background import in_background
from troth_verifiers.errors import ProviderTlsFailed
from troth_verifiers.grpc.addresses import Address
from troth_verifiers.preflight import trust

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an answer that are still compared."""
_MOST_METADATA: Final = 1024 * 1024
Options: TypeAlias = tuple[tuple[str, Any], ...]
_OPTIONS: Final[Options] = (
    ("grpc.max_receive_message_length", LARGEST),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", _MOST_METADATA),
    ("grpc.absolute_max_metadata_size", _MOST_METADATA),
    ("grpc.enable_retries", 0),
    ("grpc.enable_http_proxy", 0),
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 500),
)


class Lines:
    """The two ways to one address: one for the event loop, one for threads, each opened when it is first used."""

    def __init__(self, place: str, credentials: grpc.ChannelCredentials | None, options: Options) -> None:
        self._place = place
        self._credentials = credentials
        self._options = options
        self._opened: dict[str, Any] = {}
        self._methods: dict[str, Any] = {}

    @property
    def ready(self) -> grpc.aio.Channel:
        """The channel of the event loop."""
        channel: grpc.aio.Channel = self._through("aio", grpc.aio.insecure_channel, grpc.aio.secure_channel)
        return channel

    @property
    def blocking(self) -> grpc.Channel:
        """The channel of threads."""
        channel: grpc.Channel = self._through("blocking", grpc.insecure_channel, grpc.secure_channel)
        return channel

    def unary(self, path: str) -> Any:
        """What makes calls of one request and one response in the event loop, by the path of their method."""
        found = self._methods.get(path)
        if found is None:
            made: Any = self.ready
            found = self._methods[path] = made.unary_unary(path)
        return found

    def _through(self, name: str, plain: Callable[..., Any], secure: Callable[..., Any]) -> Any:
        if name not in self._opened:
            if self._credentials is None:
                self._opened[name] = plain(self._place, options=list(self._options))
            else:
                self._opened[name] = secure(self._place, self._credentials, options=list(self._options))
        return self._opened[name]

    async def aclose(self) -> None:
        """Close both."""
        for channel in self._opened.values():
            closing = channel.close()
            if isawaitable(closing):
                await closing
        self._opened.clear()
        self._methods.clear()


class Channels:
    """Connections by address and trust. They belong to the event loop in which they were made."""

    def __init__(self) -> None:
        self._open: dict[tuple[Address, Trust], Lines] = {}
        self._opening = asyncio.Lock()

    async def to(self, address: Address, target: Target) -> Lines:
        """The way to an address; raises `TargetIncomplete` or `ProviderTlsFailed` where trust cannot be had."""
        key = (address, target.trust)
        if key not in self._open:
            async with self._opening:
                if key not in self._open:
                    self._open[key] = await _opened(address, target)
        return self._open[key]

    async def aclose(self) -> None:
        """Close them all."""
        for lines in self._open.values():
            await lines.aclose()
        self._open.clear()


async def _opened(address: Address, target: Target) -> Lines:
    if not address.secure:
        return Lines(address.place, None, _OPTIONS)
    roots, options = None, _OPTIONS
    trust(target)  # says what of the target's files cannot be read, where gRPC only breaks down
    if target.insecure:
        roots, name = await in_background(lambda: _whatever_is_shown(address, target.timeout))
        if name:
            options = (*options, ("grpc.ssl_target_name_override", name))
    elif target.ca_file is not None:
        roots = Path(target.ca_file).read_bytes()
    chain = Path(target.client_cert).read_bytes() if target.client_cert else None
    key = Path(target.client_key).read_bytes() if target.client_key else chain
    return Lines(address.place, grpc.ssl_channel_credentials(roots, key, chain), options)


def _whatever_is_shown(address: Address, timeout: float) -> tuple[bytes, str]:
    """The certificate that the provider shows, to be trusted as it is, and a name that it is made out to.

    gRPC cannot be told to trust any certificate, so the one that is there becomes its own authority.
    """
    place = (address.host, address.port)
    try:
        shown = ssl.get_server_certificate(place, timeout=timeout)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata=shown)
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        told = _names(context, place, timeout)
    except OSError as error:  # SSLError included; the first call tells better what is wrong
        reason = error.reason if isinstance(error, ssl.SSLError) else error
        raise ProviderTlsFailed(str(address), f"The provider's certificate cannot be had: {reason}.") from None
    return shown.encode(), told


def _names(context: ssl.SSLContext, place: tuple[str, int], timeout: float) -> str:
    with (
        socket.create_connection(place, timeout=timeout) as plain,
        context.wrap_socket(plain, server_hostname=place[0]) as secured,
    ):
        shown: Any = secured.getpeercert() or {}
    names = [value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS"]
    subject = [value for part in shown.get("subject", ()) for key, value in part if key == "commonName"]
    return next((name.replace("*", "any") for name in [*names, *subject]), "")
