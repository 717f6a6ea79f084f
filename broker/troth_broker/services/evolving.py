"""Comparing a provider's documents with those of its versions that run in the target, where an answer needs it."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from troth_broker.core.evolving import Step
from troth_broker.core.facts import Meeting
from troth_broker.services.world import World
from troth_broker.store import comparing, evolutions
from troth_schemas.contract import Contract
from troth_schemas.formats import checker_of

_MOST_AT_ONCE: Final = 10


def ensure_evolved(world: World, steps: Iterable[Step]) -> bool:
    """Make the comparisons that an answer lacks, each in both documents' words; whether any was made."""
    wanted = ((one, checker) for step in steps for checker in [checker_of(step.format)] for one in step.due(checker))
    due = list(dict.fromkeys(wanted))[:_MOST_AT_ONCE]
    if not due or world.comparer is None or world.store.is_snapshot:
        return False
    made = False
    for one, checker in due:
        found = world.store.read(_documents, one)
        if found is None:
            continue
        outcome = world.comparer.evolve(*found, one.older)
        if not outcome.fleeting:
            world.store.write(evolutions.add, one, checker, outcome, world.clock())
            made = True
    return made


def _documents(db: Connection, one: Meeting) -> tuple[Contract, Contract] | None:
    found = [comparing.provider_sources(db, key) for key in (one.reader, one.writer)]
    contracts = [Contract(*sources) for sources in found if sources is not None]
    return (contracts[0], contracts[1]) if len(contracts) == 2 else None
