"""What went over the wire, as people are shown it: JSON for messages, base64 for binary metadata."""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, Final

from troth_schemas.json_body import Json

_SHOWN: Final = 4000
_RENDERED: Final = 200_000
"""Bytes of messages that are worth rendering to show their beginning."""


def shown_messages(trees: Sequence[Json], *, streamed: bool) -> str:
    """One message, or a list of them, as JSON of a readable length."""
    text = json.dumps(list(trees) if streamed else trees[0] if trees else None, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def too_long(contents: Iterable[bytes]) -> str:
    """What is shown in the place of messages that are not worth rendering, "" for others."""
    size = sum(map(len, contents))
    return f"{size:,} bytes" if size > _RENDERED else ""


def texts(metadata: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """Metadata as texts; binary values in base64."""
    return tuple(
        (str(name), b64encode(value).decode() if isinstance(value, bytes) else str(value)) for name, value in metadata
    )
