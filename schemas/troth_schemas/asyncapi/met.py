"""Things of an earlier version, and what became of them: what rules about a document see."""

import re
from dataclasses import dataclass
from typing import Final

from troth_schemas.asyncapi.model import Channel, Operation, Server
from troth_schemas.asyncapi.talk import Sides
from troth_schemas.documents import Location
from troth_schemas.finding import Found, Severity, Witness

GONE: Final = "one way only: nobody relied on what was not there"
_FILLED: Final = r"([^/.:]+)"
BOTH: Final = "itself: it breaks in both directions"


@dataclass(frozen=True, slots=True, eq=False)
class Servers:
    """A server of the old version, and the one of that name in the new."""

    sides: Sides
    new: Server | None
    old: Server

    @property
    def unread(self) -> str:
        """Why nothing can be said of it: it, or what may be it, could not be read; "" where all could."""
        if self.new is None:
            return self.sides.app.hidden("server", self.old.name)
        return self.new.broken or self.old.broken


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """A channel of the old version, and what became of it."""

    sides: Sides
    new: Channel | None
    old: Channel

    @property
    def unread(self) -> str:
        """Why nothing can be said of it, as of a server."""
        if self.new is None:
            nameless = "" if self.old.address is not None else self.old.broken
            return nameless or self.sides.app.hidden("channel", self.old.name)
        return self.new.broken or self.old.broken


@dataclass(frozen=True, slots=True, eq=False)
class Operations:
    """An operation of the old version, and what became of it; ``channel_gone``: its channel went with it."""

    sides: Sides
    new: Operation | None
    old: Operation
    channel_gone: bool

    @property
    def unread(self) -> str:
        """Why nothing can be said of it, as of a server."""
        if self.new is None:
            return self.sides.app.hidden("operation", self.old.name) or self.sides.app.hidden("channel", "")
        return self.new.broken or self.old.broken


def found(
    sides: Sides,
    name: str,
    message: str,
    new: Location | None,
    old: Location,
    *key: str,
    severity: Severity | None = None,
    witness: Witness | None = None,
) -> Found:
    """A finding about something of the old version, and what became of it in the new."""
    app, clients = sides.app.place(new or sides.app.root), sides.clients.place(old)
    return Found(message, (name, *key), app, clients, name, name, witness, severity)


def name_of(pair: Servers | Channels | Operations) -> str:
    """What people call it."""
    match pair:
        case Servers():
            return f"server {pair.old.name}"
        case Channels():
            return f"channel {pair.old.address or pair.old.name}"
        case Operations():
            return f"operation {pair.old.title}"


def normal(address: str | None) -> str | None:
    """An address without the names of its parameters, which nobody outside sees."""
    return None if address is None else re.sub(r"\{[^}]*\}", "{}", address)


def covers(channel: Channel, address: str | None) -> bool:
    """Whether an address is one of those that a channel's address stands for, its parameters filled in."""
    if address is None or channel.address is None:
        return False
    pieces = re.split(r"\{([^}]*)\}", channel.address)
    pattern = "".join(_FILLED if index % 2 else re.escape(piece) for index, piece in enumerate(pieces))
    found = re.fullmatch(pattern, address)
    parameters = [channel.parameters.get(name) for name in pieces[1::2]]
    return found is not None and all(
        one is None or one.values is None or value in one.values
        for one, value in zip(parameters, found.groups(), strict=True)
    )
