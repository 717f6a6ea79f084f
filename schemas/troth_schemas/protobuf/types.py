"""Whether a reader's type of a field takes what a writer's type of it puts on the wire.

See https://protobuf.dev/programming-guides/proto3/#updating. Types of one wire group are interchangeable as long as the
values fit: int32, uint32, int64, uint64, bool and enums; sint32 and sint64; fixed32 and sfixed32; fixed64 and sfixed64;
strings and messages may be read as bytes.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.protobuf.elements import Enum, Field
from troth_schemas.protobuf.json_forms import alike
from troth_schemas.protobuf.pair import Sides

Fit: TypeAlias = Literal["same", "fits", "narrows", "renamed", "clashes"]
_WORST: Final[tuple[Fit, ...]] = ("same", "fits", "renamed", "narrows", "clashes")

_INT32: Final = (-(2**31), 2**31 - 1)
_RANGES: Final = {
    "int32": _INT32, "int64": (-(2**63), 2**63 - 1), "uint32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1),
    "bool": (0, 1), "sint32": _INT32, "sint64": (-(2**63), 2**63 - 1), "fixed32": (0, 2**32 - 1),
    "sfixed32": _INT32, "fixed64": (0, 2**64 - 1), "sfixed64": (-(2**63), 2**63 - 1),
}  # fmt: skip
_WIRE_GROUPS: Final = (
    ("int32", "uint32", "int64", "uint64", "bool", "enum"),
    ("sint32", "sint64"), ("fixed32", "sfixed32"), ("fixed64", "sfixed64"),
)  # fmt: skip
_JSON_GROUPS: Final = (("int32", "uint32"), ("int64", "uint64"), ("fixed32", "sfixed32"), ("fixed64", "sfixed64"))
"""JSON writes integers of 64 bits as texts and smaller ones as numbers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a reader's type fits a writer's, and why it does not."""

    fit: Fit
    why: str = ""


def judge(reader: Field, writer: Field, sides: Sides, *, as_json: bool) -> Verdict:
    """Whether the reader takes what the writer puts on the wire; ``as_json``: and into JSON."""
    if reader.cardinality == writer.cardinality == "map":
        readers, writers = _entry(reader), _entry(writer)
        truths = "bool" in (readers[1].kind, writers[1].kind)  # all other keys are the same texts in JSON
        keys = judge(readers[1], writers[1], sides, as_json=as_json and truths)
        held = judge(readers[2], writers[2], sides, as_json=as_json)
        return max(keys, held, key=lambda one: _WORST.index(one.fit))
    if writer.is_message and reader.is_message:
        return _messages(reader, writer, sides)
    if writer.kind == reader.kind == "enum":
        return _enums(reader, writer, sides, as_json=as_json)
    return _scalars(reader, writer, sides, as_json=as_json)


def _entry(field: Field) -> dict[int, Field]:
    entry = field.entry
    assert entry is not None, "a map has entries"
    return entry.fields()


def _messages(reader: Field, writer: Field, sides: Sides) -> Verdict:
    if reader.kind != writer.kind:
        return Verdict("clashes", "one is delimited by tags (a group), the other by its length")
    if reader.type_name == writer.type_name:
        return Verdict("same")
    if sides.fits(reader.type_name, writer.type_name):
        return Verdict("renamed")
    if sides.json and not alike(reader.type_name, writer.type_name):
        return Verdict("clashes", "they have different forms in JSON")
    return Verdict("clashes", "the two have different structures")


def _enums(reader: Field, writer: Field, sides: Sides, *, as_json: bool) -> Verdict:
    if reader.type_name == writer.type_name:
        return Verdict("same")
    theirs, mine = sides.reader.enums.get(reader.type_name), sides.writer.enums.get(writer.type_name)
    if theirs is None or mine is None:
        return Verdict("clashes", "the enums are not both known")
    known = theirs.values()
    lost = [value.name for number, values in mine.values().items() if number not in known for value in values]
    if as_json:
        names = {value.name for values in known.values() for value in values}
        lost += [one.name for one in mine.proto.value if one.name not in names and one.name not in lost]
    if lost:
        return Verdict("clashes" if as_json or theirs.closed else "narrows", f"the reader has no {', '.join(lost[:5])}")
    if theirs.closed and not mine.closed:
        return Verdict("narrows", "the reader drops numbers without a name")
    return Verdict("fits")


def _scalars(reader: Field, writer: Field, sides: Sides, *, as_json: bool) -> Verdict:
    if reader.kind == writer.kind:
        return Verdict("same")
    if as_json and not _in_one(_JSON_GROUPS, reader.kind, writer.kind):
        return Verdict("clashes", _json_reason(reader.kind, writer.kind))
    if reader.kind == "bytes" and writer.kind in ("string", "message"):
        return Verdict("fits")
    if reader.kind == "message" and writer.kind == "bytes":
        return Verdict("narrows", "only bytes that are such a message can be read")
    if not _in_one(_WIRE_GROUPS, reader.kind, writer.kind):
        return Verdict("clashes", "they are written differently on the wire")
    least, most = _range(writer, sides.writer.enums.get(writer.type_name))
    enum = sides.reader.enums.get(reader.type_name)
    low, high = _range(reader, enum)
    if low <= least and most <= high and not (enum is not None and enum.closed and not _names_all(enum, least, most)):
        return Verdict("fits")
    return Verdict("narrows", f"it holds {low} to {high} only" if enum is None or not enum.closed else _CLOSED)


_CLOSED: Final = "numbers without a name are dropped"


def _names_all(enum: Enum, least: int, most: int) -> bool:
    return most - least < len(enum.proto.value) and all(number in enum.values() for number in range(least, most + 1))


def _range(field: Field, enum: Enum | None) -> tuple[int, int]:
    if field.kind != "enum":
        return _RANGES[field.kind]
    if enum is None or not enum.closed:
        return _INT32
    numbers = [one.number for one in enum.proto.value]
    return min(numbers), max(numbers)


def _in_one(groups: tuple[tuple[str, ...], ...], one: str, other: str) -> bool:
    return any(one in group and other in group for group in groups)


def _json_reason(reader: str, writer: str) -> str:
    if _in_one(_WIRE_GROUPS, reader, writer):
        return "the bytes are the same, but not the JSON"
    return "they are written differently"
