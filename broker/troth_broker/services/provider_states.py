"""Listing the provider states that a provider has to know."""

from collections.abc import Iterator

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.provider_states import StateInUse, states_in_use
from troth_broker.services.world import World
from troth_broker.store import applications, provider_states
from troth_schemas.pact import ProviderState, interactions, parse


def of_provider(
    world: World, provider: str, *, branch: str | None = None, environment: str | None = None
) -> tuple[StateInUse, ...]:
    """The states that consumers ask for: on their main branches, on a branch, or where they run in an environment."""

    def find(db: Connection) -> tuple[tuple[str, bytes], ...]:
        if applications.id_of(db, provider) is None:
            raise NotFound(f"No pacticipant named {provider} is known to this broker", named=True)
        return provider_states.bodies(db, provider, branch_name=branch, environment_name=environment)

    return states_in_use(_asked(world.store.read(find)))


def _asked(pacts: tuple[tuple[str, bytes], ...]) -> Iterator[tuple[str, ProviderState]]:
    for consumer, body in pacts:
        for interaction in interactions(parse(body)):
            for state in interaction.states:
                yield consumer, state
