"""Metadata as gRPC sends it: which names and values there may be ("gRPC over HTTP/2", Custom-Metadata)."""

import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Final, TypeAlias

Metadata: TypeAlias = tuple[tuple[str, str | bytes], ...]
_NAME: Final = re.compile(r"[0-9a-z_.-]+")
_VALUE: Final = re.compile(r"[\x20-\x7e]*")
_RESERVED: Final = ("grpc-", ":")
_BINARY: Final = "-bin"


def sendable(written: Iterable[tuple[str, str]]) -> Metadata:
    """Names and texts as they are handed to gRPC: names in lower case, bytes for the base64 under names in ``-bin``.

    Raises ValueError with what cannot be sent, and why.
    """
    return tuple((name.lower(), _value(name.lower(), text)) for name, text in written)


def _value(name: str, text: str) -> str | bytes:
    if not _NAME.fullmatch(name.removeprefix(":")):
        raise ValueError(f"{name!r} cannot be sent: a name has letters of English, digits, and the signs _ - and dot.")
    if name.startswith(_RESERVED):
        raise ValueError(f"{name} is gRPC's own, and cannot be sent.")
    if name.endswith(_BINARY):
        try:
            return b64decode(text, validate=True)
        except ValueError:
            raise ValueError(f"{name} ends in -bin, so its value is base64.") from None
    if not _VALUE.fullmatch(text):
        raise ValueError(f"{name} cannot be sent: {text!r} is no printable ASCII, as names outside -bin need it.")
    return text
