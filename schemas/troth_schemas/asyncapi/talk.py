"""What an application and its clients say to each other: the same operation seen from both sides.

The application serves: it is the new version of a document, or the provider. Its clients are who relied on the old
version, or the consumer. What the application *receives* they send, and the other way round.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troth_schemas.asyncapi.model import Action, Api, Message
from troth_schemas.documents import Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Found, Place, Severity, Witness
from troth_schemas.jsonschema import contain
from troth_schemas.options import Options

_MOST: Final = 20_000
"""How many pairs of messages are tried, to find which are one."""


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """The application's document and that of its clients. ``by_direction``: findings name as reader who really reads;
    otherwise the application's place comes first, as the new version of a document does."""

    app: Api
    clients: Api
    options: Options
    by_direction: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Talk:
    """One operation: what the application does (``action``), and which messages each side knows."""

    sides: Sides
    title: str
    action: Action
    app: Mapping[str, Message]
    clients: Mapping[str, Message]
    app_at: Location
    clients_at: Location
    part: str = ""

    def places(self, app: Location | None, clients: Location | None) -> tuple[Place | None, Place | None]:
        """Reader's and writer's place."""
        there = None if app is None else self.sides.app.place(app)
        here = None if clients is None else self.sides.clients.place(clients)
        return (here, there) if self.sides.by_direction and self.action == "send" else (there, here)

    def found(
        self,
        message: str,
        *key: str,
        app: Location | None = None,
        clients: Location | None = None,
        witness: Witness | None = None,
        element: str = "",
        severity: Severity | None = None,
    ) -> Found:
        """A finding about this operation."""
        reader, writer = self.places(app or self.app_at, clients or self.clients_at)
        touched = f"operation {self.title}{f' {element}' if element else ''}"
        about = (self.title, self.part, *key)
        return Found(message, about, reader, writer, self.title, touched, witness, severity)


@dataclass(frozen=True, slots=True, eq=False)
class Messages:
    """A message as both sides know it, or one that only one of them knows."""

    talk: Talk
    app: Message | None
    clients: Message | None

    @property
    def name(self) -> str:
        """Its name; that of the application's side where the two differ."""
        found = self.app or self.clients
        assert found is not None, "at least one side knows it"
        return found.name


def pairs(talk: Talk) -> Iterator[Messages]:
    """The messages of both sides: by name; a single one on each side whatever its name; and by what they hold what has
    no name, or where consumer and provider were written apart. What has no match may be a message that could not be
    read."""
    if len(talk.app) == len(talk.clients) == 1:
        yield Messages(talk, next(iter(talk.app.values())), next(iter(talk.clients.values())))
        return
    left = dict(talk.app)
    matched = {name: left.pop(name) for name, one in talk.clients.items() if name in left and not one.nameless}
    tries = _MOST
    for other, name in _alike(talk, dict(left), [name for name in talk.clients if name not in matched]):
        if tries and other in left and name not in matched:
            tries -= 1
            if _fits(talk, left[other], talk.clients[name]):
                matched[name] = left.pop(other)
    matched |= {name: left.pop(name) for name in talk.clients if name in left}
    lost = next((one for one in left.values() if one.lost), None)
    for name, one in talk.clients.items():
        yield Messages(talk, matched.get(name) or lost, one)
    unread = next((one for name, one in talk.clients.items() if name not in matched and one.lost), None)
    for one in left.values():
        yield Messages(talk, one, unread)


def _alike(talk: Talk, app: Mapping[str, Message], clients: list[str]) -> Iterator[tuple[str, str]]:
    """Names of messages on both sides that may be one, first those whose payloads are written alike."""
    if not (talk.sides.by_direction or any(one.nameless for one in (*app.values(), *talk.clients.values()))):
        return
    written: dict[str, list[str]] = {}
    for name, one in app.items():
        written.setdefault(_written(one), []).append(name)
    for name in clients:
        yield from ((other, name) for other in written.get(_written(talk.clients[name]), ()))
    yield from ((other, name) for name in clients for other in app)


def _written(message: Message) -> str:
    payload = None if message.payload is None else message.payload.json
    return "" if payload is None else json.dumps(payload.documents.value(payload.location), sort_keys=True)


def _fits(talk: Talk, app: Message, clients: Message) -> bool:
    """Whether a message under another name is the one: the writer's payload is all that the reader takes."""
    if not (talk.sides.by_direction or app.nameless or clients.nameless):
        return False
    first, second = app.payload, clients.payload
    if first is None or second is None or first.json is None or second.json is None:
        return False
    reader, writer = (first.json, second.json) if talk.action == "receive" else (second.json, first.json)
    try:
        return contain(reader, writer, options=talk.sides.options).contained is True
    except (LookupError, ContractUnreadable):
        return False
