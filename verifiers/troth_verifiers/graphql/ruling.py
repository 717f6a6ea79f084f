"""Matching rules of expectations that say nothing of an answer of GraphQL."""

from collections.abc import Iterator

from troth_schemas.json_body import Json
from troth_schemas.matching.idle import idle as idle_rules
from troth_schemas.pact.rules import MatchingRules
from troth_verifiers.graphql.injecting import is_to_come


def idle(rules: MatchingRules, says: Json) -> Iterator[str]:
    """A sentence for each rule that would never hold anything against an answer, of which nobody would know."""
    if rules.path or rules.status or rules.query or rules.header or rules.metadata:
        yield "Rules are about places of the answer, which begin with `$`."
    yield from idle_rules(rules.body, [says], lambda value: value is None or is_to_come(value))
