"""What the specification demands of a document's parts, told part by part."""

from typing import Final

from troth_schemas.asyncapi.nodes import Node, Tree
from troth_schemas.documents import Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.problem import pointer

_ROOT: Final = {
    "2": ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "components", "tags", "externalDocs"),
    "3": ("asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations", "components"),
}
_CHANNEL: Final = {
    "2": ("$ref", "description", "servers", "subscribe", "publish", "parameters", "bindings"),
    "3": ("address", "messages", "title", "summary", "description", "servers", "parameters", "tags", "externalDocs",
          "bindings"),
}  # fmt: skip
_OPERATION: Final = {
    "2": ("operationId", "summary", "description", "security", "tags", "externalDocs", "bindings", "traits", "message"),
    "3": ("action", "channel", "title", "summary", "description", "security", "tags", "externalDocs", "bindings",
          "traits", "messages", "reply"),
}  # fmt: skip
_MESSAGE: Final = (
    "messageId", "headers", "payload", "correlationId", "schemaFormat", "contentType", "name", "title", "summary",
    "description", "tags", "externalDocs", "bindings", "examples", "traits", "oneOf",
)  # fmt: skip

_DATA: Final = frozenset({"example", "examples", "default", "const", "enum"})
"""Members whose value is data, in which a ``$ref`` is no reference."""


def check(root: Node, version: str) -> None:
    """Look at the whole document."""
    major = version[0]
    _only(root, _ROOT[major])
    info = root.get("info")
    if info is None:
        root.problem("The document needs an info with title and version.")
    else:
        _texts(info, "info", "title", "version")
    if major == "2" and not isinstance(_value(root, "channels"), dict):
        root.problem("The document needs channels, an object (it may be empty).")
    for name, server in root.members("servers"):
        _texts(server, f"the server {name}", "host" if major == "3" else "url", "protocol")
    for name, channel in root.members("channels"):
        _channel(name, channel, major)
    for name, operation in root.members("operations") if major == "3" else ():
        _operation_3(name, operation)
    if major == "2":
        _names_of_2(root)
    _references(root)


def _names_of_2(root: Node) -> None:
    """What version 2 mentions by name, not by reference, must be there, and every operation has its own name."""
    servers, seen = dict(root.members("servers")), set[str]()
    components = root.get("components")
    schemes = dict(components.members("securitySchemes")) if components is not None else {}
    secured = list(servers.values())
    for _, channel in root.members("channels"):
        for one in channel.elements("servers"):
            if one.value not in servers:
                one.problem(f"No server is called {one.value}.")
        for operation in filter(None, map(channel.get, ("publish", "subscribe"))):
            secured.append(operation)
            name = operation.text("operationId")
            if name is not None and name in seen:
                operation.problem(f"A second operation is called {name}.", "operationId")
            seen.add(name or "")
    for holder in secured:
        for requirement in holder.elements("security"):
            for scheme in requirement.value if isinstance(requirement.value, dict) else ():
                if scheme not in schemes:
                    requirement.problem(f"No security scheme is called {scheme}.", scheme)


def _channel(name: str, channel: Node, major: str) -> None:
    if not isinstance(channel.value, dict):
        channel.problem(f"The channel {name} is an object.")
        return
    _only(channel, _CHANNEL[major])
    for parameter in _placeholders(channel.text("address") or "" if major == "3" else name):
        if parameter not in dict(channel.members("parameters")):
            channel.problem(f"The parameter {{{parameter}}} of the address is not described.", warning=True)
    for key, message in channel.members("messages"):
        _message(key, message)
    for word in ("publish", "subscribe") if major == "2" else ():
        operation = channel.get(word)
        if operation is not None:
            _only(operation, _OPERATION["2"])
            message_2 = operation.get("message")
            for one in [] if message_2 is None else [message_2, *message_2.elements("oneOf")]:
                _message(f"of {word} {name}", one)


def _operation_3(name: str, operation: Node) -> None:
    _only(operation, _OPERATION["3"])
    if operation.text("action") not in ("send", "receive"):
        operation.problem(f"The action of the operation {name} is send or receive.")
    channel = operation.get("channel")
    if channel is None:
        operation.problem(f"The operation {name} needs a channel, a reference to one.")
    elif not channel.broken and channel.at.pointer.startswith(f"{operation.at.pointer}/"):
        operation.problem(f"The channel of the operation {name} must be a reference.", "channel")


def _message(name: str, message: Node) -> None:
    if message.broken:
        return
    if not isinstance(message.value, dict):
        message.problem(f"The message {name} is an object.")
        return
    _only(message, _MESSAGE)
    correlation = message.get("correlationId")
    location = None if correlation is None else correlation.text("location")
    if correlation is not None and not correlation.broken and not _is_expression(location or ""):
        correlation.problem("The location of a correlation id is like $message.header#/id or $message.payload#/id.")


def _is_expression(text: str) -> bool:
    return text.startswith(("$message.header#", "$message.payload#"))


def _texts(node: Node, what: str, *names: str) -> None:
    for name in names:
        if not node.broken and node.text(name) is None:
            node.problem(f"{what[:1].upper()}{what[1:]} needs a {name}, a text.")


def _only(node: Node, known: tuple[str, ...]) -> None:
    """Members that the specification does not know are most likely misspelt."""
    for name in node.value if isinstance(node.value, dict) else ():
        if name not in known and not name.startswith("x-"):
            node.problem(f"{name!r} is no member that the specification knows here.", name, warning=True)


def _value(node: Node, name: str) -> Json:
    found = node.get(name)
    return None if found is None else found.value


def _placeholders(address: str) -> list[str]:
    return [piece.partition("}")[0] for piece in address.split("{")[1:] if "}" in piece]


def _references(root: Node) -> None:
    """Every reference in the documents must lead somewhere, also where nothing else looks."""
    documents = root.tree.documents
    for name in documents.sources.files:
        if name != root.at.document and name.lower().endswith((".json", ".yaml", ".yml", ".avsc")):
            try:
                _references_of(root.tree, Location(name), documents.document(name).value)
            except ContractUnreadable as problem:
                root.tree.problem(root.at, f"{problem}")
    _references_of(root.tree, root.at, root.value)


def _references_of(tree: Tree, at: Location, value: Json) -> None:
    left = [(at, value)]
    while left:
        at, value = left.pop()
        if isinstance(value, dict):
            reference = value.get("$ref")
            if isinstance(reference, str) and "#" in reference and "#/" not in f"{reference}/":
                continue  # an anchor of JSON Schema
            if isinstance(reference, str) and not reference.endswith(".proto"):
                tree.node(at)
            left.extend(
                (Location(at.document, at.pointer + pointer(name)), one)
                for name, one in value.items()
                if name not in _DATA
            )
        elif isinstance(value, list):
            left.extend((Location(at.document, at.pointer + pointer(index)), one) for index, one in enumerate(value))
