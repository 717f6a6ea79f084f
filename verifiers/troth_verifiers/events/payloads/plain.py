"""JSON, texts and bytes; JSON perhaps behind Confluent's frame, and checked by JSON Schema where one is stated."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json, parse
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.charsets import bytes_of, charset_of, text_of
from troth_verifiers.events.payloads.codec import FRAME, Checker, Schemas, Undecodable, framed
from troth_verifiers.events.registry import Registered
from troth_verifiers.json_bodies import read_alike

_DEPTH: Final = 200


class JsonCodec:
    """JSON."""

    def __init__(
        self,
        schemas: Schemas,
        checker: Checker | None = None,
        *,
        frame: bool = False,
        checker_of: Callable[[Schemas], Checker] | None = None,
    ) -> None:
        self._schemas = schemas
        self._checker = checker
        self._frame = frame
        self._checker_of = checker_of

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The value in a text of JSON."""
        if not self._frame:
            return _parsed(contents, content_type)
        identity, contents = framed(contents)
        tree = _parsed(contents, content_type)
        if self._schemas.registry is not None and self._checker_of is not None:
            _check(tree, await self._schemas.registry.schema(identity), self._checker_of)
        return tree

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """A text of JSON."""
        frame = b""
        if self._frame:
            schema = self._schemas.files.get(self._schemas.name, b"").decode()
            frame = FRAME.pack(0, await self._schemas.asked().id_of(f"{channel}-value", "JSON", schema))
        return frame + bytes_of(json.dumps(tree, ensure_ascii=False), content_type)

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """What the JSON Schema says."""
        return () if self._checker is None else self._checker(tree)


def _parsed(contents: bytes, content_type: str) -> Json:
    if charset_of(content_type) != "utf-8":
        contents = text_of(contents, content_type).removeprefix("\ufeff").encode()
    try:
        parse(contents, what="the message", max_depth=_DEPTH)
        return read_alike(contents)
    except ContractUnreadable as error:
        raise Undecodable(f"The message is no JSON: it {error.reason} at {error.place}.") from None
    except ValueError as error:
        raise Undecodable(f"The message cannot be read as JSON: {error}.") from None


def _check(tree: Json, registered: Registered, checker_of: Callable[[Schemas], Checker]) -> None:
    """Hold a message against the schema that it names. Raises `Undecodable`."""
    if registered.kind != "JSON":
        raise Undecodable(f"The schema with the id {registered.id} is {registered.kind}, not JSON.")
    try:
        complaints = checker_of(Schemas(registered.sources.files, registered.sources.root))(tree)
    except NotReplayable as error:
        raise Undecodable(f"The schema with the id {registered.id} cannot be used: {error.text}") from None
    if complaints:
        raise Undecodable(f"The message breaks the schema with the id {registered.id} that it names: {complaints[0]}")


class TextCodec:
    """A text."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """The text."""
        return text_of(contents, content_type)

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """Its bytes."""
        _ = channel
        return bytes_of(tree if isinstance(tree, str) else json.dumps(tree), content_type)

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing."""
        _ = tree
        return ()


class BytesCodec:
    """Bytes, which trees hold as base64."""

    async def decode(self, contents: bytes, content_type: str = "") -> Json:
        """Base64 of them."""
        _ = content_type
        return b64encode(contents).decode()

    async def encode(self, tree: Json, channel: str, content_type: str = "") -> bytes:
        """The bytes in base64."""
        _ = channel, content_type
        try:
            return b64decode(str(tree), validate=True)
        except ValueError:
            raise NotReplayable("The contents are not base64, as the encoding `bytes` wants them.") from None

    def complaints(self, tree: Json) -> tuple[str, ...]:
        """Nothing."""
        _ = tree
        return ()
