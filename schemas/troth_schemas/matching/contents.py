"""Which media types content may be taken for, told from what it begins with."""

import re
from typing import Final

from troth_schemas.pact.sniffing import XML, is_text, sniffed

_TAG: Final = re.compile(
    rb"\s*<(!DOCTYPE HTML|HTML|HEAD|SCRIPT|IFRAME|H1|DIV|FONT|TABLE|A|STYLE|TITLE|B|BODY|BR|P|!--)[\s>]", re.IGNORECASE
)
"""What browsers take for HTML (WHATWG MIME Sniffing)."""
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF", "image/gif"),
    (b"%PDF", "application/pdf"), (b"PK\x03\x04", "application/zip"), (b"\x1f\x8b\x08", "application/gzip"),
    (b"BM", "image/bmp"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"), (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"), (b"BZh", "application/x-bzip2"), (b"\xfd7zXZ\x00", "application/x-xz"),
    (b"7z\xbc\xaf'\x1c", "application/x-7z-compressed"), (b"\x7fELF", "application/x-executable"),
    (b"OggS", "audio/ogg"), (b"fLaC", "audio/x-flac"), (b"wOFF\x00\x01\x00\x00", "application/font-woff"),
    (b"wOF2\x00\x01\x00\x00", "application/font-woff"), (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
    (b"MZ", "application/vnd.microsoft.portable-executable"), (b"SQLi", "application/vnd.sqlite3"),
    (b"{\\rtf", "application/rtf"), (b"%!", "application/postscript"),
)  # fmt: skip
_INSIDE: Final = (
    (b"RIFF", b"WEBP", "image/webp"), (b"RIFF", b"WAVE", "audio/x-wav"), (b"RIFF", b"AVI ", "video/x-msvideo"),
)  # fmt: skip
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def looks_like(content: bytes) -> tuple[str, ...]:
    """The media types that content may be taken for, the closest first; what begins with ``{`` is also a text."""
    magic = _by_magic(content)
    if magic:
        return (magic,)
    start = content[:1000]
    if XML.match(start):
        return ("text/xml", "application/xml")
    if _TAG.match(start):
        return ("text/html",)
    if not is_text(content) or _BINARY.search(start):
        return ("application/octet-stream",)
    return tuple(dict.fromkeys((sniffed(content), "text/plain")))


def _by_magic(content: bytes) -> str:
    for beginning, media in _MAGIC:
        if content.startswith(beginning):
            return media
    for beginning, inside, media in _INSIDE:
        if content.startswith(beginning) and content[8:12] == inside:
            return media
    return "video/mp4" if content[4:8] == b"ftyp" else ""


__all__ = ["looks_like", "sniffed"]
