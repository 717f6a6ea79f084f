"""Witnesses of breaking changes: an operation that the old schema accepts and the new one refuses, asked of both."""

from collections.abc import Iterable
from functools import cached_property
from itertools import islice
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from troth_schemas.finding import Witness
from troth_schemas.graphql.answers import refusal, samples
from troth_schemas.graphql.model import Field
from troth_schemas.graphql.sampling import Sampler, Step
from troth_schemas.graphql.schema_document import SchemaDocument

_MOST_TRIED: Final = 3
"""Operations that are tried for one finding."""
_MOST_MADE: Final = 1_000
"""Findings of one comparison that are proved: a millisecond each."""
_MOST_TEXT: Final = 500_000
"""Characters of operations that are asked of both schemas in all: some microseconds each."""


class Proofs:
    """Makes witnesses out of the old schema, and shows them only when both schemas have been asked."""

    def __init__(self, new: SchemaDocument, old: SchemaDocument) -> None:
        self._new = new
        self._old = old
        self._made = 0
        self._asked = 0

    @cached_property
    def sampler(self) -> Sampler:
        """Makes operations of the old schema."""
        return Sampler(self._old.served)

    def reaches(self, name: str) -> bool:
        """Whether any operation of the old schema can select on a type; of a subgraph, nobody knows."""
        return self._old.schema.federated or self.sampler.reaches(name)

    def takes(self, name: str) -> bool:
        """Whether any operation of the old schema can give a value of an input type."""
        return self._old.schema.federated or next(self.sampler.taking(name, "null"), None) is not None

    def first(self, operations: Iterable[str | None]) -> Witness | None:
        """The first of some operations that is valid for the old schema and not for the new one."""
        if self._made >= _MOST_MADE or self._asked >= _MOST_TEXT:
            return None
        self._made += 1
        for text in islice((one for one in operations if one is not None), _MOST_TRIED):
            self._asked += len(text)
            said = self._says(text)
            if said is not None:
                return Witness("operation", text, said)
        return None

    def answer(self, owner: str, old: Field, new: Field) -> Witness | None:
        """An answer that the new schema may give and that who reads by the old one cannot take."""
        selection = self.sampler.field(old)
        text = None if selection is None else self.sampler.operation(owner, selection)
        if text is None or not self._accepted(text) or not all(map(self._is_the_same, self.sampler.way(owner))):
            return None
        given = self._given(owner, new)
        for value in samples(self._new.schema, new.type):
            said = refusal(self._old.schema, old.type, value)
            if said is not None and any(refusal(self._new.schema, one, value) is None for one in given):
                data = self.sampler.answer(owner, old.name, value)
                return Witness("response", {"operation": text, "data": data}, said)
        return None

    def reads_alike(self, old: Field, new: Field) -> bool:
        """Whether everything that a field may give out now is something that it gave out before, such as texts."""
        values = list(samples(self._new.schema, new.type))
        known = [value for value in values if value not in (None, [], [None])]
        return bool(known) and all(refusal(self._old.schema, old.type, value) is None for value in values)

    def _given(self, owner: str, new: Field) -> set[str]:
        """The types of a field in the objects that may stand at the end of the way to its owner."""
        schema = self._new.served
        objects = schema.possible(owner)
        for step in self.sampler.way(owner):
            if step.field is not None:
                break
            objects &= schema.possible(step.above)
        fields = (schema.types[one].fields.get(new.name) for one in objects if one in schema.types)
        return {one.type for one in fields if one is not None}

    def _is_the_same(self, step: Step) -> bool:
        """Whether a step of the way to what changed gives out the same in both schemas."""
        before, now = (schema.types.get(step.above) for schema in (self.sampler.schema, self._new.served))
        fields = [one.fields.get(step.field or "") for one in (before, now) if one is not None]
        return len(fields) == 2 and len({one.type if one is not None else None for one in fields}) == 1

    def _accepted(self, text: str) -> bool:
        """Whether both schemas take an operation, so that it is answered."""
        document = parse(text, no_location=True)
        return not _asked(self._old.prepared, document) and not _asked(self._new.prepared, document)

    def _says(self, text: str) -> str | None:
        try:
            document = parse(text, no_location=True)
        except GraphQLError:
            return None
        if _asked(self._old.prepared, document):
            return None
        refused = _asked(self._new.prepared, document)
        return refused[0].message if refused else None


def _asked(schema: GraphQLSchema, document: DocumentNode) -> list[GraphQLError]:
    return validate(schema, document, max_errors=1, hide_suggestions=True)
