"""Concrete exchanges that prove a finding: what a client does that keeps to what it was told."""

from troth_schemas.asyncapi.model import Channel, Message, Operation, Server
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Witness
from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import sample


def of_message(operation: str, one: Message) -> Witness:
    """A message as one side knows it."""
    return Witness("message", {"operation": operation, **_message(one)})


def of_operation(one: Operation) -> Witness:
    """What is said in an operation: its address and a message."""
    said: Document = {"operation": one.title, "address": one.channel.address}
    return Witness("message", {**said, **next(map(_message, one.messages.values()), {})})


def of_channel(one: Channel) -> Witness:
    """An address that is used."""
    return Witness("message", {"address": one.address, **next(map(_message, one.messages.values()), {})})


def of_server(one: Server) -> Witness:
    """A connection that is made."""
    return Witness("call", {"connect": one.host, "protocol": one.protocol})


def of_credentials(credentials: str) -> Witness:
    """What somebody shows who is turned away."""
    return Witness("call", {"credentials": credentials})


def of_reply(address: str | None) -> Witness:
    """Where somebody waits for an answer."""
    return Witness("call", {"waits for an answer at": address})


def _message(one: Message) -> Document:
    found: Document = {"message": one.name, "contentType": one.content_type}
    if one.correlation is not None:
        found["correlationId"] = one.correlation
    payload = None if one.payload is None or one.payload.json is None else _sample(one)
    return found if payload is None else {**found, "payload": payload[0]}


def _sample(one: Message) -> tuple[Json] | None:
    assert one.payload is not None
    assert one.payload.json is not None
    try:
        return sample(one.payload.json)
    except (LookupError, ContractUnreadable):
        return None
