"""Bodies in parts as a schema describes them: forms as objects, each under its encoding; nameless parts as lists."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.matching.multipart import Part, parts_of
from troth_schemas.openapi.media_types import essence
from troth_verifiers.json_bodies import Repeated, is_json, read_json
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.hints import Hints, hints_of

_PLAIN: Final = "text/plain"


def is_in_parts(kind: str) -> bool:
    """Whether a media type, without its parameters, comes in parts."""
    return kind.startswith("multipart/")


def has_named_parts(media: Document, document: Document) -> bool:
    """Whether a schema says what the parts are by their names, so that they can be judged."""
    return hints_of(document, media.get("schema")).is_object


def has_parts_in_order(media: Document, document: Document) -> bool:
    """Whether a schema says what the parts are one after the other, as OpenAPI 3.2 has it for parts without names."""
    return hints_of(document, media.get("schema")).is_array


def read_list(
    content: bytes, content_type: str, media: Document, document: Document
) -> tuple[list[Json], tuple[str, ...]]:
    """What the parts of a body say, in their order, and what is wrong with single ones. Raises `NotMultipart`."""
    hints = hints_of(document, media.get("schema"))
    inner = hints.of(hints.items)
    parts = list(parts_of(content, content_type))
    faults = tuple(fault for part in parts for fault in _repeated(f"part {part.index}", part, inner))
    return [_one(part, inner) for part in parts], faults


def read_parts(
    content: bytes, content_type: str, media: Document, document: Document, *, one_of: bool = False
) -> tuple[Document, tuple[str, ...]]:
    """The object that a form stands for, and what is wrong with single parts.

    ``media`` is the media type object, with the schema and the encoding of each part. Where a part comes again and the
    schema wants no list, providers take ``one_of`` them; else they are a list. Raises `NotMultipart`.
    """
    hints = hints_of(document, media.get("schema"))
    encodings = media.get("encoding")
    by_name: dict[str, list[Part]] = {}
    for part in parts_of(content, content_type):
        by_name.setdefault(part.name or str(part.index), []).append(part)
    found: Document = {}
    faults: list[str] = []
    for name, parts in by_name.items():
        inner = hints.of(hints.properties.get(name))
        encoding = followed(document, encodings.get(name)) if isinstance(encodings, dict) else {}
        faults += [fault for part in parts for fault in _faults(name, part, encoding)]
        faults += [fault for part in parts for fault in _repeated(f"part {name!r}", part, inner)]
        found[name] = _value(parts, inner, one_of=one_of)
    return found, tuple(faults)


def _faults(name: str, part: Part, encoding: Document) -> Iterator[str]:
    declared = encoding.get("contentType")
    came = essence(part.content_type or _PLAIN)
    if isinstance(declared, str):
        kinds = [essence(one) for one in declared.split(",")]
        if not any(fnmatch(came, kind) for kind in kinds):
            yield f"The part {name!r} is {came}; declared: {declared}"
    headers = encoding.get("headers")
    for header, stated in (headers if isinstance(headers, dict) else {}).items():
        is_required = isinstance(stated, dict) and stated.get("required") is True
        if is_required and header.lower() not in part.headers and header.lower() != "content-type":
            yield f"The part {name!r} lacks its header {header}"


def _repeated(called: str, part: Part, hints: Hints) -> Iterator[str]:
    for one in _json(part)[1] if _is_in_json(part, hints) else ():
        yield f"{one.told}, in the {called}"


def _value(parts: Sequence[Part], hints: Hints, *, one_of: bool) -> Json:
    if hints.is_array and not hints.is_object:
        inner = hints.of(hints.items)
        if len(parts) == 1 and isinstance(listed := _json(parts[0])[0], list):
            return listed
        return [_one(part, inner) for part in parts]
    values = [_one(part, hints) for part in parts]
    if len(values) == 1:
        return values[0]
    is_text = not hints.kinds or "string" in hints.kinds
    return next((one for one in values if is_text or not isinstance(one, str)), values[0]) if one_of else values


def _one(part: Part, hints: Hints) -> Json:
    text = part.content.decode("utf-8", "surrogateescape")
    if _is_in_json(part, hints):
        value, _ = _json(part)
        return text if value is None and part.content.strip() != b"null" else value
    if hints.is_binary or "filename" in part.headers.get("content-disposition", ""):
        return text
    return hints.scalar(text)


def _is_in_json(part: Part, hints: Hints) -> bool:
    return hints.is_object or hints.is_array or is_json(essence(part.content_type))


def _json(part: Part) -> tuple[Json, tuple[Repeated, ...]]:
    """What a part says in JSON, and the names that come again in it; None where it is not JSON."""
    try:
        return read_json(part.content)
    except (ValueError, RecursionError):
        return None, ()
