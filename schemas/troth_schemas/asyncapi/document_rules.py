"""Rules about what carries messages: servers, operations and replies, and what all of these say to protocols."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi import examples
from troth_schemas.asyncapi.channel_rules import CHANNEL_RULES
from troth_schemas.asyncapi.message_rules import changed
from troth_schemas.asyncapi.met import BOTH, GONE, Channels, Operations, Servers, found, name_of, normal
from troth_schemas.asyncapi.model import Channel, Unread
from troth_schemas.asyncapi.talk import Sides
from troth_schemas.finding import Finding, Found, Severity
from troth_schemas.rule import Rule, rule

_ADDRESSING: Final = frozenset({"topic", "queue", "exchange", "is", "destinations", "method", "qos"})
"""Members of bindings that say where or how messages go."""
_PLACES: Final = ("topic", "destination")
"""Members that give an address another name; it is the address itself where they are absent."""


@rule("asyncapi/server-removed", severity="breaking", mirror=GONE)
def server_removed(pair: Servers) -> Iterator[Found]:
    """A server is gone.

    Why it breaks: clients that connect to it find nobody.
    Instead: keep the server until nobody connects to it.
    """
    if pair.new is None:
        yield found(
            pair.sides,
            f"server {pair.old.name}",
            f"The server {pair.old.name} is gone.",
            None,
            pair.old.at,
            witness=examples.of_server(pair.old),
        )


@rule("asyncapi/server-moved", severity="risky", mirror=BOTH)
def server_moved(pair: Servers) -> Iterator[Found]:
    """A server has another address.

    Why it matters: clients that were not told connect to the old one.
    Instead: serve both until every client has moved.
    """
    if pair.new is not None and pair.new.host != pair.old.host:
        message = f"The server {pair.old.name} moved from {pair.old.host} to {pair.new.host}."
        yield found(pair.sides, f"server {pair.old.name}", message, pair.new.at, pair.old.at)


@rule("asyncapi/protocol-changed", severity="breaking", mirror=BOTH)
def protocol_changed(pair: Servers) -> Iterator[Found]:
    """A server speaks another protocol.

    Why it breaks: clients speak the old one.
    Instead: add a server that speaks the new protocol.
    """
    if pair.new is not None and pair.new.protocol != pair.old.protocol:
        message = f"The server {pair.old.name} speaks {pair.new.protocol}, not {pair.old.protocol} any more."
        yield found(
            pair.sides,
            f"server {pair.old.name}",
            message,
            pair.new.at,
            pair.old.at,
            witness=examples.of_server(pair.old),
        )


@rule("asyncapi/binding-changed", severity="risky", mirror=BOTH)
def binding_changed(pair: Servers | Channels | Operations) -> Iterator[Found]:
    """What a server, a channel or an operation says to a protocol is another.

    Why it matters: where messages go and how they are delivered depends on it. Where the name of a topic, a queue or an
    exchange, the method or the quality of service changes, it breaks.
    Instead: add a channel with the new binding.
    """
    if pair.new is None:
        return
    name = name_of(pair)
    for protocol in changed(pair.new.bindings, pair.old.bindings):
        new, old = pair.new.bindings.get(protocol), pair.old.bindings[protocol]
        both = [one if isinstance(one, dict) else {} for one in (new, old)]
        breaks = any(both[0].get(member) != both[1].get(member) for member in _ADDRESSING)
        severity: Severity | None = "breaking" if breaks else None
        message = f"The {protocol} binding of the {name} is another."
        yield found(pair.sides, name, message, pair.new.at, pair.old.at, protocol, severity=severity)
    if isinstance(pair, Channels):
        for protocol, place in _newly_bound(pair.new, pair.old):
            message = f"The {protocol} binding of the {name} says {place}, where nothing was said but the address."
            yield found(pair.sides, name, message, pair.new.at, pair.old.at, protocol)


def _newly_bound(new: Channel, old: Channel) -> Iterator[tuple[str, str]]:
    """What new bindings of a channel call a topic or the like, where that is not the address, which holds without."""
    for protocol in sorted(new.bindings.keys() - old.bindings.keys()):
        binding = new.bindings[protocol]
        members = binding if isinstance(binding, dict) else {}
        for member in _PLACES:
            place = members.get(member)
            if isinstance(place, str) and place != old.address:
                yield protocol, f"the {member} {place}"


@rule("asyncapi/security-added", severity="breaking", mirror="one way only: what asks for less harms nobody")
def security_added(pair: Servers | Operations) -> Iterator[Found]:
    """A server or an operation asks for credentials that were not asked for, or does not take those that were.

    Why it breaks: clients are turned away.
    Instead: accept the old way beside the new one until every client has the new credentials.
    """
    if pair.new is None or not pair.new.security:
        return
    name = name_of(pair)
    for old in pair.old.security or (frozenset(),):
        if not any(new <= old for new in pair.new.security):
            wanted = " or ".join(map(_shown, pair.new.security))
            message = f"The {name} wants {wanted}; {_shown(old)} will not do any more."
            yield found(
                pair.sides,
                name,
                message,
                pair.new.at,
                pair.old.at,
                _shown(old),
                witness=examples.of_credentials(_shown(old)),
            )


def _shown(credentials: frozenset[str]) -> str:
    return " and ".join(sorted(credentials)) or "no credentials"


@rule("asyncapi/operation-removed", severity="breaking", aliases=("operation-removed",), mirror=GONE)
def operation_removed(pair: Operations) -> Iterator[Found]:
    """An operation is gone, though its channel is still there.

    Why it breaks: what it sent does not come any more, or what it received nobody takes.
    Instead: keep the operation until nobody relies on it.
    """
    if pair.new is None and not pair.channel_gone:
        name = f"operation {pair.old.title}"
        yield found(
            pair.sides, name, f"The {name} is gone.", None, pair.old.at, witness=examples.of_operation(pair.old)
        )


@rule("asyncapi/reply-removed", severity="breaking", mirror=GONE)
def reply_removed(pair: Operations) -> Iterator[Found]:
    """An operation has no reply any more.

    Why it breaks: whoever asked waits in vain.
    Instead: go on replying.
    """
    if pair.new is not None and pair.old.reply is not None and pair.new.reply is None:
        name = f"operation {pair.old.title}"
        yield found(
            pair.sides,
            name,
            f"The {name} has no reply, for which its clients wait.",
            pair.new.at,
            pair.old.reply.at,
            witness=examples.of_reply(pair.old.reply.address),
        )


@rule("asyncapi/reply-address-changed", severity="breaking", mirror=BOTH)
def reply_address_changed(pair: Operations) -> Iterator[Found]:
    """The reply to an operation goes elsewhere.

    Why it breaks: whoever asked listens at the old address.
    Instead: keep the address of replies.
    """
    new, old = None if pair.new is None else pair.new.reply, pair.old.reply
    if new is None or old is None or new.broken or old.broken:
        return
    if old.address and normal(new.address) != normal(old.address):
        name = f"operation {pair.old.title}"
        message = f"The reply of the {name} goes to {new.address}; its clients wait at {old.address}."
        yield found(pair.sides, name, message, new.at, old.at, witness=examples.of_reply(old.address))


@rule("asyncapi/part-not-covered", severity="not-covered", mirror=BOTH)
def part_not_covered(pair: Servers | Channels | Operations) -> Iterator[Found]:
    """A server, a channel or an operation could not be read, or what has no counterpart may be one of these.

    Why it matters: what a broken reference would have said may break.
    Instead: mend the references that the problems of the document name.
    """
    if pair.unread:
        name = name_of(pair)
        new = None if pair.new is None else pair.new.at
        message = f"The {name} is not judged, as not all of it could be read: {pair.unread}."
        yield found(pair.sides, name, message, new, pair.old.at)


def findings(pair: Servers | Channels | Operations) -> Iterator[Finding]:
    """All that the rules find about something that could be read; else that it could not."""
    if pair.unread:
        yield from part_not_covered(pair)
        return
    rules = {Servers: ON_SERVERS, Channels: ON_CHANNELS, Operations: ON_OPERATIONS}[type(pair)]
    for one in rules:
        yield from one(pair)


@rule("asyncapi/operation-unread", severity="not-covered", mirror=BOTH)
def operation_unread(about: tuple[Sides, Unread, str]) -> Iterator[Found]:
    """An operation that clients use could not be read: its channel, for one, is a reference that leads nowhere.

    Why it matters: what it says may break.
    Instead: mend the references that the problems of the document name.
    """
    sides, one, title = about
    what = f"Operations of the channel {one.name}" if one.hides else f"The operation {one.name}"
    message = f"{what} could not be read: {one.why}."
    yield found(sides, title, message, None, one.at, one.name)


ON_SERVERS: Final[tuple[Rule, ...]] = (server_removed, server_moved, protocol_changed, binding_changed, security_added)
ON_CHANNELS: Final[tuple[Rule, ...]] = (*CHANNEL_RULES, binding_changed)
ON_OPERATIONS: Final[tuple[Rule, ...]] = (
    operation_removed, reply_removed, reply_address_changed, binding_changed, security_added,
)  # fmt: skip
DOCUMENT_RULES: Final[tuple[Rule, ...]] = (
    *ON_SERVERS,
    *CHANNEL_RULES,
    *ON_OPERATIONS[:-2],
    part_not_covered,
    operation_unread,
)
