"""The catalogue, a GraphQL server on ariadne: queries, mutations, subscriptions and persisted queries.

python examples/catalogue/service.py [port]

`next_service.py` is its next version, which breaks what `web` expects (`web-catalogue.troth.yaml`).
"""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncGenerator
from hashlib import sha256
from pathlib import Path
from typing import Any

import uvicorn
from ariadne import MutationType, ObjectType, QueryType, SubscriptionType, UnionType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLTransportWSHandler
from graphql import GraphQLError, GraphQLSchema
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HERE = Path(__file__).parent
MAKERS = {"m1": {"id": "m1", "name": "Ostrava Works"}}


class Catalogue:
    """The products, and who listens for their prices."""

    def __init__(self) -> None:
        self.products: dict[str, dict[str, Any]] = {}
        self.listening: list[tuple[str, asyncio.Queue[dict[str, Any]]]] = []
        self.reset()

    def reset(self) -> None:
        """Only what is there without any provider state."""
        self.products = {
            "1": {"id": "1", "name": "hammer", "price": 9.5, "kind": "TOOL", "maker": "m1"},
            "2": {"id": "2", "name": "kite", "price": 4.0, "kind": "TOY", "maker": "m1"},
        }

    def set_price(self, product_id: str, price: float) -> dict[str, Any]:
        """Change a price, and tell those who listen: half-way first, then the new price."""
        product = self.products.get(product_id)
        if product is None:
            raise GraphQLError("There is no such product", extensions={"code": "NOT_FOUND"})
        before = product["price"]
        product["price"] = price
        for listened, queue in self.listening:
            if listened == product_id:
                for step, told in enumerate(((before + price) / 2, price), 1):
                    queue.put_nowait({"id": product_id, "price": told, "step": step})
        return product


def schema_of(catalogue: Catalogue, sdl: str = "") -> GraphQLSchema:
    """The executable schema of a catalogue."""
    text = sdl or (HERE / "schema.graphql").read_text()
    return make_executable_schema(text, *_roots(catalogue), *_types(), _subscription(catalogue))


def _roots(catalogue: Catalogue) -> tuple[ObjectType, ...]:
    query, mutation = QueryType(), MutationType()

    @query.field("product")
    def one(_: object, _info: object, **asked: str) -> dict[str, Any] | None:
        return catalogue.products.get(asked["id"])

    @query.field("products")
    def several(_: object, _info: object, first: int) -> list[dict[str, Any]]:
        return list(catalogue.products.values())[:first]

    @query.field("search")
    def search(_: object, _info: object, text: str) -> list[dict[str, Any]]:
        return [one for one in (*catalogue.products.values(), *MAKERS.values()) if text in one["name"]]

    @mutation.field("setPrice")
    def set_price(_: object, _info: object, **asked: Any) -> dict[str, Any]:
        return catalogue.set_price(asked["id"], asked["price"])

    return query, mutation


def _types() -> tuple[ObjectType, UnionType]:
    product, found = ObjectType("Product"), UnionType("Found")

    @product.field("maker")
    def maker(obj: dict[str, Any], _info: object) -> dict[str, Any]:
        return MAKERS[obj["maker"]]

    @product.field("stock")
    def stock(obj: dict[str, Any], _info: object) -> int:
        if obj["id"] == "2":
            raise GraphQLError("The warehouse does not answer", extensions={"code": "UPSTREAM"})
        return 12

    @found.type_resolver
    def kind(obj: dict[str, Any], *_: object) -> str:
        return "Product" if "price" in obj else "Maker"

    return product, found


def _subscription(catalogue: Catalogue) -> SubscriptionType:
    subscription = SubscriptionType()

    @subscription.source("priceChanged")
    async def changes(_: object, _info: object, **asked: str) -> AsyncGenerator[dict[str, Any], None]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        listener = (asked["id"], queue)
        catalogue.listening.append(listener)
        try:
            while True:
                yield await queue.get()
        finally:
            catalogue.listening.remove(listener)

    @subscription.field("priceChanged")
    def change(event: dict[str, Any], _info: object, **_asked: str) -> dict[str, Any]:
        return event

    return subscription


class PersistedQueries:
    """Automatic persisted queries: a text is sent once, and then only its hash."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._texts: dict[str, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        body = await Request(scope, receive).body()
        asked: Any = json.loads(body or b"null")
        persisted = (asked.get("extensions") or {}).get("persistedQuery") if isinstance(asked, dict) else None
        if persisted:
            digest = persisted["sha256Hash"]
            text = asked.get("query") or self._texts.get(digest)
            if text is None or sha256(text.encode()).hexdigest() != digest:
                error = {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
                await JSONResponse({"errors": [error]})(scope, receive, send)
                return
            self._texts[digest] = text
            body = json.dumps({**asked, "query": text}).encode()

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, again, send)


def application(catalogue: Catalogue, schema: GraphQLSchema, *, introspection: bool = True) -> Starlette:
    """The whole service: ``/graphql``, and ``/_states`` for provider states."""
    served = GraphQL(
        schema,
        execute_get_queries=True,
        introspection=introspection,
        websocket_handler=GraphQLTransportWSHandler(),
        logger="catalogue",
    )

    async def states(request: Request) -> Response:
        asked = await request.json()
        catalogue.reset()
        if asked["state"] == "a product costs" and asked.get("action") != "teardown":
            params = asked["params"]
            catalogue.products[params["id"]]["price"] = params["price"]
        return JSONResponse({})

    return Starlette(
        routes=[
            Route("/_states", states, methods=["POST"]),
            Route("/graphql", PersistedQueries(served), methods=["GET", "POST"]),
            WebSocketRoute("/graphql", served),
        ]
    )


def serve(app: ASGIApp, arguments: list[str]) -> None:
    """Serve on the port of the command line, or on 8000."""
    logging.getLogger("catalogue").setLevel(logging.CRITICAL)  # errors of resolvers are answers here
    port = int(arguments[0]) if arguments else 8000
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", ws="websockets-sansio")


if __name__ == "__main__":
    THE_CATALOGUE = Catalogue()
    serve(application(THE_CATALOGUE, schema_of(THE_CATALOGUE)), sys.argv[1:])
