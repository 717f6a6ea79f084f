"""The parts of an interaction as they are judged: request and response over HTTP, or messages, with their rules.

Each part is read when it is first needed and then kept, so that one pact is judged against many documents at the cost
of one reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.contents import Contents, Headers, read_contents, read_headers, read_query
from troth_schemas.pact.interactions import Interaction
from troth_schemas.pact.rules import MatchingRules, read_rules
from troth_schemas.pact.shape import shape


class Part:
    """What is sent one way: content, headers (a message's metadata), rules. ``pointer`` is its place in the pact."""

    def __init__(self, written: Document, pointer: str, *, body: str, headers: str, v4: bool) -> None:
        self.written = written
        self.pointer = pointer
        self._body = body
        self._headers = headers
        self._v4 = v4

    @cached_property
    def headers(self) -> Headers:
        """The headers by name in lower case; the metadata of a message."""
        return read_headers(self.written, self._headers)

    @property
    def content_type(self) -> str:
        """The content type as the headers name it, "" where they do not."""
        for name in ("content-type", "contenttype"):
            if self.headers.get(name):
                return self.headers[name][0]
        return ""

    @cached_property
    def contents(self) -> Contents:
        """The body."""
        return read_contents(self.written, self._body, header=self.content_type, v4=self._v4)

    @cached_property
    def rules(self) -> MatchingRules:
        """The matching rules."""
        return read_rules(self.written.get("matchingRules"))

    @cached_property
    def shape(self) -> Document:
        """The set of values that the body stands for, as a JSON Schema."""
        return shape(self.contents.value, self.rules.body)

    @property
    def body_place(self) -> str:
        """Where the body's value stands in the pact."""
        return f"{self.pointer}{self.contents.pointer}"

    @cached_property
    def query(self) -> Mapping[str, tuple[str, ...]]:
        """The values of the query by name, decoded."""
        return read_query(self.written)


_DIGITS: Final = 3
"""How many digits a status has."""


@dataclass(frozen=True)
class Exchange:
    """An interaction in parts: what the consumer sends, and what it gets.

    An HTTP interaction has one request and one response, a one-way message is a response alone (the provider sends it),
    a synchronous message a request and perhaps several responses. A part that is no object counts as empty.
    """

    interaction: Interaction
    request: Part | None
    responses: tuple[Part, ...]

    @property
    def response(self) -> Part:
        """The first response."""
        return self.responses[0]

    @property
    def status(self) -> int | None:
        """The status that the consumer expects over HTTP; None where it is no number, not even one written as text."""
        stated = self.response.written.get("status", 200)
        if isinstance(stated, str) and stated.isascii() and stated.isdecimal() and len(stated) == _DIGITS:
            return int(stated)
        return stated if isinstance(stated, int) and not isinstance(stated, bool) else None


def exchange(interaction: Interaction, element: Document, *, v4: bool) -> Exchange:
    """The parts of an interaction."""
    at = interaction.pointer
    if interaction.kind == "message":
        return Exchange(interaction, None, (_message(element, at, v4=v4),))
    request, response = element.get("request"), element.get("response")
    if interaction.kind == "sync-message":
        listed = response if isinstance(response, list) else [response]
        responses = tuple(_message(one, f"{at}/response/{index}", v4=v4) for index, one in enumerate(listed))
        return Exchange(interaction, _message(request, f"{at}/request", v4=v4), responses)
    return Exchange(interaction, _http(request, f"{at}/request", v4=v4), (_http(response, f"{at}/response", v4=v4),))


def _http(written: Json, pointer: str, *, v4: bool) -> Part:
    return Part(_object(written), pointer, body="body", headers="headers", v4=v4)


def _message(written: Json, pointer: str, *, v4: bool) -> Part:
    members = _object(written)
    headers = "metaData" if "metaData" in members and "metadata" not in members else "metadata"
    return Part(members, pointer, body="contents", headers=headers, v4=v4)


def _object(written: Json) -> Document:
    return written if isinstance(written, dict) else {}
