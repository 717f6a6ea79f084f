"""A pact's gRPC calls and Protobuf messages against the provider's .proto files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.finding import Finding, Place
from troth_schemas.options import Options
from troth_schemas.pact.document import Pact
from troth_schemas.pact.parts import Exchange, Part
from troth_schemas.pairs.pact_protobuf import rules
from troth_schemas.pairs.pact_protobuf.json_messages import json_findings
from troth_schemas.pairs.pact_protobuf.reading import (
    Binary,
    Call,
    Messages,
    Named,
    Unclear,
    grpc_status,
    read,
)
from troth_schemas.pairs.pact_protobuf.rules import Spot
from troth_schemas.pairs.pact_protobuf.traffic import Met, Way, walk
from troth_schemas.pairs.table import Pair
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.calls import answers, method_findings, requests
from troth_schemas.protobuf.compare import not_covered
from troth_schemas.protobuf.elements import Method
from troth_schemas.protobuf.format import FORMAT
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import Sides
from troth_schemas.protobuf.statuses import CODES
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule


@dataclass(frozen=True, slots=True)
class Meeting:
    """What came of one interaction: whether it was judged, what was found, and what it relies on."""

    exchange: Exchange
    judged: bool
    met: tuple[Met, ...]


class Judge:
    """One pact against one provider."""

    def __init__(self, pact: Pact, provider: Schema, options: Options) -> None:
        self._pact = pact
        self._provider = provider
        self._options = options

    def meetings(self) -> Iterator[Meeting]:
        """Every interaction of the pact."""
        for one in read(self._pact):
            match one:
                case Call():
                    yield self._call(one)
                case Messages():
                    yield self._messages(one)
                case Named():
                    yield self._named(one)
                case Unclear():
                    yield self._unclear(one.exchange, one.why)

    def _call(self, call: Call) -> Meeting:
        service = call.method.service
        theirs = self._provider.services.get(service.full_name)
        silence = self._provider.silence(service.package)
        if theirs is None and silence:
            why = f"it calls {call.method.full_name}, of which the provider's files say nothing: {silence}"
            return self._unclear(call.exchange, why)
        title = call.exchange.interaction.title
        at = self._place(call.exchange, "/pluginConfiguration")
        proof = witness.call(service.full_name, call.method.proto.name)
        if theirs is None:
            message = f"{title!r} calls the service {service.full_name}, which the provider does not have."
            spot = Spot(title, (service.full_name,), message, at, None, service.full_name, proof, by_consumer=True)
            return Meeting(call.exchange, True, (_finding(rules.service_unknown, spot),))
        method = theirs.methods().get(call.method.proto.name)
        if method is None:
            message = f"{title!r} calls {call.method.full_name}, which the provider does not have."
            spot = Spot(title, (call.method.full_name,), message, at, theirs.place, call.method.full_name, proof,
                        by_consumer=True)  # fmt: skip
            return Meeting(call.exchange, True, (_finding(rules.method_unknown, spot),))
        return Meeting(call.exchange, True, tuple(self._answered(call, method)))

    def _answered(self, call: Call, method: Method) -> Iterator[Met]:
        """What is sent in a call that the provider's method answers."""
        title = call.exchange.interaction.title
        there = requests(call.schema, self._provider, self._options.category)
        back = answers(call.schema, self._provider, self._options.category)
        yield Met(method.full_name)
        yield Met(method.service.full_name)
        for found in method_findings(call.method, method, there):
            yield Met(finding=replace(found, interaction=title, writer=self._descriptors()))
        for part in call.exchange.responses:
            yield from self._status(title, part)
        errors = len(call.responses) < len(call.exchange.responses)
        if call.request is not None:
            way = self._way(call.exchange, call.request, there, by_consumer=True)
            yield from self._walked(way, call.request, call.method.request, method.request, call.schema)
            if not errors:
                yield from self._required(way, call.request, method.request)
        for binary in call.responses:
            way = self._way(call.exchange, binary, back, by_consumer=False)
            yield from self._walked(way, binary, call.method.response, method.response, call.schema)
        if len(call.responses) > 1 and not method.proto.server_streaming:
            message = f"{title!r} expects {len(call.responses)} answers, but {method.full_name} gives one."
            at = self._place(call.exchange, "/response")
            proof = witness.streamed(method.full_name, "server", "one message", f"{len(call.responses)} messages")
            yield _finding(rules.responses_too_many, Spot(title, ("responses",), message, at, method.place,
                                                          method.full_name, proof))  # fmt: skip

    def _messages(self, messages: Messages) -> Meeting:
        title = messages.exchange.interaction.title
        category = self._options.category
        found: list[Met] = []
        binaries = [(one, True) for one in messages.requests] + [(one, False) for one in messages.responses]
        if not binaries:
            return self._unclear(messages.exchange, "it carries no contents")
        for binary, by_consumer in binaries:
            mine = messages.schema.messages[binary.type]
            if binary.type in self._provider.messages:
                sides = (requests if by_consumer else answers)(messages.schema, self._provider, category)
                way = self._way(messages.exchange, binary, sides, by_consumer=by_consumer)
                found += self._walked(way, binary, binary.type, binary.type, messages.schema)
                found += self._required(way, binary, binary.type) if by_consumer else ()
            elif not (silence := self._provider.silence(mine.package)):
                message = f"{title!r} is a {binary.type}, which the provider does not have."
                proof = witness.unknown_type(messages.schema, self._provider, binary.type)
                at = self._pact.place(binary.part.body_place)
                found.append(_finding(rules.message_unknown, Spot(title, (binary.type,), message, at, None, binary.type,
                                                                  proof, by_consumer)))  # fmt: skip
            else:
                why = f"it is a {binary.type}, of which the provider's files say nothing: {silence}"
                return self._unclear(messages.exchange, why)
        return Meeting(messages.exchange, True, tuple(found))

    def _named(self, named: Named) -> Meeting:
        title = named.exchange.interaction.title
        names = [name for name in self._provider.messages if name == named.type or name.endswith(f".{named.type}")]
        if named.type in names:
            names = [named.type]
        if len(names) != 1:
            many = "several messages of that name" if names else "nothing of it"
            return self._unclear(named.exchange, f"it is a {named.type} in JSON, but the provider's files say {many}")
        return Meeting(named.exchange, True, tuple(json_findings(title, named, names[0], self._provider, self._pact)))

    def _unclear(self, exchange: Exchange, why: str) -> Meeting:
        title = exchange.interaction.title
        spot = Spot(
            title, ("interaction",), f"{title!r} was not compared: {why.rstrip('.')}.", self._place(exchange, "")
        )
        return Meeting(exchange, False, (_finding(rules.interaction_not_covered, spot),))

    def _walked(self, way: Way, binary: Binary, mine: str, theirs: str, schema: Schema) -> Iterator[Met]:
        one, other = schema.message(mine), self._provider.message(theirs)
        if one is not None and other is not None:
            yield from walk(way, one, other, way.content, binary.part.rules.body)

    def _required(self, way: Way, binary: Binary, theirs: str) -> Iterator[Met]:
        """What the provider requires in a request and the pact does not send."""
        read_message = self._provider.pool.new(theirs)
        try:
            read_message.MergeFromString(way.content)
        except ValueError:
            return
        if not binary.data.IsInitialized() or read_message.IsInitialized():
            return
        for name in read_message.FindInitializationErrors():
            proof = witness.refused(binary.type, binary.data, way.content, f"the provider refuses it without {name}")
            message = f"{way.title!r} lacks {name}, which the provider requires in {theirs}."
            provider = self._provider.messages[theirs].place
            yield _finding(rules.request_field_required, Spot(way.title, (theirs, name), message, way.pact, provider,
                                                              theirs, proof, by_consumer=True))  # fmt: skip

    def _status(self, title: str, part: Part) -> Iterator[Met]:
        stated = grpc_status(part)
        known = stated in CODES or stated == "" or (stated.isdecimal() and int(stated) < len(CODES))
        if not known:
            message = f"{title!r} expects the gRPC status {stated}, which there is not."
            at = self._pact.place(f"{part.pointer}/metadata")
            proof = witness.status(stated, CODES)
            yield _finding(rules.status_unknown, Spot(title, ("status", stated), message, at, None, None, proof))

    def _way(self, exchange: Exchange, binary: Binary, sides: Sides, *, by_consumer: bool) -> Way:
        at = self._pact.place(binary.part.body_place)
        return Way(sides, exchange.interaction.title, by_consumer, binary.content, at, self._descriptors())

    def _descriptors(self) -> Place:
        """Where the consumer's descriptors stand in the pact."""
        return self._pact.place("/metadata/plugins")

    def _place(self, exchange: Exchange, inside: str) -> Place:
        return self._pact.place(f"{exchange.interaction.pointer}{inside}")


