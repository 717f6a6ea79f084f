"""What a producer and a consumer do with Confluent's own serializers; run by them in an environment of their own.

Prints one JSON document with what came back.
"""

import json
import sys

from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.api import metric_pb2
from google.protobuf import timestamp_pb2

client = SchemaRegistryClient({"url": sys.argv[1]})
said = {}


def context(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


ORDER = json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]})
sent = AvroSerializer(client, ORDER)({"id": 7}, context("orders"))
said["avro"] = [sent[:1].hex(), AvroDeserializer(client)(sent, context("orders"))]

JSON_ORDER = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Order",
        "type": "object",
        "properties": {"id": {"type": "integer"}},
    }
)
sent = JSONSerializer(JSON_ORDER, client)({"id": 7}, context("json-orders"))
said["json"] = JSONDeserializer(JSON_ORDER, schema_registry_client=client)(sent, context("json-orders"))

settings = {"use.deprecated.format": False}
sent = ProtobufSerializer(timestamp_pb2.Timestamp, client, settings)(
    timestamp_pb2.Timestamp(seconds=7), context("times")
)
said["protobuf"] = ProtobufDeserializer(timestamp_pb2.Timestamp, settings)(sent, context("times")).seconds

descriptors = ProtobufSerializer(metric_pb2.MetricDescriptor, client, settings)
sent = descriptors(metric_pb2.MetricDescriptor(name="orders"), context("metrics"))
latest = {**settings, "use.latest.version": True}
said["imports"] = ProtobufDeserializer(metric_pb2.MetricDescriptor, latest, client)(sent, context("metrics")).name
metrics = SchemaRegistryClient({"url": sys.argv[1]}).get_latest_version("metrics-value")  # without what is cached
said["text"] = metrics.schema.schema_str.split("\n")[0]
said["serialized"] = client.get_schema(metrics.schema_id, fmt="serialized").schema_str.split("\n")[0][:4]
said["stands on"] = sorted(one.name for one in metrics.schema.references)
said["stood on by"] = client.get_referenced_by("google/api/label.proto", 1) == [metrics.schema_id]
for one in ("metrics-value", *sorted(said["stands on"])):
    client.delete_subject(one)
    client.delete_subject(one, permanent=True)

said["subjects"] = client.get_subjects()
said["contexts"] = client.get_contexts()
said["types"] = sorted(client.get_schema_types())
found = client.lookup_schema("orders-value", Schema(ORDER, "AVRO"))
said["where"] = [
    client.get_subjects_by_schema_id(found.schema_id),
    [one.version for one in client.get_schema_versions(found.schema_id)],
    client.get_versions("orders-value"),
]
said["modes"] = [
    client.get_global_mode(),
    client.update_mode("orders-value", "READONLY"),
    client.get_mode("orders-value"),
]
said["modes"].append(client.delete_mode("orders-value"))
said["latest"] = client.get_latest_version("orders-value").version
client.set_compatibility(subject_name="orders-value", level="FULL")
said["level"] = client.get_compatibility(subject_name="orders-value")
broken = Schema(json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}), "AVRO")
said["fits"] = client.test_compatibility("orders-value", broken)
try:
    client.register_schema("orders-value", broken)
except SchemaRegistryError as refused:
    said["refused"] = [refused.http_status_code, refused.error_code]
client.register_schema("money", Schema(json.dumps({"type": "record", "name": "Money", "fields": []}), "AVRO"))
priced = json.dumps({"type": "record", "name": "Priced", "fields": [{"name": "price", "type": "Money"}]})
client.register_schema("priced", Schema(priced, "AVRO", [SchemaReference("Money", "money", 1)]))
said["references"] = [one.subject for one in client.get_latest_version("priced").schema.references]
said["deleted"] = client.delete_subject("orders-value")
said["left"] = client.get_subjects()
print(json.dumps(said))
