"""A cluster of the Kafka library's own in a process of its own, which can be killed: prints its address and waits."""

import sys

from confluent_kafka import Producer

if __name__ == "__main__":
    producer = Producer({"test.mock.num.brokers": "1", "bootstrap.servers": "ignored:1", "log_level": 0})
    (broker,) = producer.list_topics(timeout=60).brokers.values()
    print(f"kafka://{broker.host}:{broker.port}", flush=True)
    sys.stdin.read()
