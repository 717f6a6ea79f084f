"""This process and the store in Prometheus's two forms of text."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector

from troth_broker.services.metrics import Gauges
from troth_broker.web.metrics import Meter

_PROCESS = CollectorRegistry()
ProcessCollector(registry=_PROCESS)
PlatformCollector(registry=_PROCESS)
GCCollector(registry=_PROCESS)


def text(meter: Meter, gauges: Gauges) -> bytes:
    """Every series (Prometheus exposition format 0.0.4)."""
    return generate_latest(_registry(meter, gauges))


def openmetrics(meter: Meter, gauges: Gauges) -> bytes:
    """Every series (OpenMetrics 1.0.0)."""
    made: bytes = generate_openmetrics(_registry(meter, gauges))  # type: ignore[no-untyped-call]  # untyped library
    return made


def _registry(meter: Meter, gauges: Gauges) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Both(meter, gauges))
    return registry


class _Both(Collector):
    """What this process counted, and what the store holds."""

    def __init__(self, meter: Meter, gauges: Gauges) -> None:
        self._meter = meter
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Every series."""
        yield from _PROCESS.collect()
        answers = CounterMetricFamily(
            "troth_http_answers", "Answers given by this process.", labels=("method", "route", "status")
        )
        for (method, route, status), count in sorted(self._meter.answers.copy().items()):
            answers.add_metric((method, route, str(status)), count)
        yield answers
        sizes = GaugeMetricFamily("troth_store_rows", "Rows of the tables that do not grow with time.", labels=("of",))
        for name, size in self._gauges.sizes.items():
            sizes.add_metric((name,), size)
        yield sizes
        recorded = CounterMetricFamily("troth_store_recorded", "Facts ever recorded in the store.", labels=("fact",))
        for name, count in self._gauges.recorded.items():
            recorded.add_metric((name,), count)
        yield recorded
