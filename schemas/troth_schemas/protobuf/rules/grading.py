"""A rule with the pairs that it looks at and the categories that it belongs to."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from troth_schemas.finding import Found, Severity
from troth_schemas.options import CATEGORIES, Category
from troth_schemas.rule import Rule, rule

ALL: Final[tuple[Category, ...]] = CATEGORIES
CODE: Final[tuple[Category, ...]] = ("FILE", "PACKAGE")
JSON_UP: Final[tuple[Category, ...]] = ("FILE", "PACKAGE", "WIRE_JSON")
WIRES: Final[tuple[Category, ...]] = ("WIRE_JSON", "WIRE")

ONE_FOR_BOTH: Final = "one rule for both directions: reader and writer are exchanged"


@dataclass(frozen=True, slots=True)
class Graded:
    """A rule, the type of pairs that it looks at, and its categories."""

    rule: Rule
    pair: type
    categories: tuple[Category, ...]


def graded(
    name: str,
    pair: type,
    categories: tuple[Category, ...],
    *,
    severity: Severity = "breaking",
    alias: bool = True,
) -> Callable[[Callable[[Any], Iterable[Found]]], Graded]:
    """Make a graded rule of a function. ``alias``: the same name in upper snake case is known from another checker."""
    known = (name.upper().replace("-", "_"),) if alias else ()

    def make(check: Callable[[Any], Iterable[Found]]) -> Graded:
        made = rule(f"protobuf/{name}", severity=severity, aliases=known, mirror=ONE_FOR_BOTH)(check)
        return Graded(made, pair, categories)

    return make
