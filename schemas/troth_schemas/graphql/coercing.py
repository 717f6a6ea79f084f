"""Whether two literals are the same value of an input type: servers write ``1`` for ``1.0``, ``[1]`` for ``1``."""

from decimal import Decimal

from graphql import (
    FloatValueNode,
    GraphQLError,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    parse_const_value,
    print_ast,
)

from troth_schemas.graphql.model import Schema


def same_value(new: tuple[Schema, str, str], old: tuple[Schema, str, str]) -> bool:
    """Whether two literals, each of a type of its schema, are coerced to the same value (GraphQL, 3.5 to 3.12)."""
    try:
        return _coerced(*new) == _coerced(*old)
    except GraphQLError:  # of an introspection result, which has a problem of its own for it
        return False


def _coerced(schema: Schema, type_: str, literal: str, *, whole: bool = True) -> object:
    """What a literal stands for; with ``whole`` its objects have the defaults of the fields that are left out."""
    return _value(schema, type_, parse_const_value(literal), whole)


def _value(schema: Schema, type_: str, node: ValueNode, whole: bool) -> object:
    type_ = type_.removesuffix("!")
    if isinstance(node, NullValueNode):
        return None
    if type_.startswith("["):
        items = node.values if isinstance(node, ListValueNode) else (node,)
        return [_value(schema, type_[1:-1], one, whole) for one in items]
    if type_ == "Float" and isinstance(node, IntValueNode | FloatValueNode):
        return Decimal(node.value)
    if type_ == "ID" and isinstance(node, IntValueNode | StringValueNode):
        return f"the text {node.value}"
    if isinstance(node, ObjectValueNode) and type_ in schema.types and schema.types[type_].inputs:
        return _object(schema, type_, node, whole)
    return print_ast(node)


def _object(schema: Schema, type_: str, node: ObjectValueNode, whole: bool) -> object:
    inputs = schema.types[type_].inputs
    found: dict[str, object] = {
        name: _coerced(schema, one.type, one.default, whole=False)
        for name, one in inputs.items()
        if whole and one.default is not None
    }
    for field in node.fields:
        name = field.name.value
        found[name] = _value(schema, inputs[name].type if name in inputs else "", field.value, whole)
    return found
