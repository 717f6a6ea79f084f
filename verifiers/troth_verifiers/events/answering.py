"""The application under test sends a request: the contract's reply is sent to it, and what it did with that asked for.

The reply has the request's correlation id and goes where the request says, or to the fixed address of the replies'
channel. A reply that nobody sees the application take would pass whatever it does with it; it is skipped.
"""

from dataclasses import dataclass

from troth_schemas.asyncapi.model import Channel
from troth_verifiers.api import Interaction, Target
from troth_verifiers.events.addresses import address_of, address_to, reply_address
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.described import described
from troth_verifiers.events.errors import NothingToReplay, NotReplayable
from troth_verifiers.events.made import made
from troth_verifiers.events.opening import broker_of, scheme_of, transport_for
from troth_verifiers.events.operations import Answered
from troth_verifiers.events.outcomes import check_observable, outcome_of
from troth_verifiers.events.pointing import read_at
from troth_verifiers.events.producing import found_in
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.sending import judge_of
from troth_verifiers.events.watching import Delivery, Found, Seen, exchanges_of, watched
from troth_verifiers.transport import Broker


@dataclass(frozen=True, slots=True)
class Answering:
    """One reply on its way to the application under test."""

    answered: Answered
    interaction: Interaction
    target: Target
    asking: Asking
    registry: Registry | None

    async def run(self) -> Found:
        """Let the application ask, answer it, and judge what becomes of it. Raises a `VerifierError`."""
        check_observable(self.target, "nothing is described that comes of the reply")
        address = broker_of(self.target)
        if address is None:
            raise NothingToReplay(
                "Not replayed: the request can be answered on a message broker only; give its address as `messages`."
            )
        location, fixed = reply_address(self.answered.reply.api, self.answered.request)
        broker, scheme = Broker.of(address, self.target), scheme_of(address)
        reply = described(self.answered.reply.message, self.registry, scheme)
        request = self.answered.request
        channel = address_of(request.channel, scheme, transport_for(address).wildcard)
        async with self.asking.brokers.listening(broker, channel) as events:
            await self.asking.set_up(self.interaction, self.target)
            judge = judge_of(request, self.answered.message, self.registry, scheme)
            watch = await watched(events, judge, Delivery(), self.target.timeout)
        if not watch.matching:
            return found_in(watch, self.interaction, self.target, channel)
        asked = watch.matching[0]
        where = self._where(asked, location, fixed, broker)
        message = await made(self.answered.reply, reply, where, answers=self._identity(asked))
        await self.asking.brokers.send(broker, message.event)
        found, told = await outcome_of(message, self.interaction, self.target, self.asking)
        return found, (*exchanges_of(watch), *told)

    def _where(self, asked: Seen, location: str, fixed: Channel | None, broker: Broker) -> str:
        """The channel that the reply goes to."""
        stated = read_at(location, asked.judged.tree, dict(asked.event.headers)) if location else None
        stated = stated or asked.event.reply_to
        if stated is None and fixed is not None:
            return address_to(self.answered.reply.api, fixed, broker.parts.scheme)
        if stated is None:
            raise NotReplayable(f"The request says nowhere where its reply goes: there is nothing at {location}.")
        return stated

    def _identity(self, asked: Seen) -> str | None:
        """The request's correlation id."""
        stated = self.answered.message.correlation
        found = read_at(stated, asked.judged.tree, dict(asked.event.headers)) if stated else None
        return found or asked.event.correlation_id
