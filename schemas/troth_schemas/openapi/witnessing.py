"""Witnesses: requests that a writer's user may send and the reader refuses, answers that a reader may send and the
writer's user does not understand. Each is put before both descriptions before it is shown.
"""

from dataclasses import replace

from troth_schemas.finding import Witness
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import sample
from troth_schemas.openapi.asking import (
    ABSENT,
    Request,
    concrete,
    errors,
    plain_request,
    refusal,
    sample_of,
    takes,
    text_of,
)  # fmt: skip
from troth_schemas.openapi.media_types import best
from troth_schemas.openapi.model import Operation, Parameter, Requirement, Response, SecurityScheme, Server
from troth_schemas.openapi.pair import Sides
from troth_schemas.openapi.path_index import Match


def proven(sides: Sides, request: Request | None) -> Witness | None:
    """The request as a witness, if the writer takes it and the reader does not."""
    if request is None or refusal(sides.writer, request) is not None:
        return None
    why = refusal(sides.reader, request)
    return None if why is None else Witness("request", request.json(), why)


def api(sides: Sides, about: Server | SecurityScheme, operation: Operation | None = None) -> Witness | None:
    """A request (of the operation, or of any) to a server that is gone, or with credentials as they were."""
    operations = (operation,) if operation is not None else sides.writer.operations
    if isinstance(about, Server):
        request = next((found for one in operations if (found := plain_request(one)) is not None), None)
        if request is None:
            return None
        return Witness("request", {**request.json(), "server": about.url}, "the API is not served there")
    for one in operations:
        for requirement in one.security:
            if any(name == about.name for name, _ in requirement.schemes):
                return _with_credentials(sides, one, requirement)
    return None


def whole(sides: Sides, operation: Operation, requirement: Requirement | None = None) -> Witness | None:
    """A request of an operation, with the credentials of an alternative, or without any."""
    if requirement is not None:
        return _with_credentials(sides, operation, requirement)
    request = plain_request(operation)
    if request is None:
        return None
    if isinstance(sides.reader.find(request.method, request.path), Match):
        return Witness("request", request.json(), "credentials are required")
    return proven(sides, request)


def gone(sides: Sides, operation: Operation) -> Witness | None:
    """A request of an operation that is not there any more."""
    return proven(sides, plain_request(operation))


def _with_credentials(sides: Sides, operation: Operation, requirement: Requirement) -> Witness | None:
    request = plain_request(operation)
    if request is None or refusal(sides.writer, request) is not None:
        return None
    shown = request.json()
    for name, scopes in requirement.schemes:
        scheme = sides.writer.security_schemes.get(name)
        if scheme is None:
            return None
        key, header = _credential(scheme, scopes)
        part = shown.setdefault(key, {})
        assert isinstance(part, dict)
        part.update(header)
    return Witness("request", shown, "these credentials are not enough")


def _credential(scheme: SecurityScheme, scopes: tuple[str, ...]) -> tuple[str, dict[str, Json]]:
    if scheme.type == "apiKey":
        where = {"header": "headers", "cookie": "cookies"}.get(scheme.where or "", "query")
        return where, {scheme.parameter or "": "<the key>"}
    if scheme.type == "mutualTLS":
        return "tls", {"certificate": "<of the client>"}
    kind = "Basic" if scheme.scheme == "basic" else "Bearer"
    granted = f" with the scopes {' '.join(scopes)}" if scopes else ""
    return "headers", {"Authorization": f"{kind} <credentials{granted}>"}


def about_parameter(sides: Sides, operation: Operation, about: Parameter) -> Witness | None:
    """A request without a parameter."""
    request = plain_request(operation)
    if request is None:
        return None
    left = {key: value for key, value in request.values.items() if key != (about.where, about.name)}
    return proven(sides, replace(request, values=left))


def with_parameter(sides: Sides, operation: Operation, about: Parameter, value: Json) -> Witness | None:
    """A request with a value of a parameter."""
    request = plain_request(operation)
    if request is None or (about.where == "path" and not text_of(value)):
        return None
    return proven(sides, replace(request, values={**request.values, (about.where, about.name): value}))


