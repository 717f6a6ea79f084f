"""A schema as fastavro takes it: one text-like value, each named type defined where it is first met.

Without logical types, which change neither the bytes nor whether they can be read.
"""

from typing import Final

from troth_schemas.avro.model import Array, Avro, Broken, Definition, Enum, Fixed, Map, Node, Primitive, Record, Union
from troth_schemas.json_body import Document, Json

_DEEPEST: Final = 60
"""How many schemas inside each other are handed to a library that walks them by calling itself."""


class TooDeep(Exception):
    """The types mention one another through more levels than any library follows."""


class Unsound(Exception):
    """A part of the schema could not be read."""


def plain(avro: Avro, root: Node) -> Json:
    """The schema at ``root``, complete by itself. Raises TooDeep, Unsound."""
    return _Plain(avro).of(root, 0)


class _Plain:
    def __init__(self, avro: Avro) -> None:
        self.avro = avro
        self.written: set[str] = set()

    def of(self, node: Node, depth: int) -> Json:
        if depth > _DEEPEST:
            raise TooDeep
        whole = self.avro.whole(node)
        match whole:
            case Primitive(kind):
                return kind
            case Array(items):
                return {"type": "array", "items": self.of(items, depth + 1)}
            case Map(values):
                return {"type": "map", "values": self.of(values, depth + 1)}
            case Union(branches):
                return [self.of(one, depth + 1) for one in branches]
            case Broken():
                raise Unsound
        return self._definition(whole, depth)

    def _definition(self, whole: Definition, depth: int) -> Json:
        if whole.name in self.written:
            return whole.name
        self.written.add(whole.name)
        made: Document = {"name": whole.name, "aliases": [*whole.aliases]}
        match whole:
            case Record():
                made |= {"type": "record", "fields": self._fields(whole, depth)}
            case Enum():
                made |= {"type": "enum", "symbols": [*whole.symbols]}
                made |= {} if whole.default is None else {"default": whole.default}
            case Fixed():
                made |= {"type": "fixed", "size": whole.size}
        return made

    def _fields(self, record: Record, depth: int) -> list[Json]:
        made: list[Json] = []
        for field in record.fields:
            one: Document = {"name": field.name, "type": self.of(field.type, depth + 1), "aliases": [*field.aliases]}
            if field.default is not None:
                one["default"] = field.default[0]
            made.append(one)
        return made
