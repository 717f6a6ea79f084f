"""What of an operation cannot be read, since a `$ref` leads nowhere."""

from typing import Final

from troth_schemas.documents import Documents
from troth_schemas.errors import BrokenReference
from troth_schemas.openapi import Operation
from troth_schemas.pairs.broken_references import any_broken

_NO_PARTS: Final = frozenset({"schema", "example", "examples", "callbacks", "links", "x-troth-form"})
"""Members of an operation that are judged by themselves, or not at all."""


def broken_parts(operation: Operation, documents: Documents) -> tuple[str, ...]:
    """Why parts of an operation cannot be read (its parameters, bodies and answers, not the schemas in them)."""
    if not any_broken(documents):
        return ()
    shared = documents.value(operation.path_location)
    left = [
        (operation.location.document, documents.value(operation.location)),
        (operation.path_location.document, shared.get("parameters") if isinstance(shared, dict) else None),
    ]
    found: dict[str, None] = {}
    seen: set[int] = set()
    while left:
        base, value = left.pop()
        if isinstance(value, list):
            left.extend((base, one) for one in value)
        if not isinstance(value, dict) or id(value) in seen:
            continue
        seen.add(id(value))
        left.extend((base, one) for name, one in value.items() if name not in _NO_PARTS)
        reference = value.get("$ref")
        if isinstance(reference, str):
            try:
                there = documents.resolve(base, reference)
            except BrokenReference as problem:
                found[str(problem)] = None
            else:
                left.append((there.document, documents.value(there)))
    return tuple(found)
