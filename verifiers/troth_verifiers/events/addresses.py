"""Where an AsyncAPI channel is on a broker, by its address and its bindings."""

import re
from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi.model import Api, Channel, Operation, Parameter
from troth_schemas.asyncapi.nodes import Tree
from troth_schemas.json_body import Document, Json
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.examples import made_of
from troth_verifiers.events.reaching import PLAIN

_PARAMETER: Final = re.compile(r"\{([^{}]+)\}")
_LEVELS: Final = {"mqtt": "/"}
"""What parts the levels of an address; ``.`` where nothing is said."""


def address_of(channel: Channel, scheme: str, wildcard: str) -> str:
    """The channel as a transport wants it. ``wildcard`` takes the place of parameters whose value is not fixed.

    Raises `NotReplayable` where the address is only known at run time.
    """
    protocol = PLAIN.get(scheme, scheme)
    address = _address(channel, protocol)

    def filled(found: re.Match[str]) -> str:
        parameter = channel.parameters.get(found[1])
        if parameter is not None and parameter.values is not None and len(parameter.values) == 1:
            return parameter.values[0]
        if wildcard:
            return wildcard
        text = (
            f"The channel {address!r} has the parameter {found[1]!r}, and {protocol} cannot listen to all values of it."
        )
        raise NotReplayable(text)

    return _PARAMETER.sub(filled, address)


def fillings(channel: Channel, scheme: str, came: str) -> Iterator[tuple[Parameter, str]]:
    """The texts that stand for a channel's parameters in the address at which a message came.

    None where that is not one of the channel's own addresses, such as the key of what came through a queue.
    """
    protocol = PLAIN.get(scheme, scheme)
    try:
        pieces = _PARAMETER.split(_address(channel, protocol))
    except NotReplayable:
        return
    level = rf"([^{_LEVELS.get(protocol, '.')}]+)"
    found = re.fullmatch(level.join(map(re.escape, pieces[::2])), came)
    for name, text in zip(pieces[1::2], found.groups(), strict=True) if found else ():
        if name in channel.parameters:
            yield channel.parameters[name], text


def address_to(api: Api, channel: Channel, scheme: str) -> str:
    """The channel to send to; each parameter has the first value that the document gives for it.

    Raises `NotReplayable` where there is none, or the address is only known at run time.
    """
    protocol = PLAIN.get(scheme, scheme)

    def filled(found: re.Match[str]) -> str:
        parameter = channel.parameters.get(found[1])
        values = () if parameter is None else _values(api, parameter)
        if not values:
            raise NotReplayable(
                f"Which value of the parameter {found[1]!r} of the channel {address!r} to send to is not known; "
                "give it an enum, a default or examples."
            )
        return values[0]

    address = _address(channel, protocol)
    return _PARAMETER.sub(filled, address)


def reply_address(api: Api, operation: Operation) -> tuple[str, Channel | None]:
    """Where a request says that its reply goes to, and the channel of replies if that has an address of its own.

    Raises `NotReplayable` where the document says neither.
    """
    reply = operation.reply
    assert reply is not None
    node = Tree(api.documents).node(reply.at)
    address, at = node.get("address"), node.get("channel")
    location = "" if address is None else address.text("location") or ""
    channels = (one for one in api.channels.values() if at is not None and one.at == at.at)
    fixed = next((one for one in channels if one.address), None)
    if not location and fixed is None:
        raise NotReplayable("The document does not say where the reply goes: its channel has no address.")
    return location, fixed


def _values(api: Api, parameter: Parameter) -> tuple[str, ...]:
    """Values of a parameter that the document speaks of, its default first."""
    value = _object(api.documents.value(parameter.at))
    stated = [value[name] for name in ("default",) if name in value]
    examples = value.get("examples")
    more = [*(parameter.values or ()), *(examples if isinstance(examples, list) else ())]
    made = made_of(parameter.schema) if parameter.schema is not None and not stated and not more else ()
    return tuple(str(one) for one in (*stated, *more, *made))


def _address(channel: Channel, protocol: str) -> str:
    binding = _object(channel.bindings.get(protocol))
    address = _text(binding.get("topic")) if protocol == "kafka" else ""
    address = address or channel.address or ""
    if protocol == "amqp":
        address = _amqp(binding, address)
    if not address:
        raise NotReplayable(f"The channel {channel.name!r} has no address, which is only known at run time.")
    return address


def _amqp(binding: Document, address: str) -> str:
    if binding.get("is") == "queue":
        return _text(_object(binding.get("queue")).get("name")) or address
    exchange = _text(_object(binding.get("exchange")).get("name"))
    return f"{exchange}/{address}" if exchange else address


def _object(value: Json) -> Document:
    return value if isinstance(value, dict) else {}


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""
