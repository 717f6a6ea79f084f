"""A request as a command that sends it again."""

import base64
from shlex import quote
from typing import Final

from troth_verifiers.api import Outgoing

_LONGEST: Final = 4000


def curl(request: Outgoing) -> str:
    """The command line; a body that is no text travels through base64, and one that is very long is cut short."""
    parts = ["curl", "-i", "-X", quote(request.method)]
    parts += [part for name, value in request.headers for part in ("-H", quote(f"{name}: {value}"))]
    before = ""
    if request.content:
        content = request.content[:_LONGEST]
        text = _text(content)
        if text is None:
            before = f"printf %s {base64.b64encode(content).decode()} | base64 -d | "
            parts += ["--data-binary", "@-"]
        else:
            parts += ["--data-raw", quote(text)]
    longer = f"  # its body is cut: {len(request.content)} bytes" if len(request.content) > _LONGEST else ""
    return f"{before}{' '.join(parts)} {quote(request.url)}{longer}"


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None  # a line break would leave the line of a report
