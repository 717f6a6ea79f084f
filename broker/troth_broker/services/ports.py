"""What use cases need from outside; the application plugs it in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from troth_broker.core.calls import OutgoingCall, Sent
from troth_broker.core.facts import Older
from troth_broker.store.comparing import Outcome
from troth_schemas.contract import Contract


class Sender(Protocol):
    """Makes outgoing calls, within the rules for them."""

    def send(self, call: OutgoingCall, *, delivery: str, attempt: int, certificates: Sequence[str] = ()) -> Sent:
        """Make one call, in bounded time; never raises for what the target does. `certificates`: more CAs, as PEM."""
        ...

    def close(self) -> None:
        """Break off what is under way: it ends with a CancelledError."""
        ...


class Cipher(Protocol):
    """Encrypts what must not be read in the store. Raises UnreadableSecret for what another key encrypted."""

    def encrypt(self, text: str) -> bytes:
        """The text, readable only with the key."""
        ...

    def decrypt(self, value: bytes) -> str:
        """The text again."""
        ...


class Comparer(Protocol):
    """Compares two contracts, whatever is in them, in bounded time and memory."""

    def compare(self, consumer: Contract, provider: Contract) -> Outcome:
        """What the checker says; an outcome with an error where it could say nothing. Never raises."""
        ...

    def evolve(self, reader: Contract, writer: Contract, older: Older = "writer") -> Outcome:
        """What the checker says of two versions of a contract, in the same way."""
        ...

    def close(self) -> None:
        """End what is under way."""
        ...


class Links(Protocol):
    """Writes the addresses that webhooks tell, as seen from where the event came in."""

    def pact(self, provider: str, consumer: str, sha: str, metadata: str) -> str:
        """Where a pact can be fetched."""
        ...

    def content(self, provider: str, consumer: str, format_name: str, sha: str, metadata: str) -> str:
        """Where a contract of another format can be fetched."""
        ...

    def result(self, provider: str, consumer: str, format_name: str, sha: str, number: int) -> str:
        """Where a verification result can be read."""
        ...

    def provider_contract(self, provider: str, version: str) -> str:
        """Where what a provider's version says about itself can be read."""
        ...

    def comparison(self, number: int) -> str:
        """Where a comparison can be read."""
        ...


@dataclass(frozen=True, slots=True)
class Moved:
    """An application whose documents are to be held against those that run: a version's, or in an environment."""

    application: str
    version: str | None = None
    environment: str | None = None


class Bell(Protocol):
    """Wakes whoever waits for work in this process."""

    def ring(self, moved: Iterable[Moved] = ()) -> None:
        """There may be work, and questions about what has moved are likely to come."""
        ...


class _NoBell:
    """Nobody waits in this process."""

    def ring(self, moved: Iterable[Moved] = ()) -> None:
        """Nothing happens."""


NOBODY_WAITS = _NoBell()
