"""Extensions: the numbers that are left to them, those that are gone, and how a message set holds them."""

from collections.abc import Iterator

from troth_schemas.finding import Found
from troth_schemas.protobuf.pair import MessagePair, WholePair
from troth_schemas.protobuf.ranges import missing, shown
from troth_schemas.protobuf.rules.grading import ALL, CODE, WIRES, graded


@graded("extension-message-no-delete", MessagePair, CODE)
def extension_message_no_delete(pair: MessagePair) -> Iterator[Found]:
    """Numbers that a message left to extensions are so no longer.

    Why it breaks: extensions declared elsewhere no longer compile, and what they wrote is unknown.
    Instead: keep the range.
    """
    old, new = ([(one.start, one.end - 1) for one in each.proto.extension_range] for each in (pair.old, pair.new))
    for span in missing(old, new):
        message = f"The {pair.sides.other}'s {pair.old.full_name} leaves {shown(span)} to no extensions."
        yield pair.found(message, (pair.old.full_name, shown(span)), pair.old.place, pair.new.place,
                         element=pair.old.full_name)  # fmt: skip


@graded("extension-removed", WholePair, WIRES, severity="risky", alias=False)
def extension_removed(pair: WholePair) -> Iterator[Found]:
    """An extension is gone.

    Why it breaks: who reads bytes keeps what was written in it as unknown, and JSON with it is refused.
    Instead: keep it, marked deprecated, until nobody writes it.
    Note: risky, because nothing in the contract says that it is written. Options are extensions that nobody sends.
    """
    known = {(one.extendee, one.proto.number) for one in pair.reader.extensions.values()}
    for name, one in pair.writer.extensions.items():
        message = pair.reader.messages.get(one.extendee)
        number = one.proto.number
        if (one.extendee, number) in known or one.extendee.startswith("google.protobuf.") or not pair.writer.own(one):
            continue
        if message is not None and number not in message.fields():
            text = f"The {pair.sides.reads} has no extension {number} ({name}) of {one.extendee}."
            yield pair.unread(text, (one.extendee, str(number)), one.place, None, element=name)


@graded("message-same-message-set-wire-format", MessagePair, ALL)
def message_same_message_set_wire_format(pair: MessagePair) -> Iterator[Found]:
    """A message's option message_set_wire_format is another.

    Why it breaks: extensions are written in another way, which who reads the other takes for nothing that it knows.
    Instead: keep the option.
    """
    old, new = (one.proto.options.message_set_wire_format for one in (pair.old, pair.new))
    if old != new:
        words = ["a message set" if one else "no message set" for one in (new, old)]
        message = f"The {pair.sides.other}'s {pair.old.full_name} is {words[0]}, not {words[1]}."
        yield pair.found(message, (pair.old.full_name,), pair.old.place, pair.new.place, element=pair.old.full_name)


RULES = (
    extension_message_no_delete,
    extension_removed,
    message_same_message_set_wire_format,
)
