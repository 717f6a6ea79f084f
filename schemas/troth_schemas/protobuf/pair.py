"""Two contracts in step: pairs of what has one name or number on both sides, which is all that a rule ever sees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Literal, TypeAlias, TypeVar

from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from troth_schemas.finding import Found, Place, Severity, Witness
from troth_schemas.options import Category
from troth_schemas.protobuf.elements import Enum, Extension, Field, File, Message, Method, Service
from troth_schemas.protobuf.model import Schema, extension_field

T = TypeVar("T")
Side: TypeAlias = Literal["reader", "writer"]


def _taken_for_granted(_reader: str, _writer: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Sides:
    """The two contracts, and whose users' needs are asked after.

    ``relied`` is the side that somebody relies on: of two versions the old one, of a consumer and a provider the
    consumer's. What it has and the other lacks is missed; what the other has besides is not. ``fits`` tells whether a
    message type of the reader (by its full name) may stand for one of the writer's that has another name, ``fits_back``
    the same of what flows the other way, as answers do. ``prove``: make witnesses. ``one_way``: only what flows from
    writer to reader counts, not what older or newer versions of them do.
    """

    reader: Schema
    writer: Schema
    category: Category
    relied: Side = "writer"
    prove: bool = True
    one_way: bool = False
    fits: Callable[[str, str], bool] = _taken_for_granted
    fits_back: Callable[[str, str], bool] = _taken_for_granted

    @property
    def other(self) -> str:
        """What people call the side that must go on serving the other's users."""
        return self.word("reader" if self.relied == "writer" else "writer")

    @property
    def reads(self) -> str:
        """What people call the side that reads."""
        return self.word("reader")

    def word(self, side: Side) -> str:
        """What people call a side."""
        if not self.one_way:
            return side
        return "consumer" if side == self.relied else "provider"

    @property
    def old(self) -> Schema:
        """The contract that is relied on."""
        return self.writer if self.relied == "writer" else self.reader

    @property
    def new(self) -> Schema:
        """The contract that must serve."""
        return self.reader if self.relied == "writer" else self.writer

    @property
    def forward(self) -> bool:
        """Whether an old reader meets a new writer, both versions of one contract."""
        return self.relied == "reader" and not self.one_way

    @property
    def json(self) -> bool:
        """Whether JSON counts besides bytes."""
        return self.category != "WIRE"

    @property
    def wire_only(self) -> bool:
        """Whether what is sent counts alone, not the code that is generated."""
        return self.category in ("WIRE", "WIRE_JSON")


@dataclass(frozen=True, slots=True)
class PairOf(Generic[T]):
    """One element on both sides."""

    reader: T
    writer: T
    sides: Sides

    @property
    def old(self) -> T:
        """The one that is relied on."""
        return self.writer if self.sides.relied == "writer" else self.reader

    @property
    def new(self) -> T:
        """The one that must serve."""
        return self.reader if self.sides.relied == "writer" else self.writer

    def found(
        self,
        message: str,
        key: tuple[str, ...],
        old: Place | None,
        new: Place | None,
        *,
        element: str | None = None,
        interaction: str | None = None,
        witness: Witness | None = None,
        severity: Severity | None = None,
    ) -> Found:
        """A finding of this pair, its places turned to reader and writer."""
        reader, writer = (new, old) if self.sides.relied == "writer" else (old, new)
        return Found(message, key, reader, writer, interaction or element, element, witness=witness, severity=severity)

    def unread(
        self, message: str, key: tuple[str, ...], writer: Place | None, reader: Place | None, *,
        element: str, interaction: str | None = None, witness: Witness | None = None, severity: Severity | None = None,
    ) -> Found:  # fmt: skip
        """A finding of what the writer has and the reader does not understand, whichever is older."""
        return Found(message, key, reader, writer, interaction or element, element, witness=witness, severity=severity)


class WholePair(PairOf[Schema]):
    """The two contracts."""


class FilePair(PairOf[File]):
    """One file."""


class MessagePair(PairOf[Message]):
    """One message type, or two that stand for each other."""


class FieldPair(PairOf[Field]):
    """One field by its number."""


class EnumPair(PairOf[Enum]):
    """One enum type."""


class ServicePair(PairOf[Service]):
    """One service."""


class MethodPair(PairOf[Method]):
    """One method."""


