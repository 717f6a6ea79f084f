"""Operations in one spelling, so that they can be told from each other."""

from troth_schemas.errors import SchemasError
from troth_schemas.finding import Place
from troth_schemas.graphql.operations import Operation, Operations, text_of, unit_of
from troth_schemas.graphql.spelling import canonical_operations


def spelled(text: str) -> bytes | None:
    """Equal bytes for texts that ask the same; None for what is no document of GraphQL."""
    try:
        unit = unit_of("the operation", text, Place("", None))
    except SchemasError:
        return None
    return canonical_operations(Operations((unit,)))


def spelled_alone(operation: Operation) -> bytes:
    """The same of one operation with the fragments that it needs."""
    return spelled(text_of(operation)) or b""
