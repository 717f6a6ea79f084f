"""AsyncAPI documents read into the model, with every problem found."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from troth_schemas.asyncapi.broken import lost, lost_sections, reason
from troth_schemas.asyncapi.model import (
    Action,
    Api,
    Channel,
    Message,
    Operation,
    Parameter,
    Reply,
    Schema,
    Server,
    Unread,
)
from troth_schemas.asyncapi.nodes import Node, Tree, last_step
from troth_schemas.asyncapi.schemas import schema_of
from troth_schemas.asyncapi.security import security_2, security_3
from troth_schemas.asyncapi.structure import check
from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.problem import Problem, steps_of
from troth_schemas.sources import Sources

_VERSIONS: Final = re.compile(r"(2\.[0-6]|3\.[01])\.\d+")
_ACTIONS: Final[Mapping[str, Action]] = {"publish": "receive", "subscribe": "send"}


def read(sources: Sources) -> tuple[Api, tuple[Problem, ...]]:
    """The document with its problems. Raises ContractUnreadable."""
    tree = Tree(Documents(sources))
    root = tree.node(Location(sources.root))
    version = root.text("asyncapi") or ""
    if _VERSIONS.fullmatch(version) is None:
        raise ContractUnreadable(
            f"the document {sources.root}",
            f"is of AsyncAPI {version}, which is not read," if version else "does not say which AsyncAPI it follows",
            index=0,
            place="line 1, column 1",
            fix='Versions 2.0.0 to 3.1.0 are read: begin with "asyncapi: 3.0.0", for instance.',
        )
    check(root, version)
    reader = _Version3(root) if version.startswith("3") else _Version2(root)
    channels = dict(reader.channels())
    operations = {one.name: one for one in reader.operations(channels)}
    unread = (*lost_sections(root, version), *reader.unread)
    api = Api(tree.documents, version, channels, operations, dict(_servers(root, version)), unread)
    return api, tuple(tree.problems.values())


class _Version3:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.unread: list[Unread] = []
        self.default_type = root.text("defaultContentType") or ""

    def channels(self) -> Iterator[tuple[str, Channel]]:
        for name, node in self.root.members("channels"):
            if node.broken:
                self.unread.append(Unread("channel", name, node.at, node.broken))
            messages = {key: message(one, key, self.default_type, 3) for key, one in node.members("messages")}
            servers = tuple(last_step(one) for one in node.elements("servers")) or None
            yield name, _channel(name, node.text("address"), node, messages, servers, parameters_3(node))

    def operations(self, channels: Mapping[str, Channel]) -> Iterator[Operation]:
        by_place = {one.at: one for one in channels.values()}
        for name, bare in self.root.members("operations"):
            node = with_traits(bare, 3)
            action, at = node.text("action"), node.get("channel")
            channel = None if at is None or at.broken else by_place.get(at.at)
            if channel is None or action not in ("send", "receive"):
                self.unread.append(Unread("operation", name, bare.at, _unusable(node, at, name)))
                continue
            messages = self._messages(node, channel)
            reply = node.get("reply")
            yield Operation(
                name,
                "send" if action == "send" else "receive",
                channel,
                messages,
                node.at,
                None if reply is None else self._reply(reply, by_place),
                security_3(node),
                bindings(node),
                reason(node, "security"),
            )

    def _messages(self, node: Node, channel: Channel) -> Mapping[str, Message]:
        listed = node.get("messages")
        if listed is None:
            return channel.messages
        if listed.broken:
            return {"messages": lost("messages", listed)}
        by_place = {one.at: one.name for one in channel.messages.values()}
        found: dict[str, Message] = {}
        for index, one in enumerate(node.elements("messages")):
            said = _mentioned(listed.value, index)
            name = said if said in channel.messages else by_place.get(one.at, "")
            if name and channel.messages[name].at == one.at:
                found[name] = channel.messages[name]
            elif one.broken:
                found[said or f"message {index + 1}"] = lost(said or f"message {index + 1}", one)
            else:
                node.problem(f"The message {last_step(one)} is not one of the channel {channel.name}.", "messages")
        return found

    def _reply(self, node: Node, by_place: Mapping[Location, Channel]) -> Reply:
        at, address = node.get("channel"), node.get("address")
        why = reason(node, "channel", "address")
        channel = None if at is None else by_place.get(at.at)
        location = None if address is None else address.text("location")
        fixed = None if channel is None else channel.address
        messages: Mapping[str, Message] = {} if channel is None else self._messages(node, channel)
        if why and not messages:
            messages = {"reply": Message("reply", node.at, broken=why, lost=True)}
        return Reply(node.at, location or fixed, messages, why)


def _unusable(operation: Node, channel: Node | None, name: str) -> str:
    """Why an operation could not be read; that its channel is none of the document's is told as a problem here."""
    if operation.broken or (channel is not None and channel.broken):
        return operation.broken or ("" if channel is None else channel.broken)
    inline = channel is not None and channel.at.pointer.startswith(f"{operation.at.pointer}/")
    if channel is None or inline or operation.text("action") not in ("send", "receive"):
        return "it has no action, or refers to no channel"
    operation.problem(f"The channel of the operation {name} is none of the document's channels.", "channel")
    return "its channel is none of the document's channels"


