"""The validators of openapi-core as they are needed here: the first few faults, and media types as they come."""

from collections.abc import Mapping
from fnmatch import fnmatch
from itertools import islice
from typing import Any, Final

import openapi_core
from jsonschema.exceptions import ValidationError
from jsonschema_path import SchemaPath
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.media_types.datatypes import MediaType
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.validation.decorators import ValidationErrorWrapper
from openapi_core.validation.response.exceptions import DataValidationError, InvalidData, MissingData
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from referencing.jsonschema import DRAFT202012

from troth_schemas.matching.multipart import NotMultipart
from troth_schemas.matching.xml import NotXml
from troth_schemas.openapi.media_types import essence
from troth_verifiers.errors import EngineError
from troth_verifiers.json_bodies import Repeated, is_json, read_json
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.hints import hints_of
from troth_verifiers.openapi.parameters import readings
from troth_verifiers.openapi.part_bodies import has_named_parts, has_parts_in_order, is_in_parts, read_list, read_parts
from troth_verifiers.openapi.patience import patient
from troth_verifiers.openapi.xml_bodies import is_plain_text, is_xml, read_xml

_MOST: Final = 20
"""A list of a million wrong items is told by the first ones."""


class Unread(OpenAPIError):
    """A body is not in the form that its content type names; the sentence says why."""


