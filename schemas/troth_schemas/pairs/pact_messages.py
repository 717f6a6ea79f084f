"""The messages of a pact: which there are, and what one of their parts stands for against a schema."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.pact.shape import shape, unknown_matchers
from troth_schemas.pairs.pact_bodies import Body, Misfit, Verdict, read, sent
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule

_MESSAGES: Final = ("message", "sync-message")


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of an interaction. ``by_consumer``: it is a request, so the provider reads it."""

    exchange: Exchange
    element: Document
    part: Part
    by_consumer: bool

    @property
    def key(self) -> tuple[str, str]:
        """What names the message: its interaction, and which of its parts."""
        return self.title, self.part.pointer.removeprefix(self.exchange.interaction.pointer)

    @property
    def title(self) -> str:
        """What people call the interaction."""
        return self.exchange.interaction.title


def messages(pact: Pact) -> Iterator[tuple[Exchange, tuple[Sending, ...]]]:
    """The interactions that are messages, each with its messages: what the consumer sends first."""
    for placed, exchange in zip(pact.interactions, pact.exchanges, strict=True):
        if exchange.interaction.kind in _MESSAGES:
            element = placed.element if isinstance(placed.element, dict) else {}
            parts = [] if exchange.request is None else [Sending(exchange, element, exchange.request, by_consumer=True)]
            parts += [Sending(exchange, element, part, by_consumer=False) for part in exchange.responses]
            yield exchange, tuple(parts)


def others(pact: Pact, no_message: Rule) -> Report:
    """The interactions that are no messages: each told by a rule, and unjudged."""
    rest = [one for one in pact.exchanges if one.interaction.kind not in _MESSAGES]
    found = (each for one in rest for each in no_message((pact, one)))
    return make_report(found, 0, (), [one.interaction.title for one in rest])


def is_no_message(about: tuple[Pact, Exchange], provider: str) -> Found:
    """A finding about an interaction that is no message; ``provider`` is what says nothing of it."""
    pact, exchange = about
    title = exchange.interaction.title
    place = pact.place(exchange.interaction.pointer)
    return Found(f"This is no message, so that {provider} says nothing of it.", (title,), place, None, title)


def value_of(part: Part) -> tuple[Json] | None:
    """The JSON value that a part carries; None where it carries nothing, or nothing that is JSON."""
    contents = part.contents
    if contents.state == "null":
        return (None,)
    if not contents.present or contents.unreadable or contents.kind not in ("json", "text"):
        return None
    return (contents.value,)


def against(value: Json, sending: Sending, schema: SchemaAt, options: Options) -> Verdict:
    """Whether a message, with its rules, and a schema fit: what the consumer sends must be accepted, what it reads must
    be possible."""
    part = sending.part
    shaped: Document = part.shape if value is part.contents.value else shape(value, part.rules.body)
    body = Body.of(value, shaped, ruled=bool(part.rules.body))
    try:
        found = (sent if sending.by_consumer else read)(body, schema, options)
    except (LookupError, ContractUnreadable, ValueError) as problem:
        return Verdict(uncovered=(Misfit((), "", str(problem), "schema", schema.location),))
    marks = (
        Misfit(path, "", f"has the matcher {name!r}, which is not understood", "matcher", schema.location)
        for path, name in unknown_matchers(shaped)
    )
    rules = (
        Misfit((), "", f"has a matching rule for {path}, which is not understood", "matcher", schema.location)
        for path in part.rules.unreadable
    )
    return Verdict(found.wrong, found.doubt, (*found.uncovered, *marks, *rules))
