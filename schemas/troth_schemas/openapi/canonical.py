"""What an API says, as bytes that are equal for descriptions that say the same."""

import json
from collections.abc import Iterator

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.openapi.labels import Labels, text_of
from troth_schemas.openapi.model import Api, Lifecycle, Media, Operation, Parameter, Requirement, SecurityScheme, Server


def canonical(api: Api) -> bytes:
    """Sorted, without what only people read, each schema as the label of what it says."""
    return json.dumps(_Form(api).api(), sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


class _Form:
    def __init__(self, api: Api) -> None:
        self._api = api
        self._labels = Labels(api.documents)
        self._labels.prepare(schemas(api))

    def api(self) -> Json:
        api = self._api
        return {
            "version": api.version,
            "operations": {f"{one.method} {one.path}": self._operation(one) for one in api.operations},
            "webhooks": {f"{one.method} {one.path}": self._operation(one) for one in api.webhooks},
            "servers": [*sorted(map(_server, api.servers))],
            "security": {name: _scheme(one) for name, one in api.security_schemes.items()},
        }

    def _operation(self, one: Operation) -> Json:
        return {
            "id": one.operation_id,
            "tags": [*sorted(one.tags)],
            "lifecycle": _lifecycle(one.lifecycle),
            "parameters": self._parameters(one.parameters),
            "body": None if one.body is None else {"required": one.body.required, "media": self._media(one.body.media)},
            "responses": {
                each.status: {"headers": self._parameters(each.headers), "media": self._media(each.media)}
                for each in one.responses
            },
            "security": [*sorted(map(_requirement, one.security))],
            "servers": [*sorted(map(_server, one.servers))],
        }

    def _parameters(self, parameters: tuple[Parameter, ...]) -> Json:
        return {
            " ".join(one.key): {
                "required": one.required,
                "schema": self._schema(one.schema),
                "content": self._media(one.content),
                "written": f"{one.style} {one.explode} {one.allow_reserved} {one.allow_empty}",
                "lifecycle": _lifecycle(one.lifecycle),
            }
            for one in parameters
        }

    def _media(self, media: tuple[Media, ...]) -> Json:
        return {
            one.type: {"schema": self._schema(one.schema), "encoding": text_of(dict(one.encoding))} for one in media
        }

    def _schema(self, at: SchemaAt | None) -> Json:
        return None if at is None else f"{at.dialect} {self._labels.of(at.location)}"


def _lifecycle(one: Lifecycle) -> Json:
    return [one.deprecated, one.sunset, one.stability]


def _server(one: Server) -> str:
    return json.dumps([one.url, sorted([each.name, each.default, *sorted(each.enum)] for each in one.variables)])


def _requirement(one: Requirement) -> str:
    return json.dumps([[name, sorted(scopes)] for name, scopes in one.schemes])


def _scheme(one: SecurityScheme) -> Json:
    scopes: Json = {flow: sorted(names) for flow, names in one.scopes.items()}  # type: ignore[misc]  # texts are JSON
    return [one.type, one.scheme, one.where, one.parameter, scopes, dict(one.urls)]


def schemas(api: Api) -> Iterator[Location]:
    """The places of all schemas that operations use."""
    for one in (*api.operations, *api.webhooks):
        headers = (header for response in one.responses for header in response.headers)
        bodies = (*(one.body.media if one.body is not None else ()), *(m for each in one.responses for m in each.media))
        for each in (*one.parameters, *headers):
            yield from (
                at.location for at in (each.schema, *(media.schema for media in each.content)) if at is not None
            )
        yield from (media.schema.location for media in bodies if media.schema is not None)
