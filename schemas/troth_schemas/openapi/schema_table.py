"""The rules about schemas, made from their axes: request or response, where, what, narrowed or widened.

A request schema that narrows refuses what clients send; a response schema that widens sends what clients were promised
not to get. The other way about both are safe. So each rule of a request has its mirror among those of the response.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.openapi.pair import Direction
from troth_schemas.rule import Rule

Where: TypeAlias = Literal["parameter", "header", "body", "property"]
Way: TypeAlias = Literal["narrowed", "widened"]


@dataclass(frozen=True, slots=True)
class Axis:
    """What about values may differ: in words, when fewer values are allowed and when more are."""

    narrowed: str
    widened: str
    narrowed_aliases: tuple[str, ...] = ()
    """As others name it after the subject, ``max-length-decreased``; after "request-property-" and so on."""
    widened_aliases: tuple[str, ...] = ()
    everywhere: bool = False
    """Also of parameters and headers, whose values are single or lists."""


def _bound(name: str, token: str, *, upper: bool) -> Axis:
    tighter, looser = ("decreased", "increased") if upper else ("increased", "decreased")
    return Axis(
        f"has a tighter {name}",
        f"has a looser {name}",
        (f"{token}-{tighter}", f"{token}-set"),
        (f"{token}-{looser}", f"{token}-unset"),
        everywhere=True,
    )


AXES: Final[dict[str, Axis]] = {
    "type": Axis(
        "takes fewer types", "takes more types", ("type-changed",), ("type-generalized", "type-changed"), True
    ),
    "nullability": Axis(
        "may no longer be null", "may be null", ("became-not-nullable",), ("became-nullable",), everywhere=True
    ),
    "enum": Axis(
        "takes fewer values", "takes more values", ("enum-value-removed", "became-enum"), ("enum-value-added",), True
    ),
    "const": Axis("is one value only", "is no longer one value only", everywhere=True),
    "minimum": _bound("minimum", "min", upper=False),
    "maximum": _bound("maximum", "max", upper=True),
    "multiple-of": Axis("must be a multiple of more", "may be a multiple of less", everywhere=True),
    "min-length": _bound("minimum length", "min-length", upper=False),
    "max-length": _bound("maximum length", "max-length", upper=True),
    "pattern": Axis(
        "has another or a new pattern", "has a wider pattern or none",
        ("pattern-changed", "pattern-added"), ("pattern-changed", "pattern-generalized", "pattern-removed"), True,
    ),
    "items": Axis("takes fewer elements", "takes more elements", everywhere=True),
    "min-items": _bound("minimum of elements", "min-items", upper=False),
    "max-items": _bound("maximum of elements", "max-items", upper=True),
    "unique-items": Axis("takes no element twice", "may have an element twice", everywhere=True),
    "any-of": Axis("has fewer alternatives", "has more alternatives", ("any-of-removed",), ("any-of-added",), True),
    "one-of": Axis("has fewer alternatives", "has more alternatives", ("one-of-removed",), ("one-of-added",), True),
    "not": Axis("has more that it must not be", "has less that it must not be", everywhere=True),
    "schema": Axis("takes less in another way", "takes more in another way", everywhere=True),
    "contains": Axis("must have an element of some kind", "need not have an element of some kind"),
    "additional-properties": Axis("takes no members but the known", "takes members that are not known"),
    "unevaluated-properties": Axis("takes no members that are not named", "takes members that are not named"),
    "unevaluated-items": Axis("takes no elements that are not named", "takes elements that are not named"),
    "property-names": Axis("takes fewer names of members", "takes more names of members"),
    "min-properties": Axis("needs more members", "needs fewer members"),
    "max-properties": Axis("takes fewer members", "takes more members"),
    "dependent": Axis("needs a member because of another", "no longer needs a member because of another"),
}  # fmt: skip
"""The axes that are told alike everywhere; that a property is there, required or read-only has rules of its own."""

SUBJECTS: Final[dict[tuple[Direction, Where], str]] = {
    ("request", "parameter"): "A request's parameter",
    ("request", "body"): "A request's body",
    ("request", "property"): "A property of a request",
    ("response", "header"): "A response's header",
    ("response", "body"): "A response's body",
    ("response", "property"): "A property of a response",
}

_WHY: Final[dict[tuple[Direction, Way], tuple[str, str]]] = {
    ("request", "narrowed"): (
        "clients that send what was allowed are refused.",
        "go on accepting what was accepted; let a new parameter, property or operation have the new form.",
    ),
    ("response", "widened"): (
        "clients meet values that they were promised not to get, and may not be able to read them.",
        "go on sending only what was sent; let a new property or operation have the new form.",
    ),
    ("request", "widened"): ("clients may send more than before.", "nothing, it breaks nobody."),
    ("response", "narrowed"): ("clients get less than they must be ready for.", "nothing, it breaks nobody."),
}
_ENUM_NOTE: Final = (
    "A value that joins others is risky only, since careful clients are ready for new ones; where the description says "
    "so (`x-extensible-enum`) it is safe. An enum that is dropped breaks."
)


def rule_id(direction: Direction, where: Where, axis: str, way: Way) -> str:
    """The id of a rule."""
    return f"openapi/{direction}-{where}-{axis}-{way}"


def _make(direction: Direction, where: Where, name: str, axis: Axis, way: Way) -> Rule:
    breaking = (direction == "request") == (way == "narrowed")
    risky = breaking and name == "enum" and direction == "response"
    why, instead = _WHY[direction, way]
    aliases = axis.narrowed_aliases if way == "narrowed" else axis.widened_aliases
    other: Direction = "response" if direction == "request" else "request"
    there: Where = {"parameter": "header", "header": "parameter"}.get(where, where)  # type: ignore[assignment]  # a Where
    return Rule(
        id=rule_id(direction, where, name, way),
        severity="risky" if risky else "breaking" if breaking else "safe",
        fact=f"{SUBJECTS[direction, where]} {axis.narrowed if way == 'narrowed' else axis.widened}.",
        why=why,
        instead=instead,
        aliases=tuple(f"{direction}-{where}-{alias}" for alias in aliases),
        mirror=rule_id(other, there, name, "widened" if way == "narrowed" else "narrowed"),
        note=_ENUM_NOTE if risky else "",
    )


TABLE: Final[dict[tuple[Direction, Where, str, Way], Rule]] = {
    (direction, where, name, way): _make(direction, where, name, axis, way)
    for direction, where in SUBJECTS
    for name, axis in AXES.items()
    if (axis.everywhere or where in ("body", "property")) and (name, where) != ("schema", "property")
    for way in ("narrowed", "widened")
}


def table_rule(direction: Direction, where: Where, axis: str, way: Way) -> Rule:
    """The rule for a difference; one that has no axis of its own is one of the whole schema."""
    whole: Where = "body" if where == "property" else where
    return TABLE.get((direction, where, axis, way)) or TABLE[direction, whole, "schema", way]


SCHEMA_RULES: Final = tuple(TABLE.values())
