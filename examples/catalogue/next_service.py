"""The catalogue's next version, which breaks what others rely on.

python examples/catalogue/next_service.py [port]

Prices are texts now, a warehouse that does not answer takes the whole answer with it, and the events of a price come
the other way round.
"""

import sys
from typing import Any

from graphql import GraphQLError

from examples.catalogue.service import HERE, Catalogue, application, schema_of, serve

SDL = (HERE / "schema.graphql").read_text()


class NextCatalogue(Catalogue):
    """Products as the next version has them."""

    def reset(self) -> None:
        """The same products, with what changed."""
        super().reset()
        for one in self.products.values():
            one["price"] = f"{one['price']:.2f}"

    def set_price(self, product_id: str, price: float) -> dict[str, Any]:
        """Tell the new price first."""
        product = self.products.get(product_id)
        if product is None:
            raise GraphQLError("Unknown product", extensions={"code": "MISSING"})
        product["price"] = f"{price:.2f}"
        for listened, queue in self.listening:
            if listened == product_id:
                for step in (2, 1):
                    queue.put_nowait({"id": product_id, "price": product["price"], "step": step})
        return product


def next_sdl() -> str:
    """The schema of the next version."""
    return SDL.replace("price: Float!\n", "price: String!\n").replace("  stock: Int\n", "  stock: Int!\n")


if __name__ == "__main__":
    THE_CATALOGUE = NextCatalogue()
    serve(application(THE_CATALOGUE, schema_of(THE_CATALOGUE, next_sdl())), sys.argv[1:])
