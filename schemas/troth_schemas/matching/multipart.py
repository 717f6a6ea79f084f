"""The parts of multipart bodies: ``multipart/form-data``, ``multipart/mixed`` and their like."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final

_MOST: Final = 1000
"""Parts of one body; more are not read."""
_NO_PART: Final = "it has no parts between its boundaries"


@dataclass(frozen=True, slots=True)
class Part:
    """One part. ``name`` is "" where none is stated; ``is_field`` says that it is a form's value and not a file.

    Names of headers are in lower case; ``content`` is decoded where it is in base64.
    """

    name: str
    index: int
    is_field: bool
    headers: Mapping[str, str]
    content: bytes

    @property
    def step(self) -> str | int:
        """How rules call it: by its name, else by its place."""
        return self.name or self.index

    @property
    def content_type(self) -> str:
        """The content type that it states, "" where it states none."""
        return self.headers.get("content-type", "")


class NotMultipart(Exception):
    """A body cannot be taken apart; the reason is half a sentence."""


def parts_of(content: bytes, content_type: str) -> tuple[Part, ...]:
    """The parts of a body in their order; raises `NotMultipart`."""
    head = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\n\n")
    boundary = head.get_boundary()
    if not boundary:
        raise NotMultipart("its content type names no boundary")
    line = b"--" + boundary.encode("latin-1", "replace")
    found: list[Part] = []
    pieces = (b"\r\n" + content).split(b"\r\n" + line)
    if len(pieces) < 2:
        raise NotMultipart(_NO_PART)
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return tuple(found)
        if len(found) == _MOST:
            raise NotMultipart(f"it has more than {_MOST} parts")
        found.append(_part(piece.lstrip(b" \t").removeprefix(b"\r\n"), len(found)))
    raise NotMultipart("it has no boundary at its end")


def _part(piece: bytes, index: int) -> Part:
    if piece.startswith(b"\r\n"):
        written, content = b"", piece[2:]
    else:
        written, _, content = piece.partition(b"\r\n\r\n")
    read = message_from_bytes(written + b"\r\n\r\n")
    headers = {name.lower(): str(value) for name, value in read.items()}
    if headers.get("content-transfer-encoding", "").lower() == "base64":
        content = _decoded(content)
    name = _parameter(read, "name")
    is_field = "content-disposition" in headers and _parameter(read, "filename") is None
    return Part(name or "", index, is_field, headers, content)


def _parameter(read: Message, name: str) -> str | None:
    value = read.get_param(name, None, "content-disposition")
    if isinstance(value, tuple):
        return value[2]
    return value


def _decoded(content: bytes) -> bytes:
    try:
        return b64decode(content, validate=False)
    except ValueError:
        return content
