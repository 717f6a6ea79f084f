"""Which members the objects of a description have, by version: what each must be, and which must be there.

After the specifications 2.0, 3.0.4 and 3.1.1. Schemas are not among them: they are read as they are, and their problems
are told by who reads them.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

What: TypeAlias = str
"""A JSON type ("text", "boolean", "number", "any"), the name of an object here, or ``[name]`` / ``{name}`` for an array
or a map of them. A ``!`` at the end: the member must be there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its members. ``open`` ones may have others; extensions (``x-``) are always allowed."""

    members: dict[str, What]
    open: bool = False


def _shape(open: Literal["open", ""] = "", /, **members: What) -> Shape:  # noqa: A002  # as a word of the table
    return Shape({name.rstrip("_").replace("__", "$"): what for name, what in members.items()}, bool(open))


_INFO: Final = _shape(
    title="text!",
    version="text!",
    description="text",
    summary="text",
    termsOfService="text",
    contact="any",
    license="any",
)
_TAG: Final = _shape(name="text!", description="text", externalDocs="docs", summary="text", parent="text", kind="text")
_DOCS: Final = _shape(url="text!", description="text")
_OPERATIONS: Final = dict.fromkeys(("get", "put", "post", "delete", "options", "head", "patch", "trace"), "operation")
_REFERENCE: Final = {"$ref": "text", "summary": "text", "description": "text"}

_SHAPES_3: Final[dict[str, Shape]] = {
    "api": Shape({
        "openapi": "text!", "info": "info!", "servers": "[server]", "paths": "{path}", "components": "components",
        "security": "[any]", "tags": "[tag]", "externalDocs": "docs", "webhooks": "{path}", "jsonSchemaDialect": "text",
        "$self": "text",
    }),
    "info": _INFO,
    "tag": _TAG,
    "docs": _DOCS,
    "server": _shape(url="text!", description="text", variables="{variable}", name="text"),
    "variable": _shape(enum="[text]", default="text!", description="text"),
    "components": Shape({
        "schemas": "{any}", "responses": "{response}", "parameters": "{parameter}", "examples": "{any}",
        "requestBodies": "{body}", "headers": "{header}", "securitySchemes": "{security}", "links": "{any}",
        "callbacks": "{any}", "pathItems": "{path}", "mediaTypes": "{media}",
    }),
    "path": Shape({
        **_REFERENCE, **_OPERATIONS, "servers": "[server]", "parameters": "[parameter]", "query": "operation",
        "additionalOperations": "{operation}",
    }),
    "operation": _shape(
        tags="[text]", summary="text", description="text", externalDocs="docs", operationId="text",
        parameters="[parameter]", requestBody="body", responses="{response}", callbacks="{any}", deprecated="boolean",
        security="[any]", servers="[server]",
    ),
    "parameter": Shape({
        "name": "text!", "in": "text!", "description": "text", "required": "boolean", "deprecated": "boolean",
        "allowEmptyValue": "boolean", "style": "text", "explode": "boolean", "allowReserved": "boolean",
        "schema": "any", "example": "any", "examples": "any", "content": "{media}",
    }),
    "header": _shape(
        description="text", required="boolean", deprecated="boolean", allowEmptyValue="boolean", style="text",
        explode="boolean", allowReserved="boolean", schema="any", example="any", examples="any", content="{media}",
    ),
    "body": _shape(description="text", content="{media}!", required="boolean"),
    "media": _shape(
        schema="any", example="any", examples="any", encoding="any", itemSchema="any", itemEncoding="any",
        prefixEncoding="any",
    ),
    "response": _shape(summary="text", description="text!", headers="{header}", content="{media}", links="any"),
    "security": Shape({"type": "text!"}, open=True),
}  # fmt: skip

_SHAPES_2: Final[dict[str, Shape]] = {
    "api": _shape(
        swagger="text!", info="info!", host="text", basePath="text", schemes="[text]", consumes="[text]",
        produces="[text]", paths="{path}!", definitions="{any}", parameters="{parameter}", responses="{response}",
        securityDefinitions="{security}", security="[any]", tags="[tag]", externalDocs="docs",
    ),
    "info": _INFO,
    "tag": _TAG,
    "docs": _DOCS,
    "path": Shape({"$ref": "text", **_OPERATIONS, "parameters": "[parameter]"}),
    "operation": _shape(
        tags="[text]", summary="text", description="text", externalDocs="docs", operationId="text", consumes="[text]",
        produces="[text]", parameters="[parameter]", responses="{response}!", schemes="[text]", deprecated="boolean",
        security="[any]",
    ),
    "parameter": Shape({"name": "text!", "in": "text!", "description": "text", "schema": "any"}, open=True),
    "response": _shape(description="text!", schema="any", headers="{header}", examples="any"),
    "header": Shape({"type": "text!"}, open=True),
    "security": Shape({"type": "text!"}, open=True),
}  # fmt: skip


def shapes(version: str) -> dict[str, Shape]:
    """The shapes of a version's objects, by name; "api" is the root's."""
    return _SHAPES_2 if version == "2.0" else _SHAPES_3
