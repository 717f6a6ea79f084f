"""A consumer's GraphQL operations against its provider's schema."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.finding import Finding, Found
from troth_schemas.graphql.asking import Answer, Asker
from troth_schemas.graphql.asking_rules import (
    ANONYMOUS,
    DUPLICATE_FRAGMENT,
    DUPLICATE_OPERATION,
    RULES,
    STRANGER,
    UNUSED_FRAGMENT,
)
from troth_schemas.graphql.operations import Operations, Unit
from troth_schemas.graphql.schema_document import SchemaDocument, without_collecting
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report


def judge(consumer: Operations, provider: SchemaDocument, options: Options) -> Report:
    """Whether the provider answers every operation. A document that breaks the rules for documents is told once."""
    with without_collecting():
        asker = Asker(provider, options)
        answers: list[Answer] = [answer for unit in consumer.units for answer in asker.ask(unit)]
        found = [*_documents(consumer), *(one for answer in answers for one in answer.findings)]
        return make_report(
            found,
            sum(one.judged for one in answers),
            scope=[one.operation.name for one in answers if one.judged],
            unjudged=[one.operation.name for one in answers if not one.judged],
        )


def uses(consumer: Operations, provider: SchemaDocument) -> frozenset[str]:
    """The elements of the schema that the operations rely on."""
    asker = Asker(provider, DEFAULT)
    return frozenset(element for unit in consumer.units for element in asker.uses(unit))


def _documents(consumer: Operations) -> Iterator[Finding]:
    for unit in consumer.units:
        yield from _document(unit)
    for node, unit in consumer.unused:
        name = node.name.value
        yield UNUSED_FRAGMENT.finding(
            Found(f"No operation uses the fragment {name}.", (unit.document, name), writer=unit.place(node))
        )


def _document(unit: Unit) -> Iterator[Finding]:
    seen: set[str] = set()
    for one in unit.operations:
        name = one.node.name.value if one.node.name else None
        place = unit.place(one.node)
        if name is None and len(unit.operations) > 1:
            message = f"An operation without a name stands beside {len(unit.operations) - 1} more."
            yield ANONYMOUS.finding(Found(message, (one.name,), writer=place, interaction=one.name))
        if name is not None and name in seen:
            message = f"The document has several operations called {name}."
            yield DUPLICATE_OPERATION.finding(Found(message, (one.name,), writer=place, interaction=one.name))
        seen.add(name or "")
    for fragment in unit.twice:
        name = fragment.name.value
        message = f"The document has several fragments called {name}."
        yield DUPLICATE_FRAGMENT.finding(Found(message, (unit.document, name), writer=unit.place(fragment)))
    for node in unit.strangers:
        message = "A definition of a schema stands among the operations."
        yield STRANGER.finding(Found(message, (unit.document, str(node.kind)), writer=unit.place(node)))


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("the specification's rules for operations, by graphql-core", "judged"),
    ("several operations in a document, fragments in others, unused fragments", "judged"),
    ("default values of variables", "judged"),
    ("deprecated fields, arguments, input fields and enum values in use", "judged"),
    ("directives and fields that clients keep to themselves (client_directives), @defer and @stream", "judged"),
    ("what a gateway asks a subgraph: _service and _entities", "judged"),
    ("fields and types that another subgraph may have", "not-covered: composition is not judged"),
    ("documents too large or too deeply nested to see whether fields merge", "not-covered: it would take minutes"),
    ("values of scalars that a schema defines itself", "judged"),
)

PAIR = Pair("graphql-operations", "graphql", judge, uses, RULES)
