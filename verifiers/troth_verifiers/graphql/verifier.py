"""The verifier of GraphQL: of expectations of Troth's own form, of plain documents of operations, of schemas."""

import time
from dataclasses import replace

from troth_schemas.documents import read
from troth_schemas.errors import SchemasError
from troth_schemas.expectations import is_expectations
from troth_verifiers.api import Cause, Contract, Exchange, Interaction, Mismatch, Outcome, Result, Target
from troth_verifiers.clients import Clients
from troth_verifiers.graphql import documents, expectations
from troth_verifiers.graphql.asked import Asked, Piece, fault
from troth_verifiers.graphql.conditions import Conditions, undecided
from troth_verifiers.graphql.injecting import with_values
from troth_verifiers.graphql.judging import NoAnswer, error_text, event_mismatches, mismatches
from troth_verifiers.graphql.running import RunningSchemas
from troth_verifiers.graphql.sending import ask
from troth_verifiers.graphql.subscribing import listen


class GraphqlVerifier:
    """Replays expectations and plain documents of operations over HTTP and websockets."""

    def __init__(self) -> None:
        self._clients = Clients()
        self._schemas = RunningSchemas()

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Expectations, operations or a schema as interactions; the last one compares schemas, where one is given."""
        return expectations.read(contract) if _is_expectations(contract) else documents.read(contract)

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Replay one interaction; raises a `VerifierError` where nothing can be said."""
        piece = interaction.body
        assert isinstance(piece, Piece)
        if piece.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=piece.trouble)
        began = time.monotonic()
        if target.values and interaction.injects:
            piece = with_values(piece, target.values)
        trouble = _undecided(piece)
        if trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=trouble)
        if piece.timeout is not None:
            target = replace(target, timeout=piece.timeout)
        result = await self._replayed(interaction, piece, target)
        return replace(result, duration=time.monotonic() - began)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()

    async def _replayed(self, interaction: Interaction, piece: Piece, target: Target) -> Result:
        if piece.asked is None:
            return await self._schemas.compared(self._clients.to(target), interaction, piece, target)
        if piece.asked.kind == "subscription":
            return await self._subscribed(interaction, piece, piece.asked, target)
        answered = await ask(self._clients.to(target), piece.asked, interaction, target, piece.place)
        if isinstance(answered.answer, NoAnswer):
            return _judged(interaction, (answered.answer.mismatch,), answered.exchanges)
        piece, cause = await self._shaped(interaction, piece, target)
        found = mismatches(piece.asked or _none(), piece.expected, answered.answer, answered.status, piece.schema)
        return _judged(interaction, found, answered.exchanges, cause)

    async def _subscribed(self, interaction: Interaction, piece: Piece, asked: Asked, target: Target) -> Result:
        triggered: list[Exchange] = []

        async def trigger() -> None:
            if piece.trigger is None:
                return
            answered = await ask(self._clients.to(target), piece.trigger, interaction, target, piece.place)
            triggered.extend(answered.exchanges)
            answer = answered.answer
            if isinstance(answer, NoAnswer):
                raise _Untriggered(answer.mismatch.text)
            errors = answer.get("errors")
            if isinstance(errors, list) and errors:
                raise _Untriggered(error_text(errors[0]))
            if answer.get("data") is None:
                raise _Untriggered("It gave no data, and no error says why.")

        wanted = len(piece.expected.events)
        try:
            heard, exchange = await listen(asked, piece.expected.events, interaction, target, piece.place, trigger)
        except _Untriggered as failed:
            text = f"The trigger of the subscription failed: {failed}"
            return _judged(interaction, (Mismatch("trigger", "", text),), tuple(triggered))
        exchanges = (exchange, *triggered)
        if heard.refusal is not None:
            return _judged(interaction, (heard.refusal,), exchanges)
        piece, cause = await self._shaped(interaction, piece, target)
        found = event_mismatches(asked, piece.expected, heard.events, piece.schema)
        missing = wanted - len(heard.events)
        if missing and heard.completed:
            text = f"The subscription ended after {len(heard.events)} of {wanted} events."
            found = tuple(sorted((*found, Mismatch("events", "$.events", text, str(wanted), str(len(heard.events))))))
        elif missing and not found:
            return Result(interaction, Outcome.ERRORED, cause=_missing(wanted, target, exchange), exchanges=exchanges)
        return _judged(interaction, found, exchanges, cause)

    async def _shaped(self, interaction: Interaction, piece: Piece, target: Target) -> tuple[Piece, Cause | None]:
        """The piece with a schema to hold the answer against, where nothing else is expected of it; or why not."""
        if piece.schema is not None or any(member in piece.expected.says for member in ("data", "errors", "events")):
            return piece, None
        schema, cause = await self._schemas.of(self._clients.to(target), interaction, piece, target)
        return replace(piece, schema=schema), cause


def _undecided(piece: Piece) -> Cause | None:
    """Why nobody can tell which fields are asked for, once all values of provider states are known.

    Where only errors are expected, that may be why.
    """
    asked, says = piece.asked, piece.expected.says
    if asked is None or not asked.conditions or ("errors" in says and says.get("data") is None):
        return None
    why = " ".join(undecided(asked.conditions, Conditions(asked.operation, asked.variables)))
    return fault(why) if why else None


def _is_expectations(contract: Contract) -> bool:
    if b"troth" not in contract.content:
        return False
    try:
        return is_expectations(read(contract.name, contract.content).value)
    except SchemasError:
        return False


class _Untriggered(Exception):
    """What was to bring an event about failed."""


def _none() -> Asked:
    raise AssertionError("an interaction without an operation compares schemas")


def _missing(wanted: int, target: Target, exchange: Exchange) -> Cause:
    seen = exchange.received.summary if exchange.received else "nothing"
    text = f"Expected {wanted} event{'' if wanted == 1 else 's'} within {target.timeout:g} s, but there came {seen}."
    return Cause("events-missing", text)


def _judged(
    interaction: Interaction,
    found: tuple[Mismatch, ...],
    exchanges: tuple[Exchange, ...],
    cause: Cause | None = None,
) -> Result:
    """What was found; where nothing was, and yet not all could be looked at, it is an error and not a pass."""
    if found:
        return Result(interaction, Outcome.FAILED, found, exchanges=exchanges)
    outcome = Outcome.PASSED if cause is None else Outcome.ERRORED
    return Result(interaction, outcome, cause=cause, exchanges=exchanges)