def _finding(rule: Rule, spot: Spot) -> Met:
    found: Finding = next(iter(rule(spot)))
    return Met(finding=found)


def judge(pact: Pact, provider: Schema, options: Options) -> Report:
    """Whether the provider serves what the pact calls, sends and expects."""
    meetings = tuple(Judge(pact, provider, options).meetings())
    scope = [one.exchange.interaction.title for one in meetings if one.judged]
    unjudged = [one.exchange.interaction.title for one in meetings if not one.judged]
    findings = (met.finding for one in meetings for met in one.met if met.finding is not None)
    return make_report([*findings, *not_covered(provider, provider)], len(scope), scope, unjudged)


def uses(pact: Pact, provider: Schema) -> frozenset[str]:
    """The provider's services, methods, messages, fields and enum values that the pact relies on."""
    meetings: Iterable[Meeting] = Judge(pact, provider, Options()).meetings()
    return frozenset(met.element for one in meetings for met in one.met if met.element)


PAIR: Final = Pair("pact", "protobuf", judge, uses, (*FORMAT.rules, *rules.RULES))

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("gRPC: service and method exist", "judged"),
    ("gRPC: client and server streaming, number of answers", "judged"),
    ("gRPC: request fields that are sent, by number, name and type", "judged"),
    ("gRPC: response fields that are relied on, by number, name and type", "judged"),
    ("gRPC: fields that matching rules name, zeros that were written", "judged"),
    ("gRPC: values of enums", "judged"),
    ("gRPC: required fields of proto2", "judged"),
    ("gRPC: status codes, expected errors", "judged"),
    ("messages with Protobuf contents", "judged"),
    ("messages in JSON that name a Protobuf type", "judged"),
    ("extensions", "not-covered: only what a message has itself is walked"),
    ("what an Any holds", "not-covered: its type is known only where it is read"),
    ("contents without the consumer's descriptors", "not-covered: they cannot be decoded"),
    ("HTTP interactions and other contents", "not-covered: another document describes them"),
)
"""What of a pact is compared with .proto files, in the words of the catalogue."""
