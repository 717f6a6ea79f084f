"""`/openapi.json`: the API as an OpenAPI 3.1 document, made from the one route table."""

import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from troth_broker.http.bodies import BODIES
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, JSON, PROBLEM, TEXT

_Json = dict[str, Any]

_PATH_PARAMETERS = {
    "pacticipant": "The name of an application.",
    "consumer": "The name of the application that consumes.",
    "provider": "The name of the application that provides.",
    "version": "The number of a version.",
    "branch": "The name of a branch.",
    "tag": "The name of a tag.",
    "label": "The name of a label.",
    "uuid": "The identifier that the broker gave.",
    "sha": "The digest of a contract's content.",
    "metadata": "What the broker wrote into a link; opaque.",
}
_QUERY_PARAMETERS = {
    "page": "Which page, from 1.",
    "size": "How many entries a page has.",
    "q": "A part of the name.",
}
_WHOLE = {"type": "integer", "minimum": 1}


def route_of(described: Iterable[Route]) -> Route:
    """The route that answers with the document of these routes, and of itself."""
    routes = [*described]

    def get_openapi(call: Call) -> Reply:
        """The document of the API."""
        return Reply(200, _encoded(call.base), JSON)

    @lru_cache(maxsize=64)
    def _encoded(base: str) -> bytes:
        return Reply(200, document(routes, base)).encoded()

    own = Route(
        paths.OPENAPI,
        {"GET": Action(get_openapi, "The document of this API", offers=(JSON, HAL), in_loop=True)},
    )
    routes.append(own)
    return own


def document(routes: Iterable[Route], base: str) -> _Json:
    """These routes as an OpenAPI document."""
    documented = tuple(routes)
    topics = {_topic(action): _about(action) for route in documented for action in route.actions.values()}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Troth",
            "version": version("troth"),
            "summary": "A contract broker that speaks the Pact Broker's API.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base}],
        "tags": [{"name": name, "description": text} for name, text in sorted(topics.items())],
        "paths": {route.path.template_text: _path_item(route) for route in documented},
        "components": {
            "responses": {_REFUSED[status]: _refusal(status) for status in _REFUSED},
            "schemas": {"Resource": _RESOURCE, "Errors": _ERRORS, "Problem": _PROBLEM},
            "securitySchemes": {name: {"type": "http", "scheme": name} for name in ("basic", "bearer")},
        },
        "security": [{}, {"basic": []}, {"bearer": []}],
    }


_REFUSED = {
    400: "BadRequest",
    401: "Unauthenticated",
    403: "CrossSite",
    404: "NotFound",
    406: "NotAcceptable",
    408: "TooSlow",
    413: "TooLarge",
    415: "UnsupportedMediaType",
    422: "BadPath",
    503: "StoreUnavailable",
    507: "StoreFull",
}
_WHY = {
    400: "The request is wrong; the body says where.",
    401: "The request's credentials do not allow this, where the broker asks for any.",
    403: "A browser sent this change from another site.",
    404: "There is no such thing; the body says what is missing.",
    406: "The resource is not there in a type that `Accept` names.",
    408: "The body did not come in time.",
    413: "The body is larger than this broker takes.",
    415: "The body is of a type that the resource does not read.",
    422: "A name in the path holds a line break, a tab or NUL; always a problem document.",
    503: "The store cannot be used at the moment: try again.",
    507: "The disk of the store is full: nothing was kept.",
}


def _refusal(status: int) -> _Json:
    made: _Json = {"description": _WHY[status]}
    if status != 406:
        kinds = {HAL: "Errors", JSON: "Errors", PROBLEM: "Problem"}
        made["content"] = {media: {"schema": {"$ref": f"#/components/schemas/{kinds[media]}"}} for media in kinds}
    return made


