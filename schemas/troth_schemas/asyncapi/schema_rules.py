"""Rules about the schemas of payloads and headers, judged by who sends and who receives, each in its own language."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from troth_schemas import formats
from troth_schemas.asyncapi.message_rules import ON_MESSAGES, example
from troth_schemas.asyncapi.model import Schema
from troth_schemas.asyncapi.talk import Messages
from troth_schemas.documents import Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Finding, Found, Place, Witness, fingerprint
from troth_schemas.jsonschema import Containment, contain
from troth_schemas.rule import Rule

_ITSELF: Final = "itself: it breaks in both directions"


def _of_schema(name: str, fact: str, why: str, instead: str, mirror: str, aliases: tuple[str, ...]) -> Rule:
    return Rule(f"asyncapi/{name}", "breaking", fact, why, instead, aliases, mirror)


SCHEMA_RULES: Final[Mapping[tuple[str, str], Rule]] = {
    ("receive", "payload"): _of_schema(
        "received-payload-narrowed",
        "The payload of a received message has a schema that refuses what clients may send.",
        "a client that keeps to what it was told is refused.",
        "accept the old values beside the new ones, or add a message of another name.",
        "asyncapi/sent-payload-widened",
        ("message.payload.incompatible",),
    ),
    ("send", "payload"): _of_schema(
        "sent-payload-widened",
        "The payload of a sent message may be something that clients do not accept.",
        "a client that checks what it gets, or relies on a member that may now be absent, fails.",
        "keep within the old schema, or add a message of another name.",
        "asyncapi/received-payload-narrowed",
        ("message.payload.incompatible",),
    ),
    ("receive", "headers"): _of_schema(
        "received-headers-narrowed",
        "The headers of a received message have a schema that refuses what clients may send.",
        "a client that keeps to what it was told is refused.",
        "make new headers optional.",
        "asyncapi/sent-headers-widened",
        ("message.headers.incompatible",),
    ),
    ("send", "headers"): _of_schema(
        "sent-headers-widened",
        "The headers of a sent message may be something that clients do not accept.",
        "a client that relies on a header finds another value, or none.",
        "keep sending the old headers.",
        "asyncapi/received-headers-narrowed",
        ("message.headers.incompatible",),
    ),
}
SCHEMA_GONE: Final = Rule(
    "asyncapi/schema-gone",
    "risky",
    "A payload or headers that had a schema for the one side have none for the other.",
    "nothing is promised any more of what used to be.",
    "keep the schema.",
    mirror=_ITSELF,
)
LANGUAGE_CHANGED: Final = Rule(
    "asyncapi/schema-language-changed",
    "breaking",
    "The schema of a payload is written in a language of another encoding, such as Avro instead of JSON Schema.",
    "what the one side encodes the other cannot decode.",
    "add a message of another name with the new encoding.",
    mirror=_ITSELF,
)
SCHEMA_NOT_COVERED: Final = Rule(
    "asyncapi/schema-not-covered",
    "not-covered",
    "The schema of a payload or of headers could not be compared, or the message could not be read.",
    "whatever it says may break.",
    "use a schema format that is read (JSON Schema, Avro, Protobuf, OpenAPI), and mend broken references.",
    ("message.payload.unvalidatable",),
    _ITSELF,
)


def findings(pair: Messages) -> Iterator[Finding]:
    """All that is found about a message."""
    unread = [one for one in (pair.app, pair.clients) if one is not None and one.broken]
    if unread:
        yield SCHEMA_NOT_COVERED.finding(_unread(pair, unread[0].broken))
    else:
        for one in ON_MESSAGES:
            yield from one(pair)
    if pair.app is None or pair.clients is None or pair.app.lost or pair.clients.lost:
        return
    yield from _schemas(pair, "payload", pair.app.payload, pair.clients.payload)
    if unread:
        return
    if len(pair.app.headers) == len(pair.clients.headers):
        for app, clients in zip(pair.app.headers, pair.clients.headers, strict=True):
            yield from _schemas(pair, "headers", app, clients)
    else:
        yield from _headers(pair)


def _unread(pair: Messages, why: str) -> Found:
    app, clients = (None if one is None else one.at for one in (pair.app, pair.clients))
    message = f"The message {pair.name} of {pair.talk.title} could not be read: {why}."
    return pair.talk.found(message, pair.name, "message", app=app, clients=clients)


def _headers(pair: Messages) -> Iterator[Finding]:
    assert pair.app is not None
    assert pair.clients is not None
    app, clients = pair.app.headers, pair.clients.headers
    if app and clients:
        sentence = "headers that traits put together are not compared where there are more or fewer of them"
        yield SCHEMA_NOT_COVERED.finding(_found(pair, "headers", sentence, app[0].at, clients[0].at))
    else:
        yield from _schemas(pair, "headers", app[0] if app else None, clients[0] if clients else None)


def _schemas(pair: Messages, part: str, app: Schema | None, clients: Schema | None) -> Iterator[Finding]:
    if app is None or clients is None:
        if app is not clients and (app is None) == (pair.talk.action == "send"):
            sentence = (
                f"nothing is said any more of the {part}" if app is None else f"clients know nothing of the {part}"
            )
            first, second = (None if one is None else one.at for one in (app, clients))
            yield SCHEMA_GONE.finding(_found(pair, part, sentence, first, second))
        return
    if app.why or clients.why:
        yield SCHEMA_NOT_COVERED.finding(_found(pair, part, app.why or clients.why, app.at, clients.at))
    elif _encoding(app) != _encoding(clients):
        sentence = f"the {part} is written by {app.language}, and by {clients.language} for its clients"
        found = _found(pair, part, sentence, app.at, clients.at)
        yield LANGUAGE_CHANGED.finding(replace(found, witness=example(pair)))
    elif app.json is not None and clients.json is not None:
        yield from _json(pair, part, app, clients)
    else:
        yield from _foreign(pair, app, clients)


def _json(pair: Messages, part: str, app: Schema, clients: Schema) -> Iterator[Finding]:
    assert app.json is not None
    assert clients.json is not None
    receives = pair.talk.action == "receive"
    reader, writer = (app.json, clients.json) if receives else (clients.json, app.json)
    try:
        answer = contain(reader, writer, options=pair.talk.sides.options)
    except (LookupError, ContractUnreadable) as problem:
        yield SCHEMA_NOT_COVERED.finding(_found(pair, part, str(problem), app.at, clients.at))
        return
    yield from _gaps(pair, part, answer, receives=receives)


def _gaps(pair: Messages, part: str, answer: Containment, *, receives: bool) -> Iterator[Finding]:
    found = SCHEMA_RULES[pair.talk.action, part]
    for gap in answer.gaps:
        at = "/".join(("", *gap.path))
        app, clients = (gap.reader, gap.writer) if receives else (gap.writer, gap.reader)
        who = "clients may send what is refused" if receives else "what may be sent is refused by clients"
        place = f"{who} at {at or '/'}"
        message = f"The {part} of {pair.name} ({pair.talk.title}): {place}: {gap.axis}, {gap.detail}."
        proof = None if gap.witness is None else Witness("message", gap.witness[0])
        key = (pair.name, part, gap.axis, gap.detail, *gap.path)
        element = at if part == "payload" else ""
        yield found.finding(pair.talk.found(message, *key, app=app, clients=clients, witness=proof, element=element))
    for one in answer.unjudged:
        app, clients = (one.reader, one.writer) if receives else (one.writer, one.reader)
        yield SCHEMA_NOT_COVERED.finding(_found(pair, part, one.sentence, app, clients, one.keyword, *one.path))


def _foreign(pair: Messages, app: Schema, clients: Schema) -> Iterator[Finding]:
    """Avro and Protobuf are judged by their own rules."""
    receives = pair.talk.action == "receive"
    reader, writer = (app, clients) if receives else (clients, app)
    compare = formats.find(app.language).compare
    options = pair.talk.sides.options
    if not receives:  # of what is sent the clients are who reads, and what they rely on counts
        options = replace(options, older="reader" if options.older == "writer" else "writer")
    report = compare(reader.loaded, writer.loaded, options)
    for one in (*report.findings, *report.not_covered):
        sides = [(one.reader, reader), (one.writer, writer)]
        here, there = sides if receives else sides[::-1]
        places = pair.talk.places(_inside(*here), _inside(*there))
        key = (pair.talk.title, pair.talk.part, pair.name, one.fingerprint)
        yield replace(
            one,
            reader=places[0],
            writer=places[1],
            interaction=pair.talk.title,
            element=f"operation {pair.talk.title}",
            fingerprint=fingerprint(one.rule, key),
        )


def _inside(place: Place | None, schema: Schema) -> Location:
    """The place in the AsyncAPI document of a place in the schema that it holds."""
    return schema.inside(place.pointer if place is not None and schema.language == "avro" else "")


def _found(
    pair: Messages, part: str, sentence: str, app: Location | None, clients: Location | None, *key: str
) -> Found:
    message = f"The {part} of {pair.name} ({pair.talk.title}): {sentence}."
    return pair.talk.found(message, pair.name, part, *key, app=app, clients=clients)


def _encoding(schema: Schema) -> str:
    return "JSON" if schema.json is not None else schema.language


MESSAGE_RULES: Final[tuple[Rule, ...]] = (
    *ON_MESSAGES, *SCHEMA_RULES.values(), SCHEMA_GONE, LANGUAGE_CHANGED, SCHEMA_NOT_COVERED
)  # fmt: skip


def judge(met: Iterable[Messages]) -> Iterator[Finding]:
    """All that is found about the messages of an operation."""
    for pair in met:
        yield from findings(pair)
