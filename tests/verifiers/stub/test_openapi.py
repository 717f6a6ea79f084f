"""A stub of an OpenAPI document: its examples, else values of its schemas; what it does not describe is refused."""

from typing import Any

import httpx
import pytest

from tests.verifiers.stub.serving import EXAMPLES, openapi, serving
from troth_schemas.json_body import Json
from troth_schemas.openapi import Match
from troth_verifiers import Contract, UsageError
from troth_verifiers.files import contract_in
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import described
from troth_verifiers.stub import Station, opened
from troth_verifiers.stub.instances import Instances, NoInstance

pytestmark = pytest.mark.anyio
STOCK = EXAMPLES / "conformance" / "openapi.yaml"
COFFEE = {"name": "tea", "price": 2.5}


def as_described(contract: Contract, answer: httpx.Response) -> bool:
    whole = described(contract)
    found = whole.api.find(answer.request.method.lower(), answer.request.url.path)
    assert isinstance(found, Match)
    headers = tuple((name.decode(), value.decode()) for name, value in answer.headers.raw)
    return Checker(whole).response(found.operation, answer.status_code, headers, answer.content) == ()


async def test_the_documents_examples_come_first_and_are_chosen_as_the_request_prefers() -> None:
    async with serving(STOCK) as (stub, client):

        async def posted(prefer: str) -> tuple[int, Any]:
            answer = await client.post("/items", json=COFFEE, headers={"Prefer": prefer})
            assert as_described(contract_in(STOCK), answer)
            return answer.status_code, answer.json()

        coffee = {"id": 2, "name": "coffee", "price": 6.5, "tags": ["hot"]}
        assert await posted("") == (201, coffee)
        assert await posted("example=coffee") == (201, coffee)
        assert await posted("code=422") == (422, {"error": "1 faults"})
        assert await posted("example=nameless") == (422, {"error": "1 faults"})
        assert await posted('code=422, example="nameless"') == (422, {"error": "1 faults"})
        status, made_up = await posted("dynamic=true")
        assert (status, made_up["name"], made_up["price"]) == (201, "name", 1.5)
        assert (await posted("dynamic=true"))[1] == made_up, "the same again"
        assert (await client.get("/items/3?__code=404")).status_code == 404
        assert [one.interaction for one in stub.answered][:2] == ["POST /items → 201, example coffee"] * 2
        assert not stub.refused


async def test_values_are_made_up_where_there_is_no_example() -> None:
    async with serving(STOCK) as (_, client):
        answer = await client.get("/items?limit=3")
        assert answer.json() == [{"name": "name", "price": 1.5, "tags": ["tags"], "id": 1}]
        assert as_described(contract_in(STOCK), answer)
        assert (await client.post("/items", json=COFFEE)).headers["location"] == "location"


@pytest.mark.parametrize(
    ("method", "target", "more", "why"),
    [
        ("GET", "/item", {}, "The description has no such path; similar are /items."),
        ("PUT", "/items", {}, "The description has GET, POST of this path."),
        ("GET", "/items?limit=0", {}, "query limit: 0 is less than the minimum of 1."),
        ("GET", "/items?limt=1", {}, "query limt: The description knows no such parameter."),
        ("GET", "/items/none", {}, "path number: "),
        ("POST", "/items", {"json": {"name": "tea", "price": "1"}}, "body $.price: '1' is not of type 'number'."),
        ("POST", "/items", {}, "body: "),
        ("POST", "/items", {"content": b"{", "headers": {"content-type": "application/json"}}, "cannot be read as"),
        (
            "GET",
            "/items/1",
            {"headers": {"Prefer": "code=418"}},
            "has no answer 418 of GET /items/{number}; it has 200,",
        ),
        (
            "GET",
            "/items/1",
            {"headers": {"Prefer": "example=x"}},
            "There is no example 'x'; there are: none with a name.",
        ),
        ("GET", "/items/1", {"headers": {"Accept": "text/html"}}, "the request accepts none of them."),
    ],
)
async def test_what_the_document_does_not_describe_is_refused_and_kept(
    method: str, target: str, more: Any, why: str
) -> None:
    async with serving(STOCK) as (stub, client):
        answer = await client.request(method, target, **more)
        assert answer.status_code == 501
        assert why in answer.json()["error"]
        (refused,) = stub.refused
        assert refused.text == answer.json()["error"]
        assert not stub.answered


