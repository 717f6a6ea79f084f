"""Which dialect a schema is written in, told by its ``$schema``."""

from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.question import Dialect

META_SCHEMAS: Final[dict[str, Dialect]] = {
    "http://json-schema.org/draft-04/schema": "draft-04",
    "http://json-schema.org/draft-06/schema": "draft-06",
    "http://json-schema.org/draft-07/schema": "draft-07",
    "https://json-schema.org/draft/2019-09/schema": "2019-09",
    "https://json-schema.org/draft/2020-12/schema": "2020-12",
    "https://spec.openapis.org/oas/3.1/dialect/base": "openapi-3.1",
}
NEWEST: Final = "2020-12"


def dialect_of(schema: Json, default: Dialect = NEWEST) -> Dialect:
    """The dialect that a schema names; the default where it names none or one that is not known."""
    return named(schema) or default


def named(schema: Json) -> Dialect | None:
    """The dialect that a schema names, if it is known."""
    said = schema.get("$schema") if isinstance(schema, dict) else None
    if not isinstance(said, str):
        return None
    address = said.removesuffix("#").replace("http://json-schema.org/draft/20", "https://json-schema.org/draft/20")
    return META_SCHEMAS.get(address.replace("https://json-schema.org/draft-0", "http://json-schema.org/draft-0"))


def meta_schema(dialect: Dialect) -> str:
    """The address of what schemas of a dialect are checked against; OpenAPI's older ones come closest to draft 4."""
    if dialect == "asyncapi":
        dialect = "draft-07"
    for address, one in META_SCHEMAS.items():
        if one == dialect and not dialect.startswith("openapi"):
            return address
    return (
        "https://json-schema.org/draft/2020-12/schema"
        if dialect == "openapi-3.1"
        else "http://json-schema.org/draft-04/schema"
    )
