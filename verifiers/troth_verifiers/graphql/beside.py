"""The documents beside a contract: the published schema, and the operations and fragments that it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass

from troth_schemas.detecting import detect
from troth_schemas.errors import SchemasError
from troth_schemas.formats import find
from troth_schemas.graphql.operations import Unit, load_operations
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.sources import Sources


@dataclass(frozen=True, slots=True)
class Beside:
    """The schema, None where none is given, and the documents of operations, which see each other's fragments.

    ``strange`` are the names of those that are neither.
    """

    schema: SchemaDocument | None = None
    units: tuple[Unit, ...] = ()
    strange: tuple[str, ...] = ()


def beside(files: Mapping[str, bytes]) -> Beside:
    """What the documents are, told from what they say. Raises SchemasError where one cannot be used."""
    kinds = {name: _kind(name, content) for name, content in files.items()}
    schemas = {name: files[name] for name, kind in kinds.items() if kind == "graphql"}
    asking = {name: files[name] for name, kind in kinds.items() if kind == "graphql-operations"}
    strange = tuple(name for name in files if name not in schemas and name not in asking)
    return Beside(_schema(schemas), _units(asking), strange)


def _kind(name: str, content: bytes) -> str:
    try:
        return detect(name, content)
    except SchemasError:
        return "graphql" if name.endswith((".graphql", ".graphqls", ".gql")) else ""


def _schema(files: Mapping[str, bytes]) -> SchemaDocument | None:
    if not files:
        return None
    document = find("graphql").load(Sources(next(iter(files)), files)).document
    assert isinstance(document, SchemaDocument)
    return document


def _units(files: Mapping[str, bytes]) -> tuple[Unit, ...]:
    return load_operations(Sources(next(iter(files)), files))[0].units if files else ()
