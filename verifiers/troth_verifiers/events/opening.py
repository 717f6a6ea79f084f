"""Brokers' channels, opened by the plug-in for its address; each way that fails has its own error."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from functools import cache
from typing import Final

from troth_verifiers import plugins
from troth_verifiers.api import Target
from troth_verifiers.errors import PluginError, UsageError, VerifierError
from troth_verifiers.events.errors import BrokerError, BrokerRefused, BrokerUnreachable, NotReplayable
from troth_verifiers.events.reaching import unreachable
from troth_verifiers.transport import Broker, Event, Keeps, Replies, Transport, said

_HTTP: Final = ("http", "https")


def scheme_of(address: str) -> str:
    """The scheme of an address, be the rest of it what it may."""
    scheme, sign, _ = address.partition("://")
    return scheme.lower() if sign else ""


def broker_of(target: Target) -> str | None:
    """The message broker's address, if the target has one. Raises `UsageError` for what is no address."""
    address = target.others.get("messages")
    if address is not None and not scheme_of(address):
        raise UsageError("What is given as `messages` is no address: it begins like nats://, kafka:// or http://.")
    return None if address is None or scheme_of(address) in _HTTP else address


def endpoint_of(target: Target) -> str | None:
    """The HTTP address that messages are asked for, if the target has one."""
    address = target.others.get("messages")
    return address if address is not None and scheme_of(address) in _HTTP else None


def transport_for(address: str) -> Transport:
    """A new transport for an address. Raises `PluginError`, and `UsageError` where its library is missing."""
    scheme = scheme_of(address)
    try:
        return _maker(scheme)()
    except PluginError as error:
        cause = error.__cause__
        if isinstance(cause, ModuleNotFoundError):
            text = f"Listening at {scheme}: addresses needs the library {cause.name}: pip install 'troth[messages]'"
            raise UsageError(text) from None
        raise


@cache
def _maker(scheme: str) -> Callable[[], Transport]:
    """Looked for once: what is installed is read from the disk."""
    return plugins.transport_maker(scheme)


class Brokers:
    """The message brokers of one run: a transport for each kind, with the connections that it keeps."""

    def __init__(self) -> None:
        self._made: dict[str, Transport] = {}

    @asynccontextmanager
    async def listening(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What comes over a channel from now on. Raises a `VerifierError` where it cannot be opened."""
        transport = self._transport(broker.url)
        async with AsyncExitStack() as held:
            try:
                events = await held.enter_async_context(transport.listen(broker, channel))
            except VerifierError:
                raise
            except Exception as error:  # noqa: BLE001 - each library has errors of its own
                raise await _told(broker, error) from None
            yield _guarded(events, broker)

    @asynccontextmanager
    async def replying(self, broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
        """A channel of our own for the answer to one message, and what comes there. Raises a `VerifierError`."""
        transport = self._transport(broker.url)
        if not isinstance(transport, Replies):
            scheme = scheme_of(broker.url)
            raise NotReplayable(
                f"At {scheme}: addresses no channel can be made for one reply; give the reply's channel an address."
            )
        async with AsyncExitStack() as held:
            try:
                channel, events = await held.enter_async_context(transport.replies(broker))
            except VerifierError:
                raise
            except Exception as error:  # noqa: BLE001 - each library has errors of its own
                raise await _told(broker, error) from None
            yield channel, _guarded(events, broker)

    async def send(self, broker: Broker, event: Event) -> None:
        """Put a message onto its channel. Raises a `VerifierError` where that fails."""
        try:
            await self._transport(broker.url).send(broker, event)
        except VerifierError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            raise await _told(broker, error) from None

    async def aclose(self) -> None:
        """Close the connections that transports keep."""
        while self._made:
            _, transport = self._made.popitem()
            if isinstance(transport, Keeps):
                await transport.aclose()

    def _transport(self, address: str) -> Transport:
        scheme = scheme_of(address)
        if scheme not in self._made:
            self._made[scheme] = transport_for(address)
        return self._made[scheme]


@asynccontextmanager
async def listening(broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
    """As `Brokers.listening`, over a connection for this once."""
    async with aclosing(Brokers()) as brokers, brokers.listening(broker, channel) as events:
        yield events


async def send(broker: Broker, event: Event) -> None:
    """As `Brokers.send`, over a connection for this once."""
    async with aclosing(Brokers()) as brokers:
        await brokers.send(broker, event)


async def _told(broker: Broker, error: Exception) -> BrokerError:
    """What went wrong, of which the transport itself said nothing."""
    if isinstance(error, OSError):
        return await unreachable(broker, error)
    return BrokerRefused(broker.shown, f"The message broker at {broker.shown} refuses: {said(error)}.")


async def _guarded(events: AsyncIterator[Event], broker: Broker) -> AsyncGenerator[Event]:
    """The same messages; a connection that breaks is an error of ours."""
    try:
        async for event in events:
            yield event
    except VerifierError:
        raise
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        text = f"The message broker at {broker.shown} broke off while we listened: {said(error)}."
        raise BrokerUnreachable(broker.shown, text) from None
