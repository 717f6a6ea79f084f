"""Points in time: whole microseconds since the epoch, UTC, and how the wire writes them."""

from datetime import UTC, datetime
from functools import lru_cache

SECOND = 1_000_000
DAY = 86_400 * SECOND


@lru_cache(maxsize=4096)
def _iso_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def iso(moment: int) -> str:
    """The wire's form: ISO 8601, UTC, second precision, offset `+00:00`."""
    return _iso_second(moment // SECOND)


def parse_iso(text: str) -> int:
    """Read an ISO 8601 date or date-time; without an offset it is UTC. Raises ValueError for anything else."""
    moment = datetime.fromisoformat(text)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    delta = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds
