"""Bytes inside JSON: documents that requests carry in Base64."""

import base64
import binascii
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why a member holds no bytes."""

    text: str


def decoded(content: object) -> bytes | Undecodable:
    """The bytes that a member holds in Base64 (RFC 4648, section 4); white space between is allowed."""
    if not isinstance(content, str):
        return Undecodable("must be a Base64 string")
    try:
        return base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return Undecodable("is not Base64: encode the contract's bytes (RFC 4648, section 4)")


def encoded(exact: bytes) -> str:
    """Bytes as a member of a JSON document."""
    return base64.b64encode(exact).decode()
