"""The canonical form of a pact: equal for two pacts that promise the same, however they were written down.

Made for comparing and for "what changed"; the Pact Broker's identity is ``content_sha`` and another thing.
"""

from hashlib import sha256

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.identity import SECTIONS
from troth_schemas.pact.interactions import names, spec_version
from troth_schemas.pact.ruby_json import sorted_text


def canonical(document: Json) -> bytes:
    """A pact without formatting, order, ``_id`` and the names of the libraries that wrote it, as UTF-8 JSON.

    Members are sorted by name, interactions and messages by their text. What is no object stays as it is.
    """
    return sorted_text(_essence(document) if isinstance(document, dict) else document).encode("utf-8")


def digest(document: Json) -> str:
    """The SHA-256 of the canonical form, 64 hexadecimal digits."""
    return sha256(canonical(document)).hexdigest()


def _essence(document: Document) -> Document:
    consumer, provider = names(document)
    metadata = document.get("metadata")
    essence: Document = {
        "consumer": consumer,
        "provider": provider,
        "specification": spec_version(document),
        "plugins": metadata.get("plugins") if isinstance(metadata, dict) else None,
    }
    for section in SECTIONS:
        elements = document.get(section)
        essence[section] = _sorted(elements) if isinstance(elements, list) else elements
    return essence


def _sorted(elements: list[Json]) -> list[Json]:
    bare: list[Json] = [
        {name: value for name, value in element.items() if name != "_id"} if isinstance(element, dict) else element
        for element in elements
    ]
    return sorted(bare, key=sorted_text)
