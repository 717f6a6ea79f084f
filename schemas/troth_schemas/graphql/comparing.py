"""A schema against an earlier version of itself: does it still serve those who rely on the old one?"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from troth_schemas.finding import Finding, Found
from troth_schemas.graphql.pairing import Pair, Pairs, Two, pairs
from troth_schemas.graphql.proofs import Proofs
from troth_schemas.graphql.rules_described import DESCRIBED
from troth_schemas.graphql.rules_directives import DIRECTIVES
from troth_schemas.graphql.rules_fields import FIELDS
from troth_schemas.graphql.rules_inputs import INPUTS
from troth_schemas.graphql.rules_types import INTERFACES, MEMBERS, ROOTS, TYPES, VALUES
from troth_schemas.graphql.schema_document import SchemaDocument, without_collecting
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule

UNSOUND: Final = Rule(
    id="graphql/unsound-schema",
    severity="not-covered",
    fact="A schema has a problem that keeps part of it from being compared.",
    why="what is defined twice or not at all may mean either of two things.",
    instead="mend the schema; `troth lint` shows all its problems.",
    mirror="the same fact in both directions",
)

RULES: Final = (*ROOTS, *TYPES, *FIELDS, *INPUTS, *VALUES, *MEMBERS, *INTERFACES, *DIRECTIVES, *DESCRIBED, UNSOUND)


def compare(reader: SchemaDocument, writer: SchemaDocument, options: Options) -> Report:
    """What breaks for the users of ``writer``, the old schema, when ``reader``, the new one, takes its place."""
    with without_collecting():
        two = Two(reader.schema, writer.schema, options, Proofs(reader, writer))
        found = pairs(two)
        return make_report([*_unsound(reader, writer), *_findings(_families(found))], max(found.judged, 1))


def _families(found: Pairs) -> Iterator[tuple[Sequence[Pair], tuple[Rule, ...]]]:
    yield found.roots, ROOTS
    yield found.types, TYPES
    yield found.fields, FIELDS
    yield found.inputs, INPUTS
    yield found.values, VALUES
    yield found.members, MEMBERS
    yield found.interfaces, INTERFACES
    yield found.directives, DIRECTIVES
    yield found.described, DESCRIBED


def _findings(families: Iterable[tuple[Sequence[Pair], tuple[Rule, ...]]]) -> Iterator[Finding]:
    for family, rules in families:
        for pair in family:
            for rule in rules:
                yield from rule(pair)


def _unsound(reader: SchemaDocument, writer: SchemaDocument) -> Iterator[Finding]:
    for side, document in (("reader", reader), ("writer", writer)):
        for problem in document.problems:
            if problem.severity == "error":
                place = document.problem_place(problem)
                reader_place, writer_place = (place, None) if side == "reader" else (None, place)
                key = (side, problem.pointer, problem.sentence)
                yield UNSOUND.finding(Found(problem.sentence, key, reader_place, writer_place))
