"""The built-in `pact` verifier: Troth's own engine, and the official pact library in child processes."""

from troth_verifiers.pact.verifier import PactVerifier

__all__ = ["PactVerifier"]
