"""Which encoding a message has, and the codec for it."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final, cast

from troth_schemas.errors import SchemasError
from troth_schemas.pact.contents import media_type
from troth_verifiers.errors import UsageError
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads.codec import Codec, Schemas

_CODECS: Final[Mapping[str, tuple[str, str, Mapping[str, object]]]] = {
    "json": ("plain", "JsonCodec", {}),
    "json-confluent": ("plain", "JsonCodec", {"frame": True}),
    "avro": ("avro", "Binary", {}),
    "avro-single-object": ("avro", "SingleObject", {}),
    "avro-container": ("avro", "Container", {}),
    "avro-confluent": ("avro", "Confluent", {}),
    "protobuf": ("protobuf", "Protobuf", {}),
    "protobuf-confluent": ("protobuf", "Protobuf", {"frame": True}),
    "text": ("plain", "TextCodec", {}),
    "bytes": ("plain", "BytesCodec", {}),
}
ENCODINGS: Final = tuple(_CODECS)
"""What an interaction may state as its `encoding`."""

_EXTRAS: Final = {"avro": "avro", "protobuf": "grpc", "plain": "openapi"}


def codec_for(encoding: str, schemas: Schemas) -> Codec:
    """The codec of an encoding. Raises `NotReplayable`, and `UsageError` where a library is missing."""
    if encoding not in _CODECS:
        raise NotReplayable(f"{encoding!r} is not an encoding; there are {', '.join(_CODECS)}.")
    module, name, options = _CODECS[encoding]
    try:
        made = getattr(_part(module), name)
        if name in ("TextCodec", "BytesCodec"):
            return cast("Codec", made())
        checks = _checks(schemas, framed=bool(options)) if name == "JsonCodec" else {}
        return cast("Codec", made(schemas, **options, **checks))
    except SchemasError as error:
        raise NotReplayable(f"The schema {schemas.name!r} cannot be read: {error}") from None
    except ModuleNotFoundError as error:
        text = f"The encoding {encoding!r} needs the library {error.name}: pip install 'troth[{_EXTRAS[module]}]'"
        raise UsageError(text) from None


def _checks(schemas: Schemas, *, framed: bool) -> Mapping[str, object]:
    """What JSON is checked with: the schema that is named, and what a registry has. The library is an extra."""
    found: dict[str, object] = {}
    if schemas.name:
        found["checker"] = _part("checking").checker_of(schemas)
    if framed and schemas.registry is not None:
        found["checker_of"] = _part("checking").checker_of
    return found


def made_for(language: str, loaded: Any, name: str) -> tuple[Any, ...]:
    """A tree that fits a schema of another language than JSON Schema; none where none was found.

    ``loaded`` is that language's own document, ``name`` the name of the message that is wanted.
    """
    if language not in ("avro", "protobuf"):
        return ()
    found: tuple[Any, ...] = _part(language).made(loaded, name)
    return found


def _part(module: str) -> Any:
    return import_module(f"troth_verifiers.events.payloads.{module}")


def media_encoding(content_type: str, schema_name: str = "") -> str:
    """The encoding that a content type, or else the name of a schema, speaks of; "" where neither does."""
    media = media_type(content_type)
    if "avro" in media or schema_name.endswith(".avsc"):
        return "avro"
    if "protobuf" in media or ".proto" in schema_name:
        return "protobuf"
    if media in ("application/json", "text/json") or media.endswith("+json"):
        return "json"
    if media.startswith("text/"):
        return "text"
    return "bytes" if media == "application/octet-stream" else ""