ORDER = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}, "paid": {"type": "boolean"}}}


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0"])
async def test_every_version_is_served_below_its_base_path(version: str) -> None:
    if version == "2.0":
        answer: Any = {"description": "", "schema": {"$ref": "#/definitions/Order"}}
        more: Any = {"basePath": "/v1", "produces": ["application/json"], "definitions": {"Order": ORDER}}
    else:
        schema = {"$ref": "#/components/schemas/Order"}
        answer = {"description": "", "content": {"application/json": {"schema": schema}}}
        more = {"servers": [{"url": "https://orders.example/v1"}], "components": {"schemas": {"Order": ORDER}}}
    contract = openapi({"/order": {"get": {"responses": {"default": answer}}}}, version, **more)
    async with serving(contract) as (_, client):
        for path in ("/v1/order", "/order"):
            assert (await client.get(path)).json() == {"id": 1, "paid": True}
        assert (await client.get("/v2/order")).status_code == 501


async def test_an_answer_may_have_no_body_and_a_text_is_a_text() -> None:
    paths = {
        "/gone": {"delete": {"responses": {"204": {"description": ""}}}},
        "/hello": {"get": {"responses": {"2XX": {"description": "", "content": {"text/plain": {"example": "Hallo"}}}}}},
        "/scan": {
            "get": {"responses": {"200": {"description": "", "content": {"application/pdf": {"schema": ORDER}}}}}
        },
    }
    async with serving(openapi(paths)) as (_, client):
        assert ((await client.delete("/gone")).status_code, (await client.get("/hello")).text) == (204, "Hallo")
        answer = await client.get("/scan")
        assert "There is no example of application/pdf" in answer.json()["error"]


LIST = {"type": "object", "properties": {"value": {}, "next": {"$ref": "#/List"}}, "required": ["value"]}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "string", "format": "uuid"}, "00000000-0000-4000-8000-000000000001"),
        ({"type": "string", "minLength": 8, "maxLength": 9}, "valuexxx"),
        ({"type": "string", "pattern": "^[A-Z]{3}$"}, "AAA"),
        ({"type": ["null", "integer"], "minimum": 7}, 7),
        ({"enum": ["b", "a"]}, "b"),
        ({"const": None}, None),
        ({"allOf": [ORDER, {"properties": {"note": {"type": "string"}}}]}, {"id": 1, "paid": True, "note": "note"}),
        ({"oneOf": [{"type": "null"}, ORDER]}, {"id": 1, "paid": True}),
        ({"type": "array", "items": {"type": "boolean"}, "minItems": 2}, [True, True]),
        ({"type": "array", "prefixItems": [{"const": 1}], "items": False}, [1]),
        (
            {"properties": {"pin": {"type": "string", "writeOnly": True}, "at": {"format": "date"}}},
            {"at": "2024-01-31"},
        ),
        ({"$ref": "#/List"}, {"value": "value"}),
        ({}, "value"),
        (True, "value"),
    ],
)
def test_a_value_of_a_schema_is_plain_and_whole(schema: Json, value: Json) -> None:
    assert instances().value(schema) == value


def instances() -> Instances:
    document: Any = {"List": LIST}

    def resolved(one: Any) -> Any:
        return LIST if isinstance(one, dict) and "$ref" in one else one

    return Instances(document, resolved, "2020-12")


def test_a_schema_without_values_says_so() -> None:
    with pytest.raises(NoInstance, match="No value could be made up"):
        instances().value({"type": "integer", "minimum": 2, "maximum": 1})


