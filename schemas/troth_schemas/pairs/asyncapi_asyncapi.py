"""A consumer's AsyncAPI document against its provider's: what the one receives the other sends, on the same address."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from troth_schemas.asyncapi import Api, Operation
from troth_schemas.asyncapi.channel_rules import address_parameter_narrowed
from troth_schemas.asyncapi.comparing import OTHER, operation_at, talks
from troth_schemas.asyncapi.document_rules import (
    binding_changed,
    operation_unread,
    part_not_covered,
    reply_address_changed,
    reply_removed,
)
from troth_schemas.asyncapi.examples import of_operation
from troth_schemas.asyncapi.met import Channels, covers, normal
from troth_schemas.asyncapi.met import Operations as Met
from troth_schemas.asyncapi.model import Action, Channel
from troth_schemas.asyncapi.paths import paths
from troth_schemas.asyncapi.schema_rules import MESSAGE_RULES
from troth_schemas.asyncapi.schema_rules import judge as judge_messages
from troth_schemas.asyncapi.talk import Sides, pairs
from troth_schemas.finding import Finding, Found, fingerprint
from troth_schemas.json_body import Json
from troth_schemas.options import Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule, rule


@rule(
    "asyncapi/counterpart-missing",
    severity="breaking",
    aliases=("message.operation.unknown",),
    mirror="one way only: what no consumer uses harms nobody",
)
def counterpart_missing(pair: Met) -> Iterator[Found]:
    """The consumer receives what the provider does not send at that address, or sends what it does not receive.

    Why it breaks: the consumer waits for what never comes, or nobody takes what it sends.
    Instead: use an address and a direction that the provider's document has.
    """
    if pair.new is None and not pair.unread:
        old = pair.old
        does = "send" if old.action == "receive" else "receive"
        message = f"The provider does not {does} anything at {old.channel.address or old.channel.name}."
        places = pair.sides.clients.place(old.at), pair.sides.app.place(pair.sides.app.root)
        reader, writer = places if old.action == "receive" else places[::-1]
        yield Found(message, (old.title,), reader, writer, old.title, f"operation {old.title}", of_operation(old))


_RULES: Final[tuple[Rule, ...]] = (counterpart_missing, reply_removed, reply_address_changed, part_not_covered)


def judge(consumer: Api, provider: Api, options: Options) -> Report:
    """Whether the provider sends what the consumer receives, and receives what it sends.

    An address that the provider's document does not have at all may stand in another one, so it is told as unjudged,
    too.
    """
    sides = Sides(provider, consumer, options, by_direction=True)
    findings: list[Finding] = []
    scope: list[str] = []
    unjudged: list[str] = []
    for operation in consumer.operations.values():
        met = Met(sides, _counterpart(provider, operation, consumer), operation, channel_gone=False)
        findings += (found for one in _RULES for found in one(met))
        for one in _of_channels(met):
            again = fingerprint(one.rule, (operation.title, one.fingerprint))
            findings.append(replace(one, interaction=operation.title, fingerprint=again))
        for talk in talks(met):
            findings += judge_messages(pairs(talk))
        address = operation.channel.address
        known = any(
            normal(one.address) == normal(address) or covers(one, address) for one in provider.channels.values()
        )
        (scope if known else unjudged).append(operation.title)
    for lost in consumer.unread:
        if lost.kind == "operation":
            findings += operation_unread((sides, lost, f"operation {lost.name}"))
            unjudged.append(f"operation {lost.name}")
    return make_report(findings, len(scope), scope, unjudged)


def _counterpart(provider: Api, operation: Operation, consumer: Api) -> Operation | None:
    """What the provider does at the address; several operations there count as one with all of their messages, but for
    those that another operation of the consumer's knows."""
    address = operation.channel.address
    found = _at(provider, address, OTHER[operation.action])
    if len(found) < 2:
        return found[0] if found else None
    siblings = operation_at(consumer, address, operation.action)
    known = {name for one in siblings if one is not operation for name in one.messages} - operation.messages.keys()
    messages = {name: one for each in found for name, one in each.messages.items() if name not in known}
    reply = next(
        (one.reply for one in found if one.reply is not None and one.messages.keys() & operation.messages), None
    )
    return replace(found[0], messages=messages, reply=reply)


def _at(provider: Api, address: str | None, action: Action) -> list[Operation]:
    """What the provider does at an address of the consumer's, or else at one with parameters that stands for it."""
    covering = (one for one in provider.operations.values() if one.action == action and covers(one.channel, address))
    return operation_at(provider, address, action) or list(covering)


def _of_channels(met: Met) -> Iterator[Finding]:
    """What keeps both from meeting on a channel: bindings that say another topic or queue, and parameters' values.

    Who receives may look for values that never come; only those that it lists are missed."""
    if met.new is None or met.unread:
        return
    theirs, mine = met.new.channel, met.old.channel
    if met.old.action == "receive":
        listed = {name: one for name, one in mine.parameters.items() if one.values is not None}
        mine = replace(mine, parameters=listed)
    channels = Channels(met.sides, theirs, mine)
    meeting = Channels(met.sides, _bound_as(theirs, mine), _bound_as(mine, theirs))
    yield from (one for one in binding_changed(meeting) if one.severity == "breaking")
    if normal(theirs.address) == normal(mine.address):
        yield from address_parameter_narrowed(channels)


def _bound_as(one: Channel, other: Channel) -> Channel:
    """A channel with what it says to protocols only as far as another says it, too."""
    shared: dict[str, Json] = {}
    for protocol in one.bindings.keys() & other.bindings.keys():
        mine, theirs = one.bindings[protocol], other.bindings[protocol]
        if isinstance(mine, dict) and isinstance(theirs, dict):
            shared[protocol] = {name: value for name, value in mine.items() if name in theirs}
    return replace(one, bindings=shared)


def uses(consumer: Api, provider: Api) -> frozenset[str]:
    """The provider's operations, channels and members of messages that the consumer has."""
    found = {f"server {name}" for name in provider.servers}
    for mine in consumer.operations.values():
        for theirs in _at(provider, mine.channel.address, OTHER[mine.action]):
            found |= {f"operation {theirs.title}", f"channel {theirs.channel.address or theirs.channel.name}"}
            for one in (*mine.messages.values(), *(mine.reply.messages.values() if mine.reply else ())):
                inner = set() if one.payload is None or one.payload.json is None else paths(one.payload.json)
                found |= {f"operation {theirs.title} {path}" for path in inner}
    return frozenset(found)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("what the consumer receives and the provider sends, by address", "judged"),
    ("what the consumer sends and the provider receives, by address", "judged"),
    ("an address that a consumer fills in where the provider's has parameters", "judged"),
    ("parameters of addresses, and bindings of channels that name a topic, a queue or an exchange", "judged"),
    ("messages by name, or by what they hold", "judged"),
    ("payloads, headers, content types, correlation ids and message bindings", "judged"),
    ("AsyncAPI's discriminator", "not-covered: what it tells apart is not judged; equal schemas are equal"),
    ("replies", "judged"),
    ("references that lead nowhere", "not-covered: a problem of the document tells which"),
    ("servers, their protocols and security", "not-covered: two documents name their servers as they like"),
)
"""What of two AsyncAPI documents is judged, in the words of the catalogue."""

_ON_CHANNELS: Final[tuple[Rule, ...]] = (binding_changed, address_parameter_narrowed)
PAIR: Final = Pair("asyncapi", "asyncapi", judge, uses, (*_RULES, *_ON_CHANNELS, operation_unread, *MESSAGE_RULES))
