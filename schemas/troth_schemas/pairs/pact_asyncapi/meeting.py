"""An interaction of a pact and the operation of an AsyncAPI document that it is about: what a rule sees."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from troth_schemas.asyncapi import Api, Message, Operation, Schema
from troth_schemas.documents import Location
from troth_schemas.finding import Found, Witness
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import SchemaAt, View
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange
from troth_schemas.pact.rules import Rules
from troth_schemas.pact.shape import shape
from troth_schemas.pairs.avro_messages import against_avro
from troth_schemas.pairs.pact_bodies import FITS, Body, Misfit, Verdict, read, sent
from troth_schemas.pairs.pact_messages import Sending, against, value_of
from troth_schemas.pairs.pact_words import shown_path

_SENT_HEADERS: Final = View(access="request")
_READ_HEADERS: Final = View(required=False, access="response")
"""Metadata that a document does not describe belongs to the transport: it is no promise."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message of the pact held against one of the document's: payload and headers, and what could not be judged."""

    message: Message
    payload: Verdict
    headers: Verdict
    uncovered: str = ""

    @property
    def wrongs(self) -> int:
        """How much does not fit."""
        return len(self.payload.wrong) + len(self.headers.wrong)


@dataclass(frozen=True)
class Meeting:
    """An interaction that is a message, or a question with its answer, and the document."""

    pact: Pact
    api: Api
    exchange: Exchange
    sendings: tuple[Sending, ...]
    options: Options

    @property
    def title(self) -> str:
        """What people call the interaction."""
        return self.exchange.interaction.title

    @property
    def asks(self) -> bool:
        """Whether it is a question that the provider answers."""
        return self.exchange.request is not None

    @cached_property
    def reference(self) -> Document | None:
        """What the interaction says of the AsyncAPI document; None where it says nothing."""
        references = self.exchange.interaction.comments.get("references")
        found = references.get("AsyncAPI") if isinstance(references, dict) else None
        return found if isinstance(found, dict) else None

    @property
    def wanted(self) -> str | None:
        """The operation that the interaction names."""
        found = None if self.reference is None else self.reference.get("operationId")
        return found if isinstance(found, str) else None

    @cached_property
    def candidates(self) -> tuple[Operation, ...]:
        """The operation that is named, else all that could be meant: those that send, or receive a question."""
        if self.wanted is not None:
            named = self.api.operations.get(self.wanted)
            return () if named is None else (named,)
        action = "receive" if self.asks else "send"
        found = tuple(one for one in self.api.operations.values() if one.action == action)
        with_reply = tuple(one for one in found if one.reply is not None)
        return (with_reply or found) if self.asks else found

    @cached_property
    def best(self) -> tuple[Operation, tuple[Judged | None, ...]] | None:
        """The operation that fits best, with what is found about each message of the interaction; None without any."""
        found = [(one, tuple(self._judged(one, sending) for sending in self.sendings)) for one in self.candidates]

        def distance(each: tuple[Operation, tuple[Judged | None, ...]]) -> tuple[int, int, int]:
            lost = sum(one is not None and one.message.lost for one in each[1])
            return sum(map(_wrongs, each[1])), each[1].count(None), lost

        return min(found, key=distance, default=None)

    @property
    def matched(self) -> bool:
        """Whether the operation is sure: it is named, it is the only one, or it fits."""
        return self.best is not None and (len(self.candidates) == 1 or not any(map(_wrongs, self.best[1])))

    @property
    def unread(self) -> str:
        """Why the operation that is meant may be one that could not be read; "" where it was found, or all could."""
        if self.matched or (self.reference is not None and self.wanted is None):
            return ""
        here = [one for one in self.api.unread if one.kind != "server"]
        if self.wanted is not None:
            here = [one for one in here if one.hides or one.kind == "channel" or one.name == self.wanted]
        return next((f"{one.kind} {one.name}: {one.why}" for one in here), "")

    @property
    def undescribed(self) -> Iterator[tuple[Operation, Sending]]:
        """The messages of the interaction for which the operation, or its reply, describes none at all."""
        if self.best is not None and self.matched:
            operation, judged = self.best
            for sending, one in zip(self.sendings, judged, strict=True):
                is_answer = self.asks and not sending.by_consumer
                if one is None and not (is_answer and operation.reply is None):
                    yield operation, sending

    @property
    def without_reply(self) -> Operation | None:
        """The operation that is meant by a question, where it has no reply."""
        if not self.asks or self.best is None or self.best[0].reply is not None:
            return None
        return self.best[0] if len(self.candidates) == 1 or not _wrongs(self.best[1][0]) else None

    def _judged(self, operation: Operation, sending: Sending) -> Judged | None:
        """Against the message of the operation, or of its reply, that fits best; None where it has none."""
        answers = not sending.by_consumer and self.asks
        if answers and operation.reply is None:
            return None
        messages = operation.reply.messages if answers and operation.reply is not None else operation.messages
        found = [self._against(one, sending) for one in messages.values()]
        return min(found, key=lambda judged: (judged.wrongs, bool(judged.uncovered)), default=None)

    def _against(self, message: Message, sending: Sending) -> Judged:
        unread = message.broken or next((one.why for one in message.headers if one.why), "")
        if unread:
            return Judged(message, FITS, FITS, unread)
        headers = self._headers(message, sending)
        value, payload = value_of(sending.part), message.payload
        if payload is None or sending.part.contents.state == "missing":
            return Judged(message, FITS, headers)
        if payload.why:
            return Judged(message, FITS, headers, payload.why)
        if value is None:
            reason = sending.part.contents.unreadable or f"{sending.part.contents.kind} content is not compared"
            return Judged(message, FITS, headers, reason)
        if payload.json is not None:
            return Judged(message, against(value[0], sending, payload.json, self.options), headers)
        if payload.language == "avro" and payload.loaded.root is not None:
            return Judged(message, self._avro(value[0], sending, payload), headers)
        return Judged(message, FITS, headers, f"a payload in {payload.language} is not compared with JSON contents")

    def _avro(self, value: Json, sending: Sending, payload: Schema) -> Verdict:
        avro = payload.loaded
        verdict = against_avro(avro, (avro.root,), value, sending, self.options)

        def moved(one: Misfit) -> Misfit:
            return replace(one, schema=payload.inside(one.schema.pointer))

        parts = (verdict.wrong, verdict.doubt, verdict.uncovered)
        return Verdict(*(tuple(map(moved, part)) for part in parts))

    def _headers(self, message: Message, sending: Sending) -> Verdict:
        schemas = [one.json for one in message.headers if one.json is not None]
        if not schemas:
            return FITS
        body = _metadata(sending)
        verdicts = [self._of_headers(body, schema, by_consumer=sending.by_consumer) for schema in schemas]
        return Verdict(
            tuple(one for verdict in verdicts for one in verdict.wrong),
            tuple(one for verdict in verdicts for one in verdict.doubt),
            tuple(one for verdict in verdicts for one in verdict.uncovered),
        )

    def _of_headers(self, body: Body, schema: SchemaAt, *, by_consumer: bool) -> Verdict:
        if by_consumer:
            return sent(body, schema, self.options, _SENT_HEADERS)
        return read(body, schema, self.options, _READ_HEADERS)

    def found(
        self, sending: Sending, misfit: Misfit, operation: Operation, *, part: str = "contents", proved: bool = False
    ) -> Found:
        """A finding about one place of a message."""
        written = sending.part.body_place if part == "contents" else f"{sending.part.pointer}/metadata"
        sides = self.pact.place(f"{written}{misfit.pointer}"), self.api.place(misfit.schema)
        proof = misfit.witness or (value_of(sending.part) if sending.by_consumer else None)
        path = "/" + "/".join(misfit.path) if misfit.path else ""
        element = f"operation {operation.title} {'headers ' if part == 'metadata' else ''}{path}".strip()
        return Found(
            f"{shown_path(misfit.path)} of the {part} {misfit.sentence}.",
            (*sending.key, part, *misfit.path, misfit.sentence),
            sides[sending.by_consumer],
            sides[not sending.by_consumer],
            self.title,
            element,
            Witness("message", proof[0]) if proved and proof is not None else None,
        )

    def about(
        self, message: str, *key: str, at: Location | None = None, element: str | None = None, proved: bool = False
    ) -> Found:
        """A finding about the interaction as a whole; where it breaks, its example proves it."""
        here = self.pact.place(self.exchange.interaction.pointer)
        there = self.api.place(at or self.api.root)
        value = value_of(self.sendings[0].part) if self.sendings else None
        said: Json = {"description": self.exchange.interaction.description, "contents": value[0] if value else None}
        proof = Witness("message", said) if proved else None
        return Found(message, (self.title, *key), here, there, self.title, element, proof)


def _wrongs(judged: Judged | None) -> int:
    """How much is wrong; an answer that nobody gives is told by a rule of its own."""
    return 0 if judged is None else judged.wrongs


def _metadata(sending: Sending) -> Body:
    """The metadata of a message as the headers that it stands for; the content type is told apart."""
    written = sending.part.written
    members = next((one for name in ("metadata", "metaData") if isinstance(one := written.get(name), dict)), {})
    rules = sending.part.rules.metadata
    value: Document = {name: one for name, one in members.items() if name.lower().replace("-", "") != "contenttype"}
    properties: Document = {}
    for name, one in value.items():
        listed = rules.get(name) or rules.get(name.lower())
        properties[name] = shape(one, Rules.of([((), listed)]) if listed is not None else Rules())
    shaped: Document = {"type": "object", "properties": properties, "additionalProperties": False}
    if properties:
        shaped["required"] = list(properties)
    return Body.of(value, shaped, ruled=bool(rules))
