"""Reading a stranger's answer: no more of it than is of use, however long it is and however small it was packed."""

import zlib
from collections.abc import AsyncIterable

MOST = 64 * 1024


class Beginning:
    """The beginning of a body, as far as it has been read."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0
        self.cut = False

    async def read(self, chunks: AsyncIterable[bytes]) -> None:
        """Read until the end, or until there is enough."""
        async for chunk in chunks:
            self._parts.append(chunk[: MOST - self._size])
            self._size += len(self._parts[-1])
            if self._size >= MOST:
                self.cut = True
                return

    def text(self, encoding: str, charset: str | None) -> str:
        """What was read as text; `encoding` is the answer's `Content-Encoding`."""
        raw = b"".join(self._parts)
        encoding = encoding.strip().lower()
        if encoding in {"gzip", "x-gzip", "deflate"}:
            raw = self._unpacked(raw)
        elif encoding not in {"", "identity"}:
            return f"({len(raw)} bytes in {encoding})" if raw else ""
        try:
            return raw.decode(charset or "utf-8", "replace")
        except (LookupError, ValueError):
            return raw.decode("utf-8", "replace")

    def _unpacked(self, raw: bytes) -> bytes:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # by its header, zlib or gzip
        try:
            found = unpacker.decompress(raw, MOST)
        except zlib.error:
            return raw
        self.cut = self.cut or bool(unpacker.unconsumed_tail)
        return found
