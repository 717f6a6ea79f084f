"""What a transport plug-in is: listening on a channel of a message broker, and sending to it.

Transports are found through the entry-point group ``troth.transports``: the name is the scheme of the addresses that it
understands, the value a callable without arguments that returns a `Transport`. A transport never takes anything away
from those who really consume: it only looks.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from troth_verifiers.api import Target


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a message broker listens. ``timeout`` is in seconds, for connecting and for sending."""

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
        """The address taken apart."""
        return urlsplit(self.url)

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
    def shown(self) -> str:
        """The address as people are shown it, without credentials."""
        parts = self.parts
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


@dataclass(frozen=True, slots=True)
class Event:
    """One message as it came over a channel, or is to be sent there.

    ``headers`` are texts in their order; ``id`` is what its sender calls it, by which a duplicate is known; ``place``
    says where the broker keeps it, such as ``partition 0, offset 7``.
    """

    channel: str
    contents: bytes
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    id: str | None = None
    correlation_id: str | None = None
    place: str = ""


class Transport(Protocol):
    """A plug-in that reaches one kind of message broker.

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


def said(error: BaseException) -> str:
    """What an exception says, without a full stop."""
    return str(error).rstrip(". ") or type(error).__name__
