"""The GraphQL requests of a pact against a provider's schema: operation, variables and the answer that is expected."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from troth_schemas.finding import Finding, Found, fingerprint
from troth_schemas.graphql.asking import Asker
from troth_schemas.graphql.asking_rules import RULES as OPERATION_RULES
from troth_schemas.graphql.operations import Unit
from troth_schemas.graphql.schema_document import SchemaDocument, without_collecting
from troth_schemas.options import DEFAULT, Options
from troth_schemas.pact import Pact
from troth_schemas.pact.parts import Exchange
from troth_schemas.pairs.pact_graphql.meeting import Meeting
from troth_schemas.pairs.pact_graphql.requests import requests
from troth_schemas.pairs.pact_graphql.rules import RULES
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report, make_report
from troth_schemas.rule import rule


@rule("pact-graphql/no-graphql", severity="not-covered", mirror="one way only: a schema has no interactions")
def no_graphql(about: tuple[Pact, Exchange]) -> Iterator[Found]:
    """An interaction makes no GraphQL request: it is another HTTP request, or a message.

    Why it matters: a GraphQL schema says nothing of it.
    Instead: publish the provider's OpenAPI document, or what describes its messages, too.
    """
    pact, exchange = about
    title = exchange.interaction.title
    place = pact.place(exchange.interaction.pointer)
    message = "This is no GraphQL request, so that a GraphQL schema says nothing of it."
    yield Found(message, (title,), writer=place, interaction=title)


def judge(pact: Pact, provider: SchemaDocument, options: Options) -> Report:
    """Whether the schema takes every GraphQL request of the pact, and can give the answers that it expects."""
    findings: list[Finding] = []
    scope: list[str] = []
    unjudged: list[str] = []
    with without_collecting():
        asker = Asker(provider, options)
        for exchange in pact.exchanges:
            found = list(_exchange(pact, exchange, provider, asker, options))
            findings += found
            severities = {one.severity for one in found}
            judged = "breaking" in severities or "not-covered" not in severities
            (scope if judged else unjudged).append(exchange.interaction.title)
    return make_report(findings, len(scope), scope, unjudged)


def _exchange(
    pact: Pact, exchange: Exchange, provider: SchemaDocument, asker: Asker, options: Options
) -> Iterator[Finding]:
    asked = requests(exchange)
    if not asked:
        yield from no_graphql((pact, exchange))
    for request in asked:
        meeting = Meeting(pact, exchange, request, provider, asker, options)
        for one in meeting.of_document:
            again = fingerprint(one.rule, (meeting.title, one.message))
            yield replace(one, interaction=meeting.title, fingerprint=again)
        for each in RULES:
            yield from each(meeting)


def uses(pact: Pact, provider: SchemaDocument) -> frozenset[str]:
    """The elements of the schema that the requests of the pact rely on."""
    asker = Asker(provider, DEFAULT)
    found: set[str] = set()
    for exchange in pact.exchanges:
        for request in requests(exchange):
            unit = Meeting(pact, exchange, request, provider, asker, DEFAULT).unit
            if isinstance(unit, Unit):
                found |= asker.uses(unit)
    return frozenset(found)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("operations in HTTP bodies: POST with JSON, application/graphql, GET with a query, batches", "judged"),
    ("operations by the specification's rules, and the documents that they are sent in", "judged"),
    ("mutations by GET", "judged"),
    ("variables coerce, with matching rules", "judged"),
    ("expected answers: selected fields, kinds, lists, null, enums, errors, with matching rules", "judged"),
    ("answers about the schema itself: __schema and __type", "judged"),
    ("requests that expect to be refused", "judged"),
    ("persisted queries of which only the hash is sent", "not-covered: the query is not in the pact"),
    ("multipart requests (files)", "not-covered: their parts are not read"),
    ("other HTTP requests and messages", "not-covered: a GraphQL schema says nothing of them"),
)

PAIR = Pair("pact", "graphql", judge, uses, (*RULES, no_graphql, *OPERATION_RULES))
