"""What a transport plug-in is: listening on a channel of a message broker, and sending to it.

Transports are found through the entry-point group ``troth.transports``: the name is the scheme of the addresses that it
understands, the value a callable without arguments that returns a `Transport`. A transport never takes anything away
from those who really consume: it only looks.
"""

import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from troth_verifiers.api import Target
from troth_verifiers.errors import UsageError
from troth_verifiers.secrecy import bare

_OPTIONS: Final = ("ca", "cert", "key", "sasl")
_LIBRARIES_OWN: Final = ("amqp", "amqps", "redis", "rediss")
"""Schemes of addresses whose libraries know further options."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a message broker listens. ``timeout`` is in seconds, for connecting and for sending.

    The address may have options: ``ca`` (a file with the certificates to trust), ``cert`` and ``key`` (files with our
    own certificate and its key), and ``sasl``, the mechanism of Kafka's login.
    """

    url: str
    timeout: float = 5.0
    ca_file: str | None = None
    insecure: bool = False

    @classmethod
    def of(cls, url: str, target: Target) -> "Broker":
        """The broker at an address, reached as a target says."""
        return cls(url, target.timeout, target.ca_file, target.insecure)

    @property
    def parts(self) -> SplitResult:
        """The address taken apart. Raises `UsageError` for one that cannot be."""
        try:
            found = urlsplit(self.url)
            _ = found.port
        except ValueError:
            raise UsageError(
                f"The address {self.shown} cannot be read: its port is none, or its user or password holds one of "
                "/ ? # @ : [ ] %, which are written there as %2F and so on."
            ) from None
        return found

    @property
    def host(self) -> str:
        """The host's name, without brackets."""
        return self.parts.hostname or "127.0.0.1"

    def port(self, usual: int) -> int:
        """The port, or the usual one."""
        return self.parts.port or usual

    @property
    def user(self) -> str | None:
        """The user that the address names."""
        return None if self.parts.username is None else unquote(self.parts.username)

    @property
    def password(self) -> str | None:
        """The password in the address; it stands in no sentence."""
        return None if self.parts.password is None else unquote(self.parts.password)

    @property
    def options(self) -> Mapping[str, str]:
        """The options of the address. Raises `UsageError` for one that nobody knows."""
        given = dict(parse_qsl(self.parts.query, keep_blank_values=True))
        unknown = sorted(given.keys() - set(_OPTIONS))
        if unknown and self.parts.scheme not in _LIBRARIES_OWN:
            raise UsageError(f"{self.shown} has the option {unknown[0]!r}; there are {', '.join(_OPTIONS)}.")
        return given

    @property
    def plain(self) -> str:
        """The address without the options that are ours, as the brokers' libraries take it."""
        _ = self.options
        parts = self.parts
        rest = [(name, value) for name, value in parse_qsl(parts.query) if name not in _OPTIONS]
        return urlunsplit(parts._replace(query=urlencode(rest)))

    def tls(self) -> ssl.SSLContext:
        """Whom to trust and as whom to come, over TLS. Raises `UsageError` where a file of these cannot be read."""
        options = self.options
        authority = options.get("ca") or self.ca_file
        try:
            context = ssl.create_default_context(cafile=authority)
        except (OSError, ssl.SSLError) as error:
            raise UsageError(f"The certificates in {authority} cannot be read: {_why(error)}.") from None
        if self.insecure:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        if "cert" in options or "key" in options:
            own = options.get("cert") or options["key"]
            try:
                context.load_cert_chain(own, options.get("key") or None, password="")
            except (OSError, ssl.SSLError) as error:
                files = " and ".join(options[name] for name in ("cert", "key") if options.get(name))
                raise UsageError(f"The certificate and key in {files} cannot be used: {_why(error)}.") from None
        return context

    @property
    def shown(self) -> str:
        """The address as people are shown it, without credentials."""
        return bare(self.url)


@dataclass(frozen=True, slots=True)
class Event:
    """One message as it came over a channel, or is to be sent there.

    ``headers`` are texts in their order; ``id`` is what its sender calls it, by which a duplicate is known; ``place``
    says where the broker keeps it, such as ``partition 0, offset 7``; `reply_to` is the channel that an answer goes to.
    """

    channel: str
    contents: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    id: str | None = None
    correlation_id: str | None = None
    place: str = ""
    reply_to: str | None = None


class Transport(Protocol):
    """A plug-in that reaches one kind of message broker.

    It is made once for each run, and used from one event loop only, by several interactions at once.

    ``wildcard`` stands in a channel's name for any one part of it; "" where the broker knows none.
    """

    wildcard: str

    def listen(self, broker: Broker, channel: str) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """The messages that come from now on: once entered, none that is produced afterwards is missed.

        Raises `BrokerRefused`, `ChannelMissing`; OSError and TimeoutError where the broker cannot be reached.
        """
        ...

    async def send(self, broker: Broker, event: Event) -> None:
        """Put a message onto its channel and wait until the broker has it; raises as `listen` does."""
        ...


@runtime_checkable
class Replies(Protocol):
    """A transport that can make a channel for answers to one message."""

    def replies(self, broker: Broker) -> AbstractAsyncContextManager[tuple[str, AsyncIterator[Event]]]:
        """A channel of our own, gone afterwards, and what comes there; raises as `Transport.listen` does."""
        ...


@runtime_checkable
class Keeps(Protocol):
    """A transport that keeps connections: it is made anew for each run, and closed at the end of it.

    A transport that opens and closes a connection whenever it is used has no need of this.
    """

    async def aclose(self) -> None:
        """Close the connections that are kept."""
        ...


def _why(error: OSError) -> str:
    """Why a file could not be used, in the system's words or, for what is in it, in ours."""
    if isinstance(error, ssl.SSLError):
        return "it holds no such thing in PEM, or key and certificate do not belong together, or the key has a password"
    return error.strerror or said(error)


def said(error: BaseException) -> str:
    """What an exception says, without a full stop."""
    return str(error).rstrip(". ") or type(error).__name__