AnyPair: TypeAlias = WholePair | FilePair | MessagePair | FieldPair | EnumPair | ServicePair | MethodPair


def pairs(sides: Sides) -> Iterator[AnyPair]:
    """Every pair of elements of the two contracts, the wholes first. What is equal on both sides is passed over."""
    yield WholePair(sides.reader, sides.writer, sides)
    for old_file, new_file in files(sides.old, sides.new):
        yield FilePair(*_turned(sides, old_file, new_file), sides)
    for name, message in sides.old.messages.items():
        other = sides.new.messages.get(name)
        if other is not None and sides.old.own(message) and not same(message, other):
            yield from differing_pairs(MessagePair(*_turned(sides, message, other), sides))
    for name, enum in sides.old.enums.items():
        other_enum = sides.new.enums.get(name)
        if other_enum is not None and sides.old.own(enum) and not same(enum, other_enum):
            yield EnumPair(*_turned(sides, enum, other_enum), sides)
    for name, service in sides.old.services.items():
        other_service = sides.new.services.get(name)
        if other_service is not None and sides.old.own(service) and service.proto != other_service.proto:
            yield ServicePair(*_turned(sides, service, other_service), sides)
            methods = other_service.methods()
            for method in service.methods().values():
                if method.proto.name in methods and method.proto != methods[method.proto.name].proto:
                    yield MethodPair(*_turned(sides, method, methods[method.proto.name]), sides)
    yield from _extension_pairs(sides)


def message_pairs(pair: MessagePair) -> Iterator[MessagePair | FieldPair]:
    """A pair of messages and of their fields."""
    yield pair
    readers = pair.reader.fields()
    for number, field in pair.writer.fields().items():
        if number in readers:
            yield FieldPair(readers[number], field, pair.sides)


def differing_pairs(pair: MessagePair) -> Iterator[MessagePair | FieldPair]:
    """The same without the fields that are written alike on both sides."""
    inherited = pair.reader.features == pair.writer.features
    for one in message_pairs(pair):
        if not (isinstance(one, FieldPair) and inherited and _alike(one.reader, one.writer)):
            yield one


def _alike(one: Field, other: Field) -> bool:
    """Whether two fields of messages with equal features say the same; what a map holds stands elsewhere."""
    if one.proto != other.proto or one.proto.HasField("oneof_index"):
        return False
    return one.proto.label != FieldDescriptorProto.LABEL_REPEATED or one.proto.type != FieldDescriptorProto.TYPE_MESSAGE


def files(old: Schema, new: Schema) -> Iterator[tuple[File, File]]:
    """The files of one name, and the contracts' only files whatever their names."""
    if len(old.files) == len(new.files) == 1:
        yield next(iter(old.files.values())), next(iter(new.files.values()))
        return
    for name, file in old.files.items():
        if name in new.files:
            yield file, new.files[name]


def same(one: Message | Enum, other: Message | Enum) -> bool:
    """Whether two types of one name say the same, with all that is inside them."""
    return one.proto == other.proto and one.features == other.features


def count(schema: Schema) -> int:
    """How many messages, enums, methods and extensions of a contract a comparison judges; its files, if it has none."""
    listed = (schema.messages, schema.enums, schema.extensions)
    types = sum(1 for one in listed for named in one.values() if schema.own(named))
    methods = sum(len(one.proto.method) or 1 for one in schema.services.values() if schema.own(one))
    return types + methods or len(schema.files)


def _extension_pairs(sides: Sides) -> Iterator[FieldPair]:
    """Extensions of one message by their numbers, or what the message itself has there now."""
    theirs = {(one.extendee, one.proto.number): one for one in sides.new.extensions.values()}
    for extension in sides.old.extensions.values():
        number = extension.proto.number
        other = theirs.get((extension.extendee, number))
        if not sides.old.own(extension) or (other is not None and _equal(extension, other)):
            continue
        message = sides.new.messages.get(extension.extendee)
        field = extension_field(sides.new, other) if other else message and message.fields().get(number)
        if field:
            yield FieldPair(*_turned(sides, extension_field(sides.old, extension), field), sides)


def _equal(one: Extension, other: Extension) -> bool:
    return one.proto == other.proto and one.features == other.features and one.full_name == other.full_name


def _turned(sides: Sides, old: T, new: T) -> tuple[T, T]:
    """Reader and writer of what is relied on and what must serve."""
    return (new, old) if sides.relied == "writer" else (old, new)
