"""Whether a value of one alternative of a ``oneOf`` becomes valid for a second one, which takes more than it did.

Alternatives are given in couples, of which the reader's takes all that the writer's does. Then a value of the writer's
``oneOf`` is refused only if it is valid for one of the writer's alternatives, and for another one of the reader's that
took no such value before. Every two couples are asked for such a value: there is none where the two have nothing in
common, or where what they have in common was valid for both already; otherwise one is looked for, and shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from troth_schemas.documents import Location
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.branches import Branch, Values
from troth_schemas.jsonschema.comparison import Comparison
from troth_schemas.jsonschema.nodes import Node, node_at
from troth_schemas.jsonschema.question import AS_WRITTEN, Containment, Gap, SchemaAt, Unjudged, View
from troth_schemas.jsonschema.validating import Validator, validator_of
from troth_schemas.jsonschema.witness import examples, examples_of
from troth_schemas.options import DEFAULT, Options

UNDECIDED: Final = "whether a value can be of two alternatives was not decided"
_SAMPLES: Final = 4
_EXAMPLES: Final = 12
_MOST_JUDGED: Final = 4_000
"""Pairs that are judged for one ``oneOf``: less than for a whole schema, since this is asked in many places."""


@dataclass(frozen=True, slots=True)
class Couple:
    """An alternative of the reader's and the writer's that it took the place of.

    ``grown`` says that it may take more; ``more`` are some values that it takes and the writer's did not.
    """

    reader: Location
    writer: Location
    grown: bool = True
    more: tuple[Json, ...] = ()


class Overlaps:
    """Asks about alternatives under one view; what schemas allow is kept from one question to the next."""

    def __init__(self, view: View = AS_WRITTEN, options: Options = DEFAULT) -> None:
        self._view = view
        self._comparison = Comparison(View(access=view.access), replace(options, open_models="strict"))

    def between(self, reader: SchemaAt, writer: SchemaAt, couples: Sequence[Couple]) -> Containment:
        """Whether values are refused because they are valid for two of the reader's alternatives: a gap or a question
        for each that takes more. ``reader`` and ``writer`` are the schemas that hold the ``oneOf``.

        Raises LookupError where a location leads nowhere, ContractUnreadable for a document that cannot be read.
        """
        self._comparison.left[0] = _MOST_JUDGED
        asked = _Question(reader, writer, self._comparison, self._view)
        gaps: list[Gap] = []
        unjudged: list[Unjudged] = []
        for one in couples:
            if one.grown:
                others = [other for other in couples if other is not one]
                told = next((found for other in others for found in asked.between(other, one, others)), None)
                if isinstance(told, Gap):
                    gaps.append(told)
                elif told is not None:
                    unjudged.append(told)
        return Containment(tuple(gaps), tuple(unjudged), len(couples))


class _Question:
    """The two schemas that hold the alternatives, and what is needed to ask about these."""

    def __init__(self, reader: SchemaAt, writer: SchemaAt, comparison: Comparison, view: View) -> None:
        self._reader = node_at(reader)
        self._writer = node_at(writer)
        self._comparison = comparison
        formats = comparison.options.format_assertion
        self._reads: Validator = validator_of(self._reader, view, format_assertion=formats)
        self._writes: Validator = validator_of(self._writer, View(access=view.access), format_assertion=formats)

    def between(self, other: Couple, grown: Couple, others: Sequence[Couple]) -> Iterator[Gap | Unjudged]:
        """What is wrong with values of one alternative that the other one takes now.

        Values that the reader's own alternative does not take are no affair of this question.
        """
        narrow, wide = self._at(self._writer, other.writer), self._at(self._reader, grown.reader)
        fellow, before = self._at(self._reader, other.reader), self._at(self._writer, grown.writer)
        rivals = [self._at(self._writer, one.writer) for one in others if one is not other]
        places = self._reader.location, self._writer.location
        detail = f"{wide.name} or {narrow.name}"
        space = self._comparison.space
        try:
            both = space.values((narrow, fellow))
            common = self._common(both, wide)
            if not common:
                return
            witness = self._refused(self._mixed(both, grown.more))
            if witness is None:
                left = [piece for piece in common if not self._comparison.holds(before, piece)]
                for rival in (before, *rivals) if left else ():
                    left = self._without(left, rival)
                if not left:
                    return
                witness = self._refused(
                    value for piece in left for value in islice(examples_of(space, piece), _EXAMPLES)
                )
        except RecursionError:
            witness = None
        if witness is None:
            yield Unjudged("oneOf", (), *places, UNDECIDED)
        else:
            yield Gap("one-of", "narrowed", (), detail, *places, witness)

    def _common(self, values: Values, wide: Node) -> list[Branch]:
        """What of some values another schema may take."""
        return [piece for branch in values.branches for piece in self._comparison.common(wide, branch)]

    def _without(self, pieces: list[Branch], node: Node) -> list[Branch]:
        """The pieces without what is valid for a schema; a few of them where they are many."""
        made = self._comparison.space.without(tuple(pieces), node)
        return [one for one in made if not self._comparison.is_empty(one)]

    def _refused(self, values: Iterator[Json]) -> tuple[Json] | None:
        """The first of some values that the writer allows and the reader does not."""
        return next(((one,) for one in values if self._writes.is_valid(one) and not self._reads.is_valid(one)), None)

    def _mixed(self, values: Values, more: tuple[Json, ...]) -> Iterator[Json]:
        """What one alternative takes more, made a value of the other one too."""
        samples = [one for one in islice(examples(self._comparison.space, values), _SAMPLES) if isinstance(one, dict)]
        yield from more
        for value in more:
            if isinstance(value, dict):
                for sample in samples:
                    yield {**sample, **value}
                    yield {**value, **sample}

    @staticmethod
    def _at(holder: Node, location: Location) -> Node:
        return holder.library.at(location, holder.dialect)
