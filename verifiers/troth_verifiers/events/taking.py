"""The application under test takes a message: it is put on the broker, and the reply, or the outcome, awaited.

A reply is judged by the messages of the reply's channel. Where none is described, the address ``outcomes`` is asked,
again and again, until it says that the message was dealt with or the wait is over.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from troth_schemas.asyncapi.model import Channel
from troth_schemas.asyncapi.nodes import Tree
from troth_verifiers.api import Exchange, Interaction, Mismatch, Payload, Target
from troth_verifiers.events.addresses import address_to
from troth_verifiers.events.asking import Asking, Refused
from troth_verifiers.events.described import Described, described, judged_as
from troth_verifiers.events.errors import MessageNeverCame, NothingToReplay, NotReplayable
from troth_verifiers.events.judging import shown
from troth_verifiers.events.made import Made, Put, made, read_at
from troth_verifiers.events.opening import Brokers, broker_of, endpoint_of, scheme_of
from troth_verifiers.events.operations import Taken
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.watching import Delivery, Judged, Seen, exchange_of, exchanges_of, watched
from troth_verifiers.transport import Broker, Event

_PAUSE: Final = 0.05
_CUT: Final = 4000
_FROM_HANDLERS: Final = "handlers"
_NOWHERE: Final = "message"

Found: TypeAlias = tuple[tuple[Mismatch, ...], tuple[Exchange, ...]]


@dataclass(frozen=True, slots=True)
class Taking:
    """One message on its way to the application under test."""

    taken: Taken
    interaction: Interaction
    target: Target
    asking: Asking
    registry: Registry | None

    async def run(self) -> Found:
        """Send the message and judge what becomes of it. Raises a `VerifierError`."""
        expected = described(self.taken.message, self.registry)
        address = broker_of(self.target)
        reply = self.taken.operation.reply
        if address is None:
            return await self._asked(expected)
        broker = Broker.of(address, self.target)
        channel = address_to(self.taken.api, self.taken.operation.channel, scheme_of(address))
        if reply is not None and reply.messages:
            return await self._replied(expected, broker, channel)
        if "outcomes" not in self.target.others:
            raise NothingToReplay(
                "Not replayed: the document describes no reply, so that only the application can say what it did with "
                "the message: give the target the address `outcomes`, a URL to ask, or `handlers`."
            )
        message = await made(self.taken, expected, channel)
        await self.asking.brokers.send(broker, message.event)
        return await self._outcome(message)

    async def _asked(self, expected: Described) -> Found:
        """Hand the message to the run's own handlers or the provider's URL, which answer in the application's place."""
        channel = self.taken.operation.channel
        message = await made(self.taken, expected, channel.address or channel.name)
        url = endpoint_of(self.target)
        try:
            if url is None:
                event = await self.asking.message(self.interaction, self.target, message.request)
            else:
                event = await self.asking.message_at(url, self.interaction, self.target, message.request)
        except Refused as error:
            return (Mismatch("message", "", str(error)),), (_exchange(message),)
        replies = self._replies()
        if not replies:
            return (), (_exchange(message, Payload("outcome", (), event.contents.decode("utf-8", "replace")[:_CUT])),)
        verdict = await _best(replies, event)
        return verdict.mismatches, (_exchange(message), exchange_of(Seen(event, verdict, 0.0)))

    async def _outcome(self, message: Made) -> Found:
        began = time.monotonic()
        url = self.target.others["outcomes"]
        while True:
            found, text = await self._told(url, message)
            took = time.monotonic() - began
            if not found or took > self.target.timeout:
                return found, (_exchange(message, Payload("outcome", (), text, len(text)), whole=took),)
            await asyncio.sleep(_PAUSE)

    async def _told(self, url: str, message: Made) -> tuple[tuple[Mismatch, ...], str]:
        """What is wrong with what the application says it did, and its own words."""
        try:
            if url == _FROM_HANDLERS:
                outcome = await self.asking.handled(self.interaction, self.target, message.request)
            else:
                outcome = await self.asking.outcome(url, self.interaction, self.target, message.request)
        except Refused as error:
            return (Mismatch("outcome", "", str(error)),), ""
        if outcome is None or outcome is False:
            within = f"within {self.target.timeout:g} s"
            text = f"The application did not deal with the message {within}: its outcome is {shown(outcome)}."
            return (Mismatch("outcome", "", text, "", shown(outcome)),), shown(outcome)
        return (), shown(outcome)[:_CUT]

    def _replies(self) -> tuple[Described, ...]:
        reply = self.taken.operation.reply
        return () if reply is None else tuple(described(one, self.registry) for one in reply.messages.values())

    async def _replied(self, expected: Described, broker: Broker, channel: str) -> Found:
        replies = self._replies()
        location, fixed = _reply_address(self.taken)
        stated = None if fixed is None else address_to(self.taken.api, fixed, broker.parts.scheme)
        async with _opened(self.asking.brokers, broker, stated) as (address, events):
            put = Put(location, address) if location else Put("", address)
            message = await made(self.taken, expected, channel, put)
            began = time.monotonic()
            await self.asking.brokers.send(broker, message.event)

            async def judge(event: Event) -> Judged:
                verdict = await _best(replies, event)
                return _matched(verdict, event, message.event, replies, ours=stated is None)

            watch = await watched(events, judge, Delivery(), self.target.timeout)
        exchanges = (_exchange(message, whole=time.monotonic() - began), *exchanges_of(watch))
        if watch.complete:
            return watch.findings(), exchanges
        if watch.closest is not None:
            return watch.closest.judged.mismatches, exchanges
        name = self.interaction.description
        raise MessageNeverCame(
            name,
            f"The reply to {name!r} did not come on {address} within {self.target.timeout:g} s; {watch.instead()}.",
        )


