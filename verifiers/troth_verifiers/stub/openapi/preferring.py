"""What a request prefers of the answers that a description shows: ``Prefer: code=404, example=gone, dynamic=true``.

The header is RFC 7240's; the preferences are those that users of other mock servers know.
"""

import re
from dataclasses import dataclass
from typing import Final

from troth_schemas.openapi.media_types import essence
from troth_verifiers.stub.asked import Asked

IN_QUERY: Final = ("__code", "__example", "__dynamic")
"""The parameters of a query that say the same as the header."""
_PART: Final = re.compile(r"""\s*([\w-]+)\s*(?:=\s*(?:"([^"]*)"|([^\s,;]*)))?\s*[,;]?""")


@dataclass(frozen=True, slots=True)
class Wish:
    """The status, the name of the example, and whether values are made up even where there are examples."""

    code: str = ""
    example: str = ""
    dynamic: bool = False


def wish_of(asked: Asked) -> Wish:
    """What the header says, or the query's ``__code``, ``__example`` and ``__dynamic``."""
    said = {found[1].lower(): found[2] or found[3] or "" for found in _PART.finditer(asked.header("prefer"))}
    said |= {name[2:]: values[0] for name, values in asked.query.items() if name in IN_QUERY}
    return Wish(said.get("code", ""), said.get("example", ""), said.get("dynamic", "false").lower() == "true")


def accepts(asked: Asked, kind: str) -> bool:
    """Whether a request takes a media type, by its header Accept."""
    wanted = asked.header("accept")
    if not wanted.strip():
        return True
    main, sub = _parts(kind)
    for one in wanted.split(","):
        media, *parameters = (part.strip() for part in one.split(";"))
        refused = any(part.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for part in parameters)
        asked_main, asked_sub = _parts(media)
        if not refused and asked_main in ("*", main) and asked_sub in ("*", sub):
            return True
    return False


def _parts(kind: str) -> tuple[str, str]:
    main, _, sub = essence(kind).partition("/")
    return main, sub
