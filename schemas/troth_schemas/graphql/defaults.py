"""Default values that their types refuse."""

from collections.abc import Iterator

from graphql import GraphQLError, is_input_type, parse_const_value
from graphql.utilities.validate_input_value import validate_input_literal

from troth_schemas.graphql.model import Input, Schema
from troth_schemas.graphql.prepared import Prepared
from troth_schemas.problem import Problem


def wrong_defaults(prepared: Prepared) -> Iterator[Problem]:
    """A problem for each default value that is no value of its type."""
    schema = prepared.model
    root = schema.place(schema.at).document
    for one, name, path in _with_defaults(schema):
        said = _refused(prepared, one)
        if said is not None:
            place = schema.place(one.at, *path)
            sentence = f"The default value {one.default} of {name} is not {one.type}: {said}"
            yield Problem(
                place.pointer, sentence, "error", place.line, "" if place.document == root else place.document
            )


def _with_defaults(schema: Schema) -> Iterator[tuple[Input, str, tuple[str, ...]]]:
    for directive in schema.directives.values():
        for one in directive.arguments.values():
            if one.default is not None:
                yield one, f"@{directive.name}({one.name}:)", (f"@{directive.name}", one.name)
    for owner in schema.types.values():
        for one in owner.inputs.values():
            if one.default is not None:
                yield one, f"{owner.name}.{one.name}", (owner.name, one.name)
        for field in owner.fields.values():
            for one in field.arguments.values():
                if one.default is not None:
                    yield one, f"{owner.name}.{field.name}({one.name}:)", (owner.name, field.name, one.name)


def _refused(prepared: Prepared, one: Input) -> str | None:
    """What graphql-core says of a default value, if it is wrong."""
    assert one.default is not None
    type_ = prepared.wrapped(one.type)
    found: list[str] = []
    if is_input_type(type_):
        try:
            literal = parse_const_value(one.default)
        except GraphQLError:
            return None  # of an introspection result, which has a problem of its own for it
        validate_input_literal(literal, type_, lambda error, _path: found.append(error.message))
    return found[0] if found else None
