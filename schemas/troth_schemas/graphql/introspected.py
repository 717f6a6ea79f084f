"""What every schema has for questions about itself, as the specification has it: ``__schema`` and ``__type``."""

from collections.abc import Mapping
from functools import cache
from typing import Final

from graphql import introspection_types, print_type

from troth_schemas.graphql.model import Field, Type
from troth_schemas.graphql.reading import Definition, Reader

OF_QUERIES: Final = {
    name: Field(name, type_, {}, None, (), 0) for name, type_ in (("__schema", "__Schema!"), ("__type", "__Type"))
}
"""The fields that the root for queries has besides its own."""


@cache
def introspected() -> Mapping[str, Type]:
    """The types that answers to such questions are of, by name."""
    text = "\n".join(print_type(one) for one in introspection_types.values())
    return {
        one.name: Type(one.name, one.kind, 0, fields=one.fields, values=one.values)
        for one in Reader(text, 0, len(text)).definitions()
        if isinstance(one, Definition) and one.kind is not None
    }
