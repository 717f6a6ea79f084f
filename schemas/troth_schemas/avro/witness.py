"""Proof by doing it: data that fastavro writes with the writer's schema and cannot read with the reader's."""

from io import BytesIO
from typing import Any, Final

from fastavro import parse_schema, schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException, UnknownType

from troth_schemas.avro.data import Data, Datum
from troth_schemas.avro.model import Avro, Node
from troth_schemas.avro.plain import TooDeep, Unsound, plain
from troth_schemas.avro.route import Route, steps
from troth_schemas.finding import Witness

_LONGEST: Final = 200
"""A route of more steps is not walked to prove a point."""
_MOST_VALUES: Final = 1_000_000
"""How many values are written, and branches of unions compared, in all to prove what one comparison finds."""
_MOST_DIGITS: Final = 400
_REFUSALS: Final = (SchemaResolutionError, ValueError, LookupError, TypeError, AttributeError, EOFError)
"""What fastavro raises for data that it cannot read."""


class Prover:
    """Makes the witnesses of one comparison; prepares nothing until it is asked."""

    def __init__(self, reader: Avro, writer: Avro, reader_root: Node, writer_root: Node) -> None:
        self._reader, self._writer = reader, writer
        self._reader_root, self._writer_root = reader_root, writer_root
        self._left = _MOST_VALUES
        self._cost = 0
        self._schemas: tuple[Any, Any] | None = None
        self._data: Data | None = None

    def witness(self, route: Route | None, symbol: str | None = None) -> Witness | None:
        """A datum that leads down the route (to a symbol) and that the reader refuses; None if there is none."""
        if self._left <= 0 or (route is not None and route.length > _LONGEST):
            return None
        schemas = self._prepared()
        if schemas is None:
            return None
        self._data = self._data or Data(self._writer)
        datum = self._data.leading(self._writer_root, steps(route), symbol)
        if datum is None or self._left < self._cost:
            return None
        self._left -= datum.size + self._cost
        return _tried(datum, *schemas)

    def _prepared(self) -> tuple[Any, Any] | None:
        if self._schemas is None:
            try:
                reader: Any = plain(self._reader, self._reader_root)
                writer: Any = plain(self._writer, self._writer_root)
                self._schemas = parse_schema(reader), parse_schema(writer)
                self._cost = _widest(reader) * _widest(writer)
            except (TooDeep, Unsound, SchemaParseException, UnknownType):
                self._left = 0
        return self._schemas


def _widest(schema: Any) -> int:
    """The most branches that a union has: reading compares each of the writer's with each of the reader's."""
    widest, left = 0, [schema]
    for one in left:
        if isinstance(one, list):
            widest = max(widest, len(one))
            left += one
        elif isinstance(one, dict):
            left += [one[key] for key in ("items", "values") if key in one]
            left += [field["type"] for field in one.get("fields", ())]
    return widest


def _tried(datum: Datum, reader: Any, writer: Any) -> Witness | None:
    written = BytesIO()
    schemaless_writer(written, writer, datum.value)
    data = written.getvalue()
    schemaless_reader(BytesIO(data), writer, None)
    try:
        schemaless_reader(BytesIO(data), writer, reader)
    except _REFUSALS:
        return Witness("data", datum.json, f"written as {_hex(data)}, which cannot be read with the reader's schema")
    return None


def _hex(data: bytes) -> str:
    digits = data.hex()
    return (digits if len(digits) <= _MOST_DIGITS else f"{digits[:_MOST_DIGITS]}… ({len(data)} bytes)") or "no bytes"
