"""Which operation a request is for: a tree of path segments, so that a thousand paths cost no more than one.

A literal segment comes before one that is partly a template (``{name}.json``), and that before a whole template. Where
the first choice leads nowhere, or knows not the method, the next is tried; no place is looked at twice.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar
from urllib.parse import unquote

from troth_schemas.openapi.bases import Base, base_path

T = TypeVar("T")

_TEMPLATE: Final = re.compile(r"\{([^{}/]*)\}")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """The operation, and what stands in the path's templates (decoded), by name.

    ``base`` is the base path of the server through which it was found; None where the path fits only without the base
    path of any server.
    """

    operation: T
    parameters: tuple[tuple[str, str], ...]
    base: str | None


@dataclass(frozen=True, slots=True)
class Missed:
    """No operation: the ``path`` is unknown, or no operation of it has this ``method``.

    ``known`` are the methods that the path has, or the paths that differ from it only in a slash at their end.
    """

    why: Literal["path", "method"]
    known: tuple[str, ...] = ()


def templates(path: str) -> tuple[str, ...]:
    """The names of the templates in a path, in order."""
    return tuple(_TEMPLATE.findall(path))


def shape(path: str) -> str:
    """A path with its templates' names taken away: equal for paths that no request can tell apart."""
    return _TEMPLATE.sub("{}", path)


class _Node(Generic[T]):
    """Where a path has come to: the segments that may follow, and the operations of the paths that end here."""

    __slots__ = ("any", "ends", "literal", "partial")

    def __init__(self) -> None:
        self.literal: dict[str, _Node[T]] = {}
        self.partial: list[tuple[tuple[str, ...], _Node[T]]] = []
        self.any: _Node[T] | None = None
        self.ends: dict[str, list[_End[T]]] = {}


@dataclass(frozen=True, slots=True)
class _End(Generic[T]):
    names: tuple[str, ...]
    bases: frozenset[str]
    operation: T
    path: str


class PathIndex(Generic[T]):
    """The tree. Its entries: method (small letters), path template, addresses of its servers, what is to be found."""

    def __init__(self, entries: Iterable[tuple[str, str, Iterable[Base], T]]) -> None:
        self._root: _Node[T] = _Node()
        self._bases: dict[str, re.Pattern[str]] = {}
        for method, path, servers, operation in entries:
            bases = frozenset(self._base(one) for one in servers) or frozenset({self._base(("", {}))})
            end = _End(templates(path), bases, operation, path)
            self._node(path).ends.setdefault(method, []).append(end)
        self._longest_first = sorted(self._bases, key=lambda base: (-base.count("/"), -len(base), base))

    def find(self, method: str, path: str) -> Match[T] | Missed:
        """The operation for a method (small letters) and a path as it was sent, without query."""
        methods: dict[str, None] = {}
        for base in self._longest_first:
            prefix = self._bases[base].match(path)
            if prefix is None:
                continue
            found = self._search(method, path[prefix.end() :], base, prefix.group(), methods)
            if found is not None:
                return found
        bare = self._search(method, path, None, None, methods)
        if bare is not None:
            return bare
        if methods:
            return Missed("method", tuple(methods))
        return Missed("path", self._slash_apart(path))

    def _slash_apart(self, path: str) -> tuple[str, ...]:
        other = path.rstrip("/") if path.endswith("/") else f"{path}/"
        found: dict[str, None] = {}
        for base in (*self._longest_first, None):
            prefix = self._bases[base].match(other) if base is not None else re.match("", other)
            if prefix is not None:
                for node, _ in _walk(self._root, _segments(other[prefix.end() :])):
                    found.update((end.path, None) for ends in node.ends.values() for end in ends)
        return tuple(found)

    def _search(
        self, method: str, path: str, base: str | None, shown: str | None, methods: dict[str, None]
    ) -> Match[T] | None:
        for node, values in _walk(self._root, _segments(path)):
            for known, ends in node.ends.items():
                for end in ends:
                    if base is not None and base not in end.bases:
                        continue
                    if known == method:
                        return Match(end.operation, tuple(zip(end.names, values, strict=True)), shown)
                    methods[known] = None
        return None

    def _base(self, server: Base) -> str:
        url, variables = server
        base = base_path(url)
        if not variables and base in self._bases:
            return base
        pieces = _TEMPLATE.split(base)
        pattern = "".join(
            re.escape(piece) if index % 2 == 0 else _one_of(*variables.get(piece, ((), True)))
            for index, piece in enumerate(pieces)
        )
        key = base if not variables or len(pieces) == 1 else f"{base} {pattern}"
        if key not in self._bases:
            self._bases[key] = re.compile(f"{pattern}(?=/|$)")
        return key

    def _node(self, path: str) -> _Node[T]:
        node = self._root
        for segment in _segments(path):
            if "{" not in segment or not _TEMPLATE.search(segment):
                node = node.literal.setdefault(unquote(segment), _Node())
            elif _TEMPLATE.fullmatch(segment):
                node.any = node = node.any or _Node()
            else:
                node = _partial(node, segment)
        return node


def _one_of(values: tuple[str, ...], others: bool) -> str:
    known = [re.escape(value.strip("/")) for value in values if value.strip("/")]
    return f"(?:{'|'.join([*known, '[^/]+'] if others or not known else known)})"


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _partial(node: _Node[T], segment: str) -> _Node[T]:
    """The node after a segment that is partly literal; those with more literal characters are tried first."""
    pieces = tuple(map(unquote, _TEMPLATE.split(segment)[::2]))
    for known, child in node.partial:
        if known == pieces:
            return child
    made: _Node[T] = _Node()
    node.partial.append((pieces, made))
    node.partial.sort(key=lambda one: (-sum(map(len, one[0])), one[0]))
    return made


def _between(segment: str, pieces: tuple[str, ...]) -> tuple[str, ...] | None:
    """What stands between the literal pieces of a segment, at least one character each; None where they do not fit.

    Each piece is taken where it first stands, which needs no going back, so no segment is slow.
    """
    first, *inner, last = pieces
    if not segment.startswith(first):
        return None
    values: list[str] = []
    at = len(first)
    for piece in inner:
        found = segment.find(piece, at + 1)
        if found < 0:
            return None
        values.append(segment[at:found])
        at = found + len(piece)
    end = len(segment) - len(last)
    if end <= at or not segment.endswith(last):
        return None
    return (*values, segment[at:end])


def _walk(root: _Node[T], segments: list[str]) -> Iterable[tuple[_Node[T], tuple[str, ...]]]:
    """Every node at which paths end that fit, the most literal first, with what stood in the templates."""
    decoded = [unquote(one) for one in segments]
    left: list[tuple[_Node[T], int, tuple[str, ...]]] = [(root, 0, ())]
    while left:
        node, index, values = left.pop()
        if index == len(decoded):
            if node.ends:
                yield node, values
            continue
        segment = decoded[index]
        if node.any is not None and segment:
            left.append((node.any, index + 1, (*values, segment)))
        for pieces, child in reversed(node.partial):
            found = _between(segment, pieces)
            if found is not None:
                left.append((child, index + 1, (*values, *found)))
        if segment in node.literal:
            left.append((node.literal[segment], index + 1, values))
