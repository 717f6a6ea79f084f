"""A subgraph of Apollo Federation beside the catalogue: what people say of its products.

python -m examples.catalogue.reviews [port] [--broken]

`--broken` serves a version that forgot a field and mixes the products up.
"""

import sys
from typing import Any

from ariadne import QueryType
from ariadne.asgi import GraphQL
from ariadne.contrib.federation import FederatedObjectType, make_federated_schema
from graphql import GraphQLSchema
from starlette.applications import Starlette
from starlette.routing import Route

from examples.catalogue.service import HERE, serve

SDL = (HERE / "reviews.graphql").read_text()
REVIEWS: dict[str, dict[str, Any]] = {
    "1": {"stars": 4.5, "reviews": [{"text": "hits"}]},
    "2": {"stars": None, "reviews": []},
}


def schema_of(*, broken: bool = False) -> GraphQLSchema:
    """The executable schema of the subgraph."""
    query, product = QueryType(), FederatedObjectType("Product")

    @query.field("latest")
    def latest(*_: object) -> Any:
        return REVIEWS["1"]["reviews"][0]

    @product.reference_resolver
    def by_key(_: object, _info: object, representation: dict[str, str]) -> dict[str, Any] | None:
        asked = representation["id"]
        key = {"1": "2", "2": "1"}.get(asked, asked) if broken else asked
        return {"id": key, **REVIEWS[key]} if key in REVIEWS else None

    sdl = SDL.replace("type Query {\n  latest: Review\n", "type Query {\n  newest: Review\n") if broken else SDL
    return make_federated_schema(sdl, product) if broken else make_federated_schema(sdl, query, product)


if __name__ == "__main__":
    given = [one for one in sys.argv[1:] if one != "--broken"]
    served = GraphQL(schema_of(broken="--broken" in sys.argv), logger="catalogue")
    serve(Starlette(routes=[Route("/graphql", served, methods=["GET", "POST"])]), given)
