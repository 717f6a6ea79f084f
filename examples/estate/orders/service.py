"""The orders service: GET /orders/{id}, and the same over GraphQL at /graphql. The second release says `amount`."""

import argparse
import logging
import socket
from pathlib import Path
from typing import Any

import uvicorn
from ariadne import QueryType, load_schema_from_path, make_executable_schema
from ariadne.asgi import GraphQL
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

PRICE = {1: "total", 2: "amount"}
"""What the price of an order is called, by release."""


def application(release: int) -> Starlette:
    """The service as one release has it."""
    orders: dict[str, dict[str, Any]] = {"7": {"id": "7", "status": "paid", PRICE[release]: 19.9}}
    query = QueryType()

    @query.field("order")
    def find(*_: Any, id: str) -> dict[str, Any] | None:  # noqa: A002 - what the schema calls it
        return orders.get(id)

    async def show(request: Request) -> JSONResponse:
        order = orders.get(request.path_params["id"])
        return JSONResponse(order or {"error": "no such order"}, 200 if order else 404)

    schema = load_schema_from_path(str(Path(__file__).with_name(str(release)) / "schema.graphql"))
    graphql = GraphQL(make_executable_schema(schema, query))
    return Starlette(routes=[Route("/orders/{id}", show), Mount("/graphql", graphql)])


def main() -> None:
    """Listen until told to end; the first line says where."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--release", type=int, choices=sorted(PRICE), default=1)
    parser.add_argument("--port", type=int, default=0)
    asked = parser.parse_args()
    logging.getLogger("ariadne").disabled = True  # what is asked wrongly is told to who asks
    listening = socket.create_server(("127.0.0.1", asked.port))
    print(f"orders {asked.release} listens at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(application(asked.release), log_level="error")).run(sockets=[listening])


if __name__ == "__main__":
    main()
