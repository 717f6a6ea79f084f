"""Random small contracts as descriptors, changes to them, and messages of their types."""

from typing import Any

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    OneofDescriptorProto,
)
from hypothesis import strategies as st

from troth_schemas.protobuf.model import Schema

SCALARS = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
    "sfixed64", "bool", "string", "bytes",
]  # fmt: skip
ENUMS = ["Color", "Size"]
MESSAGES = ["Order", "Line", "Item"]
KEYS = ["string", "string", "int32", "uint64", "sint32", "fixed32", "bool"]
_PACKABLE = [one for one in SCALARS if one not in ("string", "bytes")] + ENUMS
_RANGES = {
    "int32": (-(2**31), 2**31 - 1), "sint32": (-(2**31), 2**31 - 1), "sfixed32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1), "sint64": (-(2**63), 2**63 - 1), "sfixed64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1), "fixed32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1), "fixed64": (0, 2**64 - 1),
}  # fmt: skip

_field = st.fixed_dictionaries(
    {
        "type": st.sampled_from(SCALARS + ENUMS + MESSAGES[1:]),
        "label": st.sampled_from(["", "", "optional", "repeated", "map", "oneof"]),
        "key": st.sampled_from(KEYS),
        "packed": st.sampled_from([None, None, True, False]),
    }
)
_fields = st.dictionaries(st.integers(1, 6), _field, max_size=5)
_values = st.dictionaries(st.integers(1, 5), st.sampled_from(["RED", "GREEN", "BLUE"]), max_size=3)

plans = st.fixed_dictionaries(
    {
        "syntax": st.sampled_from(["proto2", "proto3"]),
        "messages": st.fixed_dictionaries(dict.fromkeys(MESSAGES, _fields)),
        "enums": st.fixed_dictionaries(dict.fromkeys(ENUMS, _values)),
        "reserved": st.booleans(),
    }
)
"""What a contract has: for each message its fields by number, for each enum its values."""


@st.composite
def changed(draw: Any, plan: Any) -> Any:
    """The plan with a few changes."""
    made = {
        **plan,
        "messages": {name: dict(fields) for name, fields in plan["messages"].items()},
        "enums": {name: dict(values) for name, values in plan["enums"].items()},
    }
    for _ in range(draw(st.integers(0, 3))):
        fields = made["messages"][draw(st.sampled_from(MESSAGES))]
        match draw(st.sampled_from(["type", "label", "key", "packed", "remove", "add", "enum", "reserve", "syntax"])):
            case "type" if fields:
                number = draw(st.sampled_from(sorted(fields)))
                fields[number] = {**fields[number], "type": draw(st.sampled_from(SCALARS + ENUMS + MESSAGES[1:]))}
            case "label" | "key" | "packed" as what if fields:
                number = draw(st.sampled_from(sorted(fields)))
                fields[number] = {**fields[number], what: draw(_field)[what]}
            case "remove" if fields:
                del fields[draw(st.sampled_from(sorted(fields)))]
            case "add":
                fields[draw(st.integers(1, 9))] = draw(_field)
            case "enum":
                made["enums"][draw(st.sampled_from(ENUMS))] = draw(_values)
            case "reserve":
                made["reserved"] = not made["reserved"]
            case "syntax":
                made["syntax"] = draw(st.sampled_from(["proto2", "proto3"]))
    return made


def schema(plan: Any) -> Schema:
    """The contract of a plan, as a schema."""
    return Schema(FileDescriptorSet(file=[file(plan)]), root="contract.proto")


def file(plan: Any, *, backwards: bool = False) -> FileDescriptorProto:
    """The contract of a plan as one file; ``backwards``: everything in the other order."""
    made = FileDescriptorProto(name="contract.proto", package="shop")
    if plan["syntax"] != "proto2":
        made.syntax = plan["syntax"]
    names = list(plan["messages"])
    made.message_type.extend(_message(name, plan, backwards) for name in (reversed(names) if backwards else names))
    made.enum_type.extend(_enum(name, values, backwards) for name, values in plan["enums"].items())
    return made


