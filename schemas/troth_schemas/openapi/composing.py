"""Witnesses for parts made into witnesses for the whole: what is wrong with a part, in a value that is else right."""

from collections.abc import Iterable
from typing import TypeAlias

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema import Dialect, Gap, SchemaAt, sample, validator
from troth_schemas.openapi.declared import followed, schema_at

Way: TypeAlias = Iterable[tuple[Location, tuple[str, ...], str]]
"""From a part up to the whole: the schema that holds it, the step down to it, what kind of part it is."""


class Composer:
    """Makes values of the writer's schemas; each schema gives one sample."""

    def __init__(self, documents: Documents, dialect: Dialect) -> None:
        self._documents = documents
        self._dialect = dialect
        self._samples: dict[Location, tuple[Json] | None] = {}

    def whole(self, gap: Gap, writer: Location, up: Way) -> tuple[Json] | None:
        """A gap's witness, put into a value of the whole; None where the gap has none. It is to be checked again.

        ``writer`` is the schema of the pair in which the gap was found.
        """
        if gap.witness is None:
            return None
        value = self._mended(gap, gap.witness[0], writer)
        for holder, step, kind in up:
            value = self._around(value, holder, step, kind)
        return (value,)

    def _mended(self, gap: Gap, value: Json, writer: Location) -> Json:
        """A value of a shell with what the shell says nothing of: its other members, and their values."""
        if isinstance(value, list):
            items = schema_at(self._documents, writer).one("items")
            found = self.sample(items) if items is not None and not gap.path else None
            return value if found is None else [found[0] for _ in value]
        if not isinstance(value, dict) or self._takes(writer, value):
            return value
        known = schema_at(self._documents, writer).named("properties")
        made: dict[str, Json] = {}
        for name, one in value.items():
            wrong = gap.path[:1] == (name,) and gap.axis not in ("read-only", "write-only", "property")
            found = self.sample(known[name]) if name in known and not wrong else None
            made[name] = one if found is None else found[0]
        whole = self.sample(writer)
        base = whole[0] if whole is not None and isinstance(whole[0], dict) else {}
        absent = {gap.detail} if gap.axis == "required" else set()
        return {**{name: one for name, one in base.items() if name not in absent}, **made}

    def _takes(self, location: Location, value: Json) -> bool:
        """Whether a value is one of a schema as it is."""
        try:
            return validator(SchemaAt(self._documents, location, self._dialect)).is_valid(value)
        except (LookupError, ContractUnreadable):
            return False

    def _around(self, value: Json, holder: Location, step: tuple[str, ...], kind: str) -> Json:
        if step == ("*",):
            return [value]
        found = self.sample(holder)
        base = found[0] if found is not None and isinstance(found[0], dict) else {}
        if step:
            return {**base, "other" if step == ("{}",) else step[0]: value}
        if kind == "all" and isinstance(value, dict):
            return {**{name: one for name, one in base.items() if name not in value}, **value}
        return value

    def sample(self, location: Location) -> tuple[Json] | None:
        """One value of a schema."""
        here = followed(self._documents, location)
        if here not in self._samples:
            try:
                self._samples[here] = sample(SchemaAt(self._documents, here, self._dialect))
            except (LookupError, ContractUnreadable):
                self._samples[here] = None
        return self._samples[here]
