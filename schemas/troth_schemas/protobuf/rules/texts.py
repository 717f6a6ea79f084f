"""Whether the texts of a string field are looked at: who refuses what is no UTF-8."""

from collections.abc import Iterator

from troth_schemas.finding import Found, Witness
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.pair import FieldPair
from troth_schemas.protobuf.rules.fields import found, title
from troth_schemas.protobuf.rules.grading import CODE, WIRES, graded


def _are_texts(pair: FieldPair) -> bool:
    """Whether both sides are strings, or maps with strings at one place."""
    inner = [(one,) if one.entry is None else tuple(one.entry.fields().values()) for one in (pair.old, pair.new)]
    return any(old.kind == new.kind == "string" for old, new in zip(*inner, strict=False))


@graded("field-same-java-utf8-validation", FieldPair, CODE)
def field_same_java_utf8_validation(pair: FieldPair) -> Iterator[Found]:
    """Whether Java checks a string field's UTF-8 is otherwise (java_string_check_utf8, or the feature utf8_validation).

    Why it breaks: Java code refuses what it took, or takes what it refused.
    Instead: keep the option.
    """
    old, new = (one.features.checked_in_java for one in (pair.old, pair.new))
    if _are_texts(pair) and old != new:
        word = "checked" if new else "not checked"
        yield found(pair, f"The {pair.sides.other}'s {title(pair)} has its UTF-8 {word} in Java.")


@graded("field-same-utf8-validation", FieldPair, CODE)
def field_same_utf8_validation(pair: FieldPair) -> Iterator[Found]:
    """Whether a string field's UTF-8 is checked is otherwise.

    Why it breaks: messages with broken text are refused that were taken.
    Instead: keep the feature utf8_validation as it was.
    """
    old, new = (one.features.utf8 for one in (pair.old, pair.new))
    if _are_texts(pair) and old != new:
        yield found(pair, f"The {pair.sides.other}'s {title(pair)} has UTF-8 checking {new}, not {old}.")


@graded("field-text-refused", FieldPair, WIRES, severity="risky", alias=False)
def field_text_refused(pair: FieldPair) -> Iterator[Found]:
    """A string field's UTF-8 is checked by the reader and not by the writer.

    Why it breaks: a message with broken text is refused as a whole.
    Instead: keep the feature utf8_validation as it was, or make sure that only UTF-8 is written.
    Note: texts of proto2 are not checked, those of proto3 are.
    """
    if _are_texts(pair) and pair.reader.features.utf8 == "VERIFY" != pair.writer.features.utf8:
        reader, writer = pair.sides.word("reader"), pair.sides.word("writer")
        message = f"The {reader} refuses text in {title(pair)} that is not UTF-8; nothing keeps the {writer} from it."
        yield found(pair, message, proof=_refusal(pair) if pair.sides.prove else None)


def _refusal(pair: FieldPair) -> Witness | None:
    """A message with broken text in the field, or in an entry of the map."""
    tag, written = pair.writer.number << 3 | 2, bytearray()
    while tag > 127:
        written.append(tag & 127 | 128)
        tag >>= 7
    entry = pair.writer.entry
    inner = next((number for number, one in entry.fields().items() if one.kind == "string"), 0) if entry else 0
    text = (3, inner << 3 | 2, 1, 255) if inner else (1, 255)
    names = (pair.writer.message.full_name, pair.reader.message.full_name)
    return witness.refused_bytes(pair.sides.writer, pair.sides.reader, names, bytes((*written, tag, *text)))


RULES = (
    field_same_java_utf8_validation,
    field_same_utf8_validation,
    field_text_refused,
)
