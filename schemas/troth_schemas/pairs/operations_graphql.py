"""A consumer's GraphQL operations against its provider's schema."""

from typing import Final

from troth_schemas.graphql.asking import Answer, Asker
from troth_schemas.graphql.asking_documents import of_documents
from troth_schemas.graphql.asking_rules import RULES
from troth_schemas.graphql.operations import Operations
from troth_schemas.graphql.schema_document import SchemaDocument, without_collecting
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report


def judge(consumer: Operations, provider: SchemaDocument, options: Options) -> Report:
    """Whether the provider answers every operation. A document that breaks the rules for documents is told once."""
    with without_collecting():
        asker = Asker(provider, options)
        answers: list[Answer] = [answer for unit in consumer.units for answer in asker.ask(unit)]
        found = [*of_documents(consumer), *(one for answer in answers for one in answer.findings)]
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
