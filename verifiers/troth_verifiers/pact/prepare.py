"""Small pacts made of a large one: what the official library is handed instead of the consumer's file.

The library costs the square of a pact's size, and names an interaction by its description only. So it gets a few
interactions at a time, each described by its index in the whole pact; what it needs no longer, because the runner has
done it, is left out.
"""

import json
from collections.abc import Mapping, Sequence

from troth_schemas.pact import Document
from troth_verifiers.api import Interaction
from troth_verifiers.pact.expected import with_values
from troth_verifiers.pact.pieces import piece_of

_DONE_BY_US = ("_id", "key", "pending", "comments", "providerStates", "providerState", "provider_state")


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
