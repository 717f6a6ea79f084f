"""The media type of content that states none, told from what it begins with."""

import re
from typing import Final

XML: Final = re.compile(rb"\s*<\?xml\s*version.*", re.DOTALL)
_HTML: Final = re.compile(rb"\s*(<!DOCTYPE|<HTML>).*", re.DOTALL | re.IGNORECASE)
_JSON: Final = re.compile(rb"""\s*(true|false|null|[0-9]+|"\w*|\{\s*(\}|"\w+)|\[\s*)""")
_ELEMENT: Final = re.compile(rb"\s*<\w+.*", re.DOTALL)


def sniffed(content: bytes) -> str:
    """The media type that content without one seems to have, from its first characters."""
    start = content[:1000]
    for pattern, media in ((XML, "application/xml"), (_HTML, "text/html"), (_JSON, "application/json")):
        if pattern.match(start):
            return media
    if not is_text(content):
        return "application/octet-stream"
    return "application/xml" if _ELEMENT.match(start) else "text/plain"


def is_text(content: bytes) -> bool:
    """Whether content is text in UTF-8."""
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
