"""Requests that an operation takes, and whether an API takes a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

from troth_schemas.json_body import Json
from troth_schemas.jsonschema import SchemaAt, View, sample, validator
from troth_schemas.openapi.media_types import best
from troth_schemas.openapi.model import Api, Operation, Parameter
from troth_schemas.openapi.path_index import Match

ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class Request:
    """A request: values by place and name, not yet written as text; the body with its media type, if there is one."""

    method: str
    template: str
    values: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    media: str | None = None
    body: object = ABSENT

    @property
    def path(self) -> str:
        """The path with its parameters filled in."""
        path = self.template
        for (where, name), value in self.values.items():
            if where == "path":
                path = path.replace("{" + name + "}", quote(text_of(value), safe=""))
        return path

    def json(self) -> dict[str, Json]:
        """As a witness shows it."""
        shown: dict[str, Json] = {"method": self.method.upper(), "path": self.path}
        for where, key in (("query", "query"), ("header", "headers"), ("cookie", "cookies")):
            values = {name: value for (place, name), value in self.values.items() if place == where}
            if values:
                shown[key] = dict(values)
        if self.media is not None:
            headers = shown.setdefault("headers", {})
            assert isinstance(headers, dict)
            headers["Content-Type"] = self.media
        if self.body is not ABSENT:
            shown["body"] = self.body  # type: ignore[assignment]  # a JSON value where it is not absent
        return shown


def text_of(value: Json) -> str:
    """A value as a path or header has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(map(text_of, value))
    return "" if value is None else str(value)


def plain_request(operation: Operation) -> Request | None:
    """The smallest request that is valid; None where no value was found for something that is needed."""
    values: dict[tuple[str, str], Json] = {}
    for one in operation.parameters:
        if one.required:
            found = sample_of(one)
            if found is None or (one.where == "path" and not text_of(found[0])):
                return None
            values[one.where, one.name] = found[0]
    request = Request(operation.method, operation.path, values)
    if operation.body is not None and operation.body.required and operation.body.media:
        for media in operation.body.media:
            body = sample(media.schema) if media.schema is not None else ({},)
            if body is not None:
                return replace(request, media=concrete(media.type), body=body[0])
        return None
    return request


def concrete(media: str) -> str:
    """A media type of a range."""
    return "application/json" if "*" in media else media


def sample_of(one: Parameter) -> tuple[Json] | None:
    """A valid value of a parameter or header; None where none was found."""
    schema = one.schema or (one.content[0].schema if one.content else None)
    found: tuple[Json] | None = ("1",) if schema is None else sample(schema)
    if found == ("",) and one.where == "path" and schema is not None:
        return ("1",) if validator(schema).is_valid("1") else None
    return found


def refusal(api: Api, request: Request) -> str | None:
    """Why an API refuses a request, in words; None if it accepts it. Credentials are the affair of the rules."""
    found = api.find(request.method, request.path)
    if not isinstance(found, Match):
        return f"there is no {request.method.upper()} {request.path}"
    operation = found.operation
    inside = dict(found.parameters)
    for one in operation.parameters:
        known = {
            (where, name.lower() if where == "header" else name): value
            for (where, name), value in request.values.items()
        }
        value: object = inside.get(one.name, ABSENT) if one.where == "path" else known.get(one.key, ABSENT)
        if value is ABSENT:
            if one.required:
                return f"the {one.where} parameter {one.name!r} is required"
        elif not takes(one, value, as_text=one.where == "path"):
            return f"the {one.where} parameter {one.name!r} is not valid"
    return _body_refusal(operation, request)


def takes(one: Parameter, value: object, *, as_text: bool) -> bool:
    """Whether a value is valid for a parameter or header; ``as_text``: it was written as text."""
    schema = one.schema or (one.content[0].schema if one.content else None)
    if schema is None:
        return True
    engine = validator(schema)
    return any(engine.is_valid(each) for each in ([value, *meanings(value)] if as_text else [value]))  # type: ignore[arg-type]  # JSON


def meanings(value: object) -> list[Json]:
    """What a text may mean besides itself."""
    if not isinstance(value, str):
        return []
    if value in ("true", "false"):
        return [value == "true"]
    try:
        number = float(value)
    except ValueError:
        return [value.split(",")]  # type: ignore[list-item]  # a list of texts is JSON
    return [int(number) if number.is_integer() else number, [value]]


def _body_refusal(operation: Operation, request: Request) -> str | None:
    if request.body is ABSENT:
        return "a body is required" if operation.body is not None and operation.body.required else None
    if operation.body is None:
        return "there is no body"
    media = best(operation.body.media, request.media or "")
    if media is None:
        return f"the media type {request.media} is not accepted"
    return errors(media.schema, request.body, "request")


def errors(schema: SchemaAt | None, value: object, access: str) -> str | None:
    """The first thing that a schema has against a body."""
    if schema is None:
        return None
    return validator(schema, View(access=access)).complaint(value)  # type: ignore[arg-type]  # one of the two words, JSON
