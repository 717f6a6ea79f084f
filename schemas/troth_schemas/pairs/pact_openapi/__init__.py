"""A consumer's pact against a provider's OpenAPI description: HTTP interactions, requests and responses."""

from troth_schemas.pairs.pact_openapi.pair import COVERAGE, PAIR

__all__ = ["COVERAGE", "PAIR"]
