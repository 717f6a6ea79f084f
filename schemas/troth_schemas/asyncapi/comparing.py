"""A document against its earlier version: what breaks those who keep to the old one."""

from collections.abc import Iterator

from troth_schemas.asyncapi.document_rules import findings as found_of
from troth_schemas.asyncapi.document_rules import operation_unread
from troth_schemas.asyncapi.met import Channels, Operations, Servers, normal
from troth_schemas.asyncapi.model import Action, Api, Channel, Operation
from troth_schemas.asyncapi.schema_rules import judge
from troth_schemas.asyncapi.talk import Sides, Talk, pairs
from troth_schemas.finding import Finding
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report

OTHER: dict[Action, Action] = {"send": "receive", "receive": "send"}


def compare(reader: Api, writer: Api, options: Options) -> Report:
    """What of the writer's document the reader's does not keep: the reader's is the new version, or the application
    that must go on serving the clients of the writer's."""
    sides = Sides(reader, writer, options)
    channels = _matched_channels(reader, writer)
    findings: list[Finding] = []
    for old_server in writer.servers.values():
        servers = Servers(sides, reader.servers.get(old_server.name), old_server)
        findings += found_of(servers)
    for old_channel in writer.channels.values():
        met = Channels(sides, channels.get(old_channel), old_channel)
        findings += found_of(met)
    operations = list(_matched_operations(sides, channels))
    for each in operations:
        findings += found_of(each)
        for talk in talks(each):
            findings += judge(pairs(talk))
    lost = [one for one in writer.unread if one.kind == "operation"]
    findings += (one for each in lost for one in operation_unread((sides, each, f"operation {each.name}")))
    things = len(writer.servers) + len(writer.channels) + len(operations)
    return make_report(findings, things or 1, tuple(one.old.title for one in operations))


def talks(pair: Operations) -> Iterator[Talk]:
    """What is said in an operation, and in reply to it."""
    new, old = pair.new, pair.old
    if new is None:
        return
    yield Talk(pair.sides, old.title, new.action, new.messages, old.messages, new.at, old.at)
    if new.reply is not None and old.reply is not None:
        messages = new.reply.messages, old.reply.messages
        yield Talk(pair.sides, old.title, OTHER[new.action], *messages, new.reply.at, old.reply.at, "reply")


def _matched_channels(new: Api, old: Api) -> dict[Channel, Channel]:
    """Each old channel with the new one of its address, else of its name. Where several share an address, as over one
    web socket, the one of its name comes first, then the one that shares a message with it."""
    by_address: dict[str | None, list[Channel]] = {}
    for one in new.channels.values():
        by_address.setdefault(normal(one.address), []).append(one)
    found: dict[Channel, Channel] = {}
    for one in old.channels.values():
        here = [] if one.address is None else by_address.get(normal(one.address), [])
        match = min(here, key=lambda each: _strangeness(each, one), default=new.channels.get(one.name))
        if match is not None:
            found[one] = match
    return found


def _strangeness(new: Channel, old: Channel) -> int:
    if new.name == old.name:
        return 0
    return 1 if new.messages.keys() & old.messages.keys() else 2


def _matched_operations(sides: Sides, channels: dict[Channel, Channel]) -> Iterator[Operations]:
    """Each old operation with the new one of its name, else with the one that does the same on its channel."""
    acting = {(one.channel, one.action): one for one in sides.app.operations.values()}
    for old in sides.clients.operations.values():
        channel = channels.get(old.channel)
        named = sides.app.operations.get(old.name)
        if named is not None and (named.action != old.action or named.channel is not channel):
            named = None
        new = named or (None if channel is None else acting.get((channel, old.action)))
        yield Operations(sides, new, old, channel is None)


def operation_at(api: Api, address: str | None, action: Action) -> list[Operation]:
    """The operations of a document that do something at an address."""
    wanted = normal(address)
    return [one for one in api.operations.values() if one.action == action and normal(one.channel.address) == wanted]
