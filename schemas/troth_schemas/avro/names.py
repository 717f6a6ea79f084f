"""Names: what they may be made of, and how a namespace completes them."""

import re
from typing import Final

from troth_schemas.avro.model import PRIMITIVES

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
COMPLEX: Final = ("record", "error", "enum", "fixed", "array", "map", "union", "request", "error_union")


def is_name(text: str) -> bool:
    """Whether a text is a simple name, such as that of a field or a symbol."""
    return _NAME.fullmatch(text) is not None


def is_full_name(text: str) -> bool:
    """Whether a text is a name that may have a namespace before it."""
    return all(map(is_name, text.split(".")))


def full(name: str, namespace: str) -> str:
    """The full name of a definition or an alias: one with a dot in it is full already."""
    return f"{namespace}.{name}" if namespace and "." not in name else name


def mentioned(name: str, namespace: str) -> str:
    """The full name that a mention of a type means; primitive types have no namespace."""
    return name if name in PRIMITIVES else full(name, namespace)


def namespace_of(name: str) -> str:
    """What stands before the last dot of a full name."""
    return name.rpartition(".")[0]