_LINK: _Json = {
    "type": "object",
    "required": ["href"],
    "properties": {
        "href": {"type": "string"},
        "title": {"type": "string"},
        "name": {"type": "string"},
        "templated": {"type": "boolean"},
    },
}
_RESOURCE: _Json = {
    "type": "object",
    "description": "A HAL resource: its own members, where to go from here, and what is embedded.",
    "properties": {
        "_links": {
            "type": "object",
            "additionalProperties": {"anyOf": [_LINK, {"type": "array", "items": _LINK}]},
        },
        "_embedded": {"type": "object"},
    },
}
_ERRORS: _Json = {
    "type": "object",
    "properties": {
        "error": {"description": "What is wrong, in a sentence; or a message with a reference to the log."},
        "errors": {"description": "What is wrong, by field; or a list of sentences."},
    },
}
_PROBLEM: _Json = {
    "type": "object",
    "description": "RFC 7807; only for clients whose `Accept` names it.",
    "properties": {
        "title": {"type": "string"},
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}


_SCHEMAS: _Json = {HAL: {"$ref": "#/components/schemas/Resource"}}


def _topic(action: Action) -> str:
    return action.handler.__module__.rpartition(".")[2].replace("_", " ")


def _about(action: Action) -> str:
    return (sys.modules[action.handler.__module__].__doc__ or "").partition("\n")[0]


def _path_item(route: Route) -> _Json:
    item: _Json = {method.lower(): _operation(route, method, action) for method, action in route.actions.items()}
    item["options"] = _options(route)
    if route.path.variables:
        item["parameters"] = [_path_parameter(name) for name in route.path.variables]
    return item


def _path_parameter(name: str) -> _Json:
    made: _Json = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if name in _PATH_PARAMETERS:
        made["description"] = _PATH_PARAMETERS[name]
    return made


def _query_parameter(name: str) -> _Json:
    schema: _Json = {"type": "string"}
    if name.endswith("[]"):
        schema = {"type": "array", "items": schema}
    elif name in {"page", "size"}:
        schema = _WHOLE
    made: _Json = {"name": name, "in": "query", "schema": schema}
    if name in _QUERY_PARAMETERS:
        made["description"] = _QUERY_PARAMETERS[name]
    return made


def _operation(route: Route, method: str, action: Action) -> _Json:
    made: _Json = {
        "operationId": _operation_id(route, method),
        "summary": action.summary,
        "tags": [_topic(action)],
        "responses": {
            **{str(status): _answer(status, text, action) for status, text in action.answers.items()},
            **{
                str(status): {"$ref": f"#/components/responses/{_REFUSED[status]}"}
                for status in _refusals(route, method, action)
                if status not in action.answers
            },
        },
    }
    if action.refuses_in:
        made["responses"] = {
            status: _own_refusal(int(status), answer, action) for status, answer in made["responses"].items()
        }
    if action.query:
        made["parameters"] = [_query_parameter(name) for name in action.query]
    schema = BODIES.get((method, route.path))
    if action.consumes or schema is not None:
        media = action.consumes or (JSON,)
        made["requestBody"] = {"content": {one: {"schema": schema or {}} for one in media}}
    return made


def _own_refusal(status: int, answer: _Json, action: Action) -> _Json:
    """The refusals of a resource that has a form of its own for them, beside the usual one."""
    if not 400 <= status < 500 or status == 406:
        return answer
    made = _refusal(status) if "$ref" in answer else dict(answer)
    own = {media: {"schema": {"type": "object"}} for media in action.refuses_in}
    return {**made, "content": {**made.get("content", {}), **own}}


def _refusals(route: Route, method: str, action: Action) -> Iterator[int]:
    """What any request of this kind may be answered, beside what its handler says."""
    yield 401
    if action.query or method in {"POST", "PUT", "PATCH"}:
        yield 400
    if route.path.variables:
        yield from (404, 422)
    if not action.any_type:
        yield 406
    if method not in {"GET", "HEAD"}:
        yield from (403, 408, 413)
        if not action.reads:
            yield 507
    if method in {"POST", "PUT", "PATCH"}:
        yield 415
    if not action.in_loop:
        yield 503


def _options(route: Route) -> _Json:
    allowed = {"Access-Control-Allow-Methods": {"schema": {"type": "string"}}}
    return {
        "operationId": _operation_id(route, "OPTIONS"),
        "summary": "Which methods there are",
        "responses": {
            "200": {"description": "OK", "headers": allowed},
            "401": {"$ref": "#/components/responses/Unauthenticated"},
        },
    }


def _operation_id(route: Route, method: str) -> str:
    words = (part.strip("{}") for part in route.path.template_text.split("/"))
    return "_".join((method.lower(), *(word.replace("-", "_").replace(".", "_") for word in words if word)))


def _answer(status: int, text: str, action: Action) -> _Json:
    made: _Json = {"description": text}
    offers = [media for media in action.offers if "*" not in media]
    if status >= 400:
        made = {**_refusal(400), "description": text}
        if status == 409:
            made["content"][TEXT] = {"schema": {"type": "string"}}
    elif status != 204 and offers:
        made["content"] = {media: {"schema": _SCHEMAS.get(media, {})} for media in offers}
    return made
