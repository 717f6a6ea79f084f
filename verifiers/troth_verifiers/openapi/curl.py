"""A request as a command that sends it again."""

import base64
from collections.abc import Collection, Iterator
from shlex import quote
from typing import Final

from troth_verifiers.api import Outgoing

_LONGEST: Final = 4000


def curl(request: Outgoing, *, hidden: Collection[str] = ()) -> str:
    """The command line; the values of headers that are `hidden` (names in lower case) become variables of the shell.

    What curl would do of its own accord is kept from it: adding a content type to a body, taking brackets of an address
    for a pattern, leaving out a header without a value, and waiting for the body of an answer to HEAD. A body that is
    no text travels through base64, and one that is very long is cut short.
    """
    parts = ["curl", *_options(request)]
    for name, value in request.headers:
        parts += ["-H", _variable(name) if name.lower() in hidden else quote(_header(name, value))]
    if request.content and not any(name.lower() == "content-type" for name, _ in request.headers):
        parts += ["-H", "Content-Type:"]
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


def _options(request: Outgoing) -> Iterator[str]:
    """How the method and the address are to be taken."""
    if request.method == "HEAD" and not request.content:
        yield "--head"
    else:
        yield from ("-i", "-X", quote(request.method))
    if set("[]{}") & set(request.url):
        yield "--globoff"


def _header(name: str, value: str) -> str:
    """A header as curl wants it; without a value it would be left out, or taken away, if it ended with a colon."""
    return f"{name}: {value}" if value.strip() else f"{name};"


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
