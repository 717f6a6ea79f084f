"""The built-in `pact` verifier, on the official pact library."""

from troth_verifiers.pact.verifier import PactVerifier

__all__ = ["PactVerifier"]
