"""The application under test sends a message that an AsyncAPI document describes."""

from collections.abc import Iterator
from dataclasses import replace

from troth_schemas.asyncapi.model import Message, Operation, Parameter
from troth_verifiers.api import Interaction, Mismatch, Target
from troth_verifiers.events.addresses import address_of, fillings
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.described import Described, described, judged_as, parameter_troubles
from troth_verifiers.events.opening import broker_of, scheme_of, transport_for
from troth_verifiers.events.operations import Sent, trouble_of
from troth_verifiers.events.pointing import headers_of, points, read_at
from troth_verifiers.events.producing import asked, produced
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.watching import Delivery, Found, Judge, Judged
from troth_verifiers.transport import Event


async def sent(
    part: Sent, interaction: Interaction, target: Target, asking: Asking, registry: Registry | None
) -> Found:
    """Listen while the application sends, or ask in its place, and judge the message. Raises a `VerifierError`."""
    address = broker_of(target)
    if address is None:
        judge = judge_of(part.operation, part.message, registry)
        return await asked(interaction, target, asking, judge, states=False)
    judge = judge_of(part.operation, part.message, registry, scheme_of(address))
    channel = address_of(part.operation.channel, scheme_of(address), transport_for(address).wildcard)
    return await produced(interaction, target, channel, asking, lambda _: judge, Delivery())


def judge_of(operation: Operation, message: Message, registry: Registry | None, scheme: str = "kafka") -> Judge:
    """Judges by one of an operation's messages; what is one of the channel's others is not about it."""
    expected = described(message, registry, scheme)
    others = tuple(_readable(operation, message, registry, scheme))

    async def judge(event: Event) -> Judged:
        verdict = await judged_as(expected, event)
        if strays := tuple(_strays(operation, scheme, event, verdict)):
            verdict = replace(verdict, mismatches=tuple(sorted([*verdict.mismatches, *strays])))
        if not verdict.mismatches:
            return verdict
        meant = [not (await judged_as(one, event)).mismatches for one in others]
        return replace(verdict, about=not any(meant))

    return judge


def _strays(operation: Operation, scheme: str, event: Event, verdict: Judged) -> Iterator[Mismatch]:
    """What is wrong with the parameters of the channel that a message came over."""
    for parameter, text in fillings(operation.channel, scheme, event.channel):
        for trouble in (*parameter_troubles(parameter, text), *_elsewhere(parameter, text, event, verdict)):
            said = f"The parameter {parameter.name!r} of the channel {event.channel!r} {trouble}."
            yield Mismatch("channel", parameter.name, said, "", text)


def _elsewhere(parameter: Parameter, text: str, event: Event, verdict: Judged) -> Iterator[str]:
    """Whether another text than in the address stands where the document says that the message has it, too."""
    if not points(parameter.location) or not verdict.decoded:
        return
    found = read_at(parameter.location, verdict.tree, headers_of(event))
    if found != text:
        has = "nothing" if found is None else repr(found)
        yield f"is {text!r}, and the message has {has} at {parameter.location}"


def _readable(operation: Operation, message: Message, registry: Registry | None, scheme: str) -> Iterator[Described]:
    """The other messages that the channel carries, as far as they can be read."""
    for one in {**operation.channel.messages, **operation.messages}.values():
        if one is not message and trouble_of(one) is None:
            yield described(one, registry, scheme)
