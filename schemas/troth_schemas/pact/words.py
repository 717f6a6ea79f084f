"""How people are told what does not fit: the place in a body as a path, and the reason as half a sentence."""

import json
import re
from collections.abc import Iterable
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Gap, SchemaAt

_PLAIN: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_MOST_SHOWN: Final = 60


def shown_path(path: Iterable[str]) -> str:
    """``$.items[*].price``; ``[*]`` is any element, ``.*`` any member."""
    return "$" + "".join(_step(one) for one in path)


def _step(step: str) -> str:
    if step == "*":
        return "[*]"
    if step == "{}":
        return ".*"
    return f".{step}" if _PLAIN.fullmatch(step) else f"[{json.dumps(step, ensure_ascii=False)}]"


def shown(value: Json) -> str:
    """A value as JSON, cut if it is long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


_LIMITS: Final = {
    "minimum": "though it must be at least {}",
    "maximum": "though it must be at most {}",
    "multiple-of": "though it must be a multiple of {}",
    "min-length": "though it needs at least {} characters",
    "max-length": "though it may have at most {} characters",
    "pattern": "though it must match {}",
    "format": "though it must be of the format {}",
    "min-items": "though it needs at least {} elements",
    "max-items": "though it may have at most {} elements",
    "min-properties": "though it needs at least {} members",
    "max-properties": "though it may have at most {} members",
    "enum": "which is not one of the allowed values",
    "const": "though only one value is allowed",
    "unique-items": "though its elements must differ",
    "discriminator": "though it must name a schema",
    "one-of": "which exactly one of the alternatives must allow",
    "any-of": "which none of the alternatives allows",
}
_OF_MEMBERS: Final = {
    "property": "is not described",
    "read-only": "is read-only, so it must not be sent",
    "write-only": "is write-only, so it never comes back",
    "schema": "is not allowed at all",
}


def sentence(gap: Gap, shaped: SchemaAt) -> str:
    """What is wrong at the place of a gap, to follow its path: ``is string, not integer``."""
    written = shaped.documents.value(gap.writer)
    said = written if isinstance(written, dict) else {}
    if gap.axis in _OF_MEMBERS:
        return _OF_MEMBERS[gap.axis]
    if gap.axis == "required":
        return f"lacks {gap.detail!r}, which is required"
    if gap.axis == "nullability":
        return "is null, which is not allowed" if "const" in said else "may be null, which is not allowed"
    if gap.axis == "type":
        return f"is {gap.detail}"
    limit = gap.detail.rpartition(" → ")[2]
    reason = _LIMITS.get(gap.axis, f"which {gap.axis} does not allow ({gap.detail})").format(limit)
    return f"is {_what(said)}, {reason}"


def _what(said: dict[str, Json]) -> str:
    """What the consumer has at a place, in words."""
    if "const" in said:
        return shown(said["const"])
    if "enum" in said:
        return f"one of {shown(said['enum'])}"
    if "pattern" in said:
        return f"any string that matches {said['pattern']}"
    kind = said.get("type")
    return f"any {kind}" if isinstance(kind, str) else "what it is"
