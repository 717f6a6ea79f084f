"""What a document says, as bytes that are equal for documents that say the same."""

import hashlib
import json
from collections.abc import Iterator

from troth_schemas import formats
from troth_schemas.asyncapi.met import normal
from troth_schemas.asyncapi.model import Api, Channel, Message, Operation, Parameter, Schema, Server
from troth_schemas.documents import Location
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi.labels import Labels


def canonical(api: Api) -> bytes:
    """Sorted, references followed, traits merged, without what only people read; each schema as a label."""
    form = _Form(api)
    said: Document = {
        "version": api.version[0],
        "servers": {name: _server(one) for name, one in api.servers.items()},
        "channels": {name: form.channel(one) for name, one in api.channels.items()},
        "operations": {name: form.operation(one) for name, one in api.operations.items()},
    }
    if api.unread:
        said["unread"] = [*sorted(f"{one.kind} {one.name}" for one in api.unread)]
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


def digest(api: Api) -> str:
    """The SHA-256 of what the document says."""
    return hashlib.sha256(canonical(api)).hexdigest()


class _Form:
    def __init__(self, api: Api) -> None:
        self._labels = Labels(api.documents)
        self._labels.prepare(_schemas(api))

    def channel(self, one: Channel) -> Json:
        parameters = [self._parameter(each) for each in one.parameters.values()]
        messages: Json = {name: self._message(each) for name, each in one.messages.items()}
        servers: Json = None if one.servers is None else [*sorted(one.servers)]
        return [normal(one.address), parameters, messages, servers, dict(one.bindings)]

    def operation(self, one: Operation) -> Json:
        reply: Json = None
        if one.reply is not None:
            answers: Json = {name: self._message(each) for name, each in one.reply.messages.items()}
            reply = [one.reply.address, answers]
        messages: Json = {name: self._message(each) for name, each in one.messages.items()}
        security: Json = _security(one.security)
        return [one.action, one.channel.name, messages, reply, security, dict(one.bindings)]

    def _message(self, one: Message) -> Json:
        headers: Json = [self._schema(each) for each in one.headers]
        return [self._schema(one.payload), headers, one.content_type, one.correlation, dict(one.bindings or {})]

    def _parameter(self, one: Parameter) -> Json:
        values: Json = None if one.values is None else [*sorted(one.values)]
        return [values, None if one.schema is None else self._labels.of(one.schema.location)]

    def _schema(self, one: Schema | None) -> Json:
        if one is None:
            return None
        if one.why:
            return [one.language, one.why]
        if one.json is not None:
            return f"{one.json.dialect} {self._labels.of(one.json.location)}"
        return f"{one.language} {formats.find(one.language).digest(one.loaded)}"


def _schemas(api: Api) -> Iterator[Location]:
    """Every JSON Schema of the document, each perhaps several times."""
    messages = [one for channel in api.channels.values() for one in channel.messages.values()]
    for operation in api.operations.values():
        messages += operation.messages.values()
        messages += () if operation.reply is None else operation.reply.messages.values()
    for message in messages:
        found = (*message.headers, *(() if message.payload is None else (message.payload,)))
        yield from (one.json.location for one in found if one.json is not None)
    for channel in api.channels.values():
        parameters = (one.schema for one in channel.parameters.values())
        yield from (one.location for one in parameters if one is not None)


def _server(one: Server) -> Json:
    return [one.host, one.protocol, _security(one.security), dict(one.bindings)]


def _security(alternatives: tuple[frozenset[str], ...]) -> Json:
    return [*sorted(" and ".join(sorted(one)) for one in alternatives)]
