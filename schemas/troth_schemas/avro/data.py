"""The smallest data of a schema, and the smallest that lead to a certain place."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from troth_schemas.avro.model import Array, Avro, Broken, Enum, Fixed, Map, Node, Primitive, Record, Union, title
from troth_schemas.avro.route import Step
from troth_schemas.json_body import Json

MOST_VALUES: Final = 20_000
"""A datum that needs more values is not made."""
_DEEPEST: Final = 100
_MOST_ROUNDS: Final = 50
"""Records that are made of records this deep, in the least happy order, are given up."""
Extent: TypeAlias = tuple[int, int]
"""How many values a datum has, and how deep they are nested."""
_ENDLESS: Final[Extent] = 10**9, 10**9
_SMALLEST: Final[dict[str, tuple[Any, Json]]] = {
    "null": (None, None),
    "boolean": (False, False),
    "int": (0, 0),
    "long": (0, 0),
    "float": (0.0, 0.0),
    "double": (0.0, 0.0),
    "bytes": (b"", ""),
    "string": ("", ""),
}


@dataclass(frozen=True, slots=True)
class Datum:
    """A datum as fastavro writes it, and in Avro's JSON encoding, with the number of its values."""

    value: Any
    json: Json
    size: int = 1


class Data:
    """Makes data of one contract's schemas."""

    def __init__(self, avro: Avro) -> None:
        self._avro = avro
        self._extents = _extents(avro)
        self._made: dict[str, Datum] = {}
        self._fields: dict[str, dict[str, Datum | None]] = {}

    def leading(self, node: Node, steps: Sequence[Step], symbol: str | None = None) -> Datum | None:
        """The smallest datum in which the steps lead somewhere; an enum there has the symbol. None if there is none."""
        whole = self._avro.whole(node)
        if not steps:
            return Datum(symbol, symbol) if symbol is not None else self.smallest(whole)
        step, further = steps[0], steps[1:]
        match whole:
            case Union(branches) if isinstance(step, int):
                return self._in_branch(branches[step], self.leading(branches[step], further, symbol))
            case Array(items):
                inner = self.leading(items, further, symbol)
                return inner and Datum([inner.value], [inner.json], inner.size + 1)
            case Map(values):
                inner = self.leading(values, further, symbol)
                return inner and Datum({"key": inner.value}, {"key": inner.json}, inner.size + 1)
            case Record():
                target = next(one for one in whole.fields if one.name == step)
                return self._record(whole, {target.name: self.leading(target.type, further, symbol)})
        return None

    def smallest(self, node: Node) -> Datum | None:
        """The smallest datum of a schema; None if it has none, or none of a sensible size."""
        whole = self._avro.whole(node)
        if _extent(self._avro, whole, self._extents)[0] > MOST_VALUES:
            return None
        match whole:
            case Primitive(kind):
                return Datum(*_SMALLEST[kind])
            case Array():
                return Datum([], [])
            case Map():
                return Datum({}, {})
            case Union(branches):
                branch = min(branches, key=lambda one: _extent(self._avro, one, self._extents))
                return self._in_branch(branch, self.smallest(branch))
            case Enum(symbols=symbols):
                return Datum(symbols[0], symbols[0])
            case Fixed(size=size):
                return Datum(bytes(size), "\0" * size)
            case Record(name):
                if name not in self._made:
                    made = self._record(whole, {})
                    assert made is not None, "its size is known, so it can be made"
                    self._made[name] = made
                return self._made[name]
        return None

    def _record(self, record: Record, given: dict[str, Datum | None]) -> Datum | None:
        if record.name not in self._fields:
            self._fields[record.name] = {field.name: self.smallest(field.type) for field in record.fields}
        made: dict[str, Datum] = {}
        for name, one in {**self._fields[record.name], **given}.items():
            if one is None:
                return None
            made[name] = one
        size = 1 + sum(one.size for one in made.values())
        values = {name: one.value for name, one in made.items()}
        return Datum(values, {name: one.json for name, one in made.items()}, size)

    def _in_branch(self, branch: Node, inner: Datum | None) -> Datum | None:
        if inner is None:
            return None
        whole = self._avro.whole(branch)
        name = title(whole)
        return Datum((name, inner.value), None if name == "null" else {name: inner.json}, inner.size)


def _extents(avro: Avro) -> dict[str, Extent]:
    """The extent of the smallest datum of each record: those that need themselves have none."""
    found: dict[str, Extent] = {}
    records = [one for one in avro.types.values() if isinstance(one, Record)]
    for _ in range(_MOST_ROUNDS):
        before = len(found)
        for record in records:
            inner = [_extent(avro, field.type, found) for field in record.fields]
            size, depth = 1 + sum(size for size, _ in inner), 1 + max((depth for _, depth in inner), default=0)
            if size <= MOST_VALUES and depth <= _DEEPEST and size < found.get(record.name, _ENDLESS)[0]:
                found[record.name] = size, depth
        if len(found) == before:
            break
    return found


def _extent(avro: Avro, node: Node, known: dict[str, Extent]) -> Extent:
    match avro.whole(node):
        case Record(name):
            return known.get(name, _ENDLESS)
        case Union(branches):
            return min((_extent(avro, one, known) for one in branches), default=_ENDLESS)
        case Enum(symbols=()) | Broken():
            return _ENDLESS
        case Fixed(size=size):
            return 1 + size // 100, 1
    return 1, 1
