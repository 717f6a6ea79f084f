"""A comparison, as it was made: what a checker said of a consumer's contract and what a provider publishes."""

from troth_broker.core.errors import NotFound
from troth_broker.services.world import World
from troth_broker.store import comparison_reports
from troth_broker.store.comparison_reports import ComparisonReport

_GREATEST = 2**63 - 1


def one(world: World, number: str) -> ComparisonReport:
    """The comparison with that number. Raises NotFound."""
    key = int(number) if number.isascii() and number.isdigit() and len(number) < 20 else _GREATEST
    found = world.store.read(comparison_reports.find, min(key, _GREATEST))
    if found is None:
        raise NotFound
    return found