class _Own:
    """What is done otherwise than openapi-core does it."""

    spec: Any
    schema_validators_factory: Any
    format_validators: Any
    extra_format_validators: Any
    overlooks_odd = True
    overlooks_beside = False
    """Whether what stands beside a reference says nothing."""

    def _validate_schema(self, schema: SchemaPath, value: Any) -> None:
        """End the search for faults of a value after a few."""
        errors = tuple(islice(self._validator(schema).iter_errors(value), _MOST))
        if errors:
            raise InvalidSchemaValue(value, "any", schema_errors=errors)

    def _validator(self, schema: SchemaPath) -> Any:
        """The validator of a schema, which stands under ``schema``; what stands beside a reference holds since 3.1."""
        found = self.schema_validators_factory.create(
            self.spec,
            schema,
            format_validators=self.format_validators,
            extra_format_validators=self.extra_format_validators,
        ).validator
        if self.overlooks_beside:
            return found
        with schema.parent.resolve() as around:
            written = around.contents["schema"]
            inside = around.resolver.in_subresource(DRAFT202012.create_resource(written))
            return found.evolve(schema=written, _resolver=inside)

    def _get_simple_param_or_header(
        self, param_or_header: SchemaPath, location: Mapping[str, Any], name: str | None = None
    ) -> tuple[Any, SchemaPath]:
        """Read a parameter by its style; of what it may stand for, take what its schema allows.

        Raises KeyError where it did not come: its default is the description's affair, and is not judged.
        """
        document = self.spec.read_value()
        written = followed(document, param_or_header.read_value())
        called = name or str(written["name"])
        schema = param_or_header / "schema"
        found = readings(written, called, location, document)
        if not found:
            raise KeyError(called)
        validator = self._validator(schema)
        return next((one for one in found if validator.is_valid(one)), found[0]), schema

    def _find_media_type(self, content: SchemaPath, mimetype: str | None = None) -> MediaType:
        """Find what is declared for a type whatever its parameters, and go on with the type that came."""
        if mimetype is None:
            found: MediaType = super()._find_media_type(content, mimetype)  # type: ignore[misc]  # a mixin's
            return found
        first, *written = (part.strip() for part in mimetype.split(";"))
        came = first.lower()
        declared = {essence(key): key for key in reversed(list(content.str_keys()))}
        pairs = (one.partition("=") for one in written)
        parameters = {name: value.strip('"') for name, _, value in pairs if name.lower() in ("charset", "boundary")}
        for kind in (came, *(key for key in declared if came and fnmatch(came, key))):
            if kind in declared:
                return MediaType(came, parameters, content / declared[kind])
        raise MediaTypeNotFound(mimetype, list(content.str_keys()))

    def _get_content_and_schema(
        self, raw: bytes, content: SchemaPath, mimetype: str | None = None
    ) -> tuple[Any, SchemaPath | None]:
        """Read XML and forms in parts by what the schema says, since openapi-core takes a number's text for no number.

        Parts that have no names are judged in their order, where the schema is of a list. Where it is of neither, of a
        request only their presence is judged, and a response in such is an error.
        """
        kind, _, media_type = self._find_media_type(content, mimetype)
        if is_json(kind):
            return self._in_json(raw, kind, media_type)
        if _is_opaque(kind) and "schema" in media_type:
            return self._opaque(raw, kind, media_type)
        if "schema" not in media_type or not (is_xml(kind) or is_in_parts(kind)):
            found: tuple[Any, SchemaPath | None] = super()._get_content_and_schema(raw, content, mimetype)  # type: ignore[misc]  # a mixin's
            return found
        if is_xml(kind) and is_plain_text(media_type.read_value()["schema"], self.spec.read_value()):
            return self._untold(raw, kind, media_type)
        return self._in_shape(raw, mimetype or kind, kind, media_type)

    def _in_shape(self, raw: bytes, mimetype: str, kind: str, media_type: SchemaPath) -> tuple[Any, SchemaPath | None]:
        """Judge XML and forms in parts."""
        media, document = media_type.read_value(), self.spec.read_value()
        faults: tuple[str, ...] = ()
        try:
            if is_xml(kind):
                value = read_xml(raw, media["schema"], document)
            elif has_named_parts(media, document):
                value, faults = read_parts(raw, mimetype, media, document, one_of=self.overlooks_odd)
            elif has_parts_in_order(media, document):
                value, faults = read_list(raw, mimetype, media, document)
            elif self.overlooks_odd:
                return raw, None
            else:
                raise EngineError(f"The body is {kind} without named parts, which is not checked against its schema.")
        except (NotXml, NotMultipart) as problem:
            raise Unread(f"The body cannot be read as {kind}: {problem}") from None
        if faults:
            raise InvalidSchemaValue(str(value), "object", schema_errors=tuple(Unread(fault) for fault in faults))
        schema = media_type / "schema"
        self._validate_schema(schema, value)
        return value, schema

    def _in_json(self, raw: bytes, kind: str, media_type: SchemaPath) -> tuple[Any, SchemaPath | None]:
        """Judge JSON by its schema, and by whether each name of an object comes once."""
        value, repeated = _read(raw, kind)
        schema = media_type / "schema" if "schema" in media_type else None
        faults = [_fault(one) for one in repeated[:_MOST]]
        faults += islice(self._validator(schema).iter_errors(value), _MOST) if schema is not None else ()
        if faults:
            raise InvalidSchemaValue(value, "any", schema_errors=tuple(faults))
        return value, schema

    def _untold(self, raw: bytes, kind: str, media_type: SchemaPath) -> tuple[Any, SchemaPath | None]:
        """Judge XML of which the schema says no more than that it is a text: that of one element, else the whole."""
        schema = media_type / "schema"
        value: Any = raw.decode("utf-8", "surrogateescape")
        try:
            read = read_xml(raw, media_type.read_value()["schema"], self.spec.read_value())
            value = read if isinstance(read, str) else value
        except NotXml as problem:
            if not self.overlooks_odd:
                raise Unread(f"The body cannot be read as {kind}: {problem}") from None
        self._validate_schema(schema, value)
        return value, schema

    def _opaque(self, raw: bytes, kind: str, media_type: SchemaPath) -> tuple[Any, SchemaPath | None]:
        """Judge what nobody reads here as bytes, or as a text; where the schema wants neither, it is not judged."""
        schema = media_type / "schema"
        text = raw.decode("utf-8", "surrogateescape")
        if not self._validator(schema).is_valid(raw):
            kinds = hints_of(self.spec.read_value(), media_type.read_value()["schema"]).kinds
            if not kinds or "string" in kinds:
                self._validate_schema(schema, text)
            elif self.overlooks_odd:
                return raw, None
            else:
                raise EngineError(f"The body is {kind}, which is not read, so it is not checked against its schema.")
        return text, schema

    def _deserialise_media_type(
        self, media_type: SchemaPath, mimetype: str, parameters: Mapping[str, str], value: bytes
    ) -> Any:
        """Read every kind of JSON as JSON, and every kind of text as a text."""
        if is_json(mimetype):
            read, repeated = _read(value, mimetype)
            if repeated:
                raise InvalidSchemaValue(read, "any", schema_errors=tuple(map(_fault, repeated[:_MOST])))
            return read
        kind = "text/plain" if mimetype.startswith("text/") else mimetype
        return super()._deserialise_media_type(media_type, kind, parameters, value)  # type: ignore[misc]  # a mixin's


