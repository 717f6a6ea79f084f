"""Message brokers that run, and a channel of the test's own on each."""

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
