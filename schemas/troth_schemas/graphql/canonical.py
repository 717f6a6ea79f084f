"""A schema in one spelling: sorted, without descriptions, comments and formatting, from SDL or introspection."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from troth_schemas.graphql.model import Directive, Field, Input, Schema, Type, Usage, Value


def canonical(schema: Schema) -> bytes:
    """Equal bytes for schemas that say the same."""
    return "\n".join(_lines(schema)).encode("utf-8", "surrogatepass")


def digest(schema: Schema) -> str:
    """The SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(schema)).hexdigest()


def _lines(schema: Schema) -> Iterator[str]:
    roots = " ".join(f"{kind}: {name}" for kind, name in sorted(schema.roots.items()))
    yield f"schema{_usages(schema.usages)} {{ {roots} }}"
    for directive in sorted(schema.directives.values(), key=_name):
        repeatable = " repeatable" if directive.repeatable else ""
        locations = " | ".join(sorted(directive.locations))
        yield f"directive @{directive.name}{_arguments(directive.arguments)}{repeatable} on {locations}"
    for one in sorted(schema.types.values(), key=_name):
        yield from _type(one)


def _type(one: Type) -> Iterator[str]:
    interfaces = f" implements {' & '.join(sorted(one.interfaces))}" if one.interfaces else ""
    members = f" = {' | '.join(sorted(one.members))}" if one.members else ""
    yield f"{one.kind} {one.name}{interfaces}{_usages(one.usages)}{members}"
    for field in sorted(one.fields.values(), key=_name):
        yield f"  {field.name}{_arguments(field.arguments)}: {field.type}{_usages(field.usages)}"
    for member in sorted(one.inputs.values(), key=_name):
        yield f"  {_input(member)}"
    for value in sorted(one.values.values(), key=_name):
        yield f"  {value.name}{_usages(value.usages)}"


def _arguments(arguments: Mapping[str, Input]) -> str:
    return f"({', '.join(_input(one) for one in sorted(arguments.values(), key=_name))})" if arguments else ""


def _input(one: Input) -> str:
    default = f" = {one.default}" if one.default is not None else ""
    return f"{one.name}: {one.type}{default}{_usages(one.usages)}"


def _usages(usages: Iterable[Usage]) -> str:
    return "".join(sorted(f" {spelled(one)}" for one in usages))


def spelled(one: Usage) -> str:
    """A directive that is applied, in one spelling."""
    if not one.arguments:
        return '@deprecated(reason: "No longer supported")' if one.name == "deprecated" else f"@{one.name}"
    return f"@{one.name}({', '.join(f'{name}: {value}' for name, value in sorted(one.arguments.items()))})"


def _name(one: Directive | Field | Input | Type | Value) -> str:
    return one.name
