"""The application under test takes a message: it is put on the broker, and the reply, or the outcome, awaited.

A reply is judged by the messages of the reply's channel. Where none is described, the address ``outcomes`` is asked,
again and again, until it says that the message was dealt with or the wait is over.
"""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from troth_schemas.asyncapi.model import Message
from troth_verifiers.api import Interaction, Mismatch, Payload, Target
from troth_verifiers.events.addresses import address_to, reply_address
from troth_verifiers.events.asking import Asking, Refused
from troth_verifiers.events.described import Described, described, judged_as
from troth_verifiers.events.errors import MessageNeverCame
from troth_verifiers.events.made import Put, made
from troth_verifiers.events.opening import Brokers, broker_of, scheme_of
from troth_verifiers.events.operations import Taken
from troth_verifiers.events.outcomes import CUT, check_observable, outcome_of, sent_exchange, undone
from troth_verifiers.events.pointing import read_at
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.watching import Delivery, Found, Judged, Seen, exchange_of, exchanges_of, watched
from troth_verifiers.transport import Broker, Event


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
        address = broker_of(self.target)
        expected = self._described(self.taken.message)
        reply = self.taken.operation.reply
        if address is None:
            return await self._asked(expected)
        broker = Broker.of(address, self.target)
        channel = address_to(self.taken.api, self.taken.operation.channel, scheme_of(address))
        if reply is not None and reply.messages:
            return await self._replied(expected, broker, channel)
        check_observable(self.target, "the document describes no reply")
        message = await made(self.taken, expected, channel)
        await self.asking.brokers.send(broker, message.event)
        return await outcome_of(message, self.interaction, self.target, self.asking)

    async def _asked(self, expected: Described) -> Found:
        """Hand the message to the run's own handlers or the provider's URL, which answer in the application's place."""
        channel = self.taken.operation.channel
        message = await made(self.taken, expected, channel.address or channel.name)
        try:
            event = await self.asking.message(self.interaction, self.target, message.request)
        except Refused as error:
            return (Mismatch("message", "", str(error)),), (sent_exchange(message),)
        replies = self._replies()
        if not replies:
            outcome = event.contents.decode("utf-8", "replace")[:CUT]
            return undone(outcome), (sent_exchange(message, Payload("outcome", (), outcome)),)
        verdict = await _best(replies, event)
        return verdict.mismatches, (sent_exchange(message), exchange_of(Seen(event, verdict, 0.0)))

    def _replies(self) -> tuple[Described, ...]:
        reply = self.taken.operation.reply
        return () if reply is None else tuple(map(self._described, reply.messages.values()))

    def _described(self, message: Message) -> Described:
        address = broker_of(self.target)
        return described(message, self.registry, "kafka" if address is None else scheme_of(address))

    async def _replied(self, expected: Described, broker: Broker, channel: str) -> Found:
        replies = self._replies()
        location, fixed = reply_address(self.taken.api, self.taken.operation)
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
        exchanges = (sent_exchange(message, whole=time.monotonic() - began), *exchanges_of(watch))
        if watch.complete:
            return watch.findings(), exchanges
        if watch.closest is not None:
            return watch.closest.judged.mismatches, exchanges
        name = self.interaction.description
        raise MessageNeverCame(
            name,
            f"The reply to {name!r} did not come on {address} within {self.target.timeout:g} s; {watch.instead()}.",
        )


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
