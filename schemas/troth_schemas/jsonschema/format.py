"""JSON Schema in the table of formats."""

from typing import Final

from troth_schemas.documents import Documents, Location, missing
from troth_schemas.formats import Format, Loaded
from troth_schemas.jsonschema.compare import JsonSchema, compare
from troth_schemas.jsonschema.dialects import dialect_of
from troth_schemas.jsonschema.nodes import node_at
from troth_schemas.jsonschema.problems import problems_of
from troth_schemas.jsonschema.question import SchemaAt
from troth_schemas.jsonschema.rules import RULES
from troth_schemas.sources import Sources


def load(sources: Sources) -> Loaded:
    """The schema in the root document, with every problem found in it and in what it refers to."""
    documents = Documents(sources)
    root = documents.root
    at = SchemaAt(documents, Location(root.name), dialect_of(root.value))
    return Loaded(JsonSchema(at), problems_of(node_at(at)))


def canonical(schema: JsonSchema) -> bytes:
    """What a schema says, as bytes."""
    return schema.canonical()


def digest(schema: JsonSchema) -> str:
    """The SHA-256 of that."""
    return schema.digest()


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("type", "judged"),
    ("enum and const", "judged"),
    ("bounds, inclusive and exclusive, in both draft forms", "judged"),
    ("multipleOf", "judged"),
    ("lengths", "judged"),
    ("pattern: equal, or decided for regular expressions without look-around", "judged"),
    ("pattern with look-around or back references that differs", "not-covered: such expressions are not regular"),
    ("format: a remark, or asserted where a setting says so", "judged"),
    ("properties and required", "judged"),
    ("patternProperties", "judged"),
    ("additionalProperties", "judged"),
    ("unevaluatedProperties", "judged"),
    ("unevaluatedItems", "judged"),
    ("dependentRequired, dependentSchemas and dependencies", "judged"),
    ("propertyNames", "judged"),
    ("minProperties and maxProperties", "judged"),
    ("items, prefixItems and additionalItems", "judged"),
    ("contains with minContains and maxContains", "judged"),
    ("uniqueItems", "judged"),
    ("allOf, anyOf, oneOf and not", "judged"),
    ("if, then and else", "judged"),
    ("$ref, $defs and $anchor", "judged"),
    ("$dynamicRef with one target", "judged"),
    ("$dynamicRef whose target depends on the way to it", "not-covered: it is resolved where it stands"),
    ("recursion", "judged"),
    ("open and closed content models, strict and lenient", "judged"),
    ("defaults", "judged"),
    ("contentEncoding, contentMediaType and contentSchema", "judged"),
    ("more alternatives than 512 in one place", "not-covered: too many combinations"),
)
"""What is compared, and what is said to be not covered. The keywords of contents are remarks that refuse nothing."""

FORMAT: Final = Format(
    name="jsonschema", load=load, canonical=canonical, digest=digest, compare=compare, rules=RULES, needs=missing
)
