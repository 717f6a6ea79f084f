"""Every message of a pact against the provider's schema, and what of it that uses."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from troth_schemas.avro import Avro
from troth_schemas.avro.comparing import resolve
from troth_schemas.avro.format import FORMAT
from troth_schemas.finding import Finding, Found, fingerprint
from troth_schemas.json_body import Json
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange
from troth_schemas.pairs.pact_avro.meeting import Meeting, elements, types
from troth_schemas.pairs.pact_avro.rules import RULES
from troth_schemas.pairs.pact_messages import is_no_message, messages, others
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report, merge
from troth_schemas.rule import rule


@rule("pact-avro/no-message", severity="not-covered", mirror="one way only: a schema has no interactions")
def no_message(about: tuple[Pact, Exchange]) -> Iterator[Found]:
    """An interaction is no message but an HTTP request, or of a kind that nobody knows.

    Why it matters: an Avro schema says nothing of paths and statuses.
    Instead: publish the provider's OpenAPI document, too.
    """
    yield is_no_message(about, "an Avro schema")


def judge(pact: Pact, avro: Avro, options: Options) -> Report:
    """Whether every message of the pact can be a datum of the provider's schema, or is one that the provider reads.

    A message that does not fit and names no record may belong to another document of the provider's, so it is told as
    unjudged, too.
    """
    judged = (
        _judge(exchange, [Meeting(pact, avro, one, options) for one in sendings])
        for exchange, sendings in messages(pact)
    )
    return merge((*judged, others(pact, no_message)))


def _judge(exchange: Exchange, meetings: list[Meeting]) -> Report:
    findings: list[Finding] = []
    surely = True
    for meeting in meetings:
        here = [found for one in RULES for found in one(meeting)]
        if not _breaks(here):
            here += _by_schema(meeting)
        surely = surely and ((meeting.wanted is not None and bool(meeting.candidates)) or not _breaks(here))
        findings += here
    title = exchange.interaction.title
    return make_report(findings, 1, *(((title,), ()) if surely else ((), (title,))))


def _breaks(findings: list[Finding]) -> bool:
    return any(one.severity == "breaking" for one in findings)


def _by_schema(meeting: Meeting) -> Iterator[Finding]:
    """What the consumer's own schema makes of the provider's, where the plug-in kept it."""
    if meeting.consumers_schema is None or meeting.sending.by_consumer or not meeting.candidates:
        return
    consumers, root = meeting.consumers_schema
    report = resolve(consumers, meeting.avro, root, meeting.candidates[0], meeting.sending.title)
    for one in (*report.findings, *report.not_covered):
        if one.severity != "safe":
            again = fingerprint(one.rule, (*meeting.sending.key, one.fingerprint))
            yield replace(one, fingerprint=again, reader=meeting.pact.place(meeting.sending.part.body_place))


def uses(pact: Pact, avro: Avro) -> frozenset[str]:
    """The provider's fields that the messages of the pact have, and the types of those."""
    found: set[str] = set()
    for _, sendings in messages(pact):
        for sending in sendings:
            meeting = Meeting(pact, avro, sending, DEFAULT)
            for path in _paths(meeting.value[0], ()) if meeting.value else ():
                found.update(elements(avro, meeting.candidates, path))
                found.update(types(avro, meeting.candidates, path))
    return frozenset(found)


def _paths(value: Json, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*path, name))
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, (*path, "*"))
    yield path


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("messages with JSON contents, plain or in Avro's JSON encoding", "judged"),
    ("messages with binary Avro contents of the Avro plug-in", "judged"),
    ("matching rules", "judged"),
    ("synchronous messages: request and responses", "judged"),
    ("messages with other contents (XML, text that is no JSON, other binary)", "not-covered: no data of the schema"),
    ("HTTP interactions", "not-covered: an Avro schema says nothing of HTTP"),
)

PAIR = Pair("pact", "avro", judge, uses, (*RULES, no_message, *FORMAT.rules))
