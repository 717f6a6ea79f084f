"""JSON, texts and bytes; JSON perhaps behind Confluent's frame, and checked by JSON Schema where one is stated."""

import json
from base64 import b64decode, b64encode
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json, parse
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import FRAME, Checker, Schemas, Undecodable, framed

_DEPTH: Final = 200


class JsonCodec:
    """JSON."""

    def __init__(self, schemas: Schemas, checker: Checker | None = None, *, frame: bool = False) -> None:
        self._schemas = schemas
        self._checker = checker
        self._frame = frame

    async def decode(self, contents: bytes) -> Json:
        """The value in a text of JSON."""
        if self._frame:
            identity, contents = framed(contents)
            if self._schemas.registry is not None:
                await self._schemas.registry.schema(identity)
        try:
            return parse(contents, what="the message", max_depth=_DEPTH)
        except ContractUnreadable as error:
            raise Undecodable(f"The message is no JSON: it {error.reason} at {error.place}.") from None

    async def encode(self, tree: Json, channel: str) -> bytes:
        """A text of JSON."""
        frame = b""
        if self._frame:
            schema = self._schemas.files.get(self._schemas.name, b"").decode()
            frame = FRAME.pack(0, await self._schemas.asked().id_of(f"{channel}-value", "JSON", schema))
        return frame + json.dumps(tree, ensure_ascii=False).encode()

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """What the JSON Schema says."""
        return () if self._checker is None else self._checker(tree)


class TextCodec:
    """A text in UTF-8."""

    async def decode(self, contents: bytes) -> Json:
        """The text."""
        try:
            return contents.decode()
        except UnicodeDecodeError as error:
            raise Undecodable(f"The message is no text in UTF-8: byte {error.start} is wrong.") from None

    async def encode(self, tree: Json, channel: str) -> bytes:
        """Its bytes."""
        _ = channel
        return tree.encode() if isinstance(tree, str) else json.dumps(tree).encode()

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing."""
        _ = tree
        return ()


class BytesCodec:
    """Bytes, which trees hold as base64."""

    async def decode(self, contents: bytes) -> Json:
        """Base64 of them."""
        return b64encode(contents).decode()

    async def encode(self, tree: Json, channel: str) -> bytes:
        """The bytes in base64."""
        _ = channel
        try:
            return b64decode(str(tree), validate=True)
        except ValueError:
            raise NotReplayable("The contents are not base64, as the encoding `bytes` wants them.") from None

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing."""
        _ = tree
        return ()