def _reply_address(taken: Taken) -> tuple[str, Channel | None]:
    """Where a message says that its reply goes to, and the channel of replies if that has an address of its own."""
    reply = taken.operation.reply
    assert reply is not None
    node = Tree(taken.api.documents).node(reply.at)
    address, at = node.get("address"), node.get("channel")
    location = "" if address is None else address.text("location") or ""
    channels = (one for one in taken.api.channels.values() if at is not None and one.at == at.at)
    fixed = next((one for one in channels if one.address), None)
    if not location and fixed is None:
        raise NotReplayable("The document does not say where the reply goes: its channel has no address.")
    return location, fixed


@asynccontextmanager
async def _opened(
    brokers: Brokers, broker: Broker, channel: str | None
) -> AsyncGenerator[tuple[str, AsyncIterator[Event]]]:
    """The channel of replies, or one of our own."""
    if channel is None:
        async with brokers.replying(broker) as found:
            yield found
    else:
        async with brokers.listening(broker, channel) as events:
            yield channel, events


async def _best(replies: tuple[Described, ...], event: Event) -> Judged:
    """The judgement by that of the messages which fits best."""
    verdicts = [await judged_as(one, event) for one in replies]
    return min(verdicts, key=lambda one: (not one.decoded, len(one.mismatches)))


def _matched(verdict: Judged, event: Event, request: Event, replies: tuple[Described, ...], *, ours: bool) -> Judged:
    """The judgement of a reply by its correlation id: another one makes it the answer to something else."""
    wanted = request.correlation_id
    if wanted is None:
        return verdict
    headers = dict(event.headers)
    stated = [one.message.correlation for one in replies if one.message.correlation is not None]
    found = next((text for one in stated if (text := read_at(one, verdict.tree, headers)) is not None), None)
    found = found or event.correlation_id
    if found is None or found == wanted:
        return verdict
    text = f"The reply's correlation id is {found!r}, and the message's was {wanted!r}."
    wrong = Mismatch("metadata", "correlationId", text, wanted, found)
    return replace(verdict, mismatches=tuple(sorted([*verdict.mismatches, wrong])), about=ours)


def _exchange(message: Made, received: Payload | None = None, **timings: float) -> Exchange:
    event = message.event
    known = (
        ("content-type", event.content_type),
        ("key", event.key),
        ("correlation-id", event.correlation_id),
        ("reply-to", event.reply_to),
    )
    headers = tuple((name, value) for name, value in known if value) + event.headers
    sent = Payload(event.channel, headers, message.shown[:_CUT], len(event.contents))
    return Exchange("message", sent, received, timings)
