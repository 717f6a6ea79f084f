"""OpenAPI for stubs: the document's own examples, else values made up from its schemas."""

import troth_verifiers.openapi.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.stub.openapi.book import OpenapiBook, book_of

__all__ = ["OpenapiBook", "book_of"]
