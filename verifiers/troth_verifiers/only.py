"""Leaving interactions out on purpose."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from troth_verifiers.api import Contract, Interaction
from troth_verifiers.errors import UsageError

Named: TypeAlias = tuple[str, str, str]
"""An interaction by its consumer, its provider and its title, which outlive a new version of its contract."""


def name_of(contract: Contract, interaction: Interaction) -> Named:
    """How an interaction is known from one run to the next."""
    return contract.consumer, contract.provider, interaction.title


def protocol_of(contract: Contract, interaction: Interaction) -> str:
    """What an interaction speaks: ``http``, ``message``, ``grpc``, ``graphql`` or a plug-in's word."""
    if contract.format != "pact":
        return contract.format
    return "message" if interaction.kind == "sync-message" else interaction.kind


@dataclass(frozen=True, slots=True)
class Only:
    """Which interactions to replay: those whose description, and one of whose states, match these patterns.

    `description` and `state` are regular expressions, found anywhere; `no_state` keeps those that ask for no state.
    `protocols` keeps those that speak one of these, `among` those of these names (see `name_of`), where it is not None.
    All that is given must hold. Results of a run that left something out are never published.
    """

    description: str | None = None
    state: str | None = None
    no_state: bool = False
    protocols: tuple[str, ...] = ()
    among: frozenset[Named] | None = None

    def __post_init__(self) -> None:
        for pattern in (self.description, self.state):
            try:
                re.compile(pattern or "")
            except re.error as error:
                raise UsageError(f"{pattern!r} is not a regular expression: {error}.") from None

    def __bool__(self) -> bool:
        texts = self.description is not None or self.state is not None
        return texts or self.no_state or bool(self.protocols) or self.among is not None

    def takes(self, contract: Contract, interaction: Interaction) -> bool:
        """Whether an interaction of a contract is replayed."""
        if self.protocols and protocol_of(contract, interaction) not in self.protocols:
            return False
        if self.among is not None and name_of(contract, interaction) not in self.among:
            return False
        return self.keeps(interaction)

    def keeps(self, interaction: Interaction) -> bool:
        """Whether an interaction is such by itself, whatever its contract is."""
        if self.no_state and interaction.states:
            return False
        if self.description is not None and not re.search(self.description, interaction.description):
            return False
        return self.state is None or any(re.search(self.state, state.name) for state in interaction.states)
