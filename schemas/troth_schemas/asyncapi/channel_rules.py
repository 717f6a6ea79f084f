"""Rules about channels and their addresses."""

import re
from collections.abc import Iterator
from typing import Final

from troth_schemas.asyncapi import examples
from troth_schemas.asyncapi.met import BOTH, GONE, Channels, found, normal
from troth_schemas.asyncapi.model import Api, Channel, Parameter
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found, Witness
from troth_schemas.jsonschema import contain
from troth_schemas.rule import Rule, rule


@rule("asyncapi/channel-removed", severity="breaking", aliases=("channel-removed",), mirror=GONE)
def channel_removed(pair: Channels) -> Iterator[Found]:
    """A channel is gone, with every operation on it.

    Why it breaks: clients that listen there hear nothing, and what they send there nobody takes.
    Instead: keep the channel until nobody uses it.
    """
    if pair.new is None:
        name = pair.old.address or pair.old.name
        yield found(
            pair.sides,
            f"channel {name}",
            f"The channel {name} is gone.",
            None,
            pair.old.at,
            witness=examples.of_channel(pair.old),
        )


@rule("asyncapi/address-changed", severity="breaking", mirror=BOTH)
def address_changed(pair: Channels) -> Iterator[Found]:
    """A channel has another address.

    Why it breaks: clients go on using the old one.
    Instead: add a channel with the new address and keep the old one. Renaming a parameter of the address is no change.
    """
    if pair.new is not None and normal(pair.new.address) != normal(pair.old.address):
        message = f"The address of the channel {pair.old.name} is {pair.new.address}, not {pair.old.address} any more."
        yield found(
            pair.sides,
            f"channel {pair.old.address or pair.old.name}",
            message,
            pair.new.at,
            pair.old.at,
            witness=examples.of_channel(pair.old),
        )


@rule("asyncapi/channel-server-removed", severity="breaking", mirror="one way only: one more server harms nobody")
def channel_server_removed(pair: Channels) -> Iterator[Found]:
    """A channel is not on a server any more, though the server is still there.

    Why it breaks: clients that use the channel there hear nothing, and nobody takes what they send.
    Instead: keep the channel on every server where it is used.
    Note: a channel that names no servers is on all of them.
    """
    if pair.new is None:
        return
    name = pair.old.address or pair.old.name
    here = pair.sides.app.servers
    for server in _servers(pair.old, pair.sides.clients):
        if server in here and server not in _servers(pair.new, pair.sides.app):
            message = f"The channel {name} is not on the server {server} any more."
            witness = examples.of_server(pair.sides.clients.servers[server])
            yield found(pair.sides, f"channel {name}", message, pair.new.at, pair.old.at, server, witness=witness)


def _servers(channel: Channel, api: Api) -> list[str]:
    """The servers that a channel is on, of those that the document has."""
    return [name for name in api.servers if channel.servers is None or name in channel.servers]


@rule("asyncapi/address-parameter-narrowed", severity="breaking", mirror="one way only: more addresses harm nobody")
def address_parameter_narrowed(pair: Channels) -> Iterator[Found]:
    """A parameter of a channel's address allows fewer values than before.

    Why it breaks: clients use addresses that are not there any more.
    Instead: go on allowing the old values.
    """
    if pair.new is None:
        return
    name = pair.old.address or pair.old.name
    for new, old in zip(_in_order(pair.new), _in_order(pair.old), strict=False):
        if new is None or old is None:
            continue
        refused, unjudged = _refused(new, old)
        what = f"The parameter {old.name} of the address {name}"
        where = f"channel {name}"
        if refused is not None:
            message = f"{what} does not allow {refused} any more."
            witness = Witness("instance", refused)
            yield found(pair.sides, where, message, new.at, old.at, old.name, witness=witness)
        elif unjudged:
            message = f"{what} is not judged: {unjudged}."
            yield found(pair.sides, where, message, new.at, old.at, old.name, "?", severity="not-covered")


def _in_order(channel: Channel) -> list[Parameter | None]:
    """The parameters as they come in the address."""
    return [channel.parameters.get(name) for name in re.findall(r"\{([^}]*)\}", channel.address or "")]


def _refused(new: Parameter, old: Parameter) -> tuple[str | None, str]:
    """A value that the new parameter refuses and the old one allowed; and why that cannot be told."""
    if new.broken or old.broken:
        return None, new.broken or old.broken
    if new.schema is None or old.schema is None:
        allowed = ("any other value",) if old.values is None else old.values
        return next((one for one in allowed if new.values is not None and one not in new.values), None), ""
    try:
        answer = contain(new.schema, old.schema)
    except (LookupError, ContractUnreadable) as problem:
        return None, str(problem)
    gaps = answer.gaps
    proofs = [gap.witness[0] for gap in gaps if gap.witness is not None and isinstance(gap.witness[0], str)]
    refused = str(proofs[0]) if proofs else gaps[0].detail if gaps else None
    return refused, next((one.sentence for one in answer.unjudged), "")


CHANNEL_RULES: Final[tuple[Rule, ...]] = (
    channel_removed,
    address_changed,
    channel_server_removed,
    address_parameter_narrowed,
)
