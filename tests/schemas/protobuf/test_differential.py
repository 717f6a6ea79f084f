"""The verdicts against Protobuf itself: written with one contract, read with the other, nothing may be lost."""

from typing import Any

from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import DecodeError, Message
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.protobuf.random_protos import changed, messages, plans, schema
from tests.support.examples import tries
from troth_schemas.finding import Finding
from troth_schemas.options import Options
from troth_schemas.protobuf.compare import compare
from troth_schemas.protobuf.model import Schema

TRIES = settings(max_examples=tries(150), deadline=None)


def values(message: Any) -> dict[int, Any]:
    """A message by numbers: integers, enums and booleans alike, texts as their bytes, zeros left out."""
    found: dict[int, Any] = {}
    for field, value in message.ListFields():
        entry = field.message_type is not None and field.message_type.GetOptions().map_entry
        if entry:
            found[field.number] = {key: plain(value[key]) for key in value}
        elif field.is_repeated:
            found[field.number] = [plain(one) for one in value]
        elif not (field.message_type is None and not value):
            found[field.number] = plain(value)
    return found


def plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bool | int):
        return int(value)
    return value if isinstance(value, bytes | float) else values(value)


def lost(written: Any, read: Any) -> bool:
    """Whether the reader, under a number that it knows, has anything else than what was written."""
    mine, theirs = values(written), values(read)
    return any(
        number not in theirs or not alike(written, field, value, theirs[number])
        for number, value in mine.items()
        if (field := read.DESCRIPTOR.fields_by_number.get(number)) is not None
    )


def kept(written: Any, read: Any) -> bool:
    """Whether bytes that a reader holds for a message inside another one still are that message when written again."""
    again = type(written)()
    again.ParseFromString(read.SerializeToString())
    return _has_bytes(read.DESCRIPTOR, set()) and bool(again == written)


def _has_bytes(kind: Any, seen: set[str]) -> bool:
    seen.add(kind.full_name)
    inner = [field.message_type for field in kind.fields if field.message_type is not None]
    return any(field.type == field.TYPE_BYTES for field in kind.fields) or any(
        _has_bytes(one, seen) for one in inner if one.full_name not in seen
    )


def alike(written: Any, field: Any, mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, bytes) and isinstance(mine, dict):
        raw = getattr(written, f"f{field.number}")
        return isinstance(raw, Message) and raw.SerializeToString() == theirs  # of a map only the last entry is read
    if isinstance(theirs, list) and isinstance(mine, list) and any(isinstance(one, bytes) for one in theirs):
        raw = getattr(written, f"f{field.number}")
        return [one if isinstance(one, bytes) else one.SerializeToString() for one in map(_bytes, raw)] == theirs
    if isinstance(mine, dict) and isinstance(theirs, dict) and field.message_type is not None:
        if field.message_type.GetOptions().map_entry:
            raw = getattr(written, f"f{field.number}")
            inner = field.message_type.fields_by_name["value"]
            return mine.keys() == theirs.keys() and all(_same(inner, raw[key], mine[key], theirs[key]) for key in mine)
        return known(field.message_type, mine) == theirs
    if isinstance(mine, list) and isinstance(theirs, list) and field.message_type is not None:
        return [known(field.message_type, one) for one in mine] == theirs
    return bool(mine == theirs)


def _same(inner: Any, raw: Any, mine: Any, theirs: Any) -> bool:
    if isinstance(theirs, bytes) and isinstance(mine, dict):
        return bool(raw.SerializeToString() == theirs)
    return bool((known(inner.message_type, mine) if isinstance(mine, dict) else mine) == theirs)


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def known(kind: Any, mine: dict[int, Any]) -> dict[int, Any]:
    """What of a written message its reader's type has numbers for, all the way in."""
    found = {}
    for number, value in mine.items():
        field = kind.fields_by_number.get(number)
        if field is not None:
            found[number] = _known(field, value)
    return found


def _known(field: Any, value: Any) -> Any:
    if field.message_type is None:
        return value
    if field.message_type.GetOptions().map_entry and isinstance(value, dict):
        inner = field.message_type.fields_by_name["value"].message_type
        return value if inner is None else {key: known(inner, one) for key, one in value.items()}
    if isinstance(value, list):
        return [known(field.message_type, one) for one in value]
    return known(field.message_type, value) if isinstance(value, dict) else value


@given(data=st.data(), plan=plans)
@TRIES
def test_what_is_compatible_loses_nothing(data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    writer, reader = schema(plan), schema(other)
    report = compare(reader, writer, Options(category="WIRE"))
    if report.findings:
        return
    written, read = data.draw(messages(plan, writer)), reader.pool.new("shop.Order")
    read.ParseFromString(written.SerializeToString())
    assert not lost(written, read) or kept(written, read)


@given(data=st.data(), plan=plans)
@TRIES
def test_what_loses_something_is_found(data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    writer, reader = schema(plan), schema(other)
    written, read = data.draw(messages(plan, writer)), reader.pool.new("shop.Order")
    try:
        read.ParseFromString(written.SerializeToString())
        broken = lost(written, read) and not kept(written, read)
    except DecodeError:
        broken = True
    if broken:
        assert compare(reader, writer, Options(category="WIRE")).findings


def shows(one: Finding, writer: Schema, reader: Schema) -> bool:
    """Whether a witness is one: the reader refuses it, or has something else, in bytes or in JSON."""
    assert one.witness is not None
    value = one.witness.value
    assert isinstance(value, dict)
    if "enum" in value:
        theirs = reader.pool.enum(str(value["enum"]))
        assert writer.pool.enum(str(value["enum"])).values_by_name[str(value["value"])].number == value["number"]
        return value["number"] not in theirs.values_by_number or value["value"] not in theirs.values_by_name
    name = str(value["message"])
    written, read = writer.pool.new(name), reader.pool.new(name)
    content = bytes.fromhex(str(value["bytes"]))
    written.ParseFromString(content)
    assert value["written"] == {"@bytes": value["bytes"]} or value["written"] == MessageToDict(written)
    try:
        read.ParseFromString(content)
    except DecodeError:
        return True
    if values(read) != values(written) or MessageToDict(read) != MessageToDict(written):
        return True
    try:
        ParseDict(MessageToDict(written), reader.pool.new(name))
    except ParseError:
        return True
    return False


@given(data=st.data(), plan=plans)
@TRIES
def test_every_witness_shows_what_it_is_for(data: Any, plan: Any) -> None:
    other = data.draw(changed(plan))
    writer, reader = schema(plan), schema(other)
    for category in ("WIRE", "WIRE_JSON"):
        report = compare(reader, writer, Options(category=category))
        for one in report.findings:
            if one.witness is not None:
                assert shows(one, writer, reader), one


def test_nearly_every_breaking_finding_has_a_witness() -> None:
    counts = [0, 0]

    @given(data=st.data(), plan=plans)
    @settings(max_examples=tries(200), deadline=None, database=None)
    def gather(data: Any, plan: Any) -> None:
        report = compare(schema(data.draw(changed(plan))), schema(plan), Options())
        counts[0] += len(report.breaking)
        counts[1] += sum(one.witness is not None for one in report.breaking)

    gather()
    assert counts[0] > 50
    assert counts[1] >= 0.95 * counts[0], counts
