"""HTTP messages against a description: openapi-core finds the faults, here they are told.

Two things are left out on purpose. Security: a provider under test often runs without. And the address: a description
names the servers of its production, not the one under test.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema.exceptions import ValidationError
from jsonschema_path import SchemaPath
from openapi_core.datatypes import RequestParameters
from openapi_core.deserializing.media_types.exceptions import MediaTypeDeserializeError
from openapi_core.templating.media_types.exceptions import MediaTypeNotFound
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.validation.request.exceptions import ParameterValidationError, RequestBodyValidationError
from openapi_core.validation.response.exceptions import HeaderValidationError
from openapi_core.validation.schemas.exceptions import InvalidSchemaValue
from referencing import Specification
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012
from werkzeug.datastructures import Headers, ImmutableMultiDict

from troth_schemas.matching.patterns import TooLong, matched
from troth_schemas.openapi import Operation
from troth_verifiers.api import Mismatch, Outgoing
from troth_verifiers.errors import EngineError
from troth_verifiers.openapi.described import ORIGIN, Described
from troth_verifiers.openapi.formats import FURTHER, MENDED
from troth_verifiers.openapi.validators import REQUEST, RESPONSE, Unread

KIND: Final = "openapi"
"""The kind of the mismatches that are told here."""
MOST_CHECKED: Final = 10_000_000
"""Bytes; a longer body is not checked, which is an error and never a pass."""

_TEMPLATE: Final = re.compile(r"\{([^{}/]*)\}")
_WIDTH: Final = 200
_BODILESS: Final = frozenset({204, 304})

Lines = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Request:
    """What openapi-core wants to know of a request."""

    method: str
    path_pattern: str
    content_type: str
    body: bytes | None
    parameters: RequestParameters
    host_url: str = ORIGIN

    @property
    def path(self) -> str:
        return self.path_pattern


@dataclass(frozen=True, slots=True)
class _Response:
    """What openapi-core wants to know of a response."""

    status_code: int
    content_type: str
    headers: Headers
    data: bytes | None


@dataclass
class Checker:
    """Tells in what messages differ from a description. Raises EngineError for what cannot be checked."""

    described: Described
    _specs: dict[str, SchemaPath] = field(default_factory=dict)

    def request(self, operation: Operation, values: Mapping[str, str], request: Outgoing) -> tuple[Mismatch, ...]:
        """What is wrong with a request; `values` are those in its path, decoded."""
        validator = REQUEST[self.described.api.version](self._spec(operation), extra_format_validators=MENDED)
        return _faults(lambda: validator.iter_errors(_asked(operation, values, request)), "request", request.content)

    def response(self, operation: Operation, status: int, headers: Lines, content: bytes) -> tuple[Mismatch, ...]:
        """What is wrong with a response."""
        if operation.response(status) is None:
            known = ", ".join(one.status for one in operation.responses) or "none at all"
            text = f"The description does not say that {operation.name} answers {status}; its answers are {known}."
            return (Mismatch(KIND, "response status", text, known, str(status)),)
        validator = RESPONSE[self.described.api.version](self._spec(operation), extra_format_validators=FURTHER)
        asked = _asked(operation, {}, Outgoing(operation.method, ORIGIN + operation.path))
        has_body = operation.method != "head" and status >= 200 and status not in _BODILESS
        answer = _Response(status, _content_type(headers), Headers(list(headers)), content if has_body else None)
        return _faults(lambda: validator.iter_errors(asked, answer), "response", content)

    def _spec(self, operation: Operation) -> SchemaPath:
        if operation.name not in self._specs:
            self._specs[operation.name] = SchemaPath.from_dict(
                self.described.alone(operation), specification=_BY_NAME if self._has_names else DRAFT202012
            )
        return self._specs[operation.name]

    @property
    def _has_names(self) -> bool:
        """Whether schemas may give themselves names, as they may since 3.1."""
        return self.described.api.version not in ("2.0", "3.0")


def _inside(value: Any) -> Iterator[Any]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return (one for one in inner if isinstance(one, dict | list))


def _named(value: Any) -> Any:
    """What a schema is called, without members that only have such names."""
    names = ("$id", "$anchor", "$dynamicAnchor")
    found = value if isinstance(value, dict) else {}
    return {name: found[name] for name in names if isinstance(found.get(name), str)}


def _anchors(_specification: Any, value: Any) -> Iterator[Any]:
    whole = DRAFT202012.create_resource(value)
    return (type(one)(name=one.name, resource=whole) for one in DRAFT202012.anchors_in(_named(value)))


_made: Any = Specification  # it has no types of its own
_BY_NAME: Final = _made(
    name="OpenAPI",
    id_of=lambda value: DRAFT202012.id_of(_named(value)),
    subresources_of=_inside,
    anchors_in=_anchors,
    maybe_in_subresource=lambda resolver, subresource, **_: resolver.in_subresource(subresource),
)
"""How schemas of a description are found by ``$id``, ``$anchor`` and ``$dynamicAnchor``, wherever they stand."""


def values_in(template: str, path: str) -> dict[str, str] | None:
    """What stands, decoded, in the templates of a path as it was sent; None where it is another path."""
    parts = _TEMPLATE.split(template)
    pattern = "".join("([^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
    try:
        found = matched(pattern, path)
    except TooLong as problem:
        raise EngineError(f"The path {template!r} cannot be compared: {problem}") from None
    return dict(zip(parts[1::2], map(unquote, found.groups()), strict=True)) if found else None


def _asked(operation: Operation, values: Mapping[str, str], request: Outgoing) -> _Request:
    lines = Headers(list(request.headers))
    cookies = [part.strip().partition("=") for part in lines.get("Cookie", "").split(";") if "=" in part]
    parameters = RequestParameters(
        query=ImmutableMultiDict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True)),
        header=lines,
        cookie=ImmutableMultiDict([(name, value) for name, _, value in cookies]),
        path=dict(values) or {"": ""},  # not empty, else it would be taken from the pattern
    )
    return _Request(
        operation.method, operation.path, _content_type(request.headers), request.content or None, parameters
    )


def _content_type(headers: Lines) -> str:
    return next((value for name, value in headers if name.lower() == "content-type"), "")


def _faults(search: Any, side: str, content: bytes) -> tuple[Mismatch, ...]:
    if len(content) > MOST_CHECKED:
        size, most = len(content) // 1_000_000, MOST_CHECKED // 1_000_000
        raise EngineError(f"The {side} has {size} MB; bodies of more than {most} MB are not checked.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about deprecated parameters, which are no fault
            errors = list(search())
        return tuple(one for error in errors for one in _told(error, side))
    except EngineError:
        raise
    except TooLong as problem:
        raise EngineError(f"The {side} could not be checked: {problem}") from None
    except Unresolvable as problem:
        text = f"The {side} could not be checked: the description refers to {problem.ref}, which it does not have."
        raise EngineError(text) from None
    except Exception as error:
        raise EngineError(f"The {side} could not be checked: {type(error).__name__}: {_cut(str(error))}") from error


def _told(error: Exception, side: str) -> Iterator[Mismatch]:
    if isinstance(error, PathError):
        raise EngineError(f"openapi-core cannot read the path of this operation: {_cut(str(error))}.")
    place = f"{side} {_place(error)}"
    cause = error.__cause__
    match cause:
        case InvalidSchemaValue():
            yield from _each_once(_schema_fault(fault, place) for fault in cause.schema_errors)
        case MediaTypeNotFound():
            known = ", ".join(cause.availableMimetypes)
            came = cause.mimetype or "none"
            yield Mismatch(KIND, f"{side} content type", f"The content type is {came}; declared: {known}.", known, came)
        case MediaTypeDeserializeError():  # its own text cannot be had of bytes that are no text
            yield Mismatch(KIND, place, f"The body cannot be read as {cause.mimetype}.", cause.mimetype)
        case Unread():
            yield Mismatch(KIND, place, f"{_cut(str(cause))}.")
        case None:
            yield Mismatch(KIND, place, f"{_cut(str(error))}.")
        case _:
            yield Mismatch(KIND, place, f"{_cut(str(error))}: {_cut(str(cause))}.")


def _each_once(faults: Iterable[Mismatch]) -> list[Mismatch]:
    """Faults without those of a null that its type tells better."""
    told = list(faults)
    typed = {one.place for one in told if one.expected.startswith("type:")}
    return [one for one in told if not (one.place in typed and one.text.endswith("for not nullable."))]


def _schema_fault(fault: Exception, place: str) -> Mismatch:
    if not isinstance(fault, ValidationError):
        return Mismatch(KIND, place, f"{_cut(str(fault))}.")
    where = f"{place} {fault.json_path}" if place.endswith("body") else place
    return Mismatch(KIND, where, f"{_cut(fault.message)}.", f"{fault.validator}: {_cut(str(fault.validator_value))}")


def _place(error: Exception) -> str:
    if isinstance(error, ParameterValidationError):
        return f"{error.location} {error.name}"
    if isinstance(error, HeaderValidationError):
        return f"header {error.name}"
    return "body" if isinstance(error, RequestBodyValidationError) or "Data" in type(error).__name__ else ""


def _cut(text: str) -> str:
    text = text.rstrip(".")
    return text if len(text) <= _WIDTH else f"{text[:_WIDTH]}…"
