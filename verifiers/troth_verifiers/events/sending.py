"""The application under test sends a message that an AsyncAPI document describes."""

from collections.abc import Iterator
from dataclasses import replace

from troth_schemas.asyncapi.model import Message, Operation
from troth_verifiers.api import Interaction, Target
from troth_verifiers.events.addresses import address_of
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.described import Described, described, judged_as
from troth_verifiers.events.opening import broker_of, scheme_of, transport_for
from troth_verifiers.events.operations import Sent, trouble_of
from troth_verifiers.events.outcomes import Found
from troth_verifiers.events.producing import asked, produced
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.watching import Delivery, Judge, Judged
from troth_verifiers.transport import Event


async def sent(
    part: Sent, interaction: Interaction, target: Target, asking: Asking, registry: Registry | None
) -> Found:
    """Listen while the application sends, or ask in its place, and judge the message. Raises a `VerifierError`."""
    judge = judge_of(part.operation, part.message, registry)
    address = broker_of(target)
    if address is None:
        return await asked(interaction, target, asking, judge, states=False)
    channel = address_of(part.operation.channel, scheme_of(address), transport_for(address).wildcard)
    return await produced(interaction, target, channel, asking, lambda _: judge, Delivery())


def judge_of(operation: Operation, message: Message, registry: Registry | None) -> Judge:
    """Judges by one of an operation's messages; what is one of the channel's others is not about it."""
    expected = described(message, registry)
    others = tuple(_readable(operation, message, registry))

    async def judge(event: Event) -> Judged:
        verdict = await judged_as(expected, event)
        if not verdict.mismatches:
            return verdict
        meant = [not (await judged_as(one, event)).mismatches for one in others]
        return replace(verdict, about=not any(meant))

    return judge


def _readable(operation: Operation, message: Message, registry: Registry | None) -> Iterator[Described]:
    """The other messages that the channel carries, as far as they can be read."""
    for one in {**operation.channel.messages, **operation.messages}.values():
        if one is not message and trouble_of(one) is None:
            yield described(one, registry)
