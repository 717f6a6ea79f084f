"""What changes in a request counts as used by who sends it, and by who does not send what is to come now."""

import pytest

from tests.schemas.documents import http, pact
from tests.schemas.pairs.pact_openapi import api
from troth_schemas.formats import find
from troth_schemas.json_body import Document, Json
from troth_schemas.openapi import Api
from troth_schemas.options import DEFAULT
from troth_schemas.pact import pact_of
from troth_schemas.pairs.pact_openapi import PAIR

TEXT: Document = {"type": "string"}
SENT = pact(
    http(
        request={
            "method": "POST",
            "path": "/orders/7",
            "query": {"sort": ["up"]},
            "headers": {"Content-Type": "application/json", "X-Tenant": "one"},
            "body": {"to": {"city": "Bern"}},
        },
        response={"status": 200, "headers": {"X-Count": "1"}},
    )
)


def obj(*required: str, **properties: Json) -> Document:
    return {"type": "object", "properties": properties, "required": list(required)}


def parameter(name: str, where: str = "query", **more: Json) -> Document:
    return {"name": name, "in": where, "schema": TEXT, **more}


def posting(body: Json = None, *parameters: Json, required: bool = False, headers: Json = None) -> Api:
    content: Document = {"content": {"application/json": {"schema": body or obj(to=obj(city=TEXT))}}}
    operation: Document = {
        "parameters": [parameter("number", "path", required=True), *parameters],
        "requestBody": {**content, "required": required},
        "responses": {"200": {"description": "x", "headers": headers or {}}},
    }
    return api({"/orders/{number}": {"post": operation}})


def used(old: Api, new: Api) -> list[bool]:
    """For each breaking change, whether the consumer is among its users."""
    uses = PAIR.uses
    assert uses is not None
    elements = uses(pact_of(SENT), old)
    broken = [one for one in find("openapi").compare(new, old, DEFAULT).findings if one.severity == "breaking"]
    assert broken
    return [one.element is None or one.element in elements for one in broken]


TENANT, SORT, PAGE = parameter("X-Tenant", "header"), parameter("sort"), parameter("page")
NUMBER: Document = {"type": "integer"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (posting(), posting(None, parameter("page", required=True))),
        (posting(None, PAGE), posting(None, parameter("page", required=True))),
        (posting(None, SORT), posting(None, parameter("sort", schema=NUMBER))),
        (posting(None, TENANT), posting(None, parameter("X-Tenant", "header", schema=NUMBER))),
        (posting(), posting(obj(to=obj("zip", city=TEXT, zip=TEXT)))),
        (posting(obj(to=obj(city=TEXT, zip=TEXT))), posting(obj(to=obj("zip", city=TEXT, zip=TEXT)))),
        (posting(), posting(obj("note", to=obj(city=TEXT), note=TEXT))),
        (posting(), posting({**obj(to=obj(city=TEXT)), "minProperties": 2})),
        (posting(), posting(required=True)),
        (posting(headers={"X-Count": {"schema": TEXT, "required": True}}), posting()),
    ],
)
def test_who_sends_it_or_lacks_what_is_required_now_is_among_the_users(old: Api, new: Api) -> None:
    assert all(used(old, new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (posting(None, PAGE), posting(None, parameter("page", schema=NUMBER))),
        (posting(obj(to=obj(city=TEXT, zip=TEXT))), posting(obj(to=obj(city=TEXT, zip=NUMBER)))),
        (posting(obj(by=obj(name=TEXT))), posting(obj(by=obj("name", name=TEXT)))),
    ],
)
def test_who_does_not_send_it_is_not_among_the_users(old: Api, new: Api) -> None:
    assert not any(used(old, new))
