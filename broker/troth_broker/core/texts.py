"""Free text in requests: display names, addresses and notes. Settings, not names: any language, any length, no NUL."""

from collections.abc import Iterable, Mapping
from typing import Any

from troth_broker.core.errors import Fault


def fault_of_text(value: object) -> str | None:
    """What is wrong with a value as optional text; None if nothing is."""
    if value is None:
        return None
    if not isinstance(value, str):
        return "must be a string"
    if "\0" in value:
        return "must not hold the character NUL"
    return None


def faults_of_texts(body: Mapping[str, Any], places: Iterable[str]) -> tuple[Fault, ...]:
    """What is wrong with those members of a body that are optional text."""
    found = ((place, fault_of_text(body.get(place))) for place in places)
    return tuple(Fault(place, text) for place, text in found if text is not None)