def _mentioned(references: Json, index: int) -> str:
    """The name that a reference ends with: two messages of a channel may well be one and the same."""
    one = references[index] if isinstance(references, list) else None
    reference = one.get("$ref") if isinstance(one, dict) else None
    steps = steps_of(str(reference).partition("#")[2])
    return steps[-1] if steps else ""


class _Version2:
    def __init__(self, root: Node) -> None:
        self.root = root
        self.unread: list[Unread] = []
        self.default_type = root.text("defaultContentType") or ""

    def channels(self) -> Iterator[tuple[str, Channel]]:
        for name, node in self.root.members("channels"):
            servers = tuple(str(one.value) for one in node.elements("servers")) or None
            yield name, _channel(name, name, node, {}, servers, parameters_2(node))

    def operations(self, channels: Mapping[str, Channel]) -> Iterator[Operation]:
        for name, node in self.root.members("channels"):
            if node.broken:
                self.unread.append(Unread("operation", name, node.at, node.broken, hides=True))
            for word, action in _ACTIONS.items():
                bare = node.get(word)
                if bare is None:
                    continue
                operation = with_traits(bare, 2)
                messages = dict(self._messages(operation))
                called = operation.text("operationId") or f"{word} {name}"
                alternatives = security_2(self.root, operation)
                why = reason(operation, "security")
                yield Operation(
                    called, action, channels[name], messages, bare.at, None, alternatives, bindings(operation), why
                )

    def _messages(self, operation: Node) -> Iterator[tuple[str, Message]]:
        node = operation if operation.broken else operation.get("message")
        if node is None:
            return
        choice = node.get("oneOf")
        listed = [choice] if choice is not None and choice.broken else list(node.elements("oneOf")) or [node]
        for index, one in enumerate(listed):
            said = _message_name(one)
            name = said or (f"message {index + 1}" if len(listed) > 1 else "message")
            made = message(one, name, self.default_type, 2)
            yield name, made if said else replace(made, nameless=True)


def _message_name(node: Node) -> str:
    """The name of a message of version 2, by its own word or by where it stands among the components."""
    steps = steps_of(node.at.pointer)
    among_components = steps[-1] if steps[:-1][-2:] == ("components", "messages") else ""
    return node.text("messageId") or node.text("name") or among_components


def message(bare: Node, name: str, default_type: str, version: int) -> Message:
    """A message with its traits."""
    if bare.broken:
        return lost(name, bare)
    node = with_traits(bare, version)
    schema_format = node.text("schemaFormat") or ""
    correlation = node.get("correlationId")
    headers: list[Schema] = []
    for one in (bare, *(trait for trait in node.more if trait.at != bare.at)):
        found = schema_of(one, "headers", "")
        if found is not None:
            headers.append(found)
    return Message(
        name,
        bare.at,
        schema_of(node, "payload", schema_format),
        tuple(headers),
        node.text("contentType") or default_type,
        None if correlation is None else correlation.text("location"),
        bindings(node),
        reason(node, "correlationId"),
    )


def with_traits(node: Node, version: int) -> Node:
    """A message or operation with its traits: in version 2 they win over its own members, in version 3 they do not."""
    traits = tuple(node.elements("traits"))
    if not traits:
        return node
    if version == 2:
        return Node(node.tree, node.at, node.value, traits[::-1])
    return Node(node.tree, node.at, {}, (node, *traits[::-1]))


def bindings(node: Node) -> Mapping[str, Json]:
    """What is said to each protocol; a trait may add protocols."""
    found: dict[str, Json] = {}
    for one in node.all("bindings"):
        for protocol, binding in one.members():
            found.setdefault(protocol, binding.value)
    return found


def _channel(
    name: str,
    address: str | None,
    node: Node,
    messages: Mapping[str, Message],
    servers: tuple[str, ...] | None,
    parameters: Mapping[str, Parameter],
) -> Channel:
    why = reason(node, "parameters", "messages", "servers")
    return Channel(name, address, node.at, parameters, messages, servers, bindings(node), why)


def parameters_3(node: Node) -> Mapping[str, Parameter]:
    """The parameters of an address: texts, perhaps listed."""
    found: dict[str, Parameter] = {}
    for name, one in node.members("parameters"):
        listed = one.get("enum")
        values = None
        if listed is not None and isinstance(listed.value, list):
            values = tuple(str(each) for each in listed.value)
        location = one.text("location") or ""
        found[name] = Parameter(name, one.at, values, broken=reason(one, "enum"), location=location)
    return found


def parameters_2(node: Node) -> Mapping[str, Parameter]:
    """The parameters of an address, each with a schema."""
    found: dict[str, Parameter] = {}
    for name, one in node.members("parameters"):
        schema = one.get("schema")
        listed = None if schema is None else schema.get("enum")
        values = tuple(map(str, listed.value)) if listed is not None and isinstance(listed.value, list) else None
        at = None if schema is None or schema.broken else SchemaAt(one.tree.documents, schema.at, "asyncapi")
        found[name] = Parameter(name, one.at, values, at, reason(one, "schema"), one.text("location") or "")
    return found


def _servers(root: Node, version: str) -> Iterator[tuple[str, Server]]:
    for name, node in root.members("servers"):
        if version.startswith("3"):
            host = f"{node.text('host') or ''}{node.text('pathname') or ''}"
            security = security_3(node)
        else:
            host = node.text("url") or ""
            security = security_2(root, node)
        why = reason(node, "security")
        yield name, Server(name, node.at, host, node.text("protocol") or "", security, bindings(node), why)
