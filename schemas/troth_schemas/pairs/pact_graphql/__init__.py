"""A consumer's pact against a provider's GraphQL schema: the requests that are GraphQL, and what they expect."""

from troth_schemas.pairs.pact_graphql.pair import COVERAGE, PAIR

__all__ = ["COVERAGE", "PAIR"]
