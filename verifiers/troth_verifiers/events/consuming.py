"""A consumer replayed: the contract's message is put on the broker, and what the consumer then did is asked for.

The outcome is asked for again until it is right or the wait is over, because a consumer takes its time.
"""

import asyncio
import time
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching import match_tree
from troth_verifiers.api import Exchange, Interaction, Mismatch, Payload, Target
from troth_verifiers.events.asking import Asking, Refused
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.judging import mismatches, shown
from troth_verifiers.events.opening import broker_of
from troth_verifiers.events.payloads import Codec
from troth_verifiers.events.wanted import Wanted
from troth_verifiers.events.watching import Found
from troth_verifiers.transport import Broker, Event

_PAUSE: Final = 0.05


async def consumed(wanted: Wanted, codec: Codec, interaction: Interaction, target: Target, asking: Asking) -> Found:
    """Send the message and compare the outcome. Raises a `VerifierError`."""
    address = broker_of(target)
    if address is None:
        raise NotReplayable("To replay a consumer, give the target the address of a message broker as `messages`.")
    if "outcome" not in wanted.expectation.says:
        raise NotReplayable("The interaction states no `outcome`, so nothing of the consumer could be checked.")
    if "contents" not in wanted.expectation.says:
        raise NotReplayable("The interaction has no `contents`, so there is nothing to send to the consumer.")
    event = await _event(wanted, codec)
    began = time.monotonic()
    await asking.set_up(interaction, target)
    await asking.brokers.send(Broker.of(address, target), event)
    sent = time.monotonic() - began
    found, actual = await _awaited(wanted, interaction, target, asking)
    exchange = Exchange(
        "message",
        _sent(event, wanted.expectation.get("contents")),
        Payload("outcome", (), actual[:4000], len(actual)),
        {"sent": sent, "whole": time.monotonic() - began},
    )
    return tuple(sorted(found)), (exchange,)


async def _event(wanted: Wanted, codec: Codec) -> Event:
    if not wanted.channel:
        raise NotReplayable("The interaction names no `channel` to send the message to.")
    texts = {name: value if isinstance(value, str) else shown(value) for name, value in wanted.metadata.items()}
    known = {name.lower().replace("-", "").replace("_", ""): name for name in texts}
    correlation = texts.pop(known["correlationid"], None) if "correlationid" in known else None
    identity = texts.pop(known["messageid"], None) if "messageid" in known else None
    texts.pop(known.get("contenttype", ""), None)
    return Event(
        wanted.channel,
        await codec.encode(wanted.expectation.get("contents"), wanted.channel, wanted.stated_type),
        wanted.stated_type,
        tuple(texts.items()),
        wanted.key,
        identity,
        correlation,
    )


async def _awaited(
    wanted: Wanted, interaction: Interaction, target: Target, asking: Asking
) -> tuple[list[Mismatch], str]:
    """What is wrong with the outcome when the wait is over, or nothing as soon as it is right; and the outcome."""
    limit = time.monotonic() + (wanted.expectation.timeout or target.timeout)
    while True:
        try:
            actual = await asking.outcome(interaction, target)
            expected = wanted.expectation.get("outcome")
            found = mismatches("outcome", match_tree(expected, actual, wanted.outcome_rules.body))
            text = shown(actual)
        except Refused as error:
            found, text = [Mismatch("outcome", "", str(error))], ""
        if not found or time.monotonic() > limit:
            return found, text
        await asyncio.sleep(_PAUSE)


def _sent(event: Event, contents: Json) -> Payload:
    known = (("content-type", event.content_type), ("key", event.key), ("correlation-id", event.correlation_id))
    headers = tuple((name, value) for name, value in known if value) + event.headers
    return Payload(event.channel, headers, shown(contents)[:4000], len(event.contents))
