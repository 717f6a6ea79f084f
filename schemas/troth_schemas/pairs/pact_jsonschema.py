"""The messages of a pact against a provider's JSON Schema: can what the consumer relies on be an instance of it?

The document's root is the schema of the messages. A message that names its schema (CloudEvents' ``dataschema``, or
``schema`` or ``schemaId`` in its metadata) is judged only by the schema that has this ``$id`` or title.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from troth_schemas.finding import Finding, Found, Witness
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.compare import JsonSchema
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.contents import Contents
from troth_schemas.pact.parts import Exchange
from troth_schemas.pact.words import shown_path
from troth_schemas.pairs.pact_bodies import Misfit, Verdict
from troth_schemas.pairs.pact_messages import Sending, against, messages, value_of
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule, rule

_ONE_WAY: Final = "a schema is of what the provider sends"
_NAMING: Final = ("dataschema", "ce-dataschema", "ce_dataschema", "schema", "schemaid")
"""Metadata in which a message names its schema."""
_ONLY_HOLDS: Final = frozenset({"$schema", "$id", "id", "$defs", "definitions", "title", "description", "$comment"})
"""Keywords of a document that holds schemas and is none itself."""


@dataclass(frozen=True)
class Meeting:
    """A message and the schema that it is held against."""

    pact: Pact
    schema: JsonSchema
    sending: Sending
    options: Options

    @cached_property
    def verdict(self) -> Verdict:
        """Whether they fit."""
        value = value_of(self.sending.part)
        why = _OTHER_WAY if self.sending.by_consumer else _why(self.sending.part.contents) if value is None else None
        if value is None or why is not None:
            return Verdict(uncovered=(Misfit((), "", why or "", "contents", self.schema.at.location),))
        return against(value[0], self.sending, self.schema.at, self.options)

    def found(self, one: Misfit, verb: str, so: str = "it") -> Found:
        """A misfit, told with both places."""
        sending = self.sending
        message = f"{sending.title!r} {verb} {shown_path(one.path)} of the message: {so} {one.sentence}."
        mine = self.pact.place(f"{sending.part.body_place}{one.pointer}")
        theirs = self.schema.documents.place(one.schema)
        kind = "request" if sending.by_consumer else "response"
        return Found(
            message=message,
            key=(sending.title, kind, *one.path, one.axis),
            reader=theirs if sending.by_consumer else mine,
            writer=mine if sending.by_consumer else theirs,
            interaction=sending.title,
            element=f"/{'/'.join(one.path)}",
            witness=None if one.witness is None else Witness("message", one.witness[0]),
        )

    @property
    def verb(self) -> str:
        """What the consumer does with the message."""
        return "sends" if self.sending.by_consumer else "relies on"


_OTHER_WAY: Final = "is what the consumer sends, and the schema is of what the provider sends"


def _why(contents: Contents) -> str:
    if contents.unreadable:
        return f"cannot be read: {contents.unreadable.rstrip('.')}"
    if not contents.present:
        return "is empty"
    return {"xml": "is XML", "multipart": "is a multipart body", "form": "is a form"}.get(contents.kind, "is binary")


@rule(
    "pact-jsonschema/message-incompatible",
    severity="breaking",
    aliases=("message.payload.incompatible",),
    mirror=_ONE_WAY,
)
def message_incompatible(meeting: Meeting) -> Iterator[Found]:
    """The consumer relies on something in a message that the schema makes impossible.

    Why it breaks: a member that is not described, of another type, or with a value that is not allowed never comes.
    Instead: rely on what is described, or describe it. It does not matter whether a member is required.
    """
    yield from (meeting.found(one, meeting.verb) for one in meeting.verdict.wrong)


@rule(
    "pact-jsonschema/message-example-impossible",
    severity="risky",
    aliases=("message.payload.incompatible",),
    mirror=_ONE_WAY,
)
def message_example_impossible(meeting: Meeting) -> Iterator[Found]:
    """The schema refuses an example that the consumer was tested with, though its matching rule takes others.

    Why it matters: the consumer is tested with a message that never comes.
    Instead: use an example that the schema allows.
    """
    yield from (meeting.found(one, "was tested with") for one in meeting.verdict.doubt)


@rule(
    "pact-jsonschema/message-not-covered",
    severity="not-covered",
    aliases=("message.payload.unvalidatable",),
    mirror="it is about neither direction",
)
def message_not_covered(meeting: Meeting) -> Iterator[Found]:
    """A message, or a part of it, cannot be held against the schema.

    Why it matters: whether it may come is not known.
    Instead: leave it to replaying the pact, or mend what keeps the schema from being read.
    """
    for one in meeting.verdict.uncovered:
        yield meeting.found(one, meeting.verb, "not compared, since it")


@rule("pact-jsonschema/interaction-not-covered", severity="not-covered", mirror="it is about neither direction")
def interaction_not_covered(unasked: tuple[Pact, JsonSchema, Exchange, str]) -> Iterator[Found]:
    """An interaction is no message of this schema: it is over HTTP, of a plug-in, or names another schema.

    Why it matters: this document does not speak of it, so nothing is known of it.
    Instead: compare it with the provider's document that does.
    """
    pact, schema, exchange, why = unasked
    interaction = exchange.interaction
    yield Found(
        message=f"{interaction.title!r} {why}.",
        key=(interaction.title,),
        reader=pact.place(interaction.pointer),
        writer=schema.at.documents.place(schema.at.location),
        interaction=interaction.title,
    )


RULES: Final[tuple[Rule, ...]] = (
    message_incompatible,
    message_example_impossible,
    message_not_covered,
    interaction_not_covered,
)


def judge(pact: Pact, schema: JsonSchema, options: Options) -> Report:
    """Whether the provider's messages are what the consumer relies on."""
    findings: list[Finding] = []
    scope: list[str] = []
    unjudged: list[str] = []
    sendings = {exchange.interaction.pointer: parts for exchange, parts in messages(pact)}
    for exchange in pact.exchanges:
        why = _not_asked(exchange, schema)
        if why is not None:
            findings += interaction_not_covered((pact, schema, exchange, why))
            unjudged.append(exchange.interaction.title)
            continue
        scope.append(exchange.interaction.title)
        for sending in sendings[exchange.interaction.pointer]:
            meeting = Meeting(pact, schema, sending, options)
            for one in (message_incompatible, message_example_impossible, message_not_covered):
                findings += one(meeting)
    return make_report(findings, len(scope), scope, unjudged)