def _message(name: str, plan: Any, backwards: bool) -> DescriptorProto:
    made = DescriptorProto(name=name)
    fields = plan["messages"][name]
    numbers = sorted(fields, reverse=backwards)
    for number in numbers:
        _add(made, number, fields[number], plan)
    if plan["reserved"]:
        for number in range(1, 10):
            if number not in fields:
                made.reserved_range.add(start=number, end=number + 1)
                made.reserved_name.append(f"f{number}")
    optional = [one for one in made.field if one.proto3_optional]
    for one in optional:  # what proto3 calls optional is a oneof of its own, after the others
        one.oneof_index = len(made.oneof_decl)
        made.oneof_decl.append(OneofDescriptorProto(name=f"_{one.name}"))
    return made


def _add(message: DescriptorProto, number: int, planned: Any, plan: Any) -> None:
    name, label = f"f{number}", planned["label"]
    field = message.field.add(name=name, json_name=name, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
    _set_type(field, planned["type"])
    if label == "map":
        entry = message.nested_type.add(name=f"F{number}Entry")
        entry.options.map_entry = True
        key = entry.field.add(name="key", json_name="key", number=1, label=FieldDescriptorProto.LABEL_OPTIONAL)
        _set_type(key, planned["key"])
        value = entry.field.add(name="value", json_name="value", number=2, label=FieldDescriptorProto.LABEL_OPTIONAL)
        _set_type(value, planned["type"])
        field.type, field.type_name = FieldDescriptorProto.TYPE_MESSAGE, f".shop.{message.name}.F{number}Entry"
        field.label = FieldDescriptorProto.LABEL_REPEATED
    elif label == "repeated":
        field.label = FieldDescriptorProto.LABEL_REPEATED
        if planned["packed"] is not None and planned["type"] in _PACKABLE:
            field.options.packed = planned["packed"]
    elif label == "oneof":
        if not message.oneof_decl:
            message.oneof_decl.append(OneofDescriptorProto(name="choice"))
        field.oneof_index = 0
    elif label == "optional" and plan["syntax"] == "proto3":
        field.proto3_optional = True


def _set_type(field: FieldDescriptorProto, name: str) -> None:
    if name in SCALARS:
        field.type = FieldDescriptorProto.Type.Value(f"TYPE_{name.upper()}")
    else:
        field.type = FieldDescriptorProto.TYPE_ENUM if name in ENUMS else FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".shop.{name}"


def _enum(name: str, values: Any, backwards: bool) -> EnumDescriptorProto:
    made = EnumDescriptorProto(name=name)
    made.value.add(name=f"{name.upper()}_NONE", number=0)
    for number in sorted(values, reverse=backwards):
        made.value.add(name=f"{name.upper()}_{values[number]}_{number}", number=number)
    return made


@st.composite
def messages(draw: Any, plan: Any, made: Schema) -> Any:
    """A message of the contract's first type, filled at random."""
    message = made.pool.new("shop.Order")
    _fill(draw, message, "Order", plan, 0)
    return message


def _fill(draw: Any, message: Any, name: str, plan: Any, depth: int) -> None:
    for number, planned in sorted(plan["messages"][name].items()):
        if not draw(st.booleans()):
            continue
        field, kind = f"f{number}", planned["type"]
        for _ in range(draw(st.integers(1, 2)) if planned["label"] == "repeated" else 1):
            if kind in MESSAGES and depth > 2:
                continue
            if planned["label"] == "map":
                target = getattr(message, field)
                key = _value(draw, planned["key"], plan)
                if kind in MESSAGES:
                    _fill(draw, target[key], kind, plan, depth + 1)
                else:
                    target[key] = _value(draw, kind, plan)
            elif planned["label"] == "repeated" and kind in MESSAGES:
                _fill(draw, getattr(message, field).add(), kind, plan, depth + 1)
            elif planned["label"] == "repeated":
                getattr(message, field).append(_value(draw, kind, plan))
            elif kind in MESSAGES:
                getattr(message, field).SetInParent()
                _fill(draw, getattr(message, field), kind, plan, depth + 1)
            else:
                setattr(message, field, _value(draw, kind, plan))


def _value(draw: Any, kind: str, plan: Any) -> Any:
    if kind in ENUMS:
        return draw(st.sampled_from([0, *plan["enums"][kind]]))
    if kind in _RANGES:
        low, high = _RANGES[kind]
        return draw(st.sampled_from([1, low, high]) | st.integers(low, high))
    simple: dict[str, Any] = {
        "bool": st.booleans(), "string": st.text("aé0", max_size=3), "bytes": st.binary(max_size=3),
        "double": st.sampled_from([0.5, -2.0, 1e300]), "float": st.sampled_from([0.5, -2.0]),
    }  # fmt: skip
    return draw(simple[kind])
