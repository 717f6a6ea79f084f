"""Whether a tree is valid for a JSON Schema, wherever that stands."""

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import SchemasError
from troth_schemas.jsonschema import SchemaAt, validator
from troth_schemas.jsonschema.dialects import dialect_of
from troth_schemas.sources import Sources
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import Checker, Schemas


def checker_of(schemas: Schemas) -> Checker:
    """What says what is wrong with a value by the schema that is named: ``FILE`` or ``FILE#/pointer``.

    Raises `NotReplayable` where there is none.
    """
    name, _, pointer = schemas.name.partition("#")
    if name not in schemas.files:
        raise NotReplayable(
            f"The schema {name!r} is not among the documents of the contract; list it under `schema`, or state the "
            "`encoding` where it is the name of a type in Avro or Protobuf."
        )
    documents = Documents(Sources(name, schemas.files))
    at = Location(name, pointer)
    try:
        documents.value(at)
        made = validator(SchemaAt(documents, at, dialect_of(documents.root.value)), format_assertion=True)
        made.is_valid(None)
    except (SchemasError, LookupError, ValueError) as error:
        raise NotReplayable(f"The schema {schemas.name!r} cannot be read: {error}") from None
    return made.errors
