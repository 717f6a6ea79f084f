"""A message that a contract promises: its description, and the way to make it for a broker."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from troth_verifiers.errors import UsageError
from troth_verifiers.transport import Broker, Event


@dataclass(frozen=True, slots=True)
class Promised:
    """One message. `make` is given the broker that it is for, and raises a `VerifierError` where it cannot be made."""

    title: str
    description: str
    make: Callable[[Broker], Awaitable[Event]]

    async def event(self, broker: Broker, channel: str = "") -> Event:
        """The message to send; `channel` takes the place of the contract's. Raises a `VerifierError`."""
        event = await self.make(broker)
        if channel:
            return replace(event, channel=channel)
        if not event.channel:
            raise UsageError(
                f"{self.title!r} names no channel, topic or queue to be sent to: name one (--channel, or `channel`)."
            )
        return event


def event_of(
    channel: str, contents: bytes, content_type: str, metadata: dict[str, str], *, key: str | None = None
) -> Event:
    """An event whose metadata may hold what brokers keep by itself: key, ids, content type."""
    left = dict(metadata)
    names = {name.lower().replace("-", "").replace("_", ""): name for name in left}

    def taken(name: str) -> str | None:
        return left.pop(names[name]) if name in names else None

    stated, correlation, identity = taken("contenttype"), taken("correlationid"), taken("messageid")
    key = key or taken("key")
    return Event(channel, contents, content_type or stated or "", tuple(left.items()), key, identity, correlation)
