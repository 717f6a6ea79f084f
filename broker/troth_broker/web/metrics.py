"""What this process counts about its own answers."""

from collections import Counter
from functools import cache

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Meter:
    """Counts answers by method, route and status."""

    def __init__(self) -> None:
        self.answers: Counter[tuple[str, str, int]] = Counter()

    @staticmethod
    @cache
    def of_process() -> "Meter":
        """The one meter of this process; the event loop alone writes to it."""
        return Meter()

    def count(self, method: str, route: str, status: int) -> None:
        """Note one answer; unknown methods are counted together, so that strangers cannot grow the series."""
        self.answers[method if method in _METHODS else "other", route, status] += 1
