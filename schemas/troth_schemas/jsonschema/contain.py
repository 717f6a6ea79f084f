"""The question answered: is every instance of the writer valid for the reader, and if not, why and by which proof?"""

from itertools import islice
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.branches import Values
from troth_schemas.jsonschema.comparison import Comparison
from troth_schemas.jsonschema.missing import Miss
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.jsonschema.question import AS_WRITTEN, Containment, Gap, SchemaAt, Unjudged, View
from troth_schemas.jsonschema.validating import Validator, validator_of
from troth_schemas.jsonschema.witness import examples, examples_of
from troth_schemas.options import DEFAULT, Options

_EXAMPLES: Final = 12
"""How many examples of one branch are tried as a witness."""
_BRANCHES: Final = 12


def contain(reader: SchemaAt, writer: SchemaAt, view: View = AS_WRITTEN, options: Options = DEFAULT) -> Containment:
    """Whether every instance of the writer is valid for the reader.

    Raises LookupError where a location leads nowhere, ContractUnreadable for a document that cannot be read.
    """
    asked, written = node_at(reader), node_at(writer)
    comparison = Comparison(view, options)
    values = comparison.space.values((written,))
    try:
        misses = comparison.misses(asked, values)
    except RecursionError:
        misses = (_too_deep(asked, written),)
    if not misses:
        return Containment(judged=max(comparison.judged, 1))
    strict = view.access is None
    reads = validator_of(asked, view, format_assertion=options.format_assertion)
    writes = validator_of(
        written,
        AS_WRITTEN if strict else View(access=view.access),
        format_assertion=options.format_assertion,
        proving=True,
    )
    gaps: list[Gap] = []
    unjudged: list[Unjudged] = []
    for miss in misses:
        witness = _witness(comparison, miss, reads, writes)
        if witness is None and not miss.sure:
            witness = _of_too_many(comparison, miss, reads, writes)
        if witness is None and not miss.sure:
            unjudged.append(_unjudged(miss))
        else:
            gaps.append(_gap(miss, witness))
    return Containment(tuple(gaps), tuple(unjudged), max(comparison.judged, 1))


def sample(at: SchemaAt) -> tuple[Json] | None:
    """One instance that is valid for a schema; None where none was found."""
    node = node_at(at)
    space = Comparison(AS_WRITTEN, DEFAULT).space
    checked = validator_of(node)
    for value in islice(examples(space, Values(space, (node,))), 200):
        if checked.is_valid(value):
            return (value,)
    return None


def _witness(comparison: Comparison, miss: Miss, reads: Validator, writes: Validator) -> tuple[Json] | None:
    for branch in miss.bad[:_BRANCHES]:
        for value in islice(examples_of(comparison.space, branch), _EXAMPLES):
            if writes.is_valid(value) and not reads.is_valid(value):
                return (value,)
    return None


def _of_too_many(comparison: Comparison, miss: Miss, reads: Validator, writes: Validator) -> tuple[Json] | None:
    """An instance of one of the reader's alternatives that a second one takes as well, so that ``oneOf`` refuses it."""
    for one in miss.reader.facts.one_of[:_BRANCHES] if not miss.path else ():
        for value in islice(examples(comparison.space, Values(comparison.space, (one,))), _EXAMPLES):
            if writes.is_valid(value) and not reads.is_valid(value):
                return (value,)
    return None


def _too_deep(reader: Node, writer: Node) -> Miss:
    sentence = "the schemas refer to each other too deeply"
    return Miss("schema", "changed", "", reader, writer, sure=False, keyword="$ref", sentence=sentence)


def _gap(miss: Miss, witness: tuple[Json] | None) -> Gap:
    return Gap(miss.axis, miss.change, miss.path, miss.detail, miss.reader.location, miss.writer.location, witness)


def _unjudged(miss: Miss) -> Unjudged:
    keyword = miss.keyword or miss.axis
    sentence = miss.sentence or f"whether the reader's {keyword} accepts all that the writer may send was not decided"
    return Unjudged(keyword, miss.path, miss.reader.location, miss.writer.location, sentence)
