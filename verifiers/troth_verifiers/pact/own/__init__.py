"""Troth's own engine for pacts: in this process, over one HTTP client, many interactions at once."""

from troth_verifiers.pact.own.engine import OwnEngine

__all__ = ["OwnEngine"]
