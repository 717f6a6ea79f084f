"""Replaying GraphQL: expectations of Troth's own form, plain documents of operations, and schemas."""

import troth_verifiers.graphql.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.graphql.verifier import GraphqlVerifier

__all__ = ["GraphqlVerifier"]
