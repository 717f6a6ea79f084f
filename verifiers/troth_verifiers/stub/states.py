"""The provider state that a request asks for, where interactions differ by nothing else."""

from collections.abc import Sequence
from typing import Final

STATE: Final = "x-troth-state"
"""The request header (or gRPC metadata) that names it."""


def state_trouble(states: Sequence[str], wanted: str) -> str | None:
    """Why an interaction with these states is not meant, a sentence; None where it may be. "" wants none."""
    if not wanted or wanted in states:
        return None
    own = f"Given {' and '.join(map(repr, states))}" if states else "Given no provider state"
    return f"{own}, and {STATE} asks for {wanted!r}."
