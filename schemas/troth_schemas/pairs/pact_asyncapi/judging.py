"""Every message of a pact against the provider's document, and what of it that uses."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi import Api
from troth_schemas.finding import Found
from troth_schemas.json_body import Json
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange
from troth_schemas.pairs.pact_asyncapi.meeting import Meeting
from troth_schemas.pairs.pact_asyncapi.rules import RULES
from troth_schemas.pairs.pact_messages import is_no_message, messages, others, value_of
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report, merge
from troth_schemas.rule import rule


@rule("pact-asyncapi/no-message", severity="not-covered", mirror="one way only: a document has no interactions")
def no_message(about: tuple[Pact, Exchange]) -> Iterator[Found]:
    """An interaction is no message but an HTTP request, or of a kind that nobody knows.

    Why it matters: an AsyncAPI document says nothing of paths and statuses.
    Instead: publish the provider's OpenAPI document, too.
    """
    yield is_no_message(about, "an AsyncAPI document")


def judge(pact: Pact, api: Api, options: Options) -> Report:
    """Whether the provider's document has what every message of the pact relies on.

    A message that names no operation and fits none may belong to another document, so it is told as unjudged, too.
    """
    judged = (_judge(Meeting(pact, api, exchange, sendings, options)) for exchange, sendings in messages(pact))
    return merge((*judged, others(pact, no_message)))


def _judge(meeting: Meeting) -> Report:
    findings = [found for one in RULES for found in one(meeting)]
    breaks = any(one.severity == "breaking" for one in findings)
    named = meeting.wanted is not None and bool(meeting.candidates)
    surely = not meeting.unread and (named or not breaks)
    return make_report(findings, 1, *(((meeting.title,), ()) if surely else ((), (meeting.title,))))


def uses(pact: Pact, api: Api) -> frozenset[str]:
    """The provider's operations, and the members of their messages, that the pact relies on."""
    found: set[str] = {f"server {name}" for name in api.servers}
    for exchange, sendings in messages(pact):
        meeting = Meeting(pact, api, exchange, sendings, DEFAULT)
        if meeting.best is None or not meeting.matched:
            continue
        operation = meeting.best[0]
        found |= {f"operation {operation.title}", f"channel {operation.channel.address or operation.channel.name}"}
        for sending in sendings:
            value = value_of(sending.part)
            found.update(f"operation {operation.title} {path}" for path in _paths(value[0] if value else None, ""))
    return frozenset(found)


def _paths(value: Json, path: str, maps: int = 0) -> Iterator[str]:
    """Where something stands in a message; a member may be that of a map (``{}``), which the document tells."""
    if path:
        yield path
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, f"{path}/{name}", maps)
            if maps < _DEEPEST_MAPS:
                yield from _paths(inner, f"{path}/{{}}", maps + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _paths(inner, f"{path}/*", maps)


_DEEPEST_MAPS: Final = 2
"""How many maps inside one another are reckoned with."""

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("the operation that an interaction names", "judged"),
    ("the operation found by the contents of a message", "judged"),
    ("payloads in JSON Schema, OpenAPI's schemas and Avro", "judged"),
    ("AsyncAPI's discriminator", "not-covered: what it tells apart is not judged"),
    ("payloads in Protobuf", "not-covered: JSON contents say nothing of the wire; publish the .proto files, too"),
    ("headers against metadata", "judged"),
    ("content types", "judged"),
    ("matching rules", "judged"),
    ("synchronous messages and replies", "judged"),
    ("references that lead nowhere", "not-covered: a problem of the document tells which"),
    ("replies in version 2", "not-covered: that version cannot describe them"),
    ("contents in XML, text or binary", "not-covered: no schema speaks of them"),
    ("HTTP interactions", "not-covered: an AsyncAPI document says nothing of HTTP"),
)
"""What of a pact's messages is judged, in the words of the catalogue."""

PAIR: Final = Pair("pact", "asyncapi", judge, uses, (*RULES, no_message))
