"""Whether a JSON value can be a field's default: the first branch of a union decides, bytes are written as Latin-1."""

from collections.abc import Iterable

from troth_schemas.avro.model import Array, Avro, Broken, Enum, Fixed, Map, Node, Primitive, Record, Union
from troth_schemas.json_body import Json


def misfit(avro: Avro, value: Json, node: Node) -> str:
    """What keeps a value from being the default of a type; "" if nothing does."""
    match avro.whole(node):
        case Primitive(kind):
            return _primitive(value, kind)
        case Union(branches):
            return misfit(avro, value, branches[0]) if branches else "an empty union has no values"
        case Array(items):
            return _all(avro, value, items) if isinstance(value, list) else f"an array is wanted, not {shown(value)}"
        case Map(values):
            wanted = f"an object is wanted, not {shown(value)}"
            return _all(avro, value.values(), values) if isinstance(value, dict) else wanted
        case Enum(name, symbols):
            return "" if value in symbols else f"{shown(value)} is no symbol of {name}"
        case Fixed(name, size):
            fits = isinstance(value, str) and _is_bytes(value) and len(value) == size
            return "" if fits else f"{name} wants a text of {size} characters up to U+00FF"
        case Record() as record:
            return _record(avro, value, record)
        case Broken(why):
            return why


def _all(avro: Avro, values: Iterable[Json], node: Node) -> str:
    return next(filter(None, (misfit(avro, one, node) for one in values)), "")


def _primitive(value: Json, kind: str) -> str:
    fits = {
        "null": value is None,
        "boolean": isinstance(value, bool),
        "string": isinstance(value, str),
        "bytes": isinstance(value, str) and _is_bytes(value),
        "int": _is_whole(value, 31),
        "long": _is_whole(value, 63),
        "float": _is_number(value),
        "double": _is_number(value),
    }[kind]
    return "" if fits else f"{kind} is wanted, not {shown(value)}"


def _record(avro: Avro, value: Json, record: Record) -> str:
    if not isinstance(value, dict):
        return f"an object with the fields of {record.name} is wanted, not {shown(value)}"
    for field in record.fields:
        if field.name in value:
            wrong = misfit(avro, value[field.name], field.type)
            if wrong:
                return f"{field.name}: {wrong}"
        elif field.default is None:
            return f"the field {field.name} of {record.name} is missing"
    return ""


def _is_whole(value: Json, bits: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**bits) <= value < 2**bits


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_bytes(value: str) -> bool:
    return all(character <= "\xff" for character in value)


def shown(value: Json) -> str:
    """A value in a sentence, short."""
    match value:
        case None | bool():
            return str(value).lower().replace("none", "null")
        case dict():
            return "an object"
        case list():
            return "an array"
        case str():
            return f"the text {value[:40]!r}"
    return str(value)[:40]