def _not_asked(exchange: Exchange, schema: JsonSchema) -> str | None:
    """Why an interaction is not judged by this schema; None where it is."""
    interaction = exchange.interaction
    if interaction.plugins:
        return f"was written with the plug-in {', '.join(interaction.plugins)}, of which JSON Schema does not speak"
    if interaction.kind not in ("message", "sync-message"):
        return "is no message, and a JSON Schema says nothing of requests"
    written = _root(schema)
    if isinstance(written, dict) and not written.keys() - _ONLY_HOLDS:
        return "finds no schema: the document only holds definitions, and does not say which is of the message"
    named = next((texts[0] for name in _NAMING if (texts := exchange.response.headers.get(name))), None)
    known = _names(written)
    if named is not None and known and not any(named == one or named.endswith(f"/{one}") for one in known):
        return f"names the schema {named}, and this one is {known[0]}"
    return None


def _root(schema: JsonSchema) -> Json:
    return schema.at.documents.value(schema.at.location)


def _names(written: Json) -> tuple[str, ...]:
    members = written if isinstance(written, dict) else {}
    return tuple(one for name in ("$id", "id", "title") if isinstance(one := members.get(name), str))


def uses(pact: Pact, schema: JsonSchema) -> frozenset[str]:
    """The places in messages that the consumer relies on."""
    exchanges = (one for one in pact.exchanges if _not_asked(one, schema) is None)
    return frozenset(
        f"/{'/'.join(path)}"
        for exchange in exchanges
        for part in exchange.responses
        for path in paths(part.contents.value)
    )


def paths(value: Json, at: tuple[str, ...] = ()) -> Iterable[tuple[str, ...]]:
    """A value's place, and every place inside of it; elements of arrays as one."""
    yield at
    inner = (
        value.items() if isinstance(value, dict) else [("*", one) for one in value] if isinstance(value, list) else ()
    )
    for name, one in inner:
        yield from paths(one, (*at, name))


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("one-way messages: contents against the schema", "judged"),
    ("synchronous messages: answers against the schema", "judged"),
    ("synchronous messages: what the consumer sends", "not-covered: a schema is of what the provider sends"),
    ("messages that name their schema", "judged"),
    ("matching rules: type, equality, expressions, dates, arrays, keys and values", "judged"),
    ("matchers of plug-ins", "not-covered: what they take is known to the plug-in alone"),
    ("metadata", "not-covered: a schema is of contents"),
    ("contents that are no JSON", "not-covered: a schema is of JSON"),
    ("HTTP interactions", "not-covered: a schema says nothing of requests"),
)
"""What is compared, and what is said to be not covered."""

PAIR: Final = Pair("pact", "jsonschema", judge, uses, RULES)
