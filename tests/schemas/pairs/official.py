"""openapi-core asked about one request or response, as the reference for what OpenAPI means."""

import json
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

HOST = "http://localhost"


class Request:
    """A request of a pact, as openapi-core wants it."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.host_url = HOST
        self.path = written.get("path", "/")
        self.method = written.get("method", "GET").lower()
        headers = {name: str(value) for name, value in written.get("headers", {}).items()}
        query = [(name, one) for name, values in written.get("query", {}).items() for one in values]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(query), header=Headers(headers), cookie=ImmutableMultiDict()
        )
        self.content_type = headers.get("Content-Type", "application/json")
        self.body = None if "body" not in written else json.dumps(written["body"]).encode()


class Response:
    """A response of a pact, as openapi-core wants it."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.status_code = written.get("status", 200)
        headers = {name: str(value) for name, value in written.get("headers", {}).items()}
        self.headers = Headers(headers)
        self.content_type = headers.get("Content-Type", "application/json")
        self.data = b"" if "body" not in written else json.dumps(written["body"]).encode()


def accepts_request(api: dict[str, Any], written: dict[str, Any]) -> bool:
    try:
        _asked(api).validate_request(Request(written))
    except OpenAPIError:
        return False
    return True


def accepts_response(api: dict[str, Any], request: dict[str, Any], response: dict[str, Any]) -> bool:
    try:
        _asked(api).validate_response(Request(request), Response(response))
    except OpenAPIError:
        return False
    return True


def _asked(api: dict[str, Any]) -> OpenAPI:
    config = Config(spec_validator_cls=None)  # type: ignore[arg-type]  # None is how the check is left out
    return OpenAPI.from_dict(api, config=config)
