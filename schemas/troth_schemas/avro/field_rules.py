"""The rules about fields that only one side has, and about their defaults."""

from collections.abc import Iterator
from typing import Any, Final

from troth_schemas.avro.defaults import shown
from troth_schemas.avro.found import ITSELF, at
from troth_schemas.avro.resolution import Fields
from troth_schemas.finding import Found
from troth_schemas.rule import Rule, rule


@rule(
    "avro/reader-field-missing-default",
    severity="breaking",
    aliases=("READER_FIELD_MISSING_DEFAULT_VALUE",),
    mirror=ITSELF,
)
def reader_field_missing_default(pair: Fields) -> Iterator[Found]:
    """The reader has a field without a default that the writer does not have.

    Why it breaks: the reader finds no value for it in what was written.
    Instead: give the field a default, or let every writer have it first.
    """
    if pair.writer is None and pair.reader is not None and pair.reader.default is None:
        name = f"{pair.reader_record.name}.{pair.reader.name}"
        message = f"The reader's {name} has no default, and the writer has no such field."
        witness = pair.spot.sides.prover.witness(pair.spot.route)
        yield at(pair.spot, message, pair.reader.at, pair.writer_record.at, witness)


@rule("avro/reader-field-spoiled-default", severity="not-covered", mirror=ITSELF)
def reader_field_spoiled_default(pair: Fields) -> Iterator[Found]:
    """The reader has a field that the writer does not have, and its default is not valid for its type.

    Why it matters: some libraries refuse such a schema, others hand the invalid value on.
    Instead: write a default of the field's type; for a union, of its first branch.
    """
    if pair.writer is None and pair.reader is not None and pair.reader in pair.spot.sides.reader.spoiled:
        message = f"The default of {pair.reader_record.name}.{pair.reader.name} is not valid, yet the reader needs it."
        yield at(pair.spot, message, pair.reader.at, pair.writer_record.at)


@rule("avro/field-filled-by-default", severity="safe", mirror="avro/field-ignored")
def field_filled_by_default(pair: Fields) -> Iterator[Found]:
    """The reader has a field that the writer does not have, and fills it with its default.

    Why it matters: the reader cannot tell the default from a value that was written.
    Instead: nothing needs to be done.
    """
    if pair.writer is None and pair.reader is not None and pair.reader.default is not None:
        if pair.reader in pair.spot.sides.reader.spoiled:
            return
        name = f"{pair.reader_record.name}.{pair.reader.name}"
        message = f"The reader fills {name} with its default {shown(pair.reader.default[0])}."
        yield at(pair.spot, message, pair.reader.at, pair.writer_record.at)


@rule("avro/field-ignored", severity="safe", mirror="avro/field-filled-by-default")
def field_ignored(pair: Fields) -> Iterator[Found]:
    """The writer has a field that the reader does not have.

    Why it matters: the reader skips it, so that what it writes again is without it.
    Instead: nothing needs to be done.
    """
    if pair.reader is None and pair.writer is not None:
        message = f"The reader ignores {pair.writer_record.name}.{pair.writer.name}."
        yield at(pair.spot, message, pair.reader_record.at, pair.writer.at)


@rule("avro/field-default-changed", severity="safe", mirror=ITSELF)
def field_default_changed(pair: Fields) -> Iterator[Found]:
    """A field that both have has another default for the reader than for the writer.

    Why it matters: data of still older writers, which lack the field, are read differently.
    Instead: keep the default, unless all data have the field.
    """
    if pair.reader is not None and pair.writer is not None and not _equal(pair.reader.default, pair.writer.default):
        old, new = (shown(one[0]) if one else "none" for one in (pair.writer.default, pair.reader.default))
        name = f"{pair.reader_record.name}.{pair.reader.name}"
        message = f"The default of {name} is {new} for the reader and {old} for the writer."
        yield at(pair.spot, message, pair.reader.at, pair.writer.at)


def _equal(one: tuple[Any] | None, other: tuple[Any] | None) -> bool:
    """Whether two defaults are one; 1 and true are two, 1 and 1.0 are one."""
    return one == other and (one is None or isinstance(one[0], bool) == isinstance(other and other[0], bool))


@rule("avro/field-written-twice", severity="breaking", mirror=ITSELF)
def field_written_twice(pair: Fields) -> Iterator[Found]:
    """The writer has two fields that the reader takes for one: by its name and an alias, or by two aliases.

    Why it breaks: an alias has the reader rename what was written, and two fields of one name are no record.
    Instead: take the alias away once both fields are written.
    """
    if pair.reader is not None and pair.writer is not None and pair.rival is not None:
        record, prover = pair.writer_record.name, pair.spot.sides.prover
        message = f"Both {record}.{pair.writer.name} and {record}.{pair.rival.name} are written, and both are "
        message += f"{pair.reader_record.name}.{pair.reader.name} for the reader."
        yield at(pair.spot, message, pair.reader.at, pair.rival.at, prover.witness(pair.spot.route))


FIELD_RULES: Final[tuple[Rule, ...]] = (
    reader_field_missing_default, field_written_twice, reader_field_spoiled_default, field_filled_by_default,
    field_ignored, field_default_changed,
)  # fmt: skip
