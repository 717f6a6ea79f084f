"""Two descriptions of an API walked in step: operations, parameters, bodies, answers, schemas, security, servers."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from troth_schemas.documents import Location
from troth_schemas.finding import Finding, Witness
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, SchemaAt
from troth_schemas.openapi import witnessing
from troth_schemas.openapi.addresses import Met, side_by_side
from troth_schemas.openapi.body_rules import BODY_RULES, MEDIA_RULES, RESPONSE_RULES, MediaPair
from troth_schemas.openapi.hierarchies import Hierarchy, both, hierarchies
from troth_schemas.openapi.media_types import matching
from troth_schemas.openapi.model import Api, Media, Operation, Parameter, Response
from troth_schemas.openapi.operation_rules import OPERATION_RULES
from troth_schemas.openapi.pair import DIRECTIONS, ApiPair, Direction, Pair, Sides, Subject
from troth_schemas.openapi.parameter_rules import HEADER_RULES, PARAMETER_RULES
from troth_schemas.openapi.path_index import templates
from troth_schemas.openapi.property_rules import CHANGED, SCHEMA_NOT_COVERED, XML_NOT_COVERED
from troth_schemas.openapi.sameness import Sameness, alike
from troth_schemas.openapi.schema_table import Where
from troth_schemas.openapi.schemas import SchemaJudge, SchemaPair
from troth_schemas.openapi.security_rules import SCHEME_RULES, SECURITY_RULES
from troth_schemas.openapi.server_rules import SERVER_RULES, WEBHOOK_RULES
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule

T = TypeVar("T")


def compare(reader: Api, writer: Api, options: Options) -> Report:
    """What the reader, a new version, breaks for those who rely on the writer, the old one; and what else differs."""
    walk = Walk(Sides(reader, writer, options, Sameness(reader.documents, writer.documents)))
    findings = list(walk.findings())
    judged = dict.fromkeys(walk.judged)
    return make_report(findings, len(judged), judged)


def compare_copy(provider: Api, consumer: Api, options: Options) -> Report:
    """What a provider breaks for a consumer that has a copy of its description, or of a part: only that part counts."""
    part = replace(
        provider,
        operations=_known(provider.operations, consumer.operations),
        webhooks=_known(provider.webhooks, consumer.webhooks),
    )
    return compare(part, consumer, options)


def _known(mine: Iterable[Operation], yours: Iterable[Operation]) -> tuple[Operation, ...]:
    """The provider's operations that the consumer's copy has."""
    met = (one.reader for one in side_by_side(mine, yours) if one.writer is not None)
    found = {(one.path, one.method): one for one in met if one is not None}
    return tuple(found.values())


class Walk:
    """One comparison. ``judged`` are the names of the operations that were met."""

    def __init__(self, sides: Sides) -> None:
        self.sides = sides
        self.judged: list[str] = []
        self._schemas = SchemaJudge(sides)

    def findings(self) -> Iterator[Finding]:
        """Everything that differs."""
        whole = Subject(self.sides, "", "API")
        met = tuple(side_by_side(self.sides.reader.operations, self.sides.writer.operations))
        yield from _apply(
            (*SERVER_RULES, *SCHEME_RULES), ApiPair(whole, self.sides, partial(witnessing.api, self.sides), met)
        )
        for pair in (_pair(one, self.sides) for one in met):
            self.judged.append(pair.subject.operation)
            yield from self._operation(pair)
        webhooks = side_by_side(self.sides.reader.webhooks, self.sides.writer.webhooks)
        for pair in (_pair(one, self.sides) for one in webhooks):
            self.judged.append(pair.subject.operation)
            yield from _apply(WEBHOOK_RULES, pair)
            yield from self._called(pair)
        for direction in DIRECTIONS:
            yield from self._inherited(direction)
        yield from self._schemas.repeated()

    def _inherited(self, direction: Direction) -> Iterator[Finding]:
        """What differs between the schemas that a discriminator alone leads to."""
        mine, yours = (hierarchies(api, direction) for api in (self.sides.reader, self.sides.writer))
        for place in both(mine, yours):
            new, old = mine[place], yours[place]
            for kind in sorted({*new.mapped, *new.named, *old.mapped, *old.named}):
                one, other = new.at(kind), old.at(kind)
                subject = Subject(self.sides, "", f"schema {kind!r} of {new.name!r} in the {direction}")
                if one is not None and other is not None:
                    yield from self._schemas.findings(SchemaPair(subject, direction, "body", one, other, _unshown))
                elif _is_news(kind, new, old) and (one is None) == (direction == "request"):
                    said = "can no longer be of a kind" if one is None else "may be of another kind"
                    found = subject.found(
                        f"The schema {new.name!r} in the {direction} {said}: {kind!r}", new.name, kind,
                        reader=new.base.location, writer=old.base.location, severity="breaking",
                    )  # fmt: skip
                    yield CHANGED["discriminator", direction, "body"].finding(found)

    def _operation(self, pair: Pair[Operation]) -> Iterator[Finding]:
        yield from _apply((*OPERATION_RULES, *SECURITY_RULES), pair)
        if pair.both is None:
            return
        reader, writer = pair.both
        yield from self._parameters(pair.subject, reader, writer)
        yield from self._body(pair.subject, reader, writer)
        yield from self._responses(pair.subject, reader, writer)

    def _called(self, pair: Pair[Operation]) -> Iterator[Finding]:
        """What the provider sends is its request here, and what it reads the answer: everything turned round."""
        if pair.both is None:
            return
        reader, writer = pair.both
        yield from self._answered(pair.subject, reader, writer)
        if reader.body is not None and writer.body is not None:
            subject = pair.subject.inner("webhook's body", "webhook", element=f"{pair.subject.operation} response")
            new = Response("webhook", reader.body.location, (), reader.body.media)
            old = Response("webhook", writer.body.location, (), writer.body.media)
            if new != old:
                yield from self._media(
                    Pair(subject, new, old, "response", partial(witnessing.message, self.sides, writer))
                )

    def _answered(self, subject: Subject, reader: Operation, writer: Operation) -> Iterator[Finding]:
        """What is not judged of a webhook, where it changed: its parameters, and what the consumer answers."""
        changed = [("parameters", _parts(reader.parameters), _parts(writer.parameters))]
        changed += [("answers", _parts(reader.responses), _parts(writer.responses))]
        for what, new, old in changed:
            together = zip(new.values(), old.values(), strict=False)
            if new.keys() != old.keys() or not all(self.sides.same(one, other) for one, other in together):
                message = f"The {what} of a webhook changed, which is not judged"
                found = subject.found(message, what, reader=reader.location, writer=writer.location)
                yield SCHEMA_NOT_COVERED.finding(found)

    # Parameters

    def _parameters(self, subject: Subject, reader: Operation, writer: Operation) -> Iterator[Finding]:
        names = dict(zip(templates(reader.path), templates(writer.path), strict=False))
        new = {_key(one, names): one for one in reader.parameters}
        old = {one.key: one for one in writer.parameters}
        for key in sorted(new.keys() | old.keys()):
            one, other = new.get(key), old.get(key)
            where, name = key
            known = other or one
            assert known is not None
            if where == "path" and (one is None or other is None):
                continue  # told by the path itself; `load` tells of a parameter that nobody declares
            if one is not None and other is not None and self._are_written_alike(one, other):
                continue
            inner = subject.inner(
                f"{where} parameter {name!r}", "parameter", where, name, element=f"{subject.operation} {where} {name}"
            )
            probe = partial(witnessing.about_parameter, self.sides, writer, known)
            pair = Pair(inner, one, other, "request", probe)
            yield from _apply(PARAMETER_RULES, pair)
            yield from self._value(pair, "parameter", partial(witnessing.with_parameter, self.sides, writer, known))

    def _are_written_alike(self, reader: Parameter, writer: Parameter) -> bool:
        """Whether two parameters are written alike and refer to nothing, in descriptions that mean the same by it."""
        mine, yours = self.sides.reader, self.sides.writer
        if mine.version != yours.version or _dialect(reader) != _dialect(writer):
            return False
        return alike(mine.documents.value(reader.location), yours.documents.value(writer.location))

    def _value(self, pair: Pair[Parameter], where: Where, wrap: Callable[..., Witness | None]) -> Iterator[Finding]:
        """The schemas of a parameter or header, its own or those of its one media type."""
        if pair.both is None:
            return
        reader, writer = map(_schema, pair.both)
        if reader is not None and writer is not None:
            yield from self._schemas.findings(SchemaPair(pair.subject, pair.direction, where, reader, writer, wrap))

    # Bodies

    def _body(self, subject: Subject, reader: Operation, writer: Operation) -> Iterator[Finding]:
        inner = subject.inner("request body", "request", element=f"{subject.operation} request")
        probe = partial(witnessing.about_body, self.sides, writer)
        pair = Pair(inner, reader.body, writer.body, "request", probe)
        yield from _apply(BODY_RULES, pair)
        if pair.both is not None:
            yield from self._media(pair)

    def _media(self, pair: Pair[Any]) -> Iterator[Finding]:
        assert pair.both is not None
        for new, old in matching(
            pair.both[0].media,
            pair.both[1].media,
            range_reads=pair.direction == "request" and self.sides.writer.version != "2.0",
        ):
            both = MediaPair(pair, new, old)
            yield from _apply(MEDIA_RULES, both)
            if new is not None and old is not None and new.schema is not None and old.schema is not None:
                yield from self._content(pair, new, old)

    def _content(self, pair: Pair[Any], new: Media, old: Media) -> Iterator[Finding]:
        assert new.schema is not None
        assert old.schema is not None
        if "xml" in old.type:
            if not self.sides.same(new.schema.location, old.schema.location):
                found = pair.subject.found(
                    f"The schema of the {pair.subject.words} as {old.type} changed",
                    old.type,
                    reader=new.schema.location,
                    writer=old.schema.location,
                )
                yield XML_NOT_COVERED.finding(found)
            return
        wrap = partial(pair.probe, old.type) if pair.probe is not None else lambda _value: None
        subject = pair.subject
        if subject.words.startswith("response "):
            subject = subject.inner(f"body of the {subject.words}")
        yield from self._schemas.findings(SchemaPair(subject, pair.direction, "body", new.schema, old.schema, wrap))

    # Answers

    def _responses(self, subject: Subject, reader: Operation, writer: Operation) -> Iterator[Finding]:
        met: set[str] = set()
        for new in reader.responses:
            old = writer.response(new.status) if new.status != "default" else _default(writer, new.status)
            met.update([] if old is None else [old.status])
            yield from self._response(subject, reader, writer, new, old)
        for old in writer.responses:
            covering = reader.response(old.status) if old.status not in met else None
            if covering is not None:
                yield from self._response(subject, reader, writer, covering, old)
            elif old.status not in met:
                yield from self._response(subject, reader, writer, None, old)

    def _response(
        self, subject: Subject, reader: Operation, writer: Operation, new: Response | None, old: Response | None
    ) -> Iterator[Finding]:
        status = (old or new or reader.responses[0]).status
        inner = subject.inner(
            f"response {status}", "response", status, element=f"{subject.operation} response {status}"
        )
        probe = partial(witnessing.about_response, reader, writer, status)
        pair = Pair(inner, new, old, "response", probe)
        yield from _apply(RESPONSE_RULES, pair)
        if new is None or old is None or new == old:
            return
        headers = {one.key: one for one in new.headers}
        known = {one.key: one for one in old.headers}
        for key in sorted(headers.keys() | known.keys()):
            one, other = headers.get(key), known.get(key)
            named = inner.inner(f"header {key[1]!r}", "header", key[1], element=f"{inner.element} header {key[1]}")
            both = Pair(named, one, other, "response", partial(witnessing.about_header, status, new, old, key[1]))
            yield from _apply(HEADER_RULES, both)
            yield from self._value(both, "header", partial(witnessing.about_header, status, new, old, key[1]))
        yield from self._media(Pair(inner, new, old, "response", probe))


def _is_news(kind: str, new: Hierarchy, old: Hierarchy) -> bool:
    """Whether a kind has a schema on one side only; what a mapping says anew is told by itself."""
    place = new.named.get(kind) or old.named.get(kind)
    return place is not None and place not in (*new.mapped.values(), *old.mapped.values())


def _unshown(_value: Json) -> None:
    """No witness: which message holds such a body is not told."""


def _schema(one: Parameter) -> SchemaAt | None:
    return one.schema or (one.content[0].schema if one.content else None)


def _dialect(one: Parameter) -> Dialect | None:
    schema = _schema(one)
    return None if schema is None else schema.dialect


def _parts(parts: Iterable[Parameter | Response]) -> dict[tuple[str, ...], Location]:
    known = {one.key if isinstance(one, Parameter) else (one.status,): one.location for one in parts}
    return dict(sorted(known.items()))


def _default(writer: Operation, status: str) -> Response | None:
    return next((one for one in writer.responses if one.status == status), None)


def _key(one: Parameter, names: dict[str, str]) -> tuple[str, str]:
    where, name = one.key
    return (where, names.get(name, name)) if where == "path" else (where, name)


def _apply(rules: Iterable[Rule], pair: object) -> Iterator[Finding]:
    for one in rules:
        assert one.check is not None, f"{one.id} is checked together with its family"
        for found in one.check(pair):
            yield one.finding(found)


def _pair(met: Met, sides: Sides) -> Pair[Operation]:
    """What met, for the rules; requests of the writer's users are made with the whole address where that tells more."""
    mine, yours = met.reader, met.writer
    either = yours or mine
    assert either is not None
    name = either.name
    subject = Subject(sides, name, f"operation {name}", element=name)
    if yours is None:
        return Pair(subject, mine, None)
    if mine is None:
        return Pair(subject, None, yours, "request", partial(witnessing.gone, sides, yours))
    yours = replace(yours, path=met.path) if met.path else yours
    return Pair(subject, mine, yours, "request", partial(witnessing.whole, sides, yours))
