"""Asking the gate before people do: what a provider publishes is held against what runs as soon as either moves.

It is a matter of speed alone. Nothing keeps what is still to be asked: what a process that ends has not come to, the
gate has compared when somebody asks it.
"""

from contextlib import suppress

from sqlalchemy import Connection

from troth_broker.core.errors import Refusal
from troth_broker.services import matrix
from troth_broker.services.ports import Moved
from troth_broker.services.world import World
from troth_broker.store import ahead, applications


def ask_ahead(world: World, moved: Moved) -> int:
    """Ask whether the versions that moved may go where their application runs; gives how many questions there were."""
    questions = world.store.read(_questions, moved)
    for version, environment in questions:
        with suppress(Refusal):  # what is gone by now needs no answer
            matrix.can_i_deploy(world, moved.application, version, tag=None, environment=environment, ignored=())
    return len(questions)


def _questions(db: Connection, moved: Moved) -> list[tuple[str, str]]:
    owner = applications.id_of(db, moved.application)
    if owner is None:
        return []
    versions = (moved.version,) if moved.version is not None else ahead.versions(db, owner)
    environments = (moved.environment,) if moved.environment is not None else ahead.environments(db, owner)
    return [(version, environment) for environment in environments for version in versions]
