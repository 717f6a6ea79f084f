"""Which format a document is, told from what it says; the name helps only where the content leaves it open."""

import re
from typing import Final

from troth_schemas import plugged
from troth_schemas.documents import read
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUndetected
from troth_schemas.json_body import Json

_PROTO: Final = re.compile(
    r'^\s*(syntax\s*=\s*["\']proto[23]["\']|edition\s*=\s*["\']\d{4}["\']|(message|service)\s+\w+\s*\{|package\s+[\w.]+\s*;'
    r"|enum\s+\w+\s*\{[^}]*=\s*-?\d)",
    re.MULTILINE,
)
_YAML: Final = re.compile(r"""\A(?:\s*(?:\#[^\n]*)?\n|---[^\n]*\n|%[^\n]*\n)*["']?[\w$.\-/]+["']?[ ]*:(?:\s|\Z)""")
"""A first line that tells something, and is a key: neither a schema of GraphQL nor a .proto file begins so."""
_OPERATION: Final = re.compile(r"^\s*(query|mutation|subscription|fragment)\b|^\s*\{", re.MULTILINE)
_ANONYMOUS_QUERY: Final = re.compile(r"\s*\{\s*[A-Za-z_]")
_SDL: Final = re.compile(
    r"^\s*(extend\s+)?(type|interface|union|enum|input|scalar|schema|directive)\b(\s+[@\w]|\s*[@{])", re.MULTILINE
)
_COMMENT: Final = re.compile(r'//[^\n]*|/\*.*?\*/|#[^\n]*|"""(?s:.*?)"""', re.DOTALL)
_AVRO_NAMED: Final = ("record", "enum", "fixed", "error")
_AVRO_TYPES: Final = (
    "null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map", *_AVRO_NAMED,
)  # fmt: skip
_SCHEMA_KEYWORDS: Final = (
    "$schema", "properties", "items", "allOf", "anyOf", "oneOf", "not", "$defs", "definitions", "enum", "const",
    "additionalProperties", "patternProperties", "$ref", "required", "type", "prefixItems",
)  # fmt: skip
_BY_MEMBER: Final = {"openapi": "openapi", "swagger": "openapi", "asyncapi": "asyncapi"}
_PROTOCOLS: Final = ("graphql", "grpc", "message")
_BEGINS_AS_OPENAPI: Final = re.compile(
    r"""\s*\{\s*"(?:openapi|swagger)"\s*:\s*"\d|(?:openapi|swagger):[ \t]+["']?\d""",
)
"""The first member says which version it is: then nothing has to be read twice to see that it is OpenAPI."""
_MANY_LOOKED_AT: Final = 200_000
"""Characters of a text that are looked at: the top of a document says what it is."""


def detect(name: str, content: bytes) -> str:
    """The name of the format: Troth's own first, else one that a plug-in takes for its own.

    Raises FormatUndetected with what was looked for, ContractUnreadable for broken JSON.
    """
    try:
        return _own(name, content)
    except (ContractUnreadable, ExtraMissing, FormatUndetected) as problem:  # without PyYAML what is no YAML is unknown
        found = plugged.recognised(name, content)
        if found is not None:
            return found
        if isinstance(problem, FormatUndetected) and (broken := plugged.unusable()):
            raise FormatUndetected(name, f"{problem.why}, and plug-ins were not asked: {'; '.join(broken)}") from None
        raise


def _own(name: str, content: bytes) -> str:
    if _is_descriptor_set(name, content):
        return "protobuf"
    text = content.decode("utf-8", "replace").lstrip("\ufeff")
    if not text.strip():
        raise FormatUndetected(name, "it is empty")
    if not _is_data(text) or name.endswith((".graphql", ".gql")):
        found = _of_text(name, text[:_MANY_LOOKED_AT])
        if found is not None:
            return found
    if _BEGINS_AS_OPENAPI.match(text):
        return "openapi"
    try:
        value = read(name, content).value
    except ContractUnreadable:
        if _ANONYMOUS_QUERY.match(text) and not name.endswith((".json", ".avsc")):
            return "graphql-operations"
        raise
    found = of_value(value)
    if found is None:
        raise FormatUndetected(name, "it has none of the members that tell one format from another")
    return found


def _is_data(text: str) -> bool:
    """Whether a text is JSON or YAML; a GraphQL description may begin with a quote, too, but then with three."""
    bare = text.lstrip()
    return (
        bare.startswith(("{", "[")) or (bare.startswith('"') and not bare.startswith('"""')) or bool(_YAML.match(text))
    )


def of_value(value: Json) -> str | None:
    """The format of a JSON or YAML value."""
    if isinstance(value, str):
        return "avro" if value in _AVRO_TYPES else None
    if isinstance(value, list):
        return "avro" if value and all(of_value(one) == "avro" for one in value) else None
    if not isinstance(value, dict):
        return "jsonschema" if isinstance(value, bool) else None
    if (found := _by_member(value)) is not None:
        return found
    if _is_pact(value):
        return "pact"
    if _is_manifest(value):
        return "graphql-operations"
    if _is_introspection(value):
        return "graphql"
    if _is_avro(value):
        return "avro"
    return "jsonschema" if any(key in value for key in _SCHEMA_KEYWORDS) else None


def _by_member(value: dict[str, Json]) -> str | None:
    """The format of a value that says what it is; expectations are of the format of their protocol."""
    if "troth" in value and "interactions" in value:
        protocol = value.get("protocol")
        return f"{protocol}-expectations" if protocol in _PROTOCOLS else "expectations"
    return next((found for member, found in _BY_MEMBER.items() if member in value), None)


def _of_text(name: str, text: str) -> str | None:
    bare = _COMMENT.sub(" ", text)
    if name.endswith(".proto") or _PROTO.search(bare):
        return "protobuf"
    if _SDL.search(bare):
        return "graphql"
    if _OPERATION.search(bare) and ("{" in bare or name.endswith((".graphql", ".gql"))):
        return "graphql-operations"
    return "graphql" if name.endswith((".graphql", ".graphqls", ".gql")) else None


def _is_descriptor_set(name: str, content: bytes) -> bool:
    """A serialised FileDescriptorSet begins with field 1, and its first file with the file's name."""
    if name.endswith((".binpb", ".protoset", ".desc", ".pb")):
        return True
    return content[:1] == b"\x0a" and b"\x0a" in content[1:12] and b".proto" in content[:300]


def _is_pact(value: dict[str, Json]) -> bool:
    return ("interactions" in value or "messages" in value) and ("consumer" in value or "provider" in value)


def _is_manifest(value: dict[str, Json]) -> bool:
    """Persisted queries: Apollo's format, or a plain map from ids to operations."""
    if value.get("format") == "apollo-persisted-query-manifest":
        return True
    texts = list(value.values())
    return bool(texts) and all(isinstance(one, str) and _OPERATION.search(one) and "{" in one for one in texts)


def _is_introspection(value: dict[str, Json]) -> bool:
    inner = value.get("data", value)
    return isinstance(inner, dict) and "__schema" in inner


def _is_avro(value: dict[str, Json]) -> bool:
    kind = value.get("type")
    if "protocol" in value and ("types" in value or "messages" in value):
        return True
    if "$schema" in value or "properties" in value:
        return False
    if kind in _AVRO_NAMED:
        return "name" in value
    if kind == "array":
        return "items" in value and (isinstance(value["items"], str) or of_value(value["items"]) == "avro")
    if kind == "map":
        return "values" in value
    return kind in ("int", "long", "float", "double", "bytes") or "logicalType" in value