async def test_a_status_that_is_none_is_told_and_so_is_a_value_that_would_be_too_large() -> None:
    default = {"get": {"responses": {"default": {"description": "", "content": {"text/plain": {}}}}}}

    def of(**schema: Any) -> dict[str, Any]:
        media = {"application/json": {"schema": schema}}
        return {"get": {"responses": {"200": {"description": "", "content": media}}}}

    paths = {"/a": default, "/text": of(type="string", minLength=10**12), "/list": of(type="array", minItems=10**12)}
    async with serving(openapi(paths)) as (_, client):
        for code in ("1000", "100", "\u00b2"):
            answer = await client.get("/a", headers=[(b"Prefer", f"code={code}".encode("latin-1"))])
            assert (answer.status_code, "is no status of an answer" in answer.json()["error"]) == (501, True)
        assert (await client.get("/a", headers={"Prefer": "code=418"})).status_code == 418
        assert "for a text of 1000000000000 characters" in (await client.get("/text")).json()["error"]
        assert "for a list of 1000000000000 elements" in (await client.get("/list")).json()["error"]


SECURED: Any = {
    "openapi": "3.1.0",
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "key"},
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": "session"},
            "login": {"type": "http", "scheme": "basic"},
        }
    },
    "security": [{"key": [], "session": []}, {"token": []}, {"login": []}],
}
ANSWERED: Json = {"responses": {"200": {"description": "ok"}}}
OPEN: Json = {"security": [], "responses": {"200": {"description": "ok"}}}


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/open", {}, 200),
        ("/items", {}, 401),
        ("/items", {"Authorization": "Bearer t"}, 200),
        ("/items", {"Authorization": "bearer"}, 401),
        ("/items", {"Authorization": "Digest t"}, 401),
        ("/items", {"Authorization": "Basic dTpw"}, 200),
        ("/items?key=k", {}, 401),
        ("/items?key=k", {"Cookie": "a=1; session=s"}, 200),
        ("/items?key=k", {"Cookie": "session="}, 401),
    ],
)
async def test_who_brings_no_credentials_is_turned_away_and_kept(
    path: str, headers: dict[str, str], status: int
) -> None:
    document = openapi({"/items": {"get": ANSWERED}, "/open": {"get": OPEN}}, **SECURED)
    async with serving(document) as (stub, client):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == status, answer.text
        assert bool(stub.refused) is (status == 401)
        if status == 401:
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["error"] == stub.refused[0].text
            assert "It brings no credentials of key and session or token or login: " in stub.refused[0].text


async def test_nobody_is_asked_for_credentials_where_that_is_switched_off() -> None:
    schemes = {"securityDefinitions": {"token": {"type": "basic"}}, "security": [{"token": []}]}
    document = openapi({"/items": {"get": ANSWERED}}, version="2.0", **schemes)
    async with serving(document) as (_, client):
        assert (await client.get("/items")).headers["www-authenticate"] == "Basic"
        assert (await client.get("/items", auth=("u", "p"))).status_code == 200
    async with Station(await opened([document], security=False)) as stub, httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(f"{stub.url}/items", timeout=120)).status_code == 200


@pytest.mark.parametrize(
    ("responses", "status"),
    [
        ({"x-internal": {"description": "no answer"}, "404": {"description": "none"}}, 404),
        ({"5XX": {"description": "broken"}}, 500),
        ({"2XX": {"description": "ok"}, "default": {"description": "else"}}, 200),
        ({"100": {"description": "go on"}, "default": {"description": "else"}}, 200),
        ({"x-internal": {"description": "no answer"}}, 501),
    ],
    ids=["addition", "range", "success", "interim", "none"],
)
async def test_only_what_stands_under_a_status_is_an_answer(responses: Json, status: int) -> None:
    async with serving(openapi({"/items": {"get": {"responses": responses}}})) as (stub, client):
        answer = await client.get("/items")
        assert answer.status_code == status, answer.text
        if status == 501:
            assert "The description has no answer of GET /items." in stub.refused[0].text


async def test_a_description_of_no_operation_is_told_and_not_served() -> None:
    with pytest.raises(UsageError, match=r"nothing that a stub could answer: openapi\.json describes no operation\."):
        await opened([openapi({})])
    offers = await opened([openapi({}), openapi({"/orders": {"get": {"responses": {"200": {"description": "all"}}}}})])
    assert [book.titles for book in offers.books] == [("GET /orders",)]
    assert offers.left_out == ["openapi.json describes no operation."]
