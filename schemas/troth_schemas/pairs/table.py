"""Which formats are compared with which, one module for each pair, loaded when it is needed.

A plug-in may bring pairs of its formats with others (`troth_schemas.plugged`), not of two that are Troth's own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from troth_schemas import formats, plugged
from troth_schemas.errors import FormatUnknown
from troth_schemas.guard import Guard, checker_word, is_elements
from troth_schemas.options import Options
from troth_schemas.report import CHECKER, Checker, Report
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
    provider's elements that the consumer relies on, in the words of ``Finding.element``. ``checker`` is the number of
    a plug-in's comparison: a new one has comparisons made anew.
    """

    consumer: str
    provider: str
    judge: Callable[[Any, Any, Options], Report]
    uses: Callable[[Any, Any], frozenset[str]] | None = None
    rules: tuple[Rule, ...] = ()
    checker: str = "1"

    @property
    def name(self) -> str:
        """What stands before the slash in the ids of its rules."""
        return self.consumer if self.consumer == self.provider else f"{self.consumer}-{self.provider}"


def known() -> tuple[tuple[str, str], ...]:
    """All pairs that are compared, sorted: the consumer's format, the provider's format."""
    return tuple(sorted({*_TABLE, *_brought()}))


def compared(consumer: str, provider: str) -> bool:
    """Whether contracts of these formats are compared at all; nothing is loaded to tell."""
    return (consumer, provider) in _TABLE or _is_brought(consumer, provider)


def comparable(consumer: str) -> bool:
    """Whether a consumer's contracts of this format are compared with anything at all."""
    return any(format_name == consumer for format_name, _ in _TABLE) or any(one == consumer for one, _ in _brought())


def checker_of(consumer: str, provider: str) -> str:
    """Which version of which checker compares them, as it is kept with what it says."""
    if not _is_brought(consumer, provider):
        return CHECKER.version
    name = _entry(consumer, provider)
    try:
        return checker_word(name, _plugged(consumer, provider).checker)
    except FormatUnknown:
        return checker_word(name, "")


@cache
def find(consumer: str, provider: str) -> Pair | None:
    """The pair of these two formats, None where nothing compares them. ExtraMissing says what to install.

    PluginFailed tells of one that a plug-in brings, and that does not load.
    """
    dotted = _TABLE.get((consumer, provider))
    if dotted is None:
        return _plugged(consumer, provider) if _is_brought(consumer, provider) else None
    try:
        found = import_module(dotted).PAIR
    except ModuleNotFoundError:
        formats.find(consumer)
        formats.find(provider)
        raise
    assert isinstance(found, Pair)
    return found


def _entry(consumer: str, provider: str) -> str:
    return f"{consumer}.{provider}"


def _is_brought(consumer: str, provider: str) -> bool:
    """Whether a plug-in compares them; two of Troth's own formats are never looked for."""
    own = formats.is_own(consumer) and formats.is_own(provider)
    return not own and plugged.is_there(plugged.PAIRS, _entry(consumer, provider))


@cache
def _brought() -> tuple[tuple[str, str], ...]:
    """The pairs that plug-ins bring."""
    found = (name.partition(".") for name in plugged.names(plugged.PAIRS))
    return tuple((consumer, provider) for consumer, _, provider in found if _is_brought(consumer, provider))


@cache
def _plugged(consumer: str, provider: str) -> Pair:
    name = _entry(consumer, provider)
    made = plugged.make(name, plugged.PAIRS)
    if not isinstance(made, Pair) or (made.consumer, made.provider) != (consumer, provider):
        raise plugged.broken(name, plugged.PAIRS, f"it gives {made!r:.100}, and no Pair of these two formats")
    mine = plugged.distribution(name, plugged.PAIRS)
    its_own = [one for one in dict.fromkeys((consumer, provider)) if plugged.distribution(one) == mine]
    guard = Guard(plugged.words(name, plugged.PAIRS), tuple(dict.fromkeys((made.name, *its_own))))
    rules = guard.rules(made.rules, [one for its in its_own for one in formats.find(its).rules])
    checker = Checker(made.name, str(made.checker))
    uses = made.uses and guard.around("uses", made.uses, is_elements, "frozenset of texts")
    judge = guard.judging("judge", made.judge, checker)
    return replace(made, judge=judge, uses=uses, rules=rules, checker=checker.version)
