"""From a raw path to a route: segments are split first and decoded once, literals are tried before variables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar
from urllib.parse import unquote

from troth_broker.web.negotiation import HAL, SVG

R = TypeVar("R")

SUFFIXES = {".csv": "text/csv", ".svg": SVG, ".json": HAL, ".yaml": "application/yaml"}
_BADGE = "badge.svg"
"""The one name that is always meant as a picture, also where a tag could stand."""


@dataclass(slots=True)
class _Node(Generic[R]):
    literals: dict[str, "_Node[R]"] = field(default_factory=dict)
    variable: "_Node[R] | None" = None
    route: R | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match(Generic[R]):
    """A route, its decoded variables, and the media type that a suffix of the path asked for."""

    route: R
    params: dict[str, str]
    accept: str | None = None


class BadPath(ValueError):
    """A path with a character that no name may hold."""


class Router(Generic[R]):
    """Finds the route of a path in a tree of its segments."""

    def __init__(self, routes: Iterable[tuple[str, R]]) -> None:
        self._root: _Node[R] = _Node()
        for template, route in routes:
            node, names = self._root, []
            for part in _split(template):
                if part.startswith("{"):
                    names.append(part[1:-1])
                    node.variable = node.variable or _Node()
                    node = node.variable
                else:
                    node = node.literals.setdefault(part, _Node())
            if node.route is not None:
                raise ValueError(f"two routes for {template}")
            node.route, node.names = route, tuple(names)

    def match(self, raw_path: str) -> Match[R] | None:
        """The route for a raw (still encoded) path; None if there is none. Raises BadPath for control characters."""
        try:
            parts = [unquote(part, errors="strict") if "%" in part else part for part in _split(raw_path)]
        except UnicodeDecodeError:
            raise BadPath("the path is not UTF-8 once decoded") from None
        if any(char in part for part in parts for char in "\n\r\t\0"):
            raise BadPath("the path holds an encoded line break, tab or NUL; names are single lines")
        if "" in parts:
            return None
        found = None if parts and parts[-1] == _BADGE else self._walk(self._root, parts, 0, ())
        if found is not None:
            node, values = found
            assert node.route is not None
            return Match(node.route, dict(zip(node.names, values, strict=True)))
        return self._match_without_suffix(parts)

    def _walk(
        self, node: _Node[R], parts: list[str], at: int, values: tuple[str, ...]
    ) -> tuple[_Node[R], tuple[str, ...]] | None:
        if at == len(parts):
            return (node, values) if node.route is not None else None
        literal = node.literals.get(parts[at])
        if literal is not None:
            found = self._walk(literal, parts, at + 1, values)
            if found is not None:
                return found
        if node.variable is not None:
            return self._walk(node.variable, parts, at + 1, (*values, parts[at]))
        return None

    def _match_without_suffix(self, parts: list[str]) -> Match[R] | None:
        """`/matrix.csv` asks for `/matrix` as CSV; a name that ends in `.json` stays a name (it matched before)."""
        if not parts:
            return None
        last = parts[-1]
        for suffix, accept in SUFFIXES.items():
            if last.endswith(suffix) and len(last) > len(suffix):
                found = self._walk(self._root, [*parts[:-1], last[: -len(suffix)]], 0, ())
                if found is not None:
                    node, values = found
                    assert node.route is not None
                    return Match(node.route, dict(zip(node.names, values, strict=True)), accept)
        return None


def _split(path: str) -> list[str]:
    """A path's segments; one slash at its end does not count."""
    trimmed = path.removeprefix("/")
    if len(trimmed) > 1 and trimmed.endswith("/") and not trimmed.endswith("//"):
        trimmed = trimmed[:-1]
    return trimmed.split("/") if trimmed else []
