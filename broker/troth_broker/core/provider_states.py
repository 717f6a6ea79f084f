"""Which provider states a provider's consumers rely on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from troth_schemas.pact import Json, ProviderState


@dataclass(frozen=True, slots=True)
class StateInUse:
    """One provider state with its parameters, and the consumers that ask for it, by name."""

    name: str
    params: Mapping[str, Json]
    consumers: tuple[str, ...]


def states_in_use(asked: Iterable[tuple[str, ProviderState]]) -> tuple[StateInUse, ...]:
    """What consumers ask for, each state with the same parameters once, by name."""
    found: dict[tuple[str, str], tuple[ProviderState, set[str]]] = {}
    for consumer, state in asked:
        same = (state.name, json.dumps(dict(state.params), sort_keys=True))
        found.setdefault(same, (state, set()))[1].add(consumer)
    return tuple(
        StateInUse(state.name, state.params, tuple(sorted(consumers)))
        for _, (state, consumers) in sorted(found.items())
    )
