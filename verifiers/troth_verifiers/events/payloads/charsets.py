"""Texts by the charset of their content type; without one they are in UTF-8."""

import codecs
from email.message import Message
from email.utils import collapse_rfc2231_value
from typing import Final

from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import Undecodable

_PYTHONS_OWN: Final = ("idna", "mbcs", "oem", "palmos", "punycode", "raw-unicode-escape", "undefined", "unicode-escape")
"""Encodings of Python's that are no charsets, some of which take very long."""
_SHOWN: Final = 40
_BIG_ENDIAN: Final = {
    "utf-16": (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE),
    "utf-32": (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE),
}
"""Charsets that are big-endian where none of these marks says otherwise (RFC 2781, 4.3)."""


def charset_of(content_type: str) -> str:
    """The charset that a content type states, ``utf-8`` where it states none."""
    head = Message()
    head["Content-Type"] = content_type.replace("\r", " ").replace("\n", " ")
    return collapse_rfc2231_value(head.get_param("charset") or "").strip("' ").lower() or "utf-8"


def text_of(contents: bytes, content_type: str) -> str:
    """The text in some contents. Raises `Undecodable`."""
    stated = charset_of(content_type)
    known = _known(stated)
    if known is None:
        raise Undecodable(
            f"The message's content type names the charset {stated[:_SHOWN]!r}, which is none that is known."
        )
    marks = _BIG_ENDIAN.get(known)
    name = f"{known}-be" if marks and not contents.startswith(marks) else known
    try:
        text = contents.decode(name)
        text.encode()
    except UnicodeDecodeError as error:
        raise Undecodable(f"The message is no text in {stated.upper()}: byte {error.start} is wrong.") from None
    except UnicodeError:
        raise Undecodable(f"The message is no text in {stated.upper()}.") from None
    return text


def bytes_of(text: str, content_type: str) -> bytes:
    """A text as it is sent. Raises `NotReplayable`."""
    stated = charset_of(content_type)
    known = _known(stated)
    if known is None:
        raise NotReplayable(f"The content type {content_type!r} names a charset that is none that is known.")
    try:
        return text.encode(known)
    except UnicodeEncodeError as error:
        letter = text[error.start]
        raise NotReplayable(f"The contents do not fit the charset {stated.upper()}, which has no {letter!r}.") from None
    except UnicodeError:
        raise NotReplayable(f"The contents do not fit the charset {stated.upper()}.") from None


def _known(stated: str) -> str | None:
    """What Python calls a charset; None where it knows none of that name."""
    try:
        name = codecs.lookup(stated).name
        "".encode(name)
    except (LookupError, ValueError):
        return None
    return None if name in _PYTHONS_OWN else name
