"""Which formats are compared with which, one module for each pair, loaded when it is needed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from troth_schemas import formats
from troth_schemas.options import Options
from troth_schemas.report import Report
from troth_schemas.rule import Rule

_TABLE: Mapping[tuple[str, str], str] = {
    ("graphql-operations", "graphql"): "troth_schemas.pairs.operations_graphql",
    ("asyncapi", "asyncapi"): "troth_schemas.pairs.asyncapi_asyncapi",
    ("avro", "avro"): "troth_schemas.pairs.avro_avro",
    ("jsonschema", "jsonschema"): "troth_schemas.pairs.jsonschema_jsonschema",
    ("openapi", "openapi"): "troth_schemas.pairs.openapi_openapi",
    ("pact", "asyncapi"): "troth_schemas.pairs.pact_asyncapi",
    ("pact", "avro"): "troth_schemas.pairs.pact_avro",
    ("pact", "jsonschema"): "troth_schemas.pairs.pact_jsonschema",
    ("pact", "graphql"): "troth_schemas.pairs.pact_graphql",
    ("pact", "openapi"): "troth_schemas.pairs.pact_openapi",
    ("pact", "protobuf"): "troth_schemas.pairs.pact_protobuf",
    ("protobuf", "protobuf"): "troth_schemas.pairs.protobuf_protobuf",
}


@dataclass(frozen=True, slots=True)
class Pair:
    """How contracts of two formats are compared. Each module of a pair has one, called PAIR.

    ``judge(consumer, provider, options)`` takes the formats' own documents. ``uses(consumer, provider)`` gives the
    provider's elements that the consumer relies on, in the words of ``Finding.element``.
    """

    consumer: str
    provider: str
    judge: Callable[[Any, Any, Options], Report]
    uses: Callable[[Any, Any], frozenset[str]] | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def name(self) -> str:
        """What stands before the slash in the ids of its rules."""
        return self.consumer if self.consumer == self.provider else f"{self.consumer}-{self.provider}"


def known() -> tuple[tuple[str, str], ...]:
    """All pairs that are compared, sorted: the consumer's format, the provider's format."""
    return tuple(sorted(_TABLE))


def compared(consumer: str, provider: str) -> bool:
    """Whether contracts of these formats are compared at all; nothing is loaded to tell."""
    return (consumer, provider) in _TABLE


def comparable(consumer: str) -> bool:
    """Whether a consumer's contracts of this format are compared with anything at all."""
    return any(format_name == consumer for format_name, _ in _TABLE)


@cache
def find(consumer: str, provider: str) -> Pair | None:
    """The pair of these two formats, None where nothing compares them. ExtraMissing says what to install."""
    dotted = _TABLE.get((consumer, provider))
    if dotted is None:
        return None
    try:
        found = import_module(dotted).PAIR
    except ModuleNotFoundError:
        formats.find(consumer)
        formats.find(provider)
        raise
    assert isinstance(found, Pair)
    return found
