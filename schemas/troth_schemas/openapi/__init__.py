"""OpenAPI 2.0, 3.0 and 3.1: one model of an API, its problems, and what changes in it break for whom."""

from troth_schemas.openapi.loading import load
from troth_schemas.openapi.model import (
    Api,
    Body,
    Lifecycle,
    Media,
    Operation,
    Parameter,
    Requirement,
    Response,
    SecurityScheme,
    Server,
    Variable,
)  # fmt: skip
from troth_schemas.openapi.path_index import Match, Missed

__all__ = [
    "Api", "Body", "Lifecycle", "Match", "Media", "Missed", "Operation", "Parameter", "Requirement", "Response",
    "SecurityScheme", "Server", "Variable", "load",
]  # fmt: skip
