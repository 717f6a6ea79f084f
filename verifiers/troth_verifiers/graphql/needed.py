"""The libraries of the extra, looked for when this is loaded: without them the sentence says what to install."""

from troth_verifiers.extras import need

need("GraphQL", "graphql", "graphql", "websockets")
