"""Whether an Avro container keeps within bounds when it is unpacked, found without unpacking more than that.

A container of 400 KB may hold a block that is 400 MB long, or several streams in one block, of which the first is
short. Source: Avro 1.12, "Object Container Files".
"""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Final

import fastavro

from troth_verifiers.events.errors import NotReplayable

ZSTD: Any = None
"""The library for Zstandard, which comes with `fastavro[codecs]`."""
with suppress(ImportError):
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    ZSTD = zstd

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a whole container, unpacked."""
_DICTIONARY: Final = 256 * 1024 * 1024
"""Bytes of memory that unpacking XZ may take, however much its header asks for."""
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
_STREAMS: Final = 1000
"""Streams in one block, behind each of which the rest is copied."""
_PREFIX: Final = 4
"""Bytes of a block's length before it (LZ4)."""
_LIBRARIES: Final = {"snappy": ("cramjam", "snappy"), "lz4": ("lz4",)}
"""Libraries that unpack a codec, each of which will do."""


class TooLarge(ValueError):
    """What a container holds, as a sentence without its subject."""


def check_unpacked(contents: bytes) -> None:
    """Raise `TooLarge`, or what the libraries raise of contents that are no container.

    Raises `NotReplayable` where the library that would unpack it is missing.
    """
    source = BytesIO(contents)
    header: Any = fastavro.schemaless_reader(source, _HEADER, None)
    codec = header["meta"].get("avro.codec", b"null").decode("utf-8", "replace")
    length = _LENGTHS.get(codec)
    _check_library(codec)
    left = LARGEST
    while length is not None and source.tell() < len(contents):
        fastavro.schemaless_reader(source, "long", None)
        size: Any = fastavro.schemaless_reader(source, "long", None)
        if size < 0:
            raise ValueError("a block of it has a length below zero")
        left -= length(source.read(size), left)
        source.read(_SYNC)
        if left < 0:
            raise TooLarge(f"it unpacks to more than {LARGEST // 1024 // 1024} MB")


def _check_library(codec: str) -> None:
    missing = ZSTD is None if codec == "zstandard" else not any(map(find_spec, _LIBRARIES.get(codec, ("zlib",))))
    if missing:
        raise NotReplayable(
            f"The message is an Avro container that is packed by {codec}, which needs a library: "
            "pip install 'fastavro[codecs]'."
        )


def _streamed(new: Callable[[], Any]) -> Callable[[bytes, int], int]:
    """The length of a block, which may be several streams, unpacked up to one byte more than is left."""

    def length(block: bytes, left: int) -> int:
        found = 0
        for _ in range(_STREAMS):
            stream = new()
            found += len(stream.decompress(block, left + 1 - found))
            block = stream.unused_data
            if not block or found > left:
                return found
        raise TooLarge(f"a block of it is made of more than {_STREAMS} streams")

    return length


def _snappy(block: bytes, left: int) -> int:
    """The length that stands at the beginning of a block, seven bits a byte."""
    _ = left
    found = 0
    for place, byte in enumerate(block[:5]):
        found |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return found
    raise ValueError("a block of it ends too early")


def _prefixed(block: bytes, left: int) -> int:
    """The length that stands before a block."""
    _ = left
    return int.from_bytes(block[:_PREFIX], "little")


_LENGTHS: Final[Mapping[str, Callable[[bytes, int], int]]] = {
    "deflate": _streamed(lambda: zlib.decompressobj(-zlib.MAX_WBITS)),
    "bzip2": _streamed(bz2.BZ2Decompressor),
    "xz": _streamed(lambda: lzma.LZMADecompressor(memlimit=_DICTIONARY)),
    "zstandard": _streamed(lambda: ZSTD.ZstdDecompressor()),
    "snappy": _snappy,
    "lz4": _prefixed,
}
