"""The parts of a stub whose libraries come with extras, each loaded when a contract asks for it."""

from importlib import import_module
from typing import Any

from troth_schemas.errors import ExtraMissing
from troth_verifiers.errors import UsageError


def part(name: str) -> Any:
    """A module below this package; raises `UsageError` with what is to be installed where a library is missing."""
    try:
        return import_module(f"troth_verifiers.stub.{name}")
    except ExtraMissing as missing:
        raise UsageError(f"{missing}.") from None
