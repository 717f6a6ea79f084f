"""What decodes and encodes the contents of messages, and what it may need for that."""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from troth_schemas.json_body import Json
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.registry import Registry

Checker: TypeAlias = Callable[[Json], tuple[str, ...]]
"""What says what is wrong with a tree, a sentence each."""

FRAME: Final = struct.Struct(">bI")
"""What Confluent's wire format begins with: a zero, and the schema's id."""


class Undecodable(ValueError):
    """Contents that are not of their encoding; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Schemas:
    """The documents at hand, by name; the name of the one that the consumer reads with; and a registry.

    ``text`` is what the registry knows that one as, where it is not the document itself.
    """

    files: Mapping[str, bytes] = field(default_factory=dict)
    name: str = ""
    writer: str = ""
    registry: Registry | None = None
    text: str = ""

    def asked(self) -> Registry:
        """The registry. Raises `NotReplayable` where none is known."""
        if self.registry is None:
            raise NotReplayable(
                "The messages name their schemas by ids of a registry, and no registry is known: write "
                "`settings: {registry: URL}` into the contract, or give the target the address `registry`."
            )
        return self.registry


class Codec(Protocol):
    """One encoding with its schemas. Texts are in the charset that the content type names."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The tree in the contents. Raises `Undecodable`, SchemaUnknown, or a `VerifierError`."""
        ...

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """The contents for a tree. Raises `NotReplayable`, or another `VerifierError`."""
        ...

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """What the stated schema says against a decoded tree, a sentence each."""
        ...


def framed(contents: bytes) -> tuple[int, bytes]:
    """The id in Confluent's frame, and what is behind it. Raises `Undecodable`."""
    if len(contents) < FRAME.size or contents[0] != 0:
        start = contents[: FRAME.size].hex(" ") or "nothing"
        raise Undecodable(
            f"The message is not in Confluent's wire format, a zero and a schema's id: it begins with {start}."
        )
    _, identity = FRAME.unpack(contents[: FRAME.size])
    return identity, contents[FRAME.size :]
