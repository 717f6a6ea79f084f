"""Schemas as tests write them, and the question asked of them."""

from troth_schemas.documents import Documents, Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import AS_WRITTEN, Containment, Dialect, SchemaAt, View, contain
from troth_schemas.options import DEFAULT, Options


def at(schema: Json, dialect: Dialect = "2020-12", pointer: str = "") -> SchemaAt:
    return SchemaAt(Documents.of("schema.json", schema), Location("schema.json", pointer), dialect)


def ask(
    reader: Json, writer: Json, view: View = AS_WRITTEN, options: Options = DEFAULT, dialect: Dialect = "2020-12"
) -> Containment:
    return contain(at(reader, dialect), at(writer, dialect), view, options)
