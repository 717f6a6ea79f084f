"""Matching rules of expectations that say nothing of an answer of GraphQL."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching.idle import idle as idle_rules
from troth_schemas.pact.rules import MatchingRules
from troth_verifiers.graphql.injecting import is_to_come

_TOP: Final = ("data", "errors", "extensions")


def idle(rules: MatchingRules, says: Json) -> Iterator[str]:
    """A sentence for each rule that would never hold anything against an answer, of which nobody would know."""
    if rules.path or rules.status or rules.query or rules.header or rules.metadata:
        yield "Rules are about places of the answer, which begin with `$`."
    data = says.get("data") if isinstance(says, dict) else None
    short = [step for step in rules.body.inner if isinstance(data, dict) and step in data and step not in _TOP]
    if short:
        yield f"Paths begin at the answer's top; write $.data.{short[0]} for $.{short[0]}."
        return
    yield from idle_rules(rules.body, [says], lambda value: value is None or is_to_come(value))
