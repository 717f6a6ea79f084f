"""A protocol against its earlier version: the new server must go on answering the old one's clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.avro.comparing import resolve
from troth_schemas.avro.model import Avro, Definition, Message
from troth_schemas.avro.resolution import same_name
from troth_schemas.documents import Location
from troth_schemas.finding import Found
from troth_schemas.report import Report, make_report, merge
from troth_schemas.rule import Rule, rule


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two protocols, or a protocol and a schema; perhaps two messages of one name, or a type that one lacks."""

    reader: Avro
    writer: Avro
    message: tuple[Message | None, Message] | None = None
    missing: Definition | None = None


@rule("avro/message-removed", severity="breaking", mirror="one way only: nobody calls a message that was not there")
def message_removed(pair: Pair) -> Iterator[Found]:
    """A message of the protocol is gone.

    Why it breaks: clients that send it get an error.
    Instead: keep the message until no client sends it.
    """
    if pair.message is not None and pair.message[0] is None:
        old = pair.message[1]
        yield _found(
            pair, f"The message {old.name} is gone.", old.name, Location(pair.reader.documents.root.name), old.at
        )


@rule("avro/message-one-way-changed", severity="breaking", mirror="itself: either change breaks")
def message_one_way_changed(pair: Pair) -> Iterator[Found]:
    """A message became one-way, or ceased to be.

    Why it breaks: one side waits for an answer that never comes, or gets one that it does not expect.
    Instead: add a message of another name.
    """
    new, old = pair.message or (None, None)
    if new is not None and old is not None and new.one_way != old.one_way:
        message = f"The message {old.name} {'is one-way now' if new.one_way else 'has an answer now'}."
        yield _found(pair, message, old.name, new.at, old.at)


@rule("avro/type-removed", severity="breaking", mirror="one way only: nobody wrote data of a type that was not there")
def type_removed(pair: Pair) -> Iterator[Found]:
    """A type of a protocol without messages is gone, and no type has it as an alias.

    Why it breaks: data of that type cannot be read any more.
    Instead: keep the type, or give the one that replaces it the old full name as an alias.
    """
    if pair.missing is not None:
        name = pair.missing.name
        here = Location(pair.reader.documents.root.name)
        yield _found(pair, f"The type {name} is gone.", name, here, pair.missing.at)


@rule("avro/schema-and-protocol", severity="not-covered", mirror="itself: reader and writer change places")
def schema_and_protocol(pair: Pair) -> Iterator[Found]:
    """One side is a schema, the other a protocol.

    Why it matters: a protocol holds many types, and nothing says which of them the schema stands for.
    Instead: compare schemas with schemas and protocols with protocols.
    """
    if (pair.reader.root is None) != (pair.writer.root is None):
        places = (Location(side.documents.root.name) for side in (pair.reader, pair.writer))
        yield _found(pair, "A schema is not compared with a protocol.", "", *places)


PROTOCOL_RULES: Final[tuple[Rule, ...]] = (message_removed, message_one_way_changed, type_removed, schema_and_protocol)


def compare_protocols(reader: Avro, writer: Avro) -> Report:
    """What clients of the writer's protocol meet at the reader's."""
    if (reader.root is None) != (writer.root is None):
        return make_report(schema_and_protocol(Pair(reader, writer)), 0, unjudged=("*",))
    if reader.messages or writer.messages:
        return merge(report for old in writer.messages.values() for report in _message(reader, writer, old))
    types = dict.fromkeys(writer.types.values())
    return merge(_type(reader, writer, old) for old in types)


def _message(reader: Avro, writer: Avro, old: Message) -> Iterator[Report]:
    new = reader.messages.get(old.name)
    pair = Pair(reader, writer, (new, old))
    findings = (found for one in (message_removed, message_one_way_changed) for found in one(pair))
    yield make_report(findings, 1, (old.name,))
    if new is not None:
        yield resolve(reader, writer, new.request, old.request, old.name, old.name)
        yield resolve(writer, reader, old.response, new.response, old.name, f"{old.name} response")
        yield resolve(writer, reader, old.errors, new.errors, old.name, f"{old.name} errors")


def _type(reader: Avro, writer: Avro, old: Definition) -> Report:
    for new in reader.types.values():
        if type(new) is type(old) and same_name(new, old):
            return resolve(reader, writer, new, old, old.name)
    return make_report(type_removed(Pair(reader, writer, missing=old)), 1, (old.name,))


def _found(pair: Pair, message: str, name: str, reader: Location, writer: Location) -> Found:
    return Found(message, (name,), pair.reader.place(reader), pair.writer.place(writer), name or None, name or None)
