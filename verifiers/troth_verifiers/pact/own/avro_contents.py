"""Avro data by the schema that the Avro plug-in kept."""

import re
from collections.abc import Callable
from typing import Final

from troth_schemas.avro import read
from troth_schemas.avro.decoding import decoded
from troth_schemas.avro.model import Record, unqualified
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.rules import Rules
from troth_schemas.sources import one as one_source

_RECORD: Final = re.compile(r"record=\"?([\w.]+)")


def reader_of(
    schema: str, configured: Document, content_type: str
) -> tuple[str, Callable[[bytes, Rules | None], Json]]:
    """What people call the type, and what decodes it. Raises ValueError, LookupError."""
    try:
        avro, _ = read(one_source("the consumer's schema", schema.encode()))
    except ContractUnreadable as problem:
        raise ValueError(str(problem)) from None
    stated = configured.get("record")
    named = _RECORD.search(content_type)
    wanted = stated if isinstance(stated, str) else named[1] if named else None
    records = (one for one in avro.types.values() if isinstance(one, Record))
    root = next((one for one in records if wanted in (one.name, unqualified(one.name))), avro.root)
    if root is None:
        raise LookupError(f"it has no record {wanted}")

    def decode(content: bytes, _rules: Rules | None) -> Json:
        found = decoded(avro, root, content)
        if found is None:
            raise ValueError(f"its {len(content)} bytes cannot be read as such: {content[:16].hex(' ')}")
        return found[0]

    return f"Avro {getattr(root, 'name', '') or 'data'}", decode
