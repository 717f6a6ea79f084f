"""Message brokers that run, a channel of the test's own on each, and the event loop that stubs are served in."""

import pytest

from tests.verifiers.events.conftest import (
    amqp_url,
    kafka_url,
    mqtt_url,
    nats_url,
    on_redis,
    place,
    redis_url,
)

__all__ = ["amqp_url", "kafka_url", "mqtt_url", "nats_url", "on_redis", "place", "redis_url"]


@pytest.fixture
def anyio_backend() -> str:
    """Stubs are of asyncio."""
    return "asyncio"
