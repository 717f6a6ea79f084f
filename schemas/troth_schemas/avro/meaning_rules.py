"""The rules about types that are read, though what is read may mean something else than what was written."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.avro.found import ITSELF, of_types
from troth_schemas.avro.model import Fixed, Primitive
from troth_schemas.avro.resolution import Types
from troth_schemas.finding import Found
from troth_schemas.rule import Rule, rule

_LOSSY: Final = {("int", "float"), ("long", "float"), ("long", "double")}


@rule("avro/logical-type-changed", severity="risky", mirror=ITSELF)
def logical_type_changed(pair: Types) -> Iterator[Found]:
    """The reader gives the same bytes another logical type than the writer, or only one of them gives any.

    Why it matters: resolution ignores logical types, so the value is read, but may mean something else: milliseconds
    taken for microseconds.
    Instead: add a field with the new logical type.
    """
    reader, writer = _logical(pair.reader), _logical(pair.writer)
    if pair.matching and reader != writer:
        message = (
            f"{pair.spot.before}{writer or 'no logical type'} is written and read as {reader or 'no logical type'}."
        )
        yield of_types(pair, message)


@rule("avro/decimal-changed", severity="risky", mirror=ITSELF)
def decimal_changed(pair: Types) -> Iterator[Found]:
    """A decimal has another precision or scale for the reader than for the writer.

    Why it matters: by the specification such decimals do not match; most libraries read them all the same, and another
    scale shifts the decimal point.
    Instead: add a field with the new decimal.
    """
    match pair.reader, pair.writer:
        case (Primitive() | Fixed()) as reader, (Primitive() | Fixed()) as writer:
            old, new = writer.logical, reader.logical
            if pair.matching and old and new and old.name == new.name == "decimal" and old != new:
                message = f"{pair.spot.before}decimal({old.precision}, {old.scale}) is written and read as "
                yield of_types(pair, f"{message}decimal({new.precision}, {new.scale}).")


@rule("avro/promotion-loses-precision", severity="risky", mirror="one way only: the other direction is no promotion")
def promotion_loses_precision(pair: Types) -> Iterator[Found]:
    """A whole number is read as a floating-point number that cannot hold all of its values.

    Why it matters: the promotion is allowed, but large numbers (identifiers above all) are rounded without a word.
    Instead: read a long, or a double where an int was written.
    """
    match pair.reader, pair.writer:
        case Primitive(new), Primitive(old) if (old, new) in _LOSSY:
            yield of_types(pair, f"{pair.spot.before}{old} is read as {new}, which rounds large numbers.")


@rule("avro/bytes-read-as-string", severity="risky", mirror="one way only: every string has bytes")
def bytes_read_as_string(pair: Types) -> Iterator[Found]:
    """Bytes are read as a string.

    Why it matters: the promotion is allowed, but bytes that are not UTF-8 cannot be read.
    Instead: make sure that only UTF-8 was written, or keep reading bytes.
    """
    match pair.reader, pair.writer:
        case Primitive("string"), Primitive("bytes"):
            yield of_types(
                pair, f"{pair.spot.before}Bytes are read as string, which fails for bytes that are not UTF-8."
            )


def _logical(node: object) -> str | None:
    logical = node.logical if isinstance(node, Primitive | Fixed) else None
    return None if logical is None else logical.name


MEANING_RULES: Final[tuple[Rule, ...]] = (
    logical_type_changed, decimal_changed, promotion_loses_precision, bytes_read_as_string,
)  # fmt: skip