class _Answer(_Own):
    """A response: what cannot be judged of it is an error, and what has no body is not judged for lacking one."""

    overlooks_odd = False

    @ValidationErrorWrapper(DataValidationError, InvalidData)
    def _get_data(self, data: bytes | None, mimetype: str, operation_response: SchemaPath) -> Any:
        """Judge a body; ``data`` is None where the method or the status have none."""
        written = followed(self.spec.read_value(), operation_response.read_value())
        if data is None or not written.get("content"):
            return None
        kind = essence(mimetype)
        if not data and not (kind.startswith("text/") or (kind and _is_opaque(kind))):
            raise MissingData
        return self._get_content_and_schema(data, operation_response / "content", mimetype)[0]


def _read(raw: bytes, kind: str) -> tuple[Any, tuple[Repeated, ...]]:
    try:
        return read_json(raw)
    except ValueError as problem:
        raise Unread(f"The body cannot be read as {kind}: {problem}") from None


def _fault(one: Repeated) -> ValidationError:
    return ValidationError(one.told, path=one.path, validator="names", validator_value="each one once")


def _is_opaque(kind: str) -> bool:
    """Whether nobody reads bodies of a type here: it is neither JSON nor XML, neither a form nor a text."""
    named = kind == "application/x-www-form-urlencoded" or kind.startswith("text/")
    return not (named or is_json(kind) or is_xml(kind) or is_in_parts(kind))


class _Request30(_Own, openapi_core.V30RequestValidator):
    overlooks_beside = True
    schema_validators_factory = patient(openapi_core.V30RequestValidator.schema_validators_factory, "readOnly")


class _Request31(_Own, openapi_core.V31RequestValidator):
    schema_validators_factory = patient(openapi_core.V31RequestValidator.schema_validators_factory, "readOnly")


class _Request32(_Own, openapi_core.V32RequestValidator):
    schema_validators_factory = patient(openapi_core.V32RequestValidator.schema_validators_factory, "readOnly")


class _Response30(_Answer, openapi_core.V30ResponseValidator):
    overlooks_beside = True
    schema_validators_factory = patient(openapi_core.V30ResponseValidator.schema_validators_factory, "writeOnly")


class _Response31(_Answer, openapi_core.V31ResponseValidator):
    schema_validators_factory = patient(openapi_core.V31ResponseValidator.schema_validators_factory, "writeOnly")


class _Response32(_Answer, openapi_core.V32ResponseValidator):
    schema_validators_factory = patient(openapi_core.V32ResponseValidator.schema_validators_factory, "writeOnly")


REQUEST: Final[dict[str, Any]] = {"2.0": _Request30, "3.0": _Request30, "3.1": _Request31, "3.2": _Request32}
"""What validates requests, by the version of OpenAPI."""
RESPONSE: Final[dict[str, Any]] = {"2.0": _Response30, "3.0": _Response30, "3.1": _Response31, "3.2": _Response32}
"""What validates responses, by the version of OpenAPI."""
