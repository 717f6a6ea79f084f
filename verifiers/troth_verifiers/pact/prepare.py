"""Small pacts made of a large one: what the official library is handed instead of the consumer's file.

The library costs the square of a pact's size, and names an interaction by its description only. So it gets a few
interactions at a time, each described by its index in the whole pact; what it needs no longer, because the runner has
done it, is left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import compile as regex

from troth_schemas.pact import Document, Json
from troth_verifiers.api import Cause, Interaction
from troth_verifiers.pact.expected import compared, with_values

_PLACEHOLDER = regex(r"\$\{([^}]*)\}")
_DONE_BY_US = ("_id", "key", "pending", "comments", "providerStates", "providerState", "provider_state")


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


def small_pact(interactions: Sequence[Interaction], values: Mapping[str, object]) -> str:
    """A pact, as JSON, of these interactions of one contract, each described by its index.

    `values` are those of the provider state, which is one interaction's own.
    """
    pieces = [piece_of(interaction) for interaction in interactions]
    document: Document = dict(pieces[0].head)
    metadata = document.get("metadata")
    if isinstance(metadata, dict) and not any(piece.plugins for piece in pieces):
        document["metadata"] = {name: value for name, value in metadata.items() if name != "plugins"}
    for interaction, piece in zip(interactions, pieces, strict=True):
        section = document.setdefault(piece.section, [])
        assert isinstance(section, list)
        section.append(_bare(interaction, with_values(piece.element, values)))
    return json.dumps(document)


def _bare(interaction: Interaction, element: Document) -> Document:
    bare: Document = {name: value for name, value in element.items() if name not in _DONE_BY_US}
    bare["description"] = str(interaction.index)
    if interaction.injects:  # only with a state does the library ask for values to inject
        bare["providerStates"] = [{"name": "values"}]
    return bare


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
