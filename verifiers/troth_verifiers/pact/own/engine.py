"""Replaying interactions: send, compare, tell. One HTTP client for all, so that connections are used again."""

import time
from typing import TypeAlias

from troth_schemas.json_body import Document, Json
from troth_verifiers.api import Exchange, Interaction, Mismatch, Outcome, Result, Target
from troth_verifiers.clients import Clients
from troth_verifiers.errors import EngineError
from troth_verifiers.events.asking import Asking
from troth_verifiers.filtering import filtered
from troth_verifiers.pact.own.checks import checked, judged
from troth_verifiers.pact.own.decoding import Decoding, decoding_of
from troth_verifiers.pact.own.events import Exchanges, listened, listens
from troth_verifiers.pact.own.generated import prepared
from troth_verifiers.pact.own.graphql import graphql_mismatches
from troth_verifiers.pact.own.messages import ask, exchange_of, message_mismatches
from troth_verifiers.pact.own.outgoing import outgoing
from troth_verifiers.pact.own.sending import send
from troth_verifiers.pact.own.wanted import request_of, response_of
from troth_verifiers.pact.pieces import Piece, piece_of

MAX_MISMATCHES = 100
"""Mismatches kept of one interaction."""
_Found: TypeAlias = tuple[tuple[Mismatch, ...], Exchange]


class OwnEngine:
    """Replays HTTP interactions and messages of pacts in this process."""

    def __init__(self) -> None:
        self._clients = Clients()
        self._asking: Asking | None = None

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Replay one interaction; raises a `VerifierError` where nothing can be said."""
        began = time.monotonic()
        element = prepared(piece_of(interaction).element, target)
        if listens(interaction, target):
            found, exchanges = await self._listened(interaction, target)
        else:
            replay = self._http if interaction.kind == "http" else self._message
            found, exchange = await replay(interaction, element, target)
            exchanges = (exchange,)
        outcome = Outcome.FAILED if found else Outcome.PASSED
        return Result(interaction, outcome, cut_off(found), duration=time.monotonic() - began, exchanges=exchanges)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()
        if self._asking is not None:
            await self._asking.aclose()

    async def _http(self, interaction: Interaction, element: Document, target: Target) -> _Found:
        request = outgoing(request_of(_part(element.get("request"))), target)
        promised = _part(element.get("response"))
        expected = response_of(promised)
        follow = target.follow_redirects and not 300 <= expected.status < 400
        request = await filtered(request, interaction, target)
        answer = await send(self._clients.to(target), request, target, follow=follow)
        decoding = _decoding(piece_of(interaction), promised, target)
        found = await judged(expected, answer, decoding)
        found = (*found, *graphql_mismatches(request, expected, answer.content))
        try:
            found = (*found, *await checked(request, answer, interaction, target))
        except EngineError:
            if not found:  # what the contract itself says of the answer stands
                raise
        return found, answer.exchange

    async def _message(self, interaction: Interaction, element: Document, target: Target) -> _Found:
        answer = await ask(self._clients.to(target), interaction, element, target)
        responses = element.get("response")
        expected = _part(responses[0] if isinstance(responses, list) and responses else element)
        decoding = _decoding(piece_of(interaction), expected, target)
        return message_mismatches(expected, answer, decoding), exchange_of(answer, decoding)

    async def _listened(self, interaction: Interaction, target: Target) -> tuple[tuple[Mismatch, ...], Exchanges]:
        self._asking = self._asking or Asking()
        piece = piece_of(interaction)
        decoding = decoding_of(piece.element, piece.head)
        return await listened(interaction, piece.element, target, self._asking, decoding)


def cut_off(found: tuple[Mismatch, ...]) -> tuple[Mismatch, ...]:
    """As many mismatches as people read, and how many more there are."""
    more = len(found) - MAX_MISMATCHES
    return found if more <= 0 else (*found[:MAX_MISMATCHES], Mismatch("more", "", f"… and {more} more mismatches"))


def _decoding(piece: Piece, expected: Document, target: Target) -> Decoding | None:
    found = decoding_of(piece.element, piece.head)
    return None if found is None else found.with_values(expected, target.values)


def _part(value: Json) -> Document:
    return value if isinstance(value, dict) else {}
