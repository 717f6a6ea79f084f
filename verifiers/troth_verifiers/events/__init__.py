"""Messages replayed: the producer's real messages against a contract, and a contract's messages to the consumer."""

from troth_verifiers.events.verifier import MessageVerifier

__all__ = ["MessageVerifier"]
