"""docs/coverage.md names every construct that a comparison has to know, as judged or as not covered."""

import pytest

from tests.schemas.test_generated_docs import coverages

SCHEMA = (
    "type", "enum", "const", "bounds", "multipleOf", "lengths", "pattern", "format", "properties", "patternProperties",
    "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "required", "dependentRequired",
    "dependentSchemas", "propertyNames", "minProperties", "maxProperties", "items", "prefixItems", "contains",
    "minContains", "uniqueItems", "allOf", "anyOf", "oneOf", "not", "if, then and else", "$ref", "$defs", "$anchor",
    "$dynamicRef", "recursion", "open and closed content models", "defaults",
)  # fmt: skip
OPENAPI = (
    "operations", "path, query, header and cookie parameters", "request bodies", "media types", "headers", "responses",
    "security", "servers", "required", "nullable", "type", "format", "enum", "const", "bounds", "lengths", "items",
    "pattern", "default", "allOf", "oneOf", "anyOf", "not", "if", "additionalProperties", "readOnly", "writeOnly",
    "discriminator", "contentEncoding", "deprecated", "x-sunset", "x-stability-level", "path parameters renamed",
    "operationId", "tags", "scopes", "API keys", "x-extensible-enum", "callbacks", "$ref in circles", "XML",
)  # fmt: skip
ASYNCAPI = (
    "channels: address, parameters", "send and receive", "publish and subscribe", "messages: by name", "headers",
    "JSON Schema", "Avro", "Protobuf", "schema formats", "correlation ids", "bindings", "traits", "replies", "protocol",
    "security", "references that lead nowhere",
)  # fmt: skip
PROTOBUF = (
    "proto2", "proto3", "editions", "imports", "descriptor sets", "FILE, PACKAGE, WIRE_JSON, WIRE", "gone", "number",
    "JSON name", "cardinality", "type", "default", "oneof", "interchangeable", "required fields", "enum values",
    "reserved", "streaming", "idempotency", "file options", "jstype", "ctype", "registry mode", "extension",
)  # fmt: skip
GRAPHQL = (
    "types, unions, interfaces and enums", "fields", "arguments", "input fields", "default value", "@oneOf",
    "directives", "places and repetition", "root types", "deprecation", "descriptions", "applied directives",
    "@specifiedBy", "Federation 1 and 2", "composition",
)  # fmt: skip
AVRO = (
    "alias", "fixed size", "enum symbols", "without default", "promotions", "unions", "recursion", "field order",
    "doc", "extra writer fields", "default values", "decimal precision and scale", "timestamps", "uuid",
    "schemas in other files", "canonical form and fingerprint",
)  # fmt: skip

CONSTRUCTS = {
    "AsyncAPI against an earlier version": ASYNCAPI,
    "Avro against an earlier version": AVRO,
    "GraphQL schemas against an earlier version": GRAPHQL,
    "JSON Schema against an earlier version": SCHEMA,
    "OpenAPI against an earlier version": OPENAPI,
    "Protobuf against an earlier version": PROTOBUF,
    "Pacts against an earlier version": ("requests", "responses", "matching rules", "provider states", "generators"),
    "AsyncAPI of a consumer against AsyncAPI of a provider": (
        "receives",
        "sends",
        "messages by name",
        "payloads",
        "headers",
        "content types",
        "correlation ids",
        "bindings",
        "replies",
        "servers",
        "security",
        "references that lead nowhere",
    ),
    "Avro of a consumer against Avro of a provider": ("schema resolution", "protocols", "unnamed"),
    "GraphQL operations of a consumer against GraphQL schemas of a provider": (
        "graphql-core",
        "variables",
        "deprecated fields",
        "fragments",
        "unused fragments",
        "scalars",
        "@defer and @stream",
        "clients keep to themselves",
        "another subgraph",
        "several operations",
    ),
    "JSON Schema of a consumer against JSON Schema of a provider": SCHEMA,
    "OpenAPI of a consumer against OpenAPI of a provider": OPENAPI,
    "Protobuf of a consumer against Protobuf of a provider": ("methods", "streaming", "requests", "responses", "enums"),
    "Pacts of a consumer against AsyncAPI of a provider": (
        "operation that an interaction names",
        "contents of a message",
        "payloads",
        "headers",
        "content types",
        "matching rules",
        "replies",
        "references that lead nowhere",
    ),
    "Pacts of a consumer against Avro of a provider": ("JSON contents", "binary Avro contents", "matching rules"),
    "Pacts of a consumer against GraphQL schemas of a provider": (
        "POST",
        "GET",
        "variables",
        "expected answers",
        "persisted",
    ),
    "Pacts of a consumer against JSON Schema of a provider": (
        "one-way messages",
        "synchronous messages",
        "matching rules",
        "metadata",
    ),
    "Pacts of a consumer against OpenAPI of a provider": (
        "path template",
        "base path and server",
        "percent-encoding",
        "slash",
        "form",
        "deepObject",
        "spaceDelimited",
        "pipeDelimited",
        "required",
        "undeclared",
        "API key",
        "basic",
        "bearer",
        "OAuth 2",
        "Content-Type and Accept",
        "readOnly",
        "expected answer is an error",
        "status: exact, range, default",
        "response headers",
        "writeOnly",
        "matching rules",
        "nullable",
        "discriminator",
        "allOf",
        "oneOf",
        "anyOf",
        "format",
        "if",
        "recursion",
        "several files",
        "references that lead nowhere",
        "multipart",
        "urlencoded",
        "XML",
        "binary",
    ),
    "Pacts of a consumer against Protobuf of a provider": (
        "service and method",
        "streaming",
        "request fields",
        "response fields",
        "enums",
    ),
}


@pytest.mark.parametrize("name", sorted(coverages()))
def test_every_construct_stands_in_the_coverage_of_its_comparison(name: str) -> None:
    rows = [construct for construct, _ in coverages()[name] or ()]
    assert len(rows) == len(set(rows))
    missing = [one for one in CONSTRUCTS.get(name, ()) if not any(one in row for row in rows)]
    assert missing == []


def test_every_comparison_of_formats_has_its_constructs_listed() -> None:
    told = {
        name for name in coverages() if "xpectations" not in name and not name.startswith("GraphQL operations against")
    }
    assert told == set(CONSTRUCTS)