def about_body(sides: Sides, operation: Operation, media: str | None = None, value: object = ABSENT) -> Witness | None:
    """A request without a body, with one of a media type, or with a body that is given."""
    request = plain_request(replace(operation, body=None))
    if request is None:
        return None
    if media is None:
        return proven(sides, replace(request, media=None, body=ABSENT))
    if value is ABSENT:
        known = best(operation.body.media, media) if operation.body else None
        found = sample(known.schema) if known is not None and known.schema is not None else ({},)
        if found is None:
            return None
        value = found[0]
    return proven(sides, replace(request, media=concrete(media), body=value))


def about_response(
    reader: Operation,
    writer: Operation,
    status: str,
    media: str | None = None,
    value: object = ABSENT,
) -> Witness | None:
    """An answer of the reader's that the writer's user does not understand: of a status, a media type, with a body."""
    new = next((one for one in (reader.response(status), *reader.responses) if one is not None), None)
    if media is None:
        unknown = next((one for one in reader.responses if writer.response(one.status) is None), None)
        return None if unknown is None else _answer(unknown, f"the status {unknown.status} was not known")
    if new is None:
        return None
    if value is ABSENT:
        request = plain_request(writer)
        if request is None:
            return None
        asked = replace(request, values={**request.values, ("header", "Accept"): media})
        return Witness("request", asked.json(), f"no {media} is to be had")
    old = writer.response(status)
    theirs = best(old.media, media) if old is not None else None
    ours = best(new.media, media)
    if theirs is None or ours is None or errors(ours.schema, value, "response") is not None:
        return None
    why = errors(theirs.schema, value, "response")
    if why is None:
        return None
    return Witness("response", {"status": _number(status), "headers": {"Content-Type": media}, "body": value}, why)  # type: ignore[dict-item]  # JSON


def _answer(response: Response, why: str) -> Witness | None:
    shown: dict[str, Json] = {"status": _number(response.status)}
    if response.media:
        schema = response.media[0].schema
        body = sample(schema) if schema is not None else None
        shown["headers"] = {"Content-Type": concrete(response.media[0].type)}
        if body is not None:
            shown["body"] = body[0]
    return Witness("response", shown, why)


def _number(status: str) -> int:
    return int(status) if status.isdigit() else int(f"{status[0]}00") if status[:1].isdigit() else 500


def about_header(status: str, reader: Response, writer: Response, name: str, value: object = ABSENT) -> Witness | None:
    """An answer without a header, or with a value of it."""
    shown: dict[str, Json] = {"status": _number(status)}
    headers: dict[str, Json] = {}
    for one in reader.headers:
        if one.required and one.name.lower() != name.lower():
            found = sample_of(one)
            if found is not None:
                headers[one.name] = found[0]
    old = next((one for one in writer.headers if one.name.lower() == name.lower()), None)
    new = next((one for one in reader.headers if one.name.lower() == name.lower()), None)
    if old is None:
        return None
    if value is ABSENT:
        if not old.required or (new is not None and new.required):
            return None
        return Witness("response", {**shown, "headers": headers}, f"the header {old.name!r} was always there")
    if new is None or not takes(new, value, as_text=False) or takes(old, value, as_text=False):
        return None
    sent: dict[str, Json] = {**headers, old.name: value}  # type: ignore[dict-item]  # a JSON value, where it is not absent
    return Witness("response", {**shown, "headers": sent}, f"the header {old.name!r} is not valid")


def message(sides: Sides, operation: Operation, media: str, value: object = ABSENT) -> Witness | None:
    """A body that the provider sends to a webhook, which the consumer was not told of."""
    mine = sides.reader
    new = next((one for one in mine.webhooks if (one.path, one.method) == (operation.path, operation.method)), None)
    if value is ABSENT or new is None or new.body is None or operation.body is None:
        return None
    ours, theirs = best(new.body.media, media), best(operation.body.media, media)
    if ours is None or theirs is None or errors(ours.schema, value, "response") is not None:
        return None
    why = errors(theirs.schema, value, "response")
    return None if why is None else Witness("message", value, why)  # type: ignore[arg-type]  # JSON
