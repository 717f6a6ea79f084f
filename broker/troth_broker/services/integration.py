"""One integration: its contracts beside the provider's versions, each with all that it shows of itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.evidence import Comparisons, newest_parts
from troth_broker.core.facts import Part
from troth_broker.core.pages import Window
from troth_broker.services.world import World
from troth_broker.store import applications, grid, matrix_evidence, matrix_rows, partial_replays
from troth_broker.store.grid import Grid
from troth_broker.store.matrix_rows import Shown

PROVERS = 8
"""How many of the provider's newest versions stand beside the contracts."""


@dataclass(frozen=True, slots=True)
class Integration:
    """The grid of an integration, and what its versions show."""

    grid: Grid
    shown: Shown
    compared: Comparisons
    sentences: Mapping[int, str]
    """What comparisons found first, by their number."""
    parts: Mapping[tuple[int, int], Part]
    """What a version showed of a content that could not be observed as a whole."""


def one(world: World, consumer: str, provider: str, window: Window) -> Integration:
    """A page of an integration's contracts, newest first. Raises NotFound for a name that nobody uses."""

    def find(db: Connection) -> Integration:
        keys = [_id(db, consumer), _id(db, provider)]
        found = grid.grid(db, *keys, limit=window.limit, offset=window.offset, provers=PROVERS)
        versions = [one.version for one in found.published] + list(found.provers)
        contents = {one.content: one.format for one in found.published}
        compared = matrix_evidence.comparisons(db, contents, found.provers)
        statics = (compared.of(content, prover, kind) for content, kind in contents.items() for prover in found.provers)
        told = matrix_evidence.sentences(db, (one for one in statics if one is not None))
        parts = newest_parts(partial_replays.between(db, contents, found.provers))
        return Integration(found, matrix_rows.shown(db, versions, (), {}), compared, told, parts)

    return world.store.read(find)


def _id(db: Connection, name: str) -> int:
    found = applications.id_of(db, name)
    if found is None:
        raise NotFound(f"There is no application named {name}", named=True)
    return found
