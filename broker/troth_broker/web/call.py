"""One request as a handler sees it, and the reply it gives back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import orjson

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.texts import fault_of_text
from troth_broker.services.world import World
from troth_broker.web.negotiation import HAL, media_type
from troth_schemas.errors import ContractUnreadable
from troth_schemas.pact import parse

DEFAULT_PAGE_SIZE = 100


class MalformedBody(ValueError):
    """A body that is not JSON, or not UTF-8."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which slice of a collection was asked for; both count from 1."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many items come before this page."""
        return (self.number - 1) * self.size


@dataclass(frozen=True)
class Call:
    """One request: what was asked of which resource, and the world to answer from."""

    world: World
    method: str
    path: str
    params: Mapping[str, str]
    query_string: str
    headers: Mapping[str, str]
    body: bytes
    base: str
    media: str
    """The media type that was negotiated for the answer."""
    draining: bool = False
    """Whether this process is about to end, so that nothing more should be sent to it."""

    @property
    def url(self) -> str:
        """The absolute URL of the requested resource, without its query."""
        return self.base + self.path

    @cached_property
    def query(self) -> tuple[tuple[str, str], ...]:
        """The query as flat pairs, in order, decoded. Raises Invalid for the character NUL, which no store keeps."""
        pairs = tuple(parse_qsl(self.query_string, keep_blank_values=True))
        faults = [Fault(name, text) for name, value in pairs if (text := fault_of_text(name + value)) is not None]
        if faults:
            raise Invalid(faults)
        return pairs

    def parameter(self, *names: str) -> str | None:
        """The last non-blank value of a query parameter, under any of its names; None if there is none."""
        sent = self._sent(*names)
        return sent[1] if sent else None

    @property
    def content_type(self) -> str:
        """The request's media type without parameters; empty if it names none."""
        return media_type(self.headers.get("content-type", ""))

    def json(self, *, empty: Any = None) -> Any:
        """The body as JSON. An empty body is `empty` if that is given. Raises MalformedBody."""
        if empty is not None and not self.body.strip():
            return empty
        try:
            return parse(self.body, what="the request's body")
        except ContractUnreadable as problem:
            raise MalformedBody(str(problem)) from problem

    def json_object(self, *, empty: dict[str, Any] | None = None) -> dict[str, Any]:
        """The body as a JSON object. Raises MalformedBody for anything else."""
        value = self.json(empty=empty)
        if not isinstance(value, dict):
            raise MalformedBody(f"the body must be a JSON object, not {_kind(value)}")
        return value

    def page(self, *, always: bool = False) -> Page | None:
        """The page asked for (`page`/`size`, or the older `pageNumber`/`pageSize`); None for the whole collection."""
        number, size = self._sent("page", "pageNumber"), self._sent("size", "pageSize")
        if number is None and size is None:
            return Page(1, DEFAULT_PAGE_SIZE) if always else None
        sent = [pair for pair in (number, size) if pair is not None]
        faults = [Fault(name, "must be a whole number of 1 or more") for name, text in sent if not _is_count(text)]
        if faults:
            raise Invalid(faults)
        return Page(int(number[1]) if number else 1, int(size[1]) if size else DEFAULT_PAGE_SIZE)

    def _sent(self, *names: str) -> tuple[str, str] | None:
        """The last parameter of any of these names that is not blank, as it was sent; None if there is none."""
        return next((pair for pair in reversed(self.query) if pair[0] in names and pair[1].strip()), None)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= 1


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), "null")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a status, and a body that is a JSON value, text, ready bytes or nothing."""

    status: int = 200
    body: dict[str, Any] | list[Any] | str | bytes | None = None
    media: str = HAL
    headers: Mapping[str, str] = field(default_factory=dict)
    charset: bool = True

    def encoded(self) -> bytes:
        """The body as it goes out."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if isinstance(self.body, str):
            return self.body.encode()
        try:
            return orjson.dumps(self.body)
        except orjson.JSONEncodeError:  # it writes integers of 64 bits; what others told us may hold longer ones
            return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


def created(body: dict[str, Any], location: str | None = None) -> Reply:
    """201 with the new resource."""
    return Reply(201, body, headers={"Location": location} if location else {})


NO_CONTENT = Reply(204)
