"""A description in several documents as one value, in which every reference stays inside."""

from typing import Final
from urllib.parse import unquote

from troth_schemas.documents import read, target
from troth_schemas.json_body import Document, Json
from troth_schemas.sources import Sources

FURTHER: Final = "x-troth-documents"
"""Where the further documents stand in the one."""


def bundled(sources: Sources) -> Document:
    """The root document with the others inside. Raises ContractUnreadable where one cannot be read."""
    values = {name: read(name, content).value for name, content in sources.files.items()}
    places = {name: f"/{FURTHER}/d{number}" for number, name in enumerate(values)} | {sources.root: ""}
    inside = {name: _rewritten(value, name, places) for name, value in values.items()}
    root = inside.pop(sources.root)
    whole = dict(root) if isinstance(root, dict) else {}
    if inside:
        whole[FURTHER] = {places[name].rpartition("/")[2]: value for name, value in inside.items()}
    return whole


def followed(document: Document, value: Json) -> Document:
    """What a chain of references inside a bundled document leads to; nothing where it leads nowhere."""
    for _ in range(100):
        reference = value.get("$ref") if isinstance(value, dict) else None
        if not isinstance(reference, str) or not isinstance(value, dict):
            break
        value = _at(document, reference) or {}
    return value if isinstance(value, dict) else {}


def _at(document: Document, reference: str) -> Json:
    here: Json = document
    for step in unquote(reference.removeprefix("#")).split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict):
            here = here.get(name)
        elif isinstance(here, list) and name.isdigit() and int(name) < len(here):
            here = here[int(name)]
        else:
            return None
    return here


def _rewritten(value: Json, base: str, places: dict[str, str]) -> Json:
    if isinstance(value, list):
        return [_rewritten(one, base, places) for one in value]
    if not isinstance(value, dict):
        return value
    made: dict[str, Json] = {
        name: _reference(one, base, places)
        if name == "$ref" and isinstance(one, str)
        else _rewritten(one, base, places)
        for name, one in value.items()
    }
    said = made.get("discriminator")
    mapping = said.get("mapping") if isinstance(said, dict) else None
    if isinstance(said, dict) and isinstance(mapping, dict):
        there = {name: _reference(one, base, places) for name, one in mapping.items() if isinstance(one, str)}
        made["discriminator"] = {**said, "mapping": {**mapping, **there}}
    return made


def _reference(reference: str, base: str, places: dict[str, str]) -> str:
    address, _, fragment = reference.partition("#")
    document = target(base, address) if address else base
    return reference if document not in places else f"#{places[document]}{fragment}"
