"""What is particular to OpenAPI 2.0: bodies and forms among the parameters, media types and addresses told apart from
where they are used, and schemas that share their object with the parameter.

The documents' values were read for this one contract, so what stands in the way of reading a parameter as a schema is
put right in place (`prepare`): lines and pointers stay.
"""

from collections.abc import Mapping
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.model import Body, In, Media, Parameter, Response, Server, Style
from troth_schemas.openapi.parts import Parts, lifecycle
from troth_schemas.openapi.reading import At, Reading, elements, into, members, text, texts

REQUIRED: Final = "x-troth-required"
"""Where `prepare` moves a parameter's ``required``, which a schema would take for a list of names."""
FORM: Final = "x-troth-form"
"""Where an operation's form parameters stand as one schema."""

_DATA: Final = ("enum", "default", "example", "examples")
_STYLES: Final[Mapping[str, Style]] = {
    "csv": "form", "multi": "form", "ssv": "spaceDelimited", "tsv": "tabDelimited", "pipes": "pipeDelimited",
}  # fmt: skip
_ANY: Final = "*/*"


def prepare(documents: Documents) -> None:
    """Let every parameter of every document be readable as a schema."""
    for name in documents.sources.files:
        try:
            left = [documents.document(name).value]
        except ContractUnreadable:
            continue  # told where it is referred to
        while left:
            one = left.pop()
            if isinstance(one, dict):
                _prepare(one)
                left.extend(value for key, value in one.items() if key not in _DATA)
            elif isinstance(one, list):
                left.extend(one)


def _prepare(value: dict[str, Json]) -> None:
    if isinstance(value.get("required"), bool) and "in" in value and "name" in value:
        value[REQUIRED] = value.pop("required")
    if value.get("type") == "file":
        value.update(type="string", format="binary")


class SwaggerParts(Parts):
    """Reads the parts of 2.0's operations."""

    def __init__(self, reading: Reading, root: At) -> None:
        super().__init__(reading, "openapi-2.0")
        self._root = root

    def body_of(self, path_item: At, operation: At) -> Body | None:
        """The body: a ``body`` parameter, or the ``formData`` ones as one object."""
        entries = self._bodies(path_item, operation)
        whole = next((one for one in entries if members(one.value).get("in") == "body"), None)
        if whole is not None:
            types = self._types("consumes", operation) or (_ANY,)
            schema = self.schema(whole["schema"]) if "schema" in members(whole.value) else None
            required = members(whole.value).get(REQUIRED) is True
            return Body(whole.location, required, tuple(Media(name, whole.location, schema) for name in types))
        return self._form(operation, entries) if entries else None

    def _bodies(self, path_item: At, operation: At) -> list[At]:
        found: dict[tuple[Json, Json], At] = {}
        for holder in (path_item, operation):
            for entry in holder["parameters"].elements:
                at = self._reading.follow(entry)
                where, name = members(at.value).get("in"), members(at.value).get("name")
                if where == "body":
                    found["body", None] = at
                elif where == "formData" and isinstance(name, str):
                    found["formData", name] = at
        return list(found.values())

    def _form(self, operation: At, fields: list[At]) -> Body:
        properties: dict[str, Json] = {}
        required: list[Json] = []
        encoding: dict[str, Json] = {}
        for one in fields:
            name = text(members(one.value).get("name")) or ""
            properties[name] = {"$ref": _reference(operation.location, one.location)}
            if members(one.value).get(REQUIRED) is True:
                required.append(name)
            written = text(members(one.value).get("collectionFormat"))
            if written is not None:
                encoding[name] = {"style": _STYLES.get(written, "form"), "explode": written == "multi"}
        holder = members(operation.value)
        holder[FORM] = {"type": "object", "properties": properties, **({"required": required} if required else {})}
        has_file = any(members(one.value).get("format") == "binary" for one in fields)
        usual = "multipart/form-data" if has_file else "application/x-www-form-urlencoded"
        schema = SchemaAt(self._reading.documents, into(operation.location, FORM), "openapi-2.0")
        types = self._types("consumes", operation) or (usual,)
        return Body(
            operation.location,
            bool(required),
            tuple(Media(name, operation.location, schema, encoding) for name in types),
        )

    def response_of(self, status: str, entry: At, operation: At) -> Response:
        """An answer, under each media type that the operation produces."""
        at = self._reading.follow(entry)
        types = (self._types("produces", operation) or (_ANY,)) if "schema" in members(at.value) else ()
        return self._once(
            f"response {status} {' '.join(types)}",
            at,
            lambda: Response(
                status,
                at.location,
                self.headers(at["headers"]),
                tuple(Media(name, at.location, self.schema(at["schema"])) for name in types),
            ),
        )

    def _types(self, key: str, operation: At) -> tuple[str, ...]:
        own = members(operation.value)
        return texts(own.get(key) if key in own else members(self._root.value).get(key))

    def _described(self, name: str, where: In, at: At) -> Parameter:
        value = members(at.value)
        written = text(value.get("collectionFormat")) or "csv"
        usual: Style = "form" if where in ("query", "cookie") else "simple"
        style = usual if written in ("csv", "multi") else _STYLES.get(written, usual)
        return Parameter(
            name=name,
            where=where,
            location=at.location,
            required=value.get(REQUIRED) is True or where == "path",
            schema=self.schema(at),
            style=style,
            explode=written == "multi",
            allow_empty=value.get("allowEmptyValue") is True,
            lifecycle=lifecycle(at),
        )


def servers(root: At) -> tuple[Server, ...]:
    """Where a 2.0 API is served, in the words of 3.x."""
    value = members(root.value)
    host, base = text(value.get("host")) or "", text(value.get("basePath")) or ""
    if not host:
        return (Server(base or "/", into(root.location, "basePath")),) if base else ()
    schemes = [one for one in elements(value.get("schemes")) if isinstance(one, str)]
    return tuple(
        Server(f"{scheme}://{host}{base}", into(root.location, "schemes", index))
        for index, scheme in enumerate(schemes)
    ) or (Server(f"//{host}{base}", into(root.location, "host")),)


def _reference(here: Location, there: Location) -> str:
    return f"{'' if here.document == there.document else _relative(here.document, there.document)}#{_quoted(there)}"


def _quoted(location: Location) -> str:
    return location.pointer.replace("%", "%25").replace("#", "%23")


def _relative(here: str, there: str) -> str:
    up = here.count("/")
    return there if not up or "://" in there else "../" * up + there
