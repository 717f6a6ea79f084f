"""Leaving interactions out on purpose."""

import re
from dataclasses import dataclass

from troth_verifiers.api import Interaction
from troth_verifiers.errors import UsageError


@dataclass(frozen=True, slots=True)
class Only:
    """Which interactions to replay: those whose description, and one of whose states, match these patterns.

    `description` and `state` are regular expressions, found anywhere; `no_state` keeps those that ask for no state.
    All that is given must hold. Results of a run that left something out are never published.
    """

    description: str | None = None
    state: str | None = None
    no_state: bool = False

    def __post_init__(self) -> None:
        for pattern in (self.description, self.state):
            try:
                re.compile(pattern or "")
            except re.error as error:
                raise UsageError(f"{pattern!r} is not a regular expression: {error}.") from None

    def __bool__(self) -> bool:
        return self.description is not None or self.state is not None or self.no_state

    def keeps(self, interaction: Interaction) -> bool:
        """Whether an interaction is replayed."""
        if self.no_state and interaction.states:
            return False
        if self.description is not None and not re.search(self.description, interaction.description):
            return False
        return self.state is None or any(re.search(self.state, state.name) for state in interaction.states)
