"""GraphQL for stubs: answers from expectations, and made up from a schema."""

import troth_verifiers.graphql.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.stub.graphql.book import GraphqlBook
from troth_verifiers.stub.graphql.reading import book_of, schema_book
from troth_verifiers.stub.graphql.subscriptions import Subscriptions

__all__ = ["GraphqlBook", "Subscriptions", "book_of", "schema_book"]
