"""An OpenAPI description read into the one model, with every problem it has."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect
from troth_schemas.openapi import swagger
from troth_schemas.openapi.checking import check
from troth_schemas.openapi.model import METHODS, Api, Body, Operation, Response, Server, Variable, Version
from troth_schemas.openapi.parts import Parts, lifecycle
from troth_schemas.openapi.reading import At, Reading, members, text, texts
from troth_schemas.openapi.security import requirements, schemes
from troth_schemas.openapi.structure import Structure
from troth_schemas.sources import Sources

_DIALECTS: Final[dict[str, Dialect]] = {
    "http://json-schema.org/draft-04/schema": "draft-04",
    "http://json-schema.org/draft-06/schema": "draft-06",
    "http://json-schema.org/draft-07/schema": "draft-07",
    "https://json-schema.org/draft/2019-09/schema": "2019-09",
    "https://json-schema.org/draft/2020-12/schema": "2020-12",
}

_NOT_READ: Final = ("query", "additionalOperations")


def load(sources: Sources) -> Loaded:
    """The API with every problem found. Raises ContractUnreadable where the root cannot be read at all."""
    documents = Documents(sources)
    root = At(documents.root.value, Location(sources.root))
    version = _version(root)
    reading = Reading(documents)
    if version == "2.0":
        swagger.prepare(documents)
    Structure(reading, version).check(root)
    api = Builder(reading, root, version).api()
    check(reading, api)
    return Loaded(api, tuple(reading.problems.values()))


def _version(root: At) -> Version:
    named = members(root.value).get("swagger", members(root.value).get("openapi"))
    said = str(named)
    for version in ("2.0", "3.0", "3.1", "3.2"):
        if said == version or said.startswith(f"{version}."):
            return version
    if named is None:
        reason, fix = "does not say which version of OpenAPI it is", 'Add "openapi": "3.1.0" (or "swagger": "2.0").'
    else:
        reason, fix = f"is of version {said} of OpenAPI, which is not known,", "2.0, 3.0, 3.1 and 3.2 can be read."
    raise ContractUnreadable(
        f"the description {root.location.document}", reason, index=0, place="its beginning", fix=fix
    )


class Builder:
    """Makes the model of one description."""

    def __init__(self, reading: Reading, root: At, version: Version) -> None:
        self.reading = reading
        self.root = root
        self.version = version
        self.swagger = swagger.SwaggerParts(reading, root) if version == "2.0" else None
        self.parts = self.swagger or Parts(reading, self._dialect())

    def api(self) -> Api:
        """The whole model."""
        root = self.root
        servers = swagger.servers(root) if self.swagger else self._servers(root)
        paths = root["paths"].named
        operations = [one for path, item in paths.items() for one in self.operations(path, item, servers)]
        webhooks = [one for name, item in root["webhooks"].members.items() for one in self.operations(name, item, ())]
        webhooks += [one for path, item in paths.items() for one in self._callbacks(path, item)]
        security = root["securityDefinitions"] if self.swagger else root["components"]["securitySchemes"]
        return Api(
            self.version,
            self.reading.documents,
            root.location,
            tuple(operations),
            tuple(webhooks),
            servers,
            schemes(self.reading, security),
        )

    def operations(self, path: str, entry: At, servers: tuple[Server, ...]) -> Iterator[Operation]:
        """The operations of a path, wherever the path itself is written."""
        item = self._path_item(entry)
        servers = self._servers(item) or servers
        for name in _NOT_READ:
            if name in members(item.value):
                self.reading.error(item[name].location, f"{name!r} of OpenAPI 3.2 is not read, so nothing checks it.")
        for method in METHODS:
            if method in members(item.value):
                yield self._operation(method, path, item, item[method], servers)

    def _path_item(self, entry: At) -> At:
        """A path item may refer to another and add to it: what it says itself counts."""
        target = self.reading.follow(entry)
        own = {key: value for key, value in members(entry.value).items() if key != "$ref"}
        if target.location == entry.location or not set(own) & {*METHODS, "parameters", "servers"}:
            return target
        self.reading.warning(entry.location, "A path that refers to another ($ref) and adds to it is read differently.")
        return At({**members(target.value), **own}, target.location)

    def _operation(self, method: str, path: str, item: At, at: At, servers: tuple[Server, ...]) -> Operation:
        value = members(at.value)
        return Operation(
            method=method,
            path=path,
            location=at.location,
            path_location=item.location,
            parameters=self.parts.parameters(item, at),
            body=self._body(item, at),
            responses=tuple(self._response(status, one, at) for status, one in at["responses"].named.items()),
            security=requirements(at["security"] if "security" in value else self.root["security"]),
            servers=self._servers(at) or servers,
            operation_id=text(value.get("operationId")),
            tags=texts(value.get("tags")),
            lifecycle=lifecycle(at),
            extensions={name: one for name, one in value.items() if name.startswith("x-") and name != swagger.FORM},
        )

    def _body(self, item: At, at: At) -> Body | None:
        if self.swagger:
            return self.swagger.body_of(item, at)
        return self.parts.body(at["requestBody"]) if "requestBody" in members(at.value) else None

    def _response(self, status: str, entry: At, operation: At) -> Response:
        if self.swagger:
            return self.swagger.response_of(status, entry, operation)
        return self.parts.response(status, entry)

    def _callbacks(self, path: str, entry: At) -> Iterator[Operation]:
        """What the provider calls on the consumer because of an operation; named after it."""
        item = self.reading.follow(entry)
        for method in METHODS:
            if "callbacks" not in members(members(item.value).get(method)):
                continue
            for name, callback in item[method]["callbacks"].members.items():
                for expression, inner in self.reading.follow(callback).named.items():
                    title = f"{expression} ({name} of {method.upper()} {path})"
                    yield from self.operations(title, inner, ())

    def _servers(self, at: At) -> tuple[Server, ...]:
        if self.swagger:
            return ()
        return tuple(
            Server(url, one.location, _variables(one["variables"]))
            for one in at["servers"].elements
            if (url := text(members(one.value).get("url"))) is not None
        )

    def _dialect(self) -> Dialect:
        if self.version == "3.0":
            return "openapi-3.0"
        named: Json = members(self.root.value).get("jsonSchemaDialect")
        return _DIALECTS.get(str(named).rstrip("#"), "openapi-3.1")


def _variables(at: At) -> tuple[Variable, ...]:
    return tuple(
        Variable(name, str(members(one.value).get("default", "")), texts(members(one.value).get("enum")))
        for name, one in at.named.items()
    )
