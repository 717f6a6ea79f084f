"""A consumer's JSON Schema against a provider's: the consumer reads what the provider writes."""

from collections.abc import Iterator

from troth_schemas.jsonschema.compare import JsonSchema, compare, element
from troth_schemas.jsonschema.format import COVERAGE
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.jsonschema.rules import RULES
from troth_schemas.options import Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report

_MOST = 20_000
"""Places that are looked at: schemas that refer to each other make more paths than anybody reads."""


def judge(consumer: JsonSchema, provider: JsonSchema, options: Options) -> Report:
    """Whether the consumer accepts all that the provider may write."""
    return compare(consumer, provider, options)


def uses(consumer: JsonSchema, _provider: JsonSchema) -> frozenset[str]:
    """The paths that the consumer's schema names, such as ``/orders/*/price``; of a recursion each name once."""
    found: dict[str, None] = {}
    seen: set[tuple[Node, tuple[str, ...]]] = set()
    left: list[tuple[Node, tuple[str, ...], frozenset[Node]]] = [(node_at(consumer.at), (), frozenset())]
    while left and len(seen) < _MOST:
        node, path, above = left.pop()
        if node not in above and (node, path) not in seen:
            seen.add((node, path))
            found[element(path)] = None
            found.update(dict.fromkeys(element((*path, name)) for name in node.facts.required))
            left.extend((one, way, above | {node}) for one, way in _below(node, path))
    return frozenset(found)


def _below(node: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, tuple[str, ...]]]:
    """The schemas of the same value, and those of its members and elements."""
    facts = node.facts
    alone = (facts.target, facts.condition, facts.then, facts.otherwise)
    for one in (*(each for each in alone if each is not None), *facts.all_of, *facts.any_of, *facts.one_of):
        yield one, path
    for name, one in facts.properties.items():
        yield one, (*path, name)
    for one in (*facts.head, *((facts.rest,) if facts.rest is not None else ())):
        yield one, (*path, "*")
    for one in (*facts.patterns.values(), *((facts.additional,) if facts.additional is not None else ())):
        yield one, (*path, "{}")


PAIR = Pair("jsonschema", "jsonschema", judge, uses, RULES)
__all__ = ["COVERAGE", "PAIR", "judge", "uses"]
