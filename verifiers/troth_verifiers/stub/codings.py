"""Bodies in the coding that their header says (RFC 9110, 8.4): pacts keep them as they are before they are coded."""

import gzip
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from troth_verifiers.stub.asked import Reply

_CODED: Final[Mapping[str, tuple[tuple[bytes, ...], Callable[[bytes], bytes]]]] = {
    "gzip": ((b"\x1f\x8b",), lambda content: gzip.compress(content, mtime=0)),
    "x-gzip": ((b"\x1f\x8b",), lambda content: gzip.compress(content, mtime=0)),
    "deflate": ((b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"), zlib.compress),
}
"""What a coded body begins with, and what codes it."""


def coded(reply: Reply) -> Reply:
    """An answer that clients can read. A coding that is not known here is left out with its header."""
    name = next((value.strip().lower() for key, value in reply.headers if key.lower() == "content-encoding"), "")
    if not name or not reply.content:
        return reply
    if name not in _CODED:
        return replace(reply, headers=tuple(one for one in reply.headers if one[0].lower() != "content-encoding"))
    begin, code = _CODED[name]
    return reply if reply.content.startswith(begin) else replace(reply, content=code(reply.content))
