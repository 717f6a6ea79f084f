"""What others than the contract say about a request and its answer."""

from typing import Final

from troth_verifiers.api import Incoming, Interaction, Mismatch, Outgoing, Target
from troth_verifiers.background import in_background
from troth_verifiers.pact.own.sending import Answer

_QUICK: Final = 100_000
"""Bytes; looking at a longer body may take seconds, in which the other interactions must go on."""


async def checked(request: Outgoing, answer: Answer, interaction: Interaction, target: Target) -> tuple[Mismatch, ...]:
    """What the target's checks find, in their order."""
    if not target.checks:
        return ()
    came = Incoming(answer.status, answer.headers, answer.content)

    def found() -> tuple[Mismatch, ...]:
        return tuple(one for check in target.checks for one in check(request, came, interaction))

    return found() if len(answer.content) <= _QUICK else await in_background(found)
