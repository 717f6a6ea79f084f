"""Messages: who produces them, and what counts as one.

A message function takes what it names of ``description``, ``states`` (a list of `State`), ``params`` (all their
parameters), ``values`` (what the provider states supplied) and ``request`` (the decoded request of a synchronous
message). It returns a `Message`, bytes, a text, or anything else that becomes JSON. It may be ``async``.
"""

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from troth_verifiers.api import Interaction, Mismatch
from troth_verifiers.background import Worker
from troth_verifiers.calling import named, what_it_raised
from troth_verifiers.errors import MessageHandlerMissing
from troth_verifiers.states import Values

MessageFunction: TypeAlias = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Message:
    """What a provider would send: its bytes, their type, and the metadata that goes with them."""

    contents: bytes
    content_type: str | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)


class Unproduced(Exception):
    """The provider was asked for a message and produced none; carries that as a mismatch."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.mismatch = Mismatch("message", "", text)


class MessageHandlers(Protocol):
    """Whoever can produce the provider's messages."""

    async def produce(self, interaction: Interaction, request: object, values: Values) -> Message:
        """The message of an interaction; raises `Unproduced` if it fails, `MessageError` if nobody could be asked."""
        ...

    async def aclose(self) -> None:
        """Let go of whatever is held."""
        ...


class NoMessages:
    """Nobody produces messages."""

    async def produce(self, interaction: Interaction, request: object, values: Values) -> Message:
        """Refuse."""
        _ = request, values
        raise MessageHandlerMissing(
            interaction.description,
            f"The contract asks for the message {interaction.description!r}, and no message handlers were given.",
        )

    async def aclose(self) -> None:
        """Nothing is held."""


class FunctionMessages:
    """Python functions or ready messages by description, or one function for all."""

    def __init__(self, handlers: Mapping[str, object] | MessageFunction, *, timeout: float) -> None:
        self._handlers = handlers
        self._timeout = timeout
        self._worker = Worker("troth-messages")

    async def produce(self, interaction: Interaction, request: object, values: Values) -> Message:
        """Call the function of this message, or take what was given in its place."""
        handler = self._handler(interaction)
        if not callable(handler):
            return message_of(handler)
        try:
            async with asyncio.timeout(self._timeout) as clock:
                arguments = named(handler, _offered(interaction, request, values))
                outcome = await self._worker.call(lambda: handler(**arguments))
                return message_of(await outcome if inspect.isawaitable(outcome) else outcome)
        except Exception as error:  # noqa: BLE001 - a provider's function may raise anything
            text = what_it_raised(error)
            if clock.expired():
                self._worker.close()
                self._worker = Worker("troth-messages")
                text = f"it did not end within {self._timeout:g} s"
        raise Unproduced(f"The function for this message gave none: {text}.")

    async def aclose(self) -> None:
        """Let the thread end."""
        self._worker.close()

    def _handler(self, interaction: Interaction) -> object:
        if not isinstance(self._handlers, Mapping):
            return self._handlers
        if interaction.description not in self._handlers:
            known = ", ".join(map(repr, self._handlers)) or "none"
            raise MessageHandlerMissing(
                interaction.description,
                f"No handler was given for the message {interaction.description!r}; there are: {known}.",
            )
        return self._handlers[interaction.description]


def _offered(interaction: Interaction, request: object, values: Values) -> dict[str, object]:
    return {
        "description": interaction.description,
        "states": list(interaction.states),
        "params": {name: value for state in interaction.states for name, value in state.params.items()},
        "values": dict(values),
        "request": request,
    }


def message_of(value: object) -> Message:
    """What a handler gave, as a message; raises `TypeError` if it is none."""
    if isinstance(value, Message):
        return value
    if isinstance(value, bytes):
        return Message(value, _guessed_type(value))
    if isinstance(value, str):
        return Message(value.encode(), "text/plain; charset=utf-8")
    if isinstance(value, Mapping) and isinstance(value.get("contents"), bytes):  # as pact-python's handlers give it
        kind = value.get("content_type") or _guessed_type(value["contents"])
        return Message(value["contents"], kind, value.get("metadata") or {})
    if value is None:
        raise TypeError("it returned nothing, not a message")
    return Message(json.dumps(value).encode(), "application/json")


def _guessed_type(contents: bytes) -> str:
    """A content type for bytes that came without one."""
    try:
        json.loads(contents)
    except UnicodeDecodeError:
        return "application/octet-stream"
    except ValueError:
        return "text/plain; charset=utf-8"
    return "application/json"
