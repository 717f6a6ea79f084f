"""One raw interaction of a pact on its way through a replay, or into a stub."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import compile as regex

from troth_schemas.pact import Document, Json
from troth_verifiers.api import Cause, Interaction
from troth_verifiers.pact.expected import compared

_PLACEHOLDER = regex(r"\$\{([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One raw interaction with what belongs to its whole pact.

    `trouble` says why it cannot be replayed, `plugins` which Pact plug-ins it needs.
    """

    element: Document
    section: str
    head: Document
    trouble: Cause | None = None
    plugins: tuple[str, ...] = ()


def piece_of(interaction: Interaction) -> Piece:
    """The piece that `PactVerifier.interactions` put into an interaction."""
    assert isinstance(interaction.body, Piece), "this interaction was not listed by the pact verifier"
    return interaction.body


def injected_names(element: Document) -> tuple[str, ...]:
    """The names of all values that an interaction takes from its provider states, sorted.

    They stand in requests, and in what is expected of the provider where no matching rule covers them.
    """
    request = element.get("request")
    generators = [request.get("generators") if isinstance(request, dict) else None, *compared(element)]
    return tuple(sorted({name for expression in _expressions(generators) for name in _names(expression)}))


def _expressions(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        expression = value.get("expression")
        if value.get("type") == "ProviderState" and isinstance(expression, str):
            yield expression
        for inner in value.values():
            yield from _expressions(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _expressions(inner)


def _names(expression: str) -> list[str]:
    """``/users/${id}`` names ``id``; an expression without a placeholder is a name itself."""
    return _PLACEHOLDER.findall(expression) or [expression]
