"""What the contract, and what others, say about an answer; a long one is looked at while other interactions go on."""

from typing import Final

from troth_verifiers.api import Incoming, Interaction, Mismatch, Outgoing, Target
from troth_verifiers.background import in_background
from troth_verifiers.pact.own.decoding import Decoding
from troth_verifiers.pact.own.judging import response_mismatches
from troth_verifiers.pact.own.sending import Answer
from troth_verifiers.pact.own.wanted import Wanted

_QUICK: Final = 100_000
"""Bytes; looking at a longer body may take seconds, in which the other interactions must go on."""


async def checked(request: Outgoing, answer: Answer, interaction: Interaction, target: Target) -> tuple[Mismatch, ...]:
    """What the target's checks find, in their order. Raises `EngineError` where they cannot look."""
    if not target.checks:
        return ()
    came = Incoming(answer.status, answer.headers, answer.content, answer.unread)

    def found() -> tuple[Mismatch, ...]:
        return tuple(one for check in target.checks for one in check(request, came, interaction))

    return found() if len(answer.content) <= _QUICK else await in_background(found)


async def judged(expected: Wanted, answer: Answer, decoding: Decoding | None) -> tuple[Mismatch, ...]:
    """Where an answer is not as the contract promises, sorted."""

    def found() -> tuple[Mismatch, ...]:
        return response_mismatches(expected, answer.status, answer.headers, answer.content, decoding)

    mismatches = found() if len(answer.content) <= _QUICK else await in_background(found)
    if not answer.encoded or not any(one.kind == "body" for one in mismatches):
        return mismatches
    text = f"The body is encoded with {answer.encoded}, which nothing that is installed decodes."
    about_the_body = Mismatch("body", "$", text, "", answer.encoded)
    return tuple(sorted([*(one for one in mismatches if one.kind != "body"), about_the_body]))
