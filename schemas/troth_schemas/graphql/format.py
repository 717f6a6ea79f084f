"""GraphQL schemas in the table of formats."""

from typing import Final

from troth_schemas.formats import Format
from troth_schemas.graphql.canonical import canonical, digest
from troth_schemas.graphql.comparing import RULES, compare
from troth_schemas.graphql.schema_document import SchemaDocument, load


def _canonical(document: SchemaDocument) -> bytes:
    return canonical(document.schema)


def _digest(document: SchemaDocument) -> str:
    return digest(document.schema)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("types, unions, interfaces and enums: added, removed, of another kind", "judged"),
    ("fields: added, removed, of another type", "judged"),
    ("arguments and input fields: added, removed, of another type, with another default value, @oneOf", "judged"),
    ("directives: added, removed, their arguments, places and repetition", "judged"),
    ("root types", "judged"),
    ("deprecation, descriptions, applied directives, @specifiedBy", "judged"),
    ("SDL in several documents, extensions, introspection results", "judged"),
    ("subgraphs of Federation 1 and 2, @link with renamed imports, @inaccessible", "judged"),
    ("composition of subgraphs to a supergraph", "not-covered: how subgraphs fit together is for a composer to say"),
    ("values of scalars that a schema defines itself", "not-covered: a schema does not say what they are"),
)

FORMAT = Format(name="graphql", load=load, canonical=_canonical, digest=_digest, compare=compare, rules=RULES)
