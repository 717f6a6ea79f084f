"""GraphQL operations in the table of formats."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.finding import Finding, Found
from troth_schemas.formats import Format, Loaded
from troth_schemas.graphql.operations import Operations, load_operations
from troth_schemas.graphql.spelling import canonical_operations, digest_operations
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule
from troth_schemas.sources import Sources

NOT_COMPARED = Rule(
    id="graphql-operations/not-compared",
    severity="not-covered",
    fact="Operations were given as both sides of a comparison.",
    why="operations make no promise to each other: what a consumer asks today need not go with what it asked before.",
    instead="compare the operations with a schema, or two schemas with each other.",
    mirror="the same fact in both directions",
)


def load(sources: Sources) -> Loaded:
    """The operations of all documents, with their problems. Raises ContractUnreadable."""
    return Loaded(*load_operations(sources))


def compare(_reader: Operations, _writer: Operations, _options: Options) -> Report:
    """Operations against earlier ones: nothing that could be judged."""
    return make_report(_not_compared(), 0, unjudged=("*",))


def _not_compared() -> Iterator[Finding]:
    yield NOT_COMPARED.finding(Found("Operations are compared with a schema, not with other operations.", ()))


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    (".graphql documents, several of them, with fragments in others", "judged"),
    ("manifests of persisted queries: Apollo's, and plain maps", "judged"),
    ("operations against earlier operations", "not-covered: they make no promise to each other"),
)


def count(operations: Operations) -> int:
    """How many operations there are."""
    return len(operations.operations)


FORMAT = Format(
    name="graphql-operations",
    load=load,
    canonical=canonical_operations,
    digest=digest_operations,
    compare=compare,
    rules=(NOT_COMPARED,),
    count=count,
)
