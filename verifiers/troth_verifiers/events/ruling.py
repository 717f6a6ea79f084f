"""Matching rules of an expected message that say nothing of any that comes, or of any outcome."""

from collections.abc import Iterator

from troth_schemas.json_body import Document
from troth_schemas.matching.idle import idle, unknown
from troth_schemas.pact.rules import MatchingRules, Rules


def faults(rules: MatchingRules, of_outcome: Rules, says: Document, metadata: Document) -> Iterator[str]:
    """A sentence for each rule that would never hold anything, of which nobody would know.

    ``says`` are the members of the interaction; ``metadata`` is what is expected by name, type and key included.
    """
    if rules.path or rules.status or rules.query or rules.header:
        yield "Rules of messages are about places of the contents, which begin with `$`, and about `metadata`."
    if "contents" in says:
        yield from idle(rules.body, [says["contents"]])
    elif rules.body:
        yield "Rules of the contents need `contents`, an example of them."
    for name in rules.metadata:
        if name not in metadata:
            yield f"The rule of the metadata {name!r} leads to nothing that is expected; write an example of it."
    yield from unknown(rules.metadata.values())
    if "outcome" in says:
        yield from idle(of_outcome, [says["outcome"]])
    elif of_outcome:
        yield "`outcomeRules` need an `outcome`, an example of it."
