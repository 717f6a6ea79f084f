"""A broker's channel, opened by the plug-in for its address; each way that fails has its own error."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from troth_verifiers import plugins
from troth_verifiers.api import Target
from troth_verifiers.errors import PluginError, UsageError, VerifierError
from troth_verifiers.events.errors import BrokerError, BrokerRefused, BrokerUnreachable, NotReplayable
from troth_verifiers.events.reaching import unreachable
from troth_verifiers.transport import Broker, Event, Replies, Transport, said

_HTTP: Final = ("http", "https", "")


def broker_of(target: Target) -> str | None:
    """The message broker's address, if the target has one."""
    address = target.others.get("messages")
    return None if address is None or urlsplit(address).scheme in _HTTP else address


def endpoint_of(target: Target) -> str | None:
    """The HTTP address that messages are asked for, if the target has one."""
    address = target.others.get("messages")
    return address if address is not None and urlsplit(address).scheme in ("http", "https") else None


def transport_for(address: str) -> Transport:
    """The transport for an address. Raises `PluginError`, and `UsageError` where its library is missing."""
    scheme = urlsplit(address).scheme
    try:
        return _transport(scheme)
    except PluginError as error:
        cause = error.__cause__
        if isinstance(cause, ModuleNotFoundError):
            text = f"Listening at {scheme}: addresses needs the library {cause.name}: pip install 'troth[messages]'"
            raise UsageError(text) from None
        raise


@cache
def _transport(scheme: str) -> Transport:
    """Looked for once: what is installed is read from the disk."""
    return plugins.transport(scheme)


@asynccontextmanager
async def listening(broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
    """What comes over a channel from now on. Raises a `VerifierError` where it cannot be opened."""
    transport = transport_for(broker.url)
    async with AsyncExitStack() as held:
        try:
            events = await held.enter_async_context(transport.listen(broker, channel))
        except VerifierError:
            raise
        except Exception as error:  # noqa: BLE001 - each library has errors of its own
            raise await _told(broker, error) from None
        yield _guarded(events, broker)


@asynccontextmanager
async def replying(broker: Broker) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
    """A channel of our own for the answer to one message, and what comes there. Raises a `VerifierError`."""
    transport = transport_for(broker.url)
    if not isinstance(transport, Replies):
        scheme = urlsplit(broker.url).scheme
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


async def send(broker: Broker, event: Event) -> None:
    """Put a message onto its channel. Raises a `VerifierError` where that fails."""
    try:
        await transport_for(broker.url).send(broker, event)
    except VerifierError:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        raise await _told(broker, error) from None


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
