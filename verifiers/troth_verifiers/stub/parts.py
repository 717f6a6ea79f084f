"""The parts of a stub whose libraries come with extras, each loaded when a contract asks for it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

from troth_schemas.errors import ExtraMissing
from troth_verifiers.errors import UsageError

_EXTRAS: Final[Mapping[str, tuple[str, str]]] = {
    "graphql": ("GraphQL", "graphql"),
    "grpc": ("gRPC", "grpc"),
    "messages": ("sending messages", "messages"),
    "openapi": ("OpenAPI", "openapi"),
}
"""What each part is about, and the extra that brings its libraries."""


def part(name: str) -> Any:
    """A module below this package; raises `UsageError` with what is to be installed where a library is missing."""
    try:
        return import_module(f"troth_verifiers.stub.{name}")
    except ModuleNotFoundError as missing:
        about, extra = _EXTRAS[name.partition(".")[0]]
        raise UsageError(f"{ExtraMissing(about, extra, missing.name or '')}.") from None
