"""Two canonical forms of a schema: the specification's, for identity on the wire, and one that keeps what resolution
needs (defaults, aliases, logical types), for telling whether two schemas say the same."""

import hashlib
import json
from collections.abc import Iterator
from functools import cache
from typing import Final

from troth_schemas.avro.model import (
    Array,
    Avro,
    Broken,
    Definition,
    Enum,
    Field,
    Fixed,
    Logical,
    Map,
    Named,
    Node,
    Primitive,
    Record,
    Union,
)
from troth_schemas.json_body import Document, Json

_EMPTY: Final = 0xC15D213AA4D7A795


def parsing_canonical_form(avro: Avro, root: Node | None = None) -> str:
    """The Parsing Canonical Form of the specification: full names, no attributes that reading does not need, no space.

    A protocol has none: "" then, unless a ``root`` is given.
    """
    root = root or avro.root
    if root is None:
        return ""
    written: set[str] = set()
    pieces: list[str] = []
    left: list[str | Node] = [root]
    while left:
        one = left.pop()
        if isinstance(one, str):
            pieces.append(one)
        else:
            left.extend(reversed(list(_pieces(avro, one, written))))
    return "".join(pieces)


def _pieces(avro: Avro, node: Node, written: set[str]) -> Iterator[str | Node]:
    whole = avro.whole(node)
    match whole:
        case Primitive(kind):
            yield f'"{kind}"'
        case Array(items):
            yield from ('{"type":"array","items":', items, "}")
        case Map(values):
            yield from ('{"type":"map","values":', values, "}")
        case Union(branches):
            yield "["
            for index, branch in enumerate(branches):
                yield from (",", branch) if index else (branch,)
            yield "]"
        case Broken():
            yield _text(node.name if isinstance(node, Named) else "")
        case _ if whole.name in written:
            yield _text(whole.name)
        case _:
            written.add(whole.name)
            yield from _definition(whole)


def _definition(whole: Definition) -> Iterator[str | Node]:
    match whole:
        case Record(name, fields):
            yield f'{{"name":{_text(name)},"type":"record","fields":['
            for index, field in enumerate(fields):
                yield f'{"," if index else ""}{{"name":{_text(field.name)},"type":'
                yield field.type
                yield "}"
            yield "]}"
        case Enum(name, symbols):
            yield f'{{"name":{_text(name)},"type":"enum","symbols":[{",".join(map(_text, symbols))}]}}'
        case Fixed(name, size):
            yield f'{{"name":{_text(name)},"type":"fixed","size":{size}}}'


def fingerprint(avro: Avro, algorithm: str = "CRC-64-AVRO") -> str:
    """A fingerprint of the parsing canonical form in hexadecimal digits: CRC-64-AVRO (in the byte order in which a
    single object carries it), MD5 or SHA-256."""
    form = parsing_canonical_form(avro).encode()
    if algorithm == "CRC-64-AVRO":
        return rabin(form).to_bytes(8, "little").hex()
    name = {"MD5": "md5", "SHA-256": "sha256"}[algorithm]
    return hashlib.new(name, form, usedforsecurity=False).hexdigest()


def rabin(data: bytes) -> int:
    """The 64-bit Rabin fingerprint that the specification calls CRC-64-AVRO."""
    table, value = _table(), _EMPTY
    for byte in data:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return value


@cache
def _table() -> tuple[int, ...]:
    found = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_EMPTY & -(value & 1))
        found.append(value)
    return tuple(found)


def canonical(avro: Avro) -> bytes:
    """What the schema says, in bytes that are equal for equal meaning: documentation, formatting, the order of members,
    where a type is defined and attributes that Avro does not know make no difference."""
    said: Document = {
        "root": None if avro.root is None else _said(avro, avro.root),
        "types": {one.name: _type(avro, one) for one in avro.types.values()},
        "messages": {
            name: {
                "request": [_field(avro, field) for field in message.request.fields],
                "response": _said(avro, message.response),
                "errors": _said(avro, message.errors),
                "one-way": message.one_way,
            }
            for name, message in avro.messages.items()
        },
    }
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(avro: Avro) -> str:
    """The SHA-256 of what the schema says."""
    return hashlib.sha256(canonical(avro)).hexdigest()


def _said(avro: Avro, node: Node) -> Json:
    match node:
        case Primitive(kind, _, logical):
            return {"type": kind, **_logical(logical)}
        case Array(items):
            return {"items": _said(avro, items)}
        case Map(values):
            return {"values": _said(avro, values)}
        case Union(branches):
            return [_said(avro, one) for one in branches]
        case Broken(why):
            return {"broken": why}
    found = avro.types.get(node.name)
    return node.name if found is None else found.name


def _type(avro: Avro, whole: Definition) -> Document:
    said: Document = {"aliases": _sorted(whole.aliases)}
    match whole:
        case Record(_, fields):
            said["fields"] = [_field(avro, field) for field in fields]
        case Enum(_, symbols):
            said |= {"symbols": list(symbols), "default": whole.default}
        case Fixed(_, size):
            said |= {"size": size, **_logical(whole.logical)}
    return said


def _field(avro: Avro, field: Field) -> Document:
    said: Document = {"name": field.name, "type": _said(avro, field.type), "aliases": _sorted(field.aliases)}
    return said if field.default is None else {**said, "default": field.default[0]}


def _logical(logical: Logical | None) -> Document:
    if logical is None:
        return {}
    decimal: Document = {"precision": logical.precision, "scale": logical.scale} if logical.precision else {}
    return {"logicalType": logical.name, **decimal}


def _sorted(names: tuple[str, ...]) -> list[Json]:
    return [*sorted(set(names))]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
