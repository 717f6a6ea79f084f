"""A request as a command that sends it again."""

import base64
from collections.abc import Collection
from shlex import quote
from typing import Final

from troth_verifiers.api import Outgoing

_LONGEST: Final = 4000


def curl(request: Outgoing, *, hidden: Collection[str] = ()) -> str:
    """The command line; the values of headers that are `hidden` (names in lower case) become variables of the shell.

    A body that is no text travels through base64, and one that is very long is cut short."""
    parts = ["curl", "-i", "-X", quote(request.method)]
    parts += [
        part
        for name, value in request.headers
        for part in ("-H", _variable(name) if name.lower() in hidden else quote(f"{name}: {value}"))
    ]
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


def _variable(name: str) -> str:
    """A header whose value the reader has to bring: it is a credential of the run, and reports are read by many."""
    word = "".join(letter if letter.isalnum() else "_" for letter in name.upper())
    return f'"{name}: ${word}"' if name.replace("-", "").isalnum() else quote(f"{name}: …")


def _text(content: bytes) -> str | None:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None  # a line break would leave the line of a report
