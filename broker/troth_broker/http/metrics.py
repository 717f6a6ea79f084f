"""Counters of this process in Prometheus's form."""

from functools import cache

from prometheus_client import CollectorRegistry, Counter, GCCollector, PlatformCollector, ProcessCollector


class Meter:
    """Counts answers by method, route and status."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)
        self._answers = Counter(
            "troth_http_answers",
            "Answers given by this process.",
            ("method", "route", "status"),
            registry=self.registry,
        )

    @staticmethod
    @cache
    def of_process() -> "Meter":
        """The one meter of this process."""
        return Meter()

    def count(self, method: str, route: str, status: int) -> None:
        """Note one answer; unknown methods are counted together, so that strangers cannot grow the series."""
        known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        self._answers.labels(known, route, str(status)).inc()
