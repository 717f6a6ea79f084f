"""Protobuf in the table of formats."""

from typing import Final

from troth_schemas.formats import Format
from troth_schemas.protobuf.canonical import canonical, digest
from troth_schemas.protobuf.compare import RULES, compare
from troth_schemas.protobuf.loading import load, needs
from troth_schemas.protobuf.model import Schema


def count(schema: Schema) -> int:
    """How many methods its services have; where there is none, how many messages there are."""
    methods = sum(len(one.methods()) for one in schema.services.values() if schema.own(one))
    return methods or sum(schema.own(one) for one in schema.messages.values())


FORMAT: Final = Format("protobuf", load, canonical, digest, compare, RULES, needs, count)

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("proto2, proto3, editions 2023 and 2024", "judged"),
    ("several files with imports, well-known types and google/api, google/rpc annotations", "judged"),
    ("serialised descriptor sets", "judged"),
    ("categories FILE, PACKAGE, WIRE_JSON, WIRE", "judged"),
    ("files, packages, messages, enums, services and extensions that are gone", "judged"),
    ("fields: number, name, JSON name, cardinality, type, default, oneof", "judged"),
    ("wire-interchangeable types, values that no longer fit", "judged"),
    ("maps, groups and delimited messages", "judged"),
    ("required fields", "judged"),
    ("oneofs: fields moved into, out of and between them", "judged"),
    ("enum values, open and closed enums, aliases", "judged"),
    ("reserved numbers and names, extension ranges", "judged"),
    ("methods: request, response, streaming, idempotency", "judged"),
    ("file options of the languages' generators, jstype, ctype, features", "judged"),
    ("schema registries' compatibility (registry mode)", "judged"),
    ("files that cannot be compiled", "not-covered: nothing in them is known; each is named"),
    ("custom options (extensions of descriptor options)", "not-covered: their meaning is the option's own"),
)
"""What of Protobuf is compared, in the words of the catalogue."""
