"""One call as a contract says it, before anything is known of its types."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from troth_schemas.expectations.document import Expectation
from troth_schemas.json_body import Json
from troth_schemas.pact.rules import MatchingRules
from troth_schemas.protobuf.statuses import CODES
from troth_verifiers.api import Cause


@dataclass(frozen=True, eq=False)
class Documents:
    """The schemas that a contract names, in its order, with their bytes; shared by all of its interactions."""

    contract: str
    names: tuple[str, ...]
    files: Mapping[str, bytes] = field(repr=False)


class Promise(NamedTuple):
    """What is expected to come back.

    ``code`` is the status's name, ``message`` and ``details`` are what goes with it, None where nothing is said.
    ``metadata`` are headers and trailers by name in lower case, of which those in ``trailing`` are trailers.
    ``responses`` are what is written of the messages, None where nothing is said.
    """

    code: str = "OK"
    message: str | None = None
    details: tuple[Json, ...] | None = None
    metadata: Mapping[str, Json] = MappingProxyType({})
    trailing: frozenset[str] = frozenset()
    responses: tuple[Json, ...] | None = None
    rules: MatchingRules = MatchingRules()


class Spec(NamedTuple):
    """A call of Troth's own form. ``service`` is a full name.

    ``streams`` says of request and response whether they are written as lists, None where nothing is written. After
    ``cancel_after`` responses the client cancels, and no status is expected. ``trouble`` is why it cannot be replayed.
    """

    written: Expectation
    service: str
    method: str
    requests: tuple[Json, ...]
    streams: tuple[bool | None, bool | None]
    promise: Promise
    documents: Documents
    metadata: tuple[tuple[str, str | bytes], ...] = ()
    timeout: float | None = None
    cancel_after: int | None = None
    trouble: Cause | None = None

    @property
    def place(self) -> str:
        """Where it stands in the contract, in words."""
        return place_of(self.written)


def place_of(one: Expectation) -> str:
    """Where an interaction stands in its contract, in words."""
    line = f", line {one.line}" if one.line else ""
    return f"interactions[{one.index}]{line}"


def code_of(written: Json) -> str | None:
    """The name of a status that is written by its name or number; None for what is none."""
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    text = str(written).strip().upper()
    if text.isdecimal():
        number = int(text)
        return CODES[number] if number < len(CODES) else None
    return text if text in CODES else None
