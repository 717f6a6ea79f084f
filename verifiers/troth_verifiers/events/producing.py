"""The provider's message had and judged: listened to on a broker, or asked for."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from troth_verifiers.api import Interaction, Mismatch, Target
from troth_verifiers.events.asking import Asking, Refused
from troth_verifiers.events.errors import MessageNeverCame
from troth_verifiers.events.opening import broker_of
from troth_verifiers.events.watching import Delivery, Found, Judge, Seen, Watch, exchange_of, exchanges_of, watched
from troth_verifiers.transport import Broker

Judging: TypeAlias = Callable[[Mapping[str, object]], Judge]


async def produced(
    interaction: Interaction, target: Target, channel: str, asking: Asking, judging: Judging, delivery: Delivery
) -> Found:
    """Listen to the broker's channel, bring the provider into the states, and judge what comes.

    ``judging`` makes the judge, of the values that the states supplied. Raises a `VerifierError`, `MessageNeverCame`
    among them.
    """
    address = broker_of(target)
    assert address is not None
    async with asking.brokers.listening(Broker.of(address, target), channel) as events:
        values = await asking.set_up(interaction, target)
        watch = await watched(events, judging(values), delivery, target.timeout)
    return found_in(watch, interaction, target, channel)


async def asked(
    interaction: Interaction, target: Target, asking: Asking, judge: Judge, *, states: bool = True
) -> Found:
    """Bring the provider into the states, ask its URL or the run's handlers for the message, and judge it."""
    if states:
        await asking.set_up(interaction, target)
    try:
        event = await asking.message(interaction, target)
    except Refused as error:
        return (Mismatch("message", "", str(error)),), ()
    verdict = await judge(event)
    return verdict.mismatches, (exchange_of(Seen(event, verdict, 0.0)),)


def found_in(watch: Watch, interaction: Interaction, target: Target, channel: str) -> Found:
    """What is wrong with what came over a channel. Raises `MessageNeverCame`."""
    exchanges = exchanges_of(watch)
    if watch.complete:
        return watch.findings(), exchanges
    if watch.matching:
        wanted, came = watch.delivery.count, len({one.identity for one in watch.matching})
        text = f"{wanted} messages are expected on {channel} within {target.timeout:g} s, and {came} came."
        return (Mismatch("delivery", "count", text, str(wanted), str(came)), *watch.findings()), exchanges
    if watch.closest is not None:
        return watch.closest.judged.mismatches, exchanges
    raise MessageNeverCame(
        interaction.description,
        f"The message {interaction.description!r} did not come on {channel} within {target.timeout:g} s; "
        f"{watch.instead()}.",
    )
