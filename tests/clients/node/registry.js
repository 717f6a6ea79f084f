// What a producer and a consumer in JavaScript do with KafkaJS's client of the schema registry; the broker's address is
// the argument. Prints one JSON document with what came back.
const { SchemaRegistry, SchemaType } = require("@kafkajs/confluent-schema-registry");

const registry = new SchemaRegistry({ host: process.argv[2], retry: { retries: 0 } });
const AVRO = { type: "record", name: "Order", namespace: "shop", fields: [{ name: "id", type: "long" }] };
const JSON_SCHEMA = { $schema: "http://json-schema.org/draft-07/schema#", title: "Order", type: "object",
  properties: { id: { type: "integer" } }, required: ["id"] };
const PROTO = 'syntax = "proto3";\npackage shop;\nmessage Order { int32 id = 1; }\n';

async function there_and_back(schema, subject) {
  const { id } = await registry.register(schema, { subject });
  const again = await registry.register(schema, { subject });
  const written = await registry.encode(id, { id: 7 });
  const other = new SchemaRegistry({ host: process.argv[2] });
  return { id: id === again.id && id === written.readInt32BE(1), read: await other.decode(written) };
}

async function main() {
  const said = {};
  said.avro = await there_and_back({ type: SchemaType.AVRO, schema: JSON.stringify(AVRO) }, "avro-value");
  said.json = await there_and_back({ type: SchemaType.JSON, schema: JSON.stringify(JSON_SCHEMA) }, "json-value");
  said.protobuf = await there_and_back({ type: SchemaType.PROTOBUF, schema: PROTO }, "protobuf-value");
  said.latest = await registry.getLatestSchemaId("avro-value");
  said.known = await registry.getRegistryIdBySchema("avro-value", { type: SchemaType.AVRO, schema: JSON.stringify(AVRO) });
  const broken = { ...AVRO, fields: [{ name: "id", type: "string" }] };
  try {
    await registry.register({ type: SchemaType.AVRO, schema: JSON.stringify(broken) }, { subject: "avro-value" });
  } catch (problem) {
    said.refused = problem.message;
  }
  console.log(JSON.stringify(said));
}

main().catch((problem) => {
  console.error(problem);
  process.exit(1);
});
