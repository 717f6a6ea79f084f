"""Confluent's own serializers and KafkaJS's client work with the schema registry by changing a URL."""

import json
import subprocess
from pathlib import Path

from tests.support.brokers import Broker
from tests.support.clients import ADVICE, CLIENTS, kafka_js
from tests.support.services import Missing, skip_or_fail

STORY = Path(__file__).parent / "confluent" / "story.py"


def test_messages_are_written_and_read_with_schemas_that_the_broker_keeps(broker: Broker, tmp_path: Path) -> None:
    python = CLIENTS / "confluent" / "bin" / "python"
    if not python.exists():
        skip_or_fail(Missing(f"no Confluent client ({python}): {ADVICE}"))
    run = subprocess.run(
        [python, STORY, broker.url],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "NO_PROXY": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said["avro"] == ["00", {"id": 7}]
    assert said["json"] == {"id": 7}
    assert said["protobuf"] == 7
    assert said["imports"] == "orders"
    assert (said["text"], said["serialized"]) == ('syntax = "proto3";', "Cgxz")
    assert said["stands on"] == ["google/api/label.proto", "google/api/launch_stage.proto"]
    assert said["stood on by"] is True
    assert said["contexts"] == ["."]
    assert said["types"] == ["AVRO", "JSON", "PROTOBUF"]
    assert said["where"] == [["orders-value"], [1], [1]]
    assert said["modes"] == ["READWRITE", "READONLY", "READONLY", "READONLY"]
    assert said["subjects"] == ["json-orders-value", "orders-value", "times-value"]
    assert said["latest"] == 1
    assert said["level"] == "FULL"
    assert said["fits"] is False
    assert said["refused"] == [409, 40901]
    assert said["references"] == ["money"]
    assert said["deleted"] == [1]
    assert "orders-value" not in said["left"]


def test_a_client_in_javascript_writes_and_reads_messages_too(broker: Broker, tmp_path: Path) -> None:
    client = kafka_js(Path(__file__).parent / "node" / "registry.js", tmp_path / "work")
    said = json.loads(client.ok(broker.url))
    assert said["avro"] == said["json"] == said["protobuf"] == {"id": True, "read": {"id": 7}}
    assert said["latest"] == said["known"]
    assert "incompatible with an earlier schema" in said["refused"]
