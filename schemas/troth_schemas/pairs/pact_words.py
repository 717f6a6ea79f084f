"""How people are told what does not fit, as pacts have it."""

from troth_schemas.pact.words import sentence, shown, shown_path

__all__ = ["sentence", "shown", "shown_path"]
