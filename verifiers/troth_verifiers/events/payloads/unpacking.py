"""Whether an Avro container keeps within bounds when it is unpacked, found without unpacking more than that.

A container of 400 KB may hold a block that is 400 MB long. Source: Avro 1.12, "Object Container Files".
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, Final

import fastavro

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a whole container, unpacked."""
_HEADER: Final = fastavro.parse_schema(
    {
        "type": "record",
        "name": "troth.Header",
        "fields": [
            {"name": "magic", "type": {"type": "fixed", "name": "troth.Magic", "size": 4}},
            {"name": "meta", "type": {"type": "map", "values": "bytes"}},
            {"name": "sync", "type": {"type": "fixed", "name": "troth.Sync", "size": 16}},
        ],
    }
)
_SYNC: Final = 16
_UNPACKERS: Final[Mapping[bytes, Callable[[], Any]]] = {
    b"deflate": lambda: zlib.decompressobj(-zlib.MAX_WBITS),
    b"bzip2": bz2.BZ2Decompressor,
    b"xz": lzma.LZMADecompressor,
}


class TooLarge(ValueError):
    """What a container holds, as a sentence without its subject."""


def check_unpacked(contents: bytes) -> None:
    """Raise `TooLarge`, or what the libraries raise of contents that are no container.

    What is packed by a codec of another library is not looked into.
    """
    source = BytesIO(contents)
    header: Any = fastavro.schemaless_reader(source, _HEADER, None)
    unpacker = _UNPACKERS.get(header["meta"].get("avro.codec", b"null"))
    left = LARGEST
    while unpacker is not None and source.tell() < len(contents):
        fastavro.schemaless_reader(source, "long", None)
        size: Any = fastavro.schemaless_reader(source, "long", None)
        if size < 0:
            raise ValueError("a block of it has a length below zero")
        left -= len(unpacker().decompress(source.read(size), left + 1))
        source.read(_SYNC)
        if left < 0:
            raise TooLarge(f"it unpacks to more than {LARGEST // 1024 // 1024} MB")
