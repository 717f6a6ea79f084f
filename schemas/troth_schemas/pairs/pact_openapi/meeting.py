"""An interaction and the operation that it is for: what a rule sees. What several rules ask is worked out once."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from troth_schemas.documents import Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found, Place, Severity, Witness
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.jsonschema.nodes import node_at
from troth_schemas.openapi import Api, Media, Operation, Parameter, Response
from troth_schemas.options import Options
from troth_schemas.pact import Pact
from troth_schemas.pact.contents import Contents
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.pact.shape import shape, unknown_matchers
from troth_schemas.pairs.broken_references import broken, garbled
from troth_schemas.pairs.pact_bodies import FITS, READ, Body, Misfit, Verdict, read, sent
from troth_schemas.pairs.pact_openapi import forms, media, security
from troth_schemas.pairs.pact_openapi.parameters import REQUEST, Given, Values, cookies, given
from troth_schemas.pairs.pact_openapi.statuses import answer
from troth_schemas.pairs.pact_openapi.texts import scalar

FIRST_ERROR: Final = 400


@dataclass(frozen=True)
class Spot:
    """An interaction among a pact and an API, whether or not an operation was found for it."""

    pact: Pact
    api: Api
    exchange: Exchange
    options: Options

    @property
    def title(self) -> str:
        """What people call the interaction."""
        return self.exchange.interaction.title

    @property
    def request(self) -> Part:
        """What the consumer sends."""
        assert self.exchange.request is not None, "an HTTP interaction has a request"
        return self.exchange.request

    @property
    def response(self) -> Part:
        """What the consumer expects."""
        return self.exchange.response

    @property
    def expects_error(self) -> bool:
        """Whether the provider is meant to refuse the request, which may then be wrong on purpose."""
        return (self.exchange.status or 0) >= FIRST_ERROR

    def sends(
        self,
        message: str,
        *key: str,
        at: str = "",
        described: Location | None = None,
        body: tuple[Json] | None = None,
        element: str | None = None,
        witness: bool = True,
        severity: Severity | None = None,
    ) -> Found:
        """Something about the request, which the provider reads. ``at`` is the place below the interaction."""
        return Found(
            message=message,
            key=(self.title, *key),
            reader=self._described(described),
            writer=self._place(at or "/request"),
            interaction=self.title,
            element=element,
            witness=Witness("request", self.example_request(body)) if witness else None,
            severity=severity,
        )

    def expects(
        self,
        message: str,
        *key: str,
        at: str = "",
        described: Location | None = None,
        witness: Json = None,
        element: str | None = None,
        severity: Severity | None = None,
    ) -> Found:
        """Something about the response, which the consumer reads."""
        return Found(
            message=message,
            key=(self.title, *key),
            reader=self._place(at or "/response"),
            writer=self._described(described),
            interaction=self.title,
            element=element,
            witness=None if witness is None else Witness("response", witness),
            severity=severity,
        )

    def _place(self, at: str) -> Place:
        pointer = self.exchange.interaction.pointer
        return self.pact.place(at if at.startswith(pointer) else f"{pointer}{at}")

    def _described(self, location: Location | None) -> Place:
        return self.api.documents.place(location or self.api.root)

    def example_request(self, body: tuple[Json] | None = None) -> Document:
        """The request as the consumer makes it; perhaps with another body that its rules let it send."""
        interaction, request = self.exchange.interaction, self.request
        found: Document = {"method": interaction.method, "path": interaction.path}
        if request.query:
            found["query"] = {name: list[Json](values) for name, values in request.query.items()}
        if request.headers:
            found["headers"] = {name: ", ".join(values) for name, values in request.headers.items()}
        if body is not None:
            found["body"] = body[0]
        elif request.contents.present:
            found["body"] = request.contents.value
        return found


@dataclass(frozen=True)
class Meeting(Spot):
    """An interaction and its operation."""

    operation: Operation
    in_path: tuple[tuple[str, str], ...]
    base: str = ""
    """The base path under which the operation was found."""

    # The request

    @cached_property
    def parameters(self) -> tuple[Given, ...]:
        """What is sent for each parameter of the operation."""
        by_place: dict[str, Values] = {
            "path": {name: (text,) for name, text in self.in_path},
            "query": self.request.query,
            "querystring": self.request.query,
            "header": self.request.headers,
            "cookie": cookies(self.request.headers),
        }
        return tuple(self._given(one, by_place[one.where]) for one in self.operation.parameters)

    def _given(self, parameter: Parameter, values: Values) -> Given:
        schemas = [one for one in (parameter.schema, *(media.schema for media in parameter.content)) if one is not None]
        why = next((why for one in schemas if (why := broken(one) or garbled(one)) is not None), None)
        return Given(parameter, present=True, uncovered=why) if why is not None else given(parameter, values)

    def secured_names(self, where: str) -> set[str]:
        """Names in the query, headers or cookies that belong to the security of the operation."""
        return security.names(self.api, self.operation, where)

    @cached_property
    def request_media(self) -> Media | None:
        """The described media type of what is sent."""
        described = self.operation.body.media if self.operation.body is not None else ()
        return _media(described, self.request)

    @cached_property
    def sent(self) -> Verdict:
        """Whether the body that is sent is accepted."""
        if not self.request.contents.present or self.request_media is None or self.request_media.schema is None:
            return FITS
        return self._verdict(self.request, self.request_media, self.request_media.schema, sending=True)

    # The response

    @cached_property
    def answer(self) -> Response | None:
        """The described answer that the consumer expects."""
        status = self.exchange.status
        return None if status is None else answer(self.operation, status, self.response.rules.status)

    @property
    def answer_name(self) -> str:
        """How people call it."""
        return f"the {self.answer.status if self.answer else '?'} response of {self.operation.name}"

    @cached_property
    def response_media(self) -> Media | None:
        """The described media type of what is expected."""
        return _media(self.answer.media if self.answer is not None else (), self.response)

    @cached_property
    def expected(self) -> Verdict:
        """Whether the body that is expected may come."""
        if not self.response.contents.present or self.response_media is None or self.response_media.schema is None:
            return FITS
        return self._verdict(self.response, self.response_media, self.response_media.schema, sending=False)

    def _verdict(self, part: Part, described: Media, schema: SchemaAt, *, sending: bool) -> Verdict:
        if part.contents.kind == "binary" and _is_opaque(schema):
            return FITS
        why = _unreadable(part.contents)
        if why is not None:
            return Verdict(uncovered=(Misfit((), "", why, "schema", schema.location),))
        judge = sent if sending else read
        try:
            body = self._body(part, described, schema, sending=sending)
            found = judge(body, schema, self.options)
        except (LookupError, ContractUnreadable, ValueError) as problem:
            why = f"has a schema that cannot be read: {problem}".rstrip(".")
            return Verdict(uncovered=(Misfit((), "", why, "schema", schema.location),))
        marks = tuple(
            Misfit(path, "", f"has the matcher {name!r}, which is not understood here", "matcher", schema.location)
            for path, name in unknown_matchers(part.shape)
        )
        rules = tuple(
            Misfit((), "", f"has a matching rule for {path}, which is not understood", "matcher", schema.location)
            for path in part.rules.unreadable
        )
        return Verdict(found.wrong, found.doubt, (*found.uncovered, *marks, *rules))

    def _body(self, part: Part, described: Media, schema: SchemaAt, *, sending: bool) -> Body:
        if part.contents.kind == "form":
            return forms.body(part, described, schema)
        if part.contents.kind == "text" and not part.rules.body and not media.is_json(described.type):
            value = scalar(str(part.contents.value), schema, REQUEST if sending else READ)
            return Body.of(value, shape(value), ruled=False)
        return Body.of(part.contents.value, part.shape, ruled=bool(part.rules.body))

    def request_element(self, path: tuple[str, ...] = ()) -> str:
        """The provider's element that a place in the sent body is."""
        return f"{self.operation.name} request /{'/'.join(path)}" if path else self.operation.name

    def response_element(self, path: tuple[str, ...] = ()) -> str:
        """The provider's element that a place in the expected body is."""
        status = self.answer.status if self.answer is not None else ""
        return f"{self.operation.name} response {status}" + (f" /{'/'.join(path)}" if path else "")


def _media(described: tuple[Media, ...], part: Part) -> Media | None:
    if part.content_type:
        return media.find(described, part.content_type)
    stated = part.contents.media_type or "application/json"
    found = media.find(described, stated)
    if found is None and part.contents.kind in ("json", "text"):  # nothing names a type: JSON is what is meant
        found = next((one for one in described if media.is_json(one.type)), None)
    return found


def _unreadable(contents: Contents) -> str | None:
    """Why content of this kind cannot be held against a schema; None where it can."""
    kinds = {"xml": "XML", "multipart": "a multipart body", "binary": "binary content"}
    kind = kinds.get(contents.kind)
    if contents.unreadable:
        return f"cannot be read: {contents.unreadable.rstrip('.')}"
    return f"is {kind}" if kind else None


def _is_opaque(schema: SchemaAt) -> bool:
    """Whether a schema only says that there is some content (a string of bytes), so that any will do."""
    facts = node_at(schema).facts
    limits = (facts.enum, facts.pattern, facts.max_length, facts.target, *facts.all_of, *facts.any_of, *facts.one_of)
    return facts.types in (None, frozenset({"string"})) and not any(limits) and not facts.properties
