"""The schemas of running servers: asked for once each, and compared with the published one."""

import asyncio
from typing import TypeAlias

import httpx

from troth_schemas.errors import SchemasError
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document
from troth_verifiers.api import Cause, Exchange, Interaction, Mismatch, Outcome, Result, Target
from troth_verifiers.graphql import drifting
from troth_verifiers.graphql.asked import Piece
from troth_verifiers.graphql.judging import NoAnswer, error_text
from troth_verifiers.graphql.sending import Answered, ask, endpoint

_Known: TypeAlias = tuple[SchemaDocument | None, Cause | None]


class RunningSchemas:
    """What servers say that they are."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], _Known] = {}
        self._turn = asyncio.Lock()

    async def of(self, client: httpx.AsyncClient, interaction: Interaction, piece: Piece, target: Target) -> _Known:
        """The schema of the server that a piece is sent to, or why it cannot be had; asked for once."""
        key = (endpoint(target, piece.place), target.headers)
        async with self._turn:
            if key not in self._known:
                schema, why, _ = await _introspected(client, interaction, piece, target)
                self._known[key] = (schema, None if schema else _unknown(why, "the shape of the answer"))
        return self._known[key]

    async def compared(
        self, client: httpx.AsyncClient, interaction: Interaction, piece: Piece, target: Target
    ) -> Result:
        """Whether the running schema keeps what the published one says; a subgraph is asked for its own SDL."""
        published = piece.schema
        assert published is not None
        read = _subgraph if published.schema.federated else _introspected
        running, why, exchanges = await read(client, interaction, piece, target)
        if running is None and published.schema.federated:
            mismatch = Mismatch("schema", "Query._service", f"The provider does not tell its SDL: {why}")
            return Result(interaction, Outcome.FAILED, (mismatch,), exchanges=exchanges)
        if running is None:
            cause = _unknown(why, "whether its schema is as published")
            return Result(interaction, Outcome.ERRORED, cause=cause, exchanges=exchanges)
        found = drifting.drift(running, published, additions=piece.additions)
        if found.mismatches:
            return Result(interaction, Outcome.FAILED, found.mismatches, exchanges=exchanges)
        if found.unsure:
            cause = Cause("schema-unknown", f"Not all of the schema can be compared: {' '.join(found.unsure[:5])}")
            return Result(interaction, Outcome.ERRORED, cause=cause, exchanges=exchanges)
        return Result(interaction, Outcome.PASSED, exchanges=exchanges)


def _unknown(why: str, what: str) -> Cause:
    text = f"The provider tells nothing of its schema, so {what} cannot be judged: {why}"
    return Cause("schema-unknown", text)


_Read: TypeAlias = tuple[SchemaDocument | None, str, tuple[Exchange, ...]]


async def _introspected(client: httpx.AsyncClient, interaction: Interaction, piece: Piece, target: Target) -> _Read:
    exchanges: tuple[Exchange, ...] = ()
    why = ""
    for text in drifting.INTROSPECTIONS:
        answered = await ask(client, drifting.operation(text), interaction, target, piece.place)
        exchanges += answered.exchanges
        answer, why = _answer(answered)
        if answer is not None and not drifting.tells(answer):
            why = "Its answer to the introspection has no `__schema`."
        elif answer is not None:
            try:
                return drifting.introspected(answer), "", exchanges
            except SchemasError as error:
                why = str(error)
    return None, why, exchanges


async def _subgraph(client: httpx.AsyncClient, interaction: Interaction, piece: Piece, target: Target) -> _Read:
    answered = await ask(client, drifting.operation(drifting.SERVICE), interaction, target, piece.place)
    answer, why = _answer(answered)
    if answer is None:
        return None, why, answered.exchanges
    try:
        running = drifting.served(answer)
    except SchemasError as error:
        return None, str(error), answered.exchanges
    return running, "" if running else "`_service { sdl }` is empty.", answered.exchanges


def _answer(answered: Answered) -> tuple[Document | None, str]:
    """An answer with data, or why there is none."""
    answer = answered.answer
    if isinstance(answer, NoAnswer):
        return None, answer.mismatch.text
    errors = answer.get("errors")
    if isinstance(errors, list) and errors:
        return None, error_text(errors[0])
    return answer, ""
