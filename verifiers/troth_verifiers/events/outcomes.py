"""What the application under test did with a message that it was sent, asked of the address ``outcomes``."""

import asyncio
import time
from typing import Final

from troth_verifiers.api import Exchange, Interaction, Mismatch, Payload, Target
from troth_verifiers.events.asking import Asking, Refused
from troth_verifiers.events.errors import NothingToReplay
from troth_verifiers.events.judging import shown
from troth_verifiers.events.made import Made
from troth_verifiers.events.watching import Found

CUT: Final = 4000
"""How many characters of a message or an outcome are kept."""
_PAUSE: Final = 0.05


def check_observable(target: Target, why: str) -> None:
    """Raise `NothingToReplay`, `why` being a sentence's beginning, where nobody can be asked for the outcome."""
    if "outcomes" not in target.others:
        raise NothingToReplay(
            f"Not replayed: {why}, so that only the application can say what it did with the message: give the target "
            "the address `outcomes`, a URL to ask, or `handlers`."
        )


async def outcome_of(message: Made, interaction: Interaction, target: Target, asking: Asking) -> Found:
    """Ask again and again until the application says that it dealt with the message, or the wait is over."""
    began = time.monotonic()
    while True:
        found, text = await _told(message, interaction, target, asking)
        took = time.monotonic() - began
        if not found or took > target.timeout:
            return found, (sent_exchange(message, Payload("outcome", (), text, len(text)), whole=took),)
        await asyncio.sleep(_PAUSE)


def undone(outcome: str, within: str = "") -> tuple[Mismatch, ...]:
    """What is wrong where the application's outcome, in JSON, says that it did nothing."""
    if outcome not in ("null", "false"):
        return ()
    text = f"The application did not deal with the message{within}: its outcome is {outcome}."
    return (Mismatch("outcome", "", text, "", outcome),)


def sent_exchange(message: Made, received: Payload | None = None, **timings: float) -> Exchange:
    """A message that was sent, as people are shown it."""
    event = message.event
    known = (
        ("content-type", event.content_type),
        ("key", event.key),
        ("correlation-id", event.correlation_id),
        ("reply-to", event.reply_to),
    )
    headers = tuple((name, value) for name, value in known if value) + event.headers
    sent = Payload(event.channel, headers, message.shown[:CUT], len(event.contents))
    return Exchange("message", sent, received, timings)


async def _told(
    message: Made, interaction: Interaction, target: Target, asking: Asking
) -> tuple[tuple[Mismatch, ...], str]:
    """What is wrong with what the application says it did, and its own words."""
    try:
        outcome = await asking.outcome(interaction, target, message.request)
    except Refused as error:
        return (Mismatch("outcome", "", str(error)),), ""
    text = shown(outcome)[:CUT]
    return undone(text, f" within {target.timeout:g} s"), text
