"""Payloads and headers in the languages that ``schemaFormat`` names."""

import json
import re
from collections.abc import Mapping
from typing import Final

from troth_schemas import formats
from troth_schemas.asyncapi.gathering import protos
from troth_schemas.asyncapi.model import Schema
from troth_schemas.asyncapi.nodes import Node
from troth_schemas.documents import Location, target
from troth_schemas.errors import ExtraMissing, SchemasError
from troth_schemas.jsonschema import Dialect, SchemaAt
from troth_schemas.jsonschema.dialects import dialect_of
from troth_schemas.protobuf.imports import reached
from troth_schemas.sources import Sources
from troth_schemas.sources import one as one_source

_VERSION: Final = re.compile(r"version=\"?([^\s;\"]+)")
_DRAFT: Final = re.compile(r"(?:draft[-/])?(0[467]|2019-09|2020-12)")
_DRAFTS: Final[Mapping[str, Dialect]] = {
    "04": "draft-04", "06": "draft-06", "07": "draft-07", "2019-09": "2019-09", "2020-12": "2020-12",
}  # fmt: skip


def language_of(schema_format: str) -> tuple[str, Dialect | None]:
    """The language that a schemaFormat names, and the dialect if it is one of JSON Schema; "" as the language where
    nobody here reads it."""
    media = schema_format.partition(";")[0].strip().lower()
    found = _VERSION.search(schema_format)
    version = "" if found is None else found[1].lower()
    if media in (
        "",
        "application/vnd.aai.asyncapi",
        "application/vnd.aai.asyncapi+json",
        "application/vnd.aai.asyncapi+yaml",
    ):
        return "AsyncAPI schema", "asyncapi"
    if media in ("application/schema+json", "application/schema+yaml"):
        draft = _DRAFT.search(version)
        return ("JSON Schema", _DRAFTS[draft[1]] if draft else "draft-07") if draft or not version else ("", None)
    if media.startswith("application/vnd.oai.openapi"):
        return "OpenAPI schema", "openapi-3.1" if version.startswith("3.1") else "openapi-3.0"
    if media.startswith(("application/vnd.apache.avro", "application/avro")):
        return "avro", None
    if media.startswith(("application/vnd.google.protobuf", "application/protobuf", "application/x-protobuf")):
        return "protobuf", None
    return "", None


def schema_of(holder: Node, name: str, schema_format: str) -> Schema | None:
    """The schema under a member; version 3 may wrap it in an object that names its format itself."""
    language, dialect = language_of(schema_format)
    if language == "protobuf":
        found = _text_of(holder, name)
        if found is not None:
            return found
    node = holder.get(name)
    if node is None:
        return None
    if isinstance(node.value, dict) and "schemaFormat" in node.value and "schema" in node.value:
        return schema_of(node, "schema", node.text("schemaFormat") or "")
    if node.broken:
        return Schema(node.at, language, why=node.broken)
    if not language:
        return Schema(node.at, schema_format, why=f"schemas in {schema_format} are not read")
    if dialect is None:
        return _foreign(node, language)
    if not isinstance(node.value, dict | bool):
        node.problem("A schema is an object.")
        return Schema(node.at, language, why="it is no schema")
    stated = language == "OpenAPI schema" or (language == "JSON Schema" and _VERSION.search(schema_format))
    dialect = dialect if stated else dialect_of(node.value, dialect)
    return Schema(node.at, language, SchemaAt(node.tree.documents, node.at, dialect))


def _text_of(holder: Node, name: str) -> Schema | None:
    """A .proto file that is referred to: its text is the schema."""
    for one in (*holder.more, holder):
        written = one.value.get(name) if isinstance(one.value, dict) else None
        reference = written.get("$ref") if isinstance(written, dict) else None
        if isinstance(reference, str) and reference.endswith(".proto"):
            documents = one.tree.documents
            found = documents.sources.files.get(target(one.at.document, reference))
            if found is None:
                one.problem(f"The document {reference} was not given.", name)
                return Schema(one.below(name), "protobuf", why=f"{reference} was not given")
            made = Node(one.tree, one.below(name), found.decode("utf-8", "replace"))
            return _foreign(made, "protobuf")
    return None


def _foreign(node: Node, language: str) -> Schema:
    try:
        loaded = formats.find(language).load(_sources(node, language))
    except SchemasError as error:
        node.problem(f"The {language} schema cannot be read: {error}", warning=isinstance(error, ExtraMissing))
        return Schema(node.at, language, why=str(error))
    wrong = ""
    for one in loaded.problems:
        inside = language == "avro" and not isinstance(node.value, str)
        where = Location(node.at.document, node.at.pointer + (one.pointer if inside else ""))
        sentence = one.sentence if inside else f"In line {one.line}{_of(one.document)}: {one.sentence}"
        node.tree.problem(where, sentence, warning=one.severity == "warning")
        wrong = wrong or (sentence if one.severity == "error" else "")
    if language == "protobuf" and wrong and not loaded.document.tops:  # nothing of the payload itself is left
        return Schema(node.at, language, why=wrong.rstrip("."))
    written = node.value if isinstance(node.value, str) else ""
    return Schema(node.at, language, loaded=loaded.document, text=isinstance(node.value, str), written=written)


def _of(document: str) -> str:
    return f" of {document}" if document else ""


def _sources(node: Node, language: str) -> Sources:
    if language == "avro":
        written = node.value if isinstance(node.value, str) and node.value.lstrip()[:1] in ("{", "[") else None
        return one_source("payload.avsc", (json.dumps(node.value) if written is None else written).encode())
    text = (node.value if isinstance(node.value, str) else "").encode()
    return reached(Sources("payload.proto", {**protos(node.tree.documents.sources), "payload.proto": text}))
